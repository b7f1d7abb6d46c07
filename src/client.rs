//! The operations on a recording.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use tracing::{Level, debug, enabled, info, warn};

use crate::credentials::Credentials;
use crate::error::{FailureCause, RecordingError};
use crate::model::{RecordingProfile, check_call};
use crate::options::{ClientOptions, Environment, StartOptions, check_timeout};
use crate::protocol::start::{self, StartedRecording};
use crate::protocol::{Call, HeaderStyle, StampSource, SystemStamps, headers, is_secret, unreadable};
use crate::transport::{Endpoint, HttpTransport, Progress, Request, Timeouts, TransportFailure};

/// Starts recordings, from async code.
///
/// Cheap to clone; all clones share everything. It runs on the tokio runtime that awaits it. Dropping the future of
/// a call cancels it: a request that had begun to leave may still have reached the service.
#[derive(Clone)]
pub struct RecordingClient {
    shared: Arc<Shared>,
}

struct Shared {
    credentials: Arc<Credentials>,
    endpoint: Endpoint,
    timeouts: Timeouts,
    header_style: HeaderStyle,
    user_agent: String,
    stamps: Arc<dyn StampSource>,
    transport: HttpTransport,
}

impl RecordingClient {
    /// A client with the given settings; the environment is not read.
    ///
    /// # Errors
    /// `InvalidInput` for unusable settings; `NotSent` where this host can't speak HTTPS, for want of CA certificates.
    pub fn new(credentials: impl Into<Arc<Credentials>>, options: ClientOptions) -> Result<Self, RecordingError> {
        Self::with_parts(credentials.into(), &options, "rust", Arc::new(SystemStamps))
    }

    /// A client of the environment's `RONGCLOUD_APP_KEY`, `RONGCLOUD_APP_SECRET` and `RONGCLOUD_DATA_CENTER` or
    /// `RONGCLOUD_API_URL`. Options that are given win.
    ///
    /// # Errors
    /// As [`new`](Self::new), and `InvalidInput` naming each variable that is missing.
    pub fn from_env(options: ClientOptions) -> Result<Self, RecordingError> {
        Self::from_environment(None, options, "rust")
    }

    /// A client whose nonces, times and request ids come from the given source, for tests.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_stamps(
        credentials: impl Into<Arc<Credentials>>,
        options: ClientOptions,
        stamps: Arc<dyn StampSource>,
    ) -> Result<Self, RecordingError> {
        Self::with_parts(credentials.into(), &options, "rust", stamps)
    }

    /// A client of what is given and, for the rest, of the environment.
    pub(crate) fn from_environment(
        credentials: Option<Arc<Credentials>>,
        options: ClientOptions,
        language: &str,
    ) -> Result<Self, RecordingError> {
        let environment = Environment::PROCESS;
        let credentials = match credentials {
            Some(credentials) => credentials,
            None => Arc::new(Credentials::from_environment(&environment)?),
        };
        let options = options.or_environment(&environment)?;
        Self::with_parts(credentials, &options, language, Arc::new(SystemStamps))
    }

    fn with_parts(
        credentials: Arc<Credentials>,
        options: &ClientOptions,
        language: &str,
        stamps: Arc<dyn StampSource>,
    ) -> Result<Self, RecordingError> {
        let (endpoint, timeouts) = options.resolved()?;
        let transport = HttpTransport::new(&endpoint, timeouts.connect).map_err(|failure| match failure {
            TransportFailure::Failed { cause, reason } => RecordingError::NotSent { cause, reason, request_id: None },
            TransportFailure::Closed | TransportFailure::TooLarge { .. } => {
                RecordingError::Internal { reason: "the HTTP client could not be made".to_owned() }
            }
        })?;
        Ok(Self {
            shared: Arc::new(Shared {
                credentials,
                endpoint,
                timeouts,
                header_style: options.header_style.unwrap_or_default(),
                user_agent: format!("rongcloud-recording/{} ({language})", env!("CARGO_PKG_VERSION")),
                stamps,
                transport,
            }),
        })
    }

    /// Starts recording a session of a room: `POST /rtc/record/start.json`.
    ///
    /// `session_id` is the current call's, from the room status callback or the room query. The console's recording
    /// trigger must be set to manual. The request is sent at most once, whatever happens: the service has no key by
    /// which it could know a repeated start, so repeating one is the caller's decision. Source: record/start.
    ///
    /// # Errors
    /// `InvalidInput`, `NotSent`, `OutcomeUnknown`, `Refused`, `UnreadableReply`, and `Cancelled` where the client
    /// is closed meanwhile.
    pub async fn start(
        &self,
        room_id: &str,
        session_id: &str,
        profile: &RecordingProfile,
        options: StartOptions,
    ) -> Result<StartedRecording, RecordingError> {
        self.start_observed(room_id, session_id, profile, options, Arc::default()).await
    }

    pub(crate) async fn start_observed(
        &self,
        room_id: &str,
        session_id: &str,
        profile: &RecordingProfile,
        options: StartOptions,
        progress: Arc<Progress>,
    ) -> Result<StartedRecording, RecordingError> {
        let mut violations = check_call(room_id, session_id);
        let overall = options.timeout.unwrap_or(self.shared.timeouts.overall);
        check_timeout("timeout", overall, &mut violations);
        RecordingError::from_violations(violations)?;

        let body = start::body(session_id, options.extra.as_deref().unwrap_or_default(), profile)?;
        let timeouts = Timeouts { overall, ..self.shared.timeouts };
        let sent = self.shared.send(start::PATH, room_id, session_id, body, timeouts, &progress).await;
        let started = sent.and_then(|(reply, call)| start::read_reply(&reply, &call));
        match &started {
            Ok(started) => info!(
                request_id = started.request_id,
                room_id,
                session_id,
                record_id = started.record_id,
                "recording started"
            ),
            Err(error) => warn!(
                request_id = error.request_id(),
                room_id,
                session_id,
                error = error.to_string(),
                "recording not started"
            ),
        }
        started
    }

    /// Closes the client: calls under way end at once as `Cancelled`, later ones fail as `NotSent`.
    ///
    /// All clones are closed with it. In a forked child this closes the child's client only.
    pub fn close(&self) {
        self.shared.transport.close();
    }
}

