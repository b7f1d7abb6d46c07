//! A webhook that loses no event: *verify, remember, store, then answer 200*, and the same for a callback that comes
//! again. Whatever fails on the way is answered with an error, so that the service sends the callback once more.
//!
//! Events are kept as files named by their fingerprint, so that one that comes again changes nothing. A database does the
//! same by a unique index on the fingerprint. Signatures are remembered in memory, for one process: several share a guard.
//!
//! Needs the feature `http` of `rongcloud-recording`, by which a receiver takes axum's requests.
//!
//! To talk to the service, let the console's recording callback reach
//! `http://<this machine>:<RONGCLOUD_CALLBACK_PORT>/recording`, by way of whatever serves your HTTPS.

use std::env;
use std::error::Error;
use std::fs::{self, File};
use std::io::{self, Write};
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::routing::post;
use rongcloud_recording::Credentials;
use rongcloud_recording::callback::{CallbackReceiver, ReceivedRecordingEvent};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let port: u16 = env::var("RONGCLOUD_CALLBACK_PORT").unwrap_or("8700".to_owned()).parse()?;
    let folder = PathBuf::from(env::var("RONGCLOUD_EVENT_FOLDER").unwrap_or("events".to_owned()));
    let credentials = Credentials::new(env::var("RONGCLOUD_APP_KEY")?, env::var("RONGCLOUD_APP_SECRET")?)?;
    let receiver = CallbackReceiver::new([credentials], None)?;

    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    println!("listening on {}", listener.local_addr()?);
    axum::serve(listener, webhook(receiver, Folder::open(folder)?)).await?;
    Ok(())
}

/// Where events are kept.
pub trait Store: Send + Sync + 'static {
    /// Returns only after the event is safe. The same event again changes nothing.
    fn keep(&self, received: &ReceivedRecordingEvent) -> io::Result<()>;
}

struct Webhook<S> {
    receiver: CallbackReceiver,
    store: S,
}

/// The webhook's routes.
pub fn webhook<S: Store>(receiver: CallbackReceiver, store: S) -> Router {
    Router::new().route("/recording", post(recording_callback::<S>)).with_state(Arc::new(Webhook { receiver, store }))
}

// ANCHOR: webhook
async fn recording_callback<S: Store>(State(webhook): State<Arc<Webhook<S>>>, head: Parts, body: Bytes) -> StatusCode {
    // Files block.
    let taken_in = tokio::task::spawn_blocking(move || take_in(&webhook, (head, body))).await;
    taken_in.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn take_in<S: Store>(webhook: &Webhook<S>, request: (Parts, Bytes)) -> StatusCode {
    match webhook.receiver.recording_event(request) {
        Ok(received) => match webhook.store.keep(&received) {
            Ok(()) => StatusCode::OK,
            Err(error) => {
                eprintln!("event {} could not be stored: {error}", received.fingerprint);
                StatusCode::INTERNAL_SERVER_ERROR
            }
        },
        Err(error) => {
            eprintln!("{error}");
            let status = u16::try_from(error.http_status()).unwrap_or_default();
            StatusCode::from_u16(status).unwrap_or(StatusCode::UNAUTHORIZED)
        }
    }
}
// ANCHOR_END: webhook

/// A folder with one file for each event.
pub struct Folder {
    folder: PathBuf,
    attempts: AtomicU64,
}

impl Folder {
    /// A folder, made where it doesn't exist.
    pub fn open(folder: PathBuf) -> io::Result<Self> {
        fs::create_dir_all(&folder)?;
        Ok(Self { folder, attempts: AtomicU64::new(0) })
    }
}

impl Store for Folder {
    fn keep(&self, received: &ReceivedRecordingEvent) -> io::Result<()> {
        // The whole file appears under its name, or none: whoever is killed half-way leaves a partial one.
        let attempt = self.attempts.fetch_add(1, Ordering::Relaxed);
        let partial = self.folder.join(format!("{}.{}-{attempt}.partial", received.fingerprint, std::process::id()));
        let mut file = File::create(&partial)?;
        file.write_all(received.event.json.as_bytes())?;
        file.sync_all()?;
        fs::rename(&partial, self.folder.join(format!("{}.json", received.fingerprint)))?;
        File::open(&self.folder)?.sync_all()
    }
}
