//! HTTP by reqwest, which no other file names.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper_util::client::legacy::connect::HttpInfo;
use reqwest::header::{
    CONNECTION, CONTENT_TYPE, DATE, HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER, USER_AGENT,
};
use reqwest::{Method, redirect};
use rustls::ClientConfig;
use url::Url;

use super::failure::{Way, explained, root_cause};
use super::names::Names;
use super::{AttemptProgress, ProxyChoice, Site};
use crate::error::FailureCause;
use crate::protocol::{Headers, HttpReply};

/// As many as a request has.
const MOST_HEADERS: usize = 9;

/// Larger replies are refused. The longest documented one has some hundred bytes.
const LARGEST_REPLY: usize = 1024 * 1024;

/// One request, ready to leave.
pub(crate) struct Request {
    pub site: Site,
    pub url: Url,
    pub headers: Headers,
    pub body: Bytes,
    /// How long its connection may have been idle.
    pub longest_idle: Duration,
}

/// A request without an answer.
#[derive(Debug)]
pub(crate) enum TransportFailure {
    /// It failed on its way. Whether it had left, its [`AttemptProgress`] tells.
    Failed { cause: FailureCause, reason: String },
    /// There was no whole answer in the time given.
    Late(Duration),
    /// An answer came, but too large to be one of the service's.
    TooLarge { status: u16 },
}

/// What every connection to one domain has in common.
pub(super) struct ConnectionSettings {
    pub tls: ClientConfig,
    pub is_plain: bool,
    pub connect_timeout: Duration,
    pub proxy: ProxyChoice,
}

/// A client of reqwest that is used for one request at a time, and so has one connection at most.
pub(super) struct HttpClient {
    http: reqwest::Client,
    /// This side's address of the connection that answered last: another connection has another one.
    connection: Option<SocketAddr>,
}

impl HttpClient {
    /// Connects with the first request only.
    pub(super) fn new(settings: &ConnectionSettings) -> Result<Self, TransportFailure> {
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(settings.tls.clone())
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(settings.connect_timeout)
            .dns_resolver(Names::of_process())
            // Whoever holds this object decides how long it is idle.
            .pool_idle_timeout(None)
            .pool_max_idle_per_host(1)
            .tcp_nodelay(true);
        if settings.is_plain || settings.proxy == ProxyChoice::Direct {
            // A proxy would carry plain text off this machine.
            builder = builder.no_proxy();
        } else if let ProxyChoice::Explicit(address) = &settings.proxy {
            builder = builder.proxy(reqwest::Proxy::all(address.as_str()).map_err(|error| unusable(&error))?);
        }
        builder.build().map(|http| Self { http, connection: None }).map_err(|error| unusable(&error))
    }

    /// Sends the request and reads the whole answer. `is_last` closes the connection then.
    pub(super) async fn exchange(
        &mut self,
        request: Request,
        is_last: bool,
        settings: &ConnectionSettings,
        attempt: &Arc<AttemptProgress>,
    ) -> Result<HttpReply, TransportFailure> {
        let url = request.url.clone();
        let failed = |error: reqwest::Error| explained(&error, &Way { url: &url, settings }, attempt.end());
        let request = outgoing(request, is_last, attempt)?;
        // What it will be unless the connection turns out to have been closed meanwhile.
        attempt.note_connection(self.connection.is_some());
        let mut response = self.http.execute(request).await.map_err(|error| {
            if error.is_connect() {
                // The one that was there had been closed.
                attempt.note_connection(false);
            }
            failed(error)
        })?;
        let connection = response.extensions().get().map(HttpInfo::local_addr);
        attempt.note_connection(connection.is_some() && self.connection == connection);
        self.connection = if is_last { None } else { connection };
        let mut reply = HttpReply {
            status: response.status().as_u16(),
            date: text(response.headers(), &DATE),
            retry_after: text(response.headers(), &RETRY_AFTER),
            location: text(response.headers(), &LOCATION),
            body: Vec::new(),
        };
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if reply.body.len() + chunk.len() > LARGEST_REPLY {
                return Err(TransportFailure::TooLarge { status: reply.status });
            }
            reply.body.extend_from_slice(&chunk);
        }
        Ok(reply)
    }
}

/// The names of all headers, so that they aren't read anew each time.
static NAMES: [(&str, HeaderName); 12] = [
    ("App-Key", HeaderName::from_static("app-key")),
    ("Nonce", HeaderName::from_static("nonce")),
    ("Timestamp", HeaderName::from_static("timestamp")),
    ("Signature", HeaderName::from_static("signature")),
    ("RC-App-Key", HeaderName::from_static("rc-app-key")),
    ("RC-Nonce", HeaderName::from_static("rc-nonce")),
    ("RC-Timestamp", HeaderName::from_static("rc-timestamp")),
    ("RC-Signature", HeaderName::from_static("rc-signature")),
    ("Room-Id", HeaderName::from_static("room-id")),
    ("X-Request-ID", HeaderName::from_static("x-request-id")),
    ("Content-Type", CONTENT_TYPE),
    ("User-Agent", USER_AGENT),
];

/// The request as reqwest takes it. Its builder would read the address and every name anew each time.
fn outgoing(
    request: Request,
    is_last: bool,
    attempt: &Arc<AttemptProgress>,
) -> Result<reqwest::Request, TransportFailure> {
    let mut outgoing = reqwest::Request::new(Method::POST, request.url);
    let headers = outgoing.headers_mut();
    let (lengths, values) = request.headers.into_parts();
    let mut values = Bytes::from(values);
    headers.reserve(MOST_HEADERS);
    for (name, length) in lengths {
        let value = HeaderValue::from_maybe_shared(values.split_to(length));
        let known = NAMES.iter().find(|(known, _)| *known == name).map(|(_, header)| header.clone());
        let header = known.map_or_else(|| HeaderName::from_bytes(name.as_bytes()), Ok);
        let (Ok(header), Ok(value)) = (header, value) else {
            // Checked where it was given: this is not reached.
            return Err(TransportFailure::failed(FailureCause::Local, format!("the header {name} can't be sent")));
        };
        headers.insert(header, value);
    }
    if is_last {
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    let body = TrackedBody { bytes: Some(request.body), attempt: attempt.clone() };
    *outgoing.body_mut() = Some(reqwest::Body::wrap(body));
    Ok(outgoing)
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

fn unusable(error: &reqwest::Error) -> TransportFailure {
    TransportFailure::failed(FailureCause::Local, format!("no HTTPS client can be made: {}", root_cause(error)))
}

impl TransportFailure {
    pub(super) fn failed(cause: FailureCause, reason: impl Into<String>) -> Self {
        Self::Failed { cause, reason: reason.into() }
    }
}

/// A body that tells when it begins to leave.
///
/// hyper writes a request's head into memory, then asks for the body, then writes both to the connection: as long
/// as nobody has asked, not one byte of the request is on the wire. Where the call or its attempt has ended by then, none
/// will be.
struct TrackedBody {
    bytes: Option<Bytes>,
    attempt: Arc<AttemptProgress>,
}

impl Body for TrackedBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if !self.attempt.leave() {
            return Poll::Ready(Some(Err(io::Error::other("the attempt ended before its request left"))));
        }
        Poll::Ready(self.bytes.take().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
    }
}
