//! The one public error. First of all, it says whether the service may have seen the request.

mod attempt;
mod call;
mod failure;
mod range;
mod violation;

use std::time::Duration;

pub use attempt::{Attempt, Attempts};
pub use call::{CallContext, OperationKind};
pub use failure::{Failure, FailureKind};
pub(crate) use range::{checked_above_zero, checked_length, checked_timeout};
pub(crate) use violation::shown;
pub use violation::{Violation, codes};

use crate::documented::documented;
use crate::entry::{LedgerEntry, LedgerState};

documented! {
/// The stage at which a request failed. More may be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum FailureCause {
    /// The host name could not be resolved.
    NameResolution,
    /// No TCP connection could be made.
    Connection,
    /// The TLS handshake failed: an untrusted, expired or wrong-host certificate, or no common version.
    Tls,
    /// The connect timeout or the overall deadline expired.
    Timeout,
    /// This client has too many calls in progress or waiting for a permit: see
    /// [`ConnectionPolicy`](crate::ConnectionPolicy).
    Overloaded,
    /// The connection broke after the request had begun to leave.
    ConnectionLost,
    /// The service or a gateway reported a failure of its own: HTTP 5xx, or service code 1000, 1050 or 40002.
    ServerFailure,
    /// The client or its runtime was closed before the call.
    ClientClosed,
    /// The ledger's store could not be reached or failed. Without it, the request is not sent.
    Store,
    /// This machine could not make the request: it has no usable CA certificates, random numbers, clock, threads or
    /// descriptors.
    Local,
}
}

impl FailureCause {
    /// Its name where it is one word of many: in metrics, and in the fields of spans.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::NameResolution => "name_resolution",
            Self::Connection => "connection",
            Self::Tls => "tls",
            Self::Timeout => "timeout",
            Self::Overloaded => "overloaded",
            Self::ConnectionLost => "connection_lost",
            Self::ServerFailure => "server_failure",
            Self::ClientClosed => "client_closed",
            Self::Store => "store",
            Self::Local => "local",
        }
    }
}

