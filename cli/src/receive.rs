//! Takes callbacks in over HTTP.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use rongcloud_recording::RecordingLedger;
use rongcloud_recording::callback::{CallbackRequest, ReceivedRecordingEvent, RecordingEvent};
use rongcloud_recording::ledger::TakeError;
use serde_json::{Map, Value};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::failure::Failure;
use crate::output::Output;

/// A callback as it arrived.
pub struct Arrived {
    pub headers: HeaderMap,
    pub query: String,
    pub body: Bytes,
}

/// What it is answered.
pub struct Answer {
    pub status: u16,
    pub content_type: Option<String>,
    pub body: Bytes,
}

/// How long whoever has begun to be answered is waited for.
const LAST_ANSWERS: Duration = Duration::from_secs(5);

/// Takes callbacks until it is dropped.
pub struct Receiving {
    pub url: String,
    is_over: Arc<Notify>,
    server: JoinHandle<()>,
}

impl Receiving {
    /// Takes no more, and answers what has come.
    pub async fn end(mut self) {
        self.is_over.notify_one();
        // Whoever is not answered by then may send it again.
        let _ = timeout(LAST_ANSWERS, &mut self.server).await;
    }
}

impl Drop for Receiving {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Arrived {
    /// As the library verifies it.
    pub fn request(&self) -> CallbackRequest {
        CallbackRequest::from_http(&self.headers, Some(&self.query), self.body.clone())
    }
}

impl Answer {
    pub fn empty(status: i32) -> Self {
        Self { status: u16::try_from(status).unwrap_or(500), content_type: None, body: Bytes::new() }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_GATEWAY);
        if let Some(content_type) = self.content_type.and_then(|value| value.parse().ok()) {
            response.headers_mut().insert("content-type", content_type);
        }
        response
    }
}

/// Whether a body is that of a callback about a room, and not about a recording. Who sent it is not known by that.
pub fn is_of_room(body: &[u8]) -> bool {
    let fields: Map<String, Value> = serde_json::from_slice(body).unwrap_or_default();
    fields.contains_key("event") && !fields.contains_key("recordId")
}

/// Serves at an address: each callback is handed over, and answered as that says.
///
/// # Errors
/// Where it can't listen there.
pub async fn serve<F, R>(address: SocketAddr, handle: F) -> Result<Receiving, Failure>
where
    F: Fn(Arrived) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Answer> + Send + 'static,
{
    let unable = |error| Failure::Local(format!("{address} can't be listened on: {error}"));
    let listener = TcpListener::bind(address).await.map_err(unable)?;
    let url = format!("http://{}", listener.local_addr().map_err(unable)?);
    let take = move |method: Method, uri: Uri, headers: HeaderMap, body: Bytes| {
        let handle = handle.clone();
        async move {
            if method != Method::POST {
                return Answer::empty(405);
            }
            let query = uri.query().unwrap_or_default().to_owned();
            handle(Arrived { headers, query, body }).await
        }
    };
    let app = Router::new().fallback(take);
    let is_over = Arc::new(Notify::new());
    let over = is_over.clone();
    let server = tokio::spawn(async move {
        let serving = axum::serve(listener, app).with_graceful_shutdown(async move { over.notified().await });
        // Nothing that it fails with is of use to anybody here.
        let _ = serving.await;
    });
    Ok(Receiving { url, is_over, server })
}

/// Puts recording callbacks on record, and answers only after that.
///
/// # Errors
/// Where it can't listen there.
pub async fn into_ledger(address: SocketAddr, ledger: RecordingLedger, output: Output) -> Result<Receiving, Failure> {
    let ledger = Arc::new(ledger);
    let receiving = serve(address, move |arrived: Arrived| {
        let ledger = ledger.clone();
        async move {
            match ledger.take(arrived.request()).await {
                Ok(_) => Answer::empty(200),
                Err(error) => refused(&error, output),
            }
        }
    })
    .await?;
    output.note(&format!("taking callbacks at {}", receiving.url));
    Ok(receiving)
}

/// Puts an event on record that was verified here. Nothing where that has worked.
pub async fn put_on_record(
    ledger: &RecordingLedger,
    received: ReceivedRecordingEvent,
    output: Output,
) -> Result<RecordingEvent, Answer> {
    ledger.take_received(received).await.map(|taken| taken.event).map_err(|error| refused(&error, output))
}

fn refused(error: &TakeError, output: Output) -> Answer {
    output.note(&error.to_string());
    Answer::empty(error.http_status())
}
