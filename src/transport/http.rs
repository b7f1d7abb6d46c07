//! HTTP by reqwest, which no other file names.

use std::convert::Infallible;
use std::error::Error;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use reqwest::redirect;
use rustls::ClientConfig;
use rustls::client::danger::ServerCertVerifier;
use rustls_platform_verifier::Verifier;
use tokio_util::sync::CancellationToken;

use super::{Endpoint, Progress};
use crate::error::FailureCause;
use crate::per_process::PerProcess;
use crate::protocol::HttpReply;

/// Larger replies are refused. The longest documented one has some hundred bytes.
const LARGEST_REPLY: usize = 1024 * 1024;

/// One request, ready to leave.
pub(crate) struct Request {
    pub url: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

/// How long a request may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Timeouts {
    /// For resolving the name, connecting and the TLS handshake.
    pub connect: Duration,
    /// For everything, from the call to the last byte of the reply.
    pub overall: Duration,
}

/// A request without an answer.
#[derive(Debug)]
pub(crate) enum TransportFailure {
    /// It failed on its way. Whether it had left, [`Progress`] tells.
    Failed { cause: FailureCause, reason: String },
    /// The client was closed meanwhile.
    Closed,
    /// An answer came, but too large to be one of the service's.
    TooLarge { status: u16 },
}

/// Carries requests to one endpoint.
///
/// Everything that a forked child must not share with its parent (connections, wakers) is made per process.
pub(crate) struct HttpTransport {
    settings: Settings,
    process: PerProcess<Carrier>,
}

#[derive(Clone)]
struct Settings {
    is_plain: bool,
    connect_timeout: Duration,
}

struct Carrier {
    http: reqwest::Client,
    closed: CancellationToken,
}

impl HttpTransport {
    /// Fails where the host has no usable CA certificates.
    pub(crate) fn new(endpoint: &Endpoint, connect_timeout: Duration) -> Result<Self, TransportFailure> {
        let settings = Settings { is_plain: endpoint.is_plain(), connect_timeout };
        let transport = Self { settings, process: PerProcess::new() };
        transport.carrier()?;
        Ok(transport)
    }

    fn carrier(&self) -> Result<Arc<Carrier>, TransportFailure> {
        self.process.get_or_try_make(|| Carrier::new(&self.settings))
    }

    /// Ends all requests under way and refuses new ones, in this process.
    pub(crate) fn close(&self) {
        if let Ok(carrier) = self.carrier() {
            carrier.closed.cancel();
        }
    }

    /// Sends the request once and reads the whole answer.
    pub(crate) async fn send(
        &self,
        request: Request,
        timeouts: Timeouts,
        progress: &Arc<Progress>,
    ) -> Result<HttpReply, TransportFailure> {
        let carrier = self.carrier()?;
        if carrier.closed.is_cancelled() {
            return Err(TransportFailure::failed(FailureCause::ClientClosed, "the client is closed"));
        }
        let overall = timeouts.overall;
        tokio::select! {
            biased;
            () = carrier.closed.cancelled() => Err(TransportFailure::Closed),
            answer = tokio::time::timeout(overall, carrier.exchange(request, progress)) => {
                answer.unwrap_or_else(|_| Err(TransportFailure::failed(
                    FailureCause::Timeout,
                    format!("no answer within the overall timeout of {overall:?}"),
                )))
            }
        }
    }
}

impl Carrier {
    fn new(settings: &Settings) -> Result<Self, TransportFailure> {
        let unusable = |error: &dyn Error| {
            TransportFailure::failed(FailureCause::Local, format!("no HTTPS client can be made: {}", causes(error)))
        };
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls(settings.is_plain).map_err(|error| unusable(&*error))?)
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(settings.connect_timeout)
            // Docs, base-url: avoid keep-alive. A connection that lives on defeats the service's balancing.
            .pool_max_idle_per_host(0)
            .tcp_nodelay(true);
        if settings.is_plain {
            // A proxy would carry plain text off this machine.
            builder = builder.no_proxy();
        }
        let http = builder.build().map_err(|error| unusable(&error))?;
        Ok(Self { http, closed: CancellationToken::new() })
    }

    async fn exchange(&self, request: Request, progress: &Arc<Progress>) -> Result<HttpReply, TransportFailure> {
        let mut builder = self.http.post(request.url);
        for (name, value) in request.headers {
            builder = builder.header(name, value);
        }
        let body = TrackedBody { bytes: Some(request.body.into()), progress: progress.clone() };
        let mut response = builder
            .body(reqwest::Body::wrap(body))
            .send()
            .await
            .map_err(|error| TransportFailure::from_reqwest(error, progress))?;
        let status = response.status().as_u16();
        let mut body = Vec::new();
        while let Some(chunk) =
            response.chunk().await.map_err(|error| TransportFailure::from_reqwest(error, progress))?
        {
            if body.len() + chunk.len() > LARGEST_REPLY {
                return Err(TransportFailure::TooLarge { status });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(HttpReply { status, body })
    }
}

/// Platform roots, TLS 1.2 and 1.3, by ring.
///
/// Given to reqwest ready-made, because its own way needs a process-wide default provider, which is the program's to choose.
fn tls(is_plain: bool) -> Result<ClientConfig, Box<dyn Error>> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions()?;
    if is_plain {
        // No certificate is ever accepted: a host without CA roots can still talk to itself.
        return Ok(builder.with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth());
    }
    let verifier: Arc<dyn ServerCertVerifier> = Arc::new(Verifier::new(provider)?);
    // "dangerous" names the hook for any verifier of one's own; this one is the platform's.
    Ok(builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth())
}

impl TransportFailure {
    fn failed(cause: FailureCause, reason: impl Into<String>) -> Self {
        Self::Failed { cause, reason: reason.into() }
    }

    fn from_reqwest(error: reqwest::Error, progress: &Progress) -> Self {
        let error = error.without_url();
        let cause = if error.is_timeout() {
            FailureCause::Timeout
        } else if has_cause::<rustls::Error>(&error) {
            FailureCause::Tls
        } else if progress.left() {
            FailureCause::ConnectionLost
        } else if causes(&error).contains("dns error") {
            FailureCause::NameResolution
        } else {
            FailureCause::Connection
        };
        Self::failed(cause, causes(&error))
    }
}

/// Whether an error of a type stands in the chain of causes, inside an I/O error too.
fn has_cause<T: Error + 'static>(error: &(dyn Error + 'static)) -> bool {
    let inside_io = |error: &(dyn Error + 'static)| {
        error.downcast_ref::<io::Error>().and_then(io::Error::get_ref).is_some_and(|inner| has_cause::<T>(inner))
    };
    error.is::<T>() || inside_io(error) || error.source().is_some_and(has_cause::<T>)
}

/// The chain of causes as one sentence, from the outside in.
fn causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        next = cause.source();
    }
    text
}

/// A body that tells when it begins to leave.
///
/// hyper writes a request's head into memory, then asks for the body, then writes both to the connection: as long
/// as nobody has asked, not one byte of the request is on the wire.
struct TrackedBody {
    bytes: Option<Bytes>,
    progress: Arc<Progress>,
}

impl Body for TrackedBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.progress.mark_left();
        Poll::Ready(self.bytes.take().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
    }
}