/// Everything that can go wrong, by what is known about the request.
///
/// Every variant answers the three questions that decide what to do next: may a recording be running because of this
/// call ([`may_be_recording`](Self::may_be_recording)), may the same call be repeated without the risk of recording
/// twice ([`is_retryable`](Self::is_retryable)), and under which id can the vendor find the request
/// ([`request_id`](Self::request_id))? No text in it ever contains a secret. [`Failure`] has all of this in one record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecordingError {
    /// The input breaks documented rules. All violations are listed at once.
    #[error("{}", violation::sentence(violations, call.as_deref()))]
    InvalidInput {
        /// Every violation found, in the order of the request's fields.
        violations: Vec<Violation>,
        /// The call that was not made. Absent if there was no call: settings, a profile, a layout.
        call: Option<Box<CallContext>>,
    },
    /// The request provably never left this machine, so repeating the call can't record twice.
    #[error("{}not sent: {reason}", named(call.as_deref()))]
    NotSent {
        /// The stage at which it failed.
        cause: FailureCause,
        /// What happened, as a sentence.
        reason: String,
        /// The call that was not made. Absent if there was no call: creating a client.
        call: Option<Box<CallContext>>,
    },
    /// The request may have reached the service, and no reply says what happened. After a start, a recording may be
    /// running, and repeating the call may record twice.
    #[error("{}", unknown_sentence(reason, call, *retryable))]
    OutcomeUnknown {
        /// The stage at which it failed.
        cause: FailureCause,
        /// What happened, as a sentence.
        reason: String,
        /// The HTTP status, if a server reported the failure.
        status: Option<i32>,
        /// The service's `code`, if the service reported the failure.
        code: Option<i32>,
        /// Whether the call may still be repeated, because it has the same effect twice as once: true except for a
        /// start.
        retryable: bool,
        /// The call.
        call: Box<CallContext>,
    },
    /// The service refused the request. Nothing was started.
    #[error("{}", refused_sentence(*status, *code, *earlier_may_have_acted, *retry_after, reason, call))]
    Refused {
        /// The HTTP status.
        status: i32,
        /// The service's `code`. Absent if the reply's body had none.
        code: Option<i32>,
        /// Whether the refusal is temporary, so that the same call may succeed later.
        retryable: bool,
        /// Whether an earlier attempt of the same call, whose outcome is unknown, may have done what was asked.
        earlier_may_have_acted: bool,
        /// How long the service asks to wait before another request: the header `Retry-After`.
        retry_after: Option<Duration>,
        /// The meaning of the code and the service's own `errorMessage`, as a sentence.
        reason: String,
        /// The call.
        call: Box<CallContext>,
    },
    /// A reply came that can't be understood. The service saw the request; after a start, a recording may be running.
    #[error("{}unreadable reply, HTTP {status} ({call}): {reason}{}", named(Some(call)), advice_after_start(call))]
    UnreadableReply {
        /// The HTTP status.
        status: i32,
        /// What is wrong with the reply, as a sentence.
        reason: String,
        /// The call.
        call: Box<CallContext>,
    },
    /// The ledger has something on record for the session that this call conflicts with: another start that is in flight or
    /// whose outcome is unknown, or a recording that was started with other arguments. This call sent nothing.
    #[error("{}conflict: {reason} ({entry})", named(call.as_deref()))]
    Conflict {
        /// What is on record.
        entry: Box<LedgerEntry>,
        /// What it conflicts with, as a sentence.
        reason: String,
        /// The call, if it was one of the service's operations.
        call: Option<Box<CallContext>>,
    },
    /// The call was ended from this side: the caller cancelled it, or its client was closed.
    #[error("{}", cancelled_sentence(*sent, call.as_deref()))]
    Cancelled {
        /// Whether the request had begun to leave.
        sent: bool,
        /// The call, if it had begun.
        call: Option<Box<CallContext>>,
    },
    /// A defect in this library. Please report it.
    #[error("{}internal: {reason}", named(call.as_deref()))]
    Internal {
        /// What happened, as a sentence.
        reason: String,
        /// The call that it happened in, if known.
        call: Option<Box<CallContext>>,
    },
}

const EARLIER_ATTEMPT: &str = ", and an earlier attempt whose outcome is unknown may have done it";

/// What the caller of a call whose outcome is unknown can do.
fn unknown_sentence(reason: &str, call: &CallContext, retryable: bool) -> String {
    let advice: &str = if retryable {
        "the call may be made again: doing it twice is the same as doing it once"
    } else {
        &after_unknown_start(call)
    };
    format!("{}outcome unknown ({call}): {reason}; {advice}", named(Some(call)))
}

fn after_unknown_start(call: &CallContext) -> String {
    let known_by = if call.extra.is_empty() { "" } else { ", which has the same extra" };
    format!(
        "a recording may be running: wait for its callback{known_by}, or stop the session's recording, before starting \
         another"
    )
}

fn advice_after_start(call: &CallContext) -> String {
    if call.operation == OperationKind::Start { format!("; {}", after_unknown_start(call)) } else { String::new() }
}

fn cancelled_sentence(sent: bool, call: Option<&CallContext>) -> String {
    let named = named(call);
    match call {
        Some(call) if sent => {
            let advice = advice_after_start(call);
            format!("{named}cancelled after the request had begun to leave ({call}): its outcome is unknown{advice}")
        }
        _ if sent => format!("{named}cancelled after the request had begun to leave: its outcome is unknown"),
        _ => format!("{named}cancelled before its request had begun to leave"),
    }
}

fn refused_sentence(
    status: i32,
    code: Option<i32>,
    earlier_may_have_acted: bool,
    retry_after: Option<Duration>,
    reason: &str,
    call: &CallContext,
) -> String {
    let named = named(Some(call));
    let code = code.map(|code| format!("code {code}, ")).unwrap_or_default();
    let earlier = if earlier_may_have_acted { EARLIER_ATTEMPT } else { "" };
    let wait = retry_after.map(|wait| format!("; it asks to wait {} s", wait.as_secs())).unwrap_or_default();
    format!("{named}refused with {code}HTTP {status} ({call}): {reason}{earlier}{wait}")
}

