//! The one public error. It answers first of all whether the service may have seen the request.

mod violation;

use std::time::{Duration, SystemTime};

pub(crate) use violation::shown;
pub use violation::{Violation, codes};

/// Where on its way a request failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, uniffi::Enum)]
#[non_exhaustive]
pub enum FailureCause {
    /// The host name could not be resolved.
    NameResolution,
    /// No TCP connection could be made.
    Connection,
    /// The TLS handshake failed: an untrusted, expired or wrong-host certificate, or no common version.
    Tls,
    /// The connect timeout or the overall deadline ran out.
    Timeout,
    /// This client has too many calls under way or waiting for their turn: see [`ConnectionPolicy`](crate::ConnectionPolicy).
    Overloaded,
    /// The connection broke after the request had begun to leave.
    ConnectionLost,
    /// The service or a gateway answered that it failed itself: HTTP 5xx, or service code 1000 or 1050.
    ServerFailure,
    /// The client or its runtime had been closed before the call.
    ClientClosed,
    /// This machine could not make the request: it has no CA certificates, random numbers, clock or threads to use.
    Local,
}

/// Everything that can go wrong, by what is known about the request.
///
/// Three questions decide what a caller does next, and every variant answers them:
/// was anything sent ([`maybe_sent`](Self::maybe_sent)), may the same call be made again without
/// the risk of recording twice ([`is_retryable`](Self::is_retryable)), and under which id can the
/// vendor find the request ([`request_id`](Self::request_id)). No text in it ever holds a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, uniffi::Error)]
#[non_exhaustive]
pub enum RecordingError {
    /// The input breaks documented rules. Nothing was sent. All violations are listed at once.
    #[error("{}", violation::sentence(violations))]
    InvalidInput {
        /// Every violation found, in the order of the request's fields.
        violations: Vec<Violation>,
    },
    /// The request provably never left this machine: making the call again can't record twice.
    #[error("not sent: {reason}")]
    NotSent {
        /// Where it failed.
        cause: FailureCause,
        /// What happened, as a sentence.
        reason: String,
        /// The `X-Request-ID` it would have carried, if one had been made.
        request_id: Option<String>,
    },
    /// The request may have reached the service and no answer tells what became of it.
    /// After a start, a recording may be running, and making the call again may record twice.
    #[error("outcome unknown (request {request_id}, room {room_id}, session {session_id}): {reason}; {}", advice(*retryable))]
    OutcomeUnknown {
        /// Where it failed.
        cause: FailureCause,
        /// What happened, as a sentence.
        reason: String,
        /// The `X-Request-ID` that was sent.
        request_id: String,
        /// When it was sent, by this host's clock.
        sent_at: SystemTime,
        /// The room of the call.
        room_id: String,
        /// The session of the call; empty where it was not about one.
        session_id: String,
        /// HTTP status, where the failure was answered by a server.
        status: Option<i32>,
        /// The service's `code`, where the failure was answered by the service.
        code: Option<i32>,
        /// Whether the call may be repeated all the same, because doing it twice is the same as doing it once:
        /// true but for a start.
        retryable: bool,
    },
    /// The service answered and refused. Nothing was started.
    #[error("{}", refused_sentence(*status, *code, reason, request_id))]
    Refused {
        /// HTTP status.
        status: i32,
        /// The service's `code`; absent where the answer's body had none.
        code: Option<i32>,
        /// Whether the refusal is of the kind that passes, so that the same call may succeed later.
        retryable: bool,
        /// How long the service asks to wait before another request: the header `Retry-After`.
        retry_after: Option<Duration>,
        /// What the code means and the service's own `errorMessage`, as a sentence.
        reason: String,
        /// The `X-Request-ID` that was sent.
        request_id: String,
    },
    /// An answer came that can't be understood. The service saw the request, and a recording may be running.
    #[error("unreadable reply, HTTP {status} (request {request_id}): {reason}")]
    UnreadableReply {
        /// HTTP status.
        status: i32,
        /// What is wrong with the reply, as a sentence.
        reason: String,
        /// The `X-Request-ID` that was sent.
        request_id: String,
    },
    /// The call was ended from this side: cancelled by the caller, or its client was closed.
    #[error("cancelled{}", if *sent { " after the request had begun to leave: its outcome is unknown" } else { " before anything was sent" })]
    Cancelled {
        /// Whether the request had begun to leave.
        sent: bool,
        /// The `X-Request-ID` of the request, if one had been made.
        request_id: Option<String>,
    },
    /// A defect in this library. Please report it.
    #[error("internal: {reason}")]
    Internal {
        /// What happened, as a sentence.
        reason: String,
    },
}

