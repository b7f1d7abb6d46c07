//! How a connection is served.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, header};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tower_service::Service as _;

use crate::counts::OpenConnection;
use crate::simulation::Simulation;

/// Where the control API is. Its requests aren't the service's.
pub(crate) const CONTROL: &str = "/__simulator";

/// One connection, as long as it is open.
pub(crate) struct Connection {
    pub(crate) number: u64,
    /// The simulator's own, that it came in by.
    pub(crate) port: u16,
    simulation: Simulation,
    open: OpenConnection,
}

impl Connection {
    pub(crate) fn open(simulation: Simulation, number: u64, port: u16) -> Self {
        let open = simulation.open_connection();
        Self { number, port, simulation, open }
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
            connection.open.carries(is_control(request.uri().path()));
            request.extensions_mut().insert(Arc::clone(&connection));
            let reply = router.clone().call(request.map(Body::new));
            let connection = Arc::clone(&connection);
            async move {
                let mut reply = reply.await?;
                // A script may have another one.
                if !reply.headers().contains_key(header::DATE)
                    && let Some(date) = date(connection.simulation.settings().now_ms())
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

/// RFC 9110, Date. It ends with the year 9999.
fn date(ms: u64) -> Option<HeaderValue> {
    const LAST: Duration = Duration::from_secs(253_402_300_799);
    let date = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_millis(ms).min(LAST));
    date.try_into().ok()
}

fn is_control(path: &str) -> bool {
    path.strip_prefix(CONTROL).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