/// The operation, as a sentence begins with it.
fn named(call: Option<&CallContext>) -> String {
    call.map(|call| format!("{}: ", call.operation.facts().name)).unwrap_or_default()
}

impl RecordingError {
    /// The service's `code` from the reply's body, for example 1004: the signature check failed. Absent if the service
    /// gave none.
    pub fn code(&self) -> Option<i32> {
        match self {
            Self::Refused { code, .. } | Self::OutcomeUnknown { code, .. } => *code,
            _ => None,
        }
    }

    /// The reply's HTTP status. Absent if no reply came.
    pub fn status(&self) -> Option<i32> {
        match self {
            Self::Refused { status, .. } | Self::UnreadableReply { status, .. } => Some(*status),
            Self::OutcomeUnknown { status, .. } => *status,
            _ => None,
        }
    }

    /// True if the same call may be repeated without the risk of recording twice, and may then succeed: it provably
    /// never left, it has the same effect twice as once, or the service said that it was called too often.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::NotSent { cause, .. } => !matches!(cause, FailureCause::ClientClosed | FailureCause::Local),
            Self::Refused { retryable, .. } | Self::OutcomeUnknown { retryable, .. } => *retryable,
            // The ledger sends no second one.
            Self::Conflict { entry, .. } => entry.state.is_unresolved(),
            _ => false,
        }
    }

    /// How long the service asks to wait before another request: the reply's `Retry-After`. Absent if it doesn't ask.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// True if the service may have seen the request.
    pub fn maybe_sent(&self) -> bool {
        match self {
            Self::InvalidInput { .. } | Self::NotSent { .. } | Self::Conflict { .. } => false,
            Self::Cancelled { sent, .. } => *sent,
            Self::OutcomeUnknown { .. }
            | Self::Refused { .. }
            | Self::UnreadableReply { .. }
            | Self::Internal { .. } => true,
        }
    }

    /// True if a recording may be running because of this call: it is a start that may have reached the service and was
    /// not refused. Before you start another, wait for a callback with the same `extra`, or stop the session's
    /// recording. Never true for a stop, a layout change or a room query; true for an `Internal` error that doesn't
    /// know its call.
    pub fn may_be_recording(&self) -> bool {
        match self {
            Self::Refused { .. } => false,
            Self::Internal { call: None, .. } => true,
            Self::Conflict { entry, .. } => entry.state.is_unresolved() || entry.state == LedgerState::Running,
            _ => self.maybe_sent() && self.operation() == Some(OperationKind::Start),
        }
    }

    /// True for a refusal that may come too late: an earlier attempt of the same call, whose outcome is unknown, may
    /// have done what was asked.
    pub fn earlier_may_have_acted(&self) -> bool {
        matches!(self, Self::Refused { earlier_may_have_acted: true, .. })
    }

    /// The call that the error is about: operation, room, session, `extra`, request id. Absent if it is about no call.
    pub fn call(&self) -> Option<CallContext> {
        self.context().cloned()
    }

    /// The operation. If `start_in_room` fails at its query, this is the query. Absent if there was no call.
    pub fn operation(&self) -> Option<OperationKind> {
        self.context().map(|call| call.operation)
    }

    /// The `X-Request-ID` of the request, by which the vendor's support can find it. Absent if no request was made.
    pub fn request_id(&self) -> Option<String> {
        self.context().and_then(|call| call.request_id.clone())
    }

    /// Every attempt that failed, in order. Empty if no request was made, and if there was no call.
    pub fn attempts(&self) -> &[Attempt] {
        self.context().map_or(&[], |call| &call.attempts)
    }

    /// The whole error as one readable text, the same in all languages.
    pub fn sentence(&self) -> String {
        self.to_string()
    }
}