/// What the caller of a call whose outcome is unknown can do.
fn advice(retryable: bool) -> &'static str {
    if retryable {
        "the call may be made again: doing it twice is the same as doing it once"
    } else {
        "a recording may be running: wait for its callback, or stop the session's recording, before starting another"
    }
}

fn refused_sentence(status: i32, code: Option<i32>, reason: &str, request_id: &str) -> String {
    match code {
        Some(code) => format!("refused with code {code}, HTTP {status} (request {request_id}): {reason}"),
        None => format!("refused with HTTP {status} (request {request_id}): {reason}"),
    }
}

#[uniffi::export]
impl RecordingError {
    /// The service's `code` from the reply's body (for instance 1004: the signature check failed).
    /// Absent where the service gave none.
    pub fn code(&self) -> Option<i32> {
        match self {
            Self::Refused { code, .. } | Self::OutcomeUnknown { code, .. } => *code,
            _ => None,
        }
    }

    /// The reply's HTTP status. Absent where no reply came.
    pub fn status(&self) -> Option<i32> {
        match self {
            Self::Refused { status, .. } | Self::UnreadableReply { status, .. } => Some(*status),
            Self::OutcomeUnknown { status, .. } => *status,
            _ => None,
        }
    }

    /// True where the same call may be made again without the risk of recording twice and may then succeed: it
    /// provably never left, doing it twice is the same as once, or the service said that it was called too often.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::NotSent { cause, .. } => !matches!(cause, FailureCause::ClientClosed | FailureCause::Local),
            Self::Refused { retryable, .. } | Self::OutcomeUnknown { retryable, .. } => *retryable,
            _ => false,
        }
    }

    /// How long the service asks to wait before another request: the reply's `Retry-After`. Absent where it doesn't.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// True where the service may have seen the request.
    pub fn maybe_sent(&self) -> bool {
        match self {
            Self::InvalidInput { .. } | Self::NotSent { .. } => false,
            Self::Cancelled { sent, .. } => *sent,
            Self::OutcomeUnknown { .. }
            | Self::Refused { .. }
            | Self::UnreadableReply { .. }
            | Self::Internal { .. } => true,
        }
    }

    /// The `X-Request-ID` of the request, by which the vendor's support finds it. Absent where none was made.
    pub fn request_id(&self) -> Option<String> {
        match self {
            Self::NotSent { request_id, .. } | Self::Cancelled { request_id, .. } => request_id.clone(),
            Self::OutcomeUnknown { request_id, .. }
            | Self::Refused { request_id, .. }
            | Self::UnreadableReply { request_id, .. } => Some(request_id.clone()),
            Self::InvalidInput { .. } | Self::Internal { .. } => None,
        }
    }

    /// The whole error as one readable text, the same in all languages.
    pub fn sentence(&self) -> String {
        self.to_string()
    }
}

impl RecordingError {
    /// The same error, its reason followed by a further clause.
    pub(crate) fn with_note(mut self, note: &str) -> Self {
        match &mut self {
            Self::NotSent { reason, .. }
            | Self::OutcomeUnknown { reason, .. }
            | Self::Refused { reason, .. }
            | Self::UnreadableReply { reason, .. }
            | Self::Internal { reason } => {
                reason.push_str("; ");
                reason.push_str(note);
            }
            Self::InvalidInput { .. } | Self::Cancelled { .. } => {}
        }
        self
    }

    /// `Ok` without violations, else all of them as one error.
    pub(crate) fn from_violations(violations: Vec<Violation>) -> Result<(), Self> {
        if violations.is_empty() { Ok(()) } else { Err(Self::InvalidInput { violations }) }
    }
}