impl Shared {
    async fn send(
        &self,
        path: &str,
        room_id: &str,
        session_id: &str,
        body: Vec<u8>,
        timeouts: Timeouts,
        progress: &Arc<Progress>,
    ) -> Result<(crate::protocol::HttpReply, Call), RecordingError> {
        let stamp = self.stamps.stamp().map_err(|reason| RecordingError::NotSent {
            cause: FailureCause::Local,
            reason,
            request_id: None,
        })?;
        progress.set_request_id(&stamp.request_id);
        let call = Call {
            room_id: room_id.to_owned(),
            session_id: session_id.to_owned(),
            request_id: stamp.request_id.clone(),
        };
        let request = Request {
            url: self.endpoint.url(path),
            headers: headers(&self.credentials, &stamp, self.header_style, room_id, &self.user_agent),
            body,
        };
        log_request(&request, &call);
        let begun = Instant::now();
        match self.transport.send(request, timeouts, progress).await {
            Ok(reply) => {
                let elapsed_ms = begun.elapsed().as_millis();
                debug!(request_id = call.request_id, status = reply.status, %elapsed_ms, "reply");
                Ok((reply, call))
            }
            Err(failure) => Err(call.failed(failure, progress.left())),
        }
    }
}

impl Call {
    /// The public error of a request that got no usable answer. Whether it had begun to leave decides.
    fn failed(self, failure: TransportFailure, left: bool) -> RecordingError {
        match failure {
            TransportFailure::Failed { cause, reason } if left => RecordingError::OutcomeUnknown {
                cause,
                reason,
                request_id: self.request_id,
                room_id: self.room_id,
                session_id: self.session_id,
                status: None,
                code: None,
            },
            TransportFailure::Failed { cause, reason } => {
                RecordingError::NotSent { cause, reason, request_id: Some(self.request_id) }
            }
            TransportFailure::Closed => RecordingError::Cancelled { sent: left, request_id: Some(self.request_id) },
            TransportFailure::TooLarge { status } => {
                unreadable(status, &self, "the body is larger than any reply of the service".to_owned())
            }
        }
    }
}

/// The request as it is sent, secrets redacted.
fn log_request(request: &Request, call: &Call) {
    if !enabled!(Level::DEBUG) {
        return;
    }
    let mut text = String::new();
    for (name, value) in &request.headers {
        let value = if is_secret(name) { "[redacted]" } else { value.as_str() };
        text.push_str(&format!("\n    {name}: {value}"));
    }
    debug!(
        request_id = call.request_id,
        method = "POST",
        url = request.url,
        headers = %text,
        body = %String::from_utf8_lossy(&request.body),
        "request"
    );
}

impl fmt::Debug for RecordingClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordingClient")
            .field("endpoint", &self.shared.endpoint)
            .field("timeouts", &self.shared.timeouts)
            .finish_non_exhaustive()
    }
}