impl RecordingError {
    /// What is known about the request.
    pub(crate) fn kind(&self) -> FailureKind {
        match self {
            Self::InvalidInput { .. } => FailureKind::InvalidInput,
            Self::NotSent { .. } => FailureKind::NotSent,
            Self::OutcomeUnknown { .. } => FailureKind::OutcomeUnknown,
            Self::Refused { .. } => FailureKind::Refused,
            Self::UnreadableReply { .. } => FailureKind::UnreadableReply,
            Self::Conflict { .. } => FailureKind::Conflict,
            Self::Cancelled { .. } => FailureKind::Cancelled,
            Self::Internal { .. } => FailureKind::Internal,
        }
    }

    fn context(&self) -> Option<&CallContext> {
        match self {
            Self::InvalidInput { call, .. }
            | Self::NotSent { call, .. }
            | Self::Conflict { call, .. }
            | Self::Cancelled { call, .. }
            | Self::Internal { call, .. } => call.as_deref(),
            Self::OutcomeUnknown { call, .. } | Self::Refused { call, .. } | Self::UnreadableReply { call, .. } => {
                Some(call)
            }
        }
    }

    /// The error of a call that failed on this side before it began.
    pub(crate) fn not_sent(cause: FailureCause, reason: impl Into<String>) -> Self {
        Self::NotSent { cause, reason: reason.into(), call: None }
    }

    /// The error of a defect in this library.
    pub(crate) fn internal(reason: impl Into<String>) -> Self {
        Self::Internal { reason: reason.into(), call: None }
    }

    /// The same error, about this call where it was about none.
    pub(crate) fn about(mut self, context: &CallContext) -> Self {
        if let Self::InvalidInput { call, .. }
        | Self::NotSent { call, .. }
        | Self::Conflict { call, .. }
        | Self::Cancelled { call, .. }
        | Self::Internal { call, .. } = &mut self
        {
            call.get_or_insert_with(|| Box::new(context.clone()));
        }
        self
    }

    /// The stage at which a request failed, and what happened, as an attempt tells it.
    pub(crate) fn cause_and_reason(&self) -> (Option<FailureCause>, &str) {
        match self {
            Self::NotSent { cause, reason, .. } | Self::OutcomeUnknown { cause, reason, .. } => (Some(*cause), reason),
            Self::Refused { reason, .. }
            | Self::UnreadableReply { reason, .. }
            | Self::Conflict { reason, .. }
            | Self::Internal { reason, .. } => (None, reason),
            Self::InvalidInput { .. } | Self::Cancelled { .. } => (None, ""),
        }
    }

    /// The same error, with the attempts of its call.
    pub(crate) fn with_attempts(mut self, attempts: Attempts) -> Self {
        match &mut self {
            Self::InvalidInput { call, .. }
            | Self::NotSent { call, .. }
            | Self::Conflict { call, .. }
            | Self::Cancelled { call, .. }
            | Self::Internal { call, .. } => {
                if let Some(call) = call {
                    call.attempts = attempts;
                }
            }
            Self::OutcomeUnknown { call, .. } | Self::Refused { call, .. } | Self::UnreadableReply { call, .. } => {
                call.attempts = attempts;
            }
        }
        self
    }

    /// The same error, its reason followed by a further clause.
    pub(crate) fn with_note(mut self, note: &str) -> Self {
        match &mut self {
            Self::NotSent { reason, .. }
            | Self::OutcomeUnknown { reason, .. }
            | Self::Refused { reason, .. }
            | Self::UnreadableReply { reason, .. }
            | Self::Conflict { reason, .. }
            | Self::Internal { reason, .. } => {
                reason.push_str("; ");
                reason.push_str(note);
            }
            Self::InvalidInput { .. } | Self::Cancelled { .. } => {}
        }
        self
    }

    /// `Ok` without violations, else all of them as one error.
    pub(crate) fn from_violations(violations: Vec<Violation>) -> Result<(), Self> {
        if violations.is_empty() { Ok(()) } else { Err(Self::InvalidInput { violations, call: None }) }
    }
}
