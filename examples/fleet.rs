//! One of several processes that record, with axum as the web server: a session is recorded once, whoever is asked.
//!
//! Run as many as you like behind one address, all with the same `RONGCLOUD_LEDGER_URL`, whose engine is a feature of the
//! crate (`sqlite`, `postgres`, `redis`):
//!
//! ```text
//! POST /rooms/{room_id}/sessions/{session_id}/recording      starts recording, unless somebody has already
//! GET /rooms/{room_id}/sessions/{session_id}/recording       tells what is known, whichever process took it in
//! DELETE /rooms/{room_id}/sessions/{session_id}/recording    stops it
//! POST /recording     takes callbacks in: the recording callback's URL in the console
//! GET /health         200 while the store answers, with what is in progress
//! ```
//!
//! SIGTERM and Ctrl-C end it after the requests and calls in progress. `make demo-fleet-rust` runs two of them, and kills one.

use std::env;
use std::error::Error;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use rongcloud_recording::{
    AudioFormat, ClientOptions, LedgerOptions, LedgerStartOptions, OnUnknown, RecordingClient, RecordingError,
    RecordingLedger, RecordingProfile, SliceLength, SplitStreamRecording, VideoFormat,
};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::signal::ctrl_c;
use tokio::signal::unix::{SignalKind, signal};

const BETWEEN_LOOKS: Duration = Duration::from_secs(60);
/// Longer than any call takes.
const LONGEST_DRAIN: Duration = Duration::from_secs(20);

#[derive(Clone)]
struct Service {
    client: RecordingClient,
    ledger: RecordingLedger,
    profile: Arc<RecordingProfile>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let port: u16 = env::var("RONGCLOUD_CALLBACK_PORT").unwrap_or("8700".to_owned()).parse()?;
    // App Key, App Secret, data center and store come from the environment.
    let client = RecordingClient::from_env(ClientOptions::default())?;
    // What may be running though nobody knows is stopped, so that it costs no more.
    let ledger = RecordingLedger::open(client.clone(), OnUnknown::Stop, &LedgerOptions::default())?;
    ledger.keep_up(BETWEEN_LOOKS.into())?;
    let recording = SplitStreamRecording::new(VideoFormat::Mp4, AudioFormat::Aac, SliceLength::Minutes60);
    let profile = Arc::new(RecordingProfile::new(recording)?);

    let router = Router::new()
        .route("/rooms/{room_id}/sessions/{session_id}/recording", post(start).get(known).delete(stop))
        .route("/recording", post(recording_callback))
        .route("/health", get(health))
        .with_state(Service { client: client.clone(), ledger: ledger.clone(), profile });
    let mut terminate = signal(SignalKind::terminate())?;
    let asked_to_end = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = ctrl_c() => {}
        }
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    println!("listening on {}", listener.local_addr()?);
    axum::serve(listener, router).with_graceful_shutdown(asked_to_end).await?;
    ledger.close();
    // Calls that no request waits for any more.
    client.drain(LONGEST_DRAIN).await;
    Ok(())
}

async fn start(
    State(Service { ledger, profile, .. }): State<Service>,
    Path((room_id, session_id)): Path<(String, String)>,
) -> Result<Json<Value>, Failed> {
    let started = ledger.start(&room_id, &session_id, &profile, LedgerStartOptions::default()).await?;
    Ok(Json(json!({ "recordId": started.recording.record_id, "isNew": started.is_mine })))
}

async fn known(
    State(Service { ledger, .. }): State<Service>,
    Path((_, session_id)): Path<(String, String)>,
) -> Result<Response, Failed> {
    let Some(found) = ledger.get(&session_id).await? else { return Ok(StatusCode::NOT_FOUND.into_response()) };
    let entry = found.entry;
    let known = json!({
        "state": entry.state,
        "recordId": entry.record_id,
        "events": entry.event_count,
        "isDoubled": entry.is_doubled,
        "isSettled": found.is_settled,
    });
    Ok(Json(known).into_response())
}

async fn stop(
    State(Service { ledger, .. }): State<Service>,
    Path((room_id, session_id)): Path<(String, String)>,
) -> Result<StatusCode, Failed> {
    ledger.stop((room_id.as_str(), session_id.as_str()), None).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Fails where the store doesn't answer, and then no recording can be started here.
async fn health(State(Service { client, ledger, .. }): State<Service>) -> Result<Json<Value>, Failed> {
    ledger.get("health").await?;
    let now = client.statistics();
    let domains: Value = now.domains.into_iter().map(|domain| (domain.host, domain.is_well)).collect();
    Ok(Json(json!({ "callsInFlight": now.calls_in_flight, "domains": domains })))
}

// ANCHOR: ledger_webhook
/// Puts a recording callback on record, and answers 200 only after that.
async fn recording_callback(State(Service { ledger, .. }): State<Service>, head: Parts, body: Bytes) -> StatusCode {
    match ledger.take((head, body)).await {
        Ok(_) => StatusCode::OK,
        Err(error) => {
            eprintln!("{error}");
            let status = u16::try_from(error.http_status()).ok().and_then(|status| StatusCode::from_u16(status).ok());
            status.unwrap_or(StatusCode::SERVICE_UNAVAILABLE)
        }
    }
}
// ANCHOR_END: ledger_webhook

/// A call that has failed, as an answer.
struct Failed(RecordingError);

impl From<RecordingError> for Failed {
    fn from(error: RecordingError) -> Self {
        Self(error)
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        let Self(error) = self;
        eprintln!("{error}");
        let status = match &error {
            RecordingError::InvalidInput { .. } => StatusCode::BAD_REQUEST,
            // A start is under way, or its outcome is unknown, or the session is recorded otherwise.
            RecordingError::Conflict { .. } => StatusCode::CONFLICT,
            error if error.is_retryable() => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_GATEWAY,
        };
        let mut response = (status, error.to_string()).into_response();
        if let Some(wait) = error.retry_after() {
            response.headers_mut().insert(RETRY_AFTER, wait.as_secs().into());
        }
        response
    }
}
