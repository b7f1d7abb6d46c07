//! The connections of the service: their numbers, how they are served, and what they have served.

use std::convert::Infallible;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, header};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde::Serialize;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;
use tower_service::Service as _;

use crate::control;
use crate::server::visit::Service;

/// How many connections the service has and had, those of doors too. Connections that carried nothing but requests to
/// `/__simulator/` don't count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Connections {
    /// Connections that are open now.
    pub open: u64,
    /// Connections whose first request came since the simulator started or was asked to forget the requests.
    pub seen: u64,
    /// The most requests that one connection has had, as of a request in the same time.
    pub most_requests: u64,
}

impl fmt::Display for Connections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { open, seen, most_requests } = self;
        write!(f, "{open} connections open, {seen} seen, and at most {most_requests} requests on one")
    }
}

#[derive(Default)]
pub(crate) struct Register {
    last: AtomicU64,
    counts: watch::Sender<Connections>,
}

impl Register {
    /// The number of the next connection of the simulator, on whatever address.
    pub(crate) fn next_number(&self) -> u64 {
        self.last.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(crate) fn counts(&self) -> watch::Receiver<Connections> {
        self.counts.subscribe()
    }

    pub(crate) fn forget(&self) {
        self.counts.send_modify(|counts| *counts = Connections { open: counts.open, ..Connections::default() });
    }
}

/// One connection, as long as it is open.
pub(crate) struct Connection {
    pub(crate) number: u64,
    /// The simulator's own, that it came in by.
    pub(crate) port: u16,
    service: Arc<Service>,
    carried: Mutex<Carried>,
}

/// What a connection has carried so far.
#[derive(Clone, Copy)]
enum Carried {
    Nothing,
    /// Requests to `/__simulator/` only.
    Control,
    /// So many requests to the service.
    Requests(u64),
}

impl Connection {
    pub(crate) fn open(service: Arc<Service>, number: u64, port: u16) -> Self {
        service.state.connections.counts.send_modify(|counts| counts.open += 1);
        Self { number, port, service, carried: Mutex::new(Carried::Nothing) }
    }

    fn carries(&self, path: &str) {
        let mut carried = self.carried.lock().unwrap_or_else(PoisonError::into_inner);
        let before = *carried;
        *carried = match before {
            Carried::Requests(requests) if !is_control(path) => Carried::Requests(requests + 1),
            Carried::Nothing | Carried::Control if !is_control(path) => Carried::Requests(1),
            Carried::Nothing => Carried::Control,
            other => other,
        };
        self.service.state.connections.counts.send_modify(|counts| match (before, *carried) {
            (Carried::Nothing, Carried::Control) => counts.open -= 1,
            (_, Carried::Requests(requests)) if !is_control(path) => {
                counts.open += u64::from(matches!(before, Carried::Control));
                counts.seen += u64::from(requests == 1);
                counts.most_requests = counts.most_requests.max(requests);
            }
            _ => {}
        });
    }

    /// Serves it to its end. `half_close`: what arrived whole is answered also when nothing more can arrive; otherwise
    /// that means that the client has left.
    pub(crate) async fn serve(
        self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        router: Router,
        half_close: bool,
    ) {
        let connection = Arc::new(self);
        let answer = service_fn(move |mut request: hyper::Request<Incoming>| {
            connection.carries(request.uri().path());
            request.extensions_mut().insert(Arc::clone(&connection));
            let reply = router.clone().call(request.map(Body::new));
            let connection = Arc::clone(&connection);
            async move {
                let mut reply = reply.await?;
                // A script may have another one.
                if !reply.headers().contains_key(header::DATE)
                    && let Some(date) = date(connection.service.settings.now_ms())
                {
                    reply.headers_mut().insert(header::DATE, date);
                }
                Ok::<_, Infallible>(reply)
            }
        });
        let mut http = http1::Builder::new();
        // An error is a client that left or didn't speak HTTP; what it asked before is recorded by then.
        let _ =
            http.auto_date_header(false).half_close(half_close).serve_connection(TokioIo::new(stream), answer).await;
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let carried = self.carried.get_mut().unwrap_or_else(PoisonError::into_inner);
        let counted = !matches!(carried, Carried::Control);
        self.service.state.connections.counts.send_modify(|counts| counts.open -= u64::from(counted));
    }
}

/// RFC 9110, Date. It ends with the year 9999.
fn date(ms: u64) -> Option<HeaderValue> {
    const LAST: Duration = Duration::from_secs(253_402_300_799);
    let date = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_millis(ms).min(LAST));
    date.try_into().ok()
}

fn is_control(path: &str) -> bool {
    path.strip_prefix(control::ROOT).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
