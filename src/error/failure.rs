//! An error as one record, with every fact worked out. This is how errors cross into other languages.

use std::time::Duration;

use super::{CallContext, FailureCause, OperationKind, RecordingError, Violation, codes};
use crate::documented::documented;
use crate::entry::LedgerEntry;
use crate::time::Span;

documented! {
/// What is known about the request of a call that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum FailureKind {
    /// The input breaks documented rules, and nothing was sent. All violations are listed at once.
    InvalidInput,
    /// The request provably never left this machine, so repeating the call can't record twice.
    NotSent,
    /// The request may have reached the service, and no reply says what happened. After a start, a recording may be
    /// running, and repeating the call may record twice.
    OutcomeUnknown,
    /// The service refused the request. Nothing was started.
    Refused,
    /// A reply came that can't be understood. The service saw the request; after a start, a recording may be running.
    UnreadableReply,
    /// The ledger has something on record for the session that this call conflicts with: another start that is in flight or
    /// whose outcome is unknown, or a recording that was started with other arguments. This call sent nothing.
    Conflict,
    /// The call was ended from this side: the caller cancelled it, or its client was closed.
    Cancelled,
    /// A defect in this library. Please report it.
    Internal,
}
}

impl FailureKind {
    /// Every kind.
    pub(crate) const ALL: [Self; 8] = [
        Self::InvalidInput,
        Self::NotSent,
        Self::OutcomeUnknown,
        Self::Refused,
        Self::UnreadableReply,
        Self::Conflict,
        Self::Cancelled,
        Self::Internal,
    ];

    /// Its name where it is one word of many, in metrics.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::InvalidInput => "invalid_input",
            Self::NotSent => "not_sent",
            Self::OutcomeUnknown => "outcome_unknown",
            Self::Refused => "refused",
            Self::UnreadableReply => "unreadable_reply",
            Self::Conflict => "conflict",
            Self::Cancelled => "cancelled",
            Self::Internal => "internal",
        }
    }
}

/// Everything that is known about a call that failed, in one record.
///
/// It answers the three questions that decide what to do next: may a recording be running because of this call
/// (`may_be_recording`), may the same call be repeated without the risk of recording twice (`is_retryable`), and under
/// which id can the vendor find the request (`request_id` of `call`)? No text in it ever contains a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Failure {
    /// What is known about the request.
    pub kind: FailureKind,
    /// The whole error as one readable text, the same in all languages: the operation, what happened, what is known and
    /// what to do.
    #[cfg_attr(feature = "ffi", uniffi(default = ""))]
    pub sentence: String,
    /// What happened, as a sentence without the context. Empty for `InvalidInput`, where the violations say it, and for
    /// `Cancelled`.
    #[cfg_attr(feature = "ffi", uniffi(default = ""))]
    pub reason: String,
    /// The stage at which the request failed. Only `NotSent` and `OutcomeUnknown` have one.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub cause: Option<FailureCause>,
    /// The reply's HTTP status. Absent if no reply came.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub status: Option<i32>,
    /// The service's `code` from the reply's body, for example 1004: the signature check failed. Absent if the service
    /// gave none.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub code: Option<i32>,
    /// True if the service may have seen the request.
    #[cfg_attr(feature = "ffi", uniffi(default = false))]
    pub maybe_sent: bool,
    /// True if a recording may be running because of this call: it is a start that may have reached the service and was
    /// not refused. Before you start another, wait for a callback with the same `extra`, or stop the session's
    /// recording. Never true for a stop, a layout change or a room query; true for an `Internal` error that doesn't
    /// know its call.
    #[cfg_attr(feature = "ffi", uniffi(default = false))]
    pub may_be_recording: bool,
    /// True if the same call may be repeated without the risk of recording twice, and may then succeed: it provably
    /// never left, it has the same effect twice as once, or the service said that it was called too often.
    #[cfg_attr(feature = "ffi", uniffi(default = false))]
    pub is_retryable: bool,
    /// True for a refusal that may come too late: an earlier attempt of the same call, whose outcome is unknown, may
    /// have done what was asked. A stop that is refused in this way has most likely stopped the recording.
    #[cfg_attr(feature = "ffi", uniffi(default = false))]
    pub earlier_may_have_acted: bool,
    /// How long the service asks to wait before another request: the reply's `Retry-After`. Absent if it doesn't ask.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub retry_after: Option<Span>,
    /// Every violation found, in the order of the request's fields. Empty except for `InvalidInput`.
    #[cfg_attr(feature = "ffi", uniffi(default = []))]
    pub violations: Vec<Violation>,
    /// The ledger's entry for the session. Only `Conflict` has one.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub entry: Option<LedgerEntry>,
    /// The call that the error is about: operation, room, session, `extra`, request id. If `start_in_room` fails at its
    /// query, this is the query. Absent if there was no call: settings, a profile, a layout.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub call: Option<CallContext>,
}

/// As its [`Failure`], which can be read again and made into an error.
#[cfg(feature = "serde")]
impl serde::Serialize for RecordingError {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Failure::from(self.clone()).serialize(serializer)
    }
}

impl From<RecordingError> for Failure {
    fn from(error: RecordingError) -> Self {
        let failure = Self {
            kind: error.kind(),
            sentence: error.to_string(),
            reason: String::new(),
            cause: None,
            status: error.status(),
            code: error.code(),
            maybe_sent: error.maybe_sent(),
            may_be_recording: error.may_be_recording(),
            is_retryable: error.is_retryable(),
            earlier_may_have_acted: error.earlier_may_have_acted(),
            retry_after: error.retry_after().map(Span::from),
            violations: Vec::new(),
            entry: None,
            call: error.call(),
        };
        match error {
            RecordingError::InvalidInput { violations, .. } => {
                Self { kind: FailureKind::InvalidInput, violations, ..failure }
            }
            RecordingError::NotSent { cause, reason, .. } => {
                Self { kind: FailureKind::NotSent, cause: Some(cause), reason, ..failure }
            }
            RecordingError::OutcomeUnknown { cause, reason, .. } => {
                Self { kind: FailureKind::OutcomeUnknown, cause: Some(cause), reason, ..failure }
            }
            RecordingError::Refused { reason, .. } => Self { kind: FailureKind::Refused, reason, ..failure },
            RecordingError::UnreadableReply { reason, .. } => {
                Self { kind: FailureKind::UnreadableReply, reason, ..failure }
            }
            RecordingError::Conflict { entry, reason, .. } => {
                Self { kind: FailureKind::Conflict, reason, entry: Some(*entry), ..failure }
            }
            RecordingError::Cancelled { .. } => Self { kind: FailureKind::Cancelled, ..failure },
            RecordingError::Internal { reason, .. } => Self { reason, ..failure },
        }
    }
}

impl TryFrom<Failure> for RecordingError {
    type Error = Self;

    /// Takes what can't be worked out from the rest. Fails as `InvalidInput` if any of that is missing.
    fn try_from(failure: Failure) -> Result<Self, Self> {
        let Failure { kind, reason, cause, status, code, violations, earlier_may_have_acted, .. } = failure;
        let retry_after = failure.retry_after.map(|span| Duration::try_from(span).unwrap_or_default());
        let call = failure.call.map(Box::new);
        Ok(match kind {
            FailureKind::InvalidInput => Self::InvalidInput { violations, call },
            FailureKind::Cancelled => Self::Cancelled { sent: failure.maybe_sent, call },
            FailureKind::Internal => Self::Internal { reason, call },
            FailureKind::Conflict => match failure.entry {
                Some(entry) => Self::Conflict { entry: Box::new(entry), reason, call },
                None => return Err(incomplete([("entry", true)])),
            },
            FailureKind::NotSent => match cause {
                Some(cause) => Self::NotSent { cause, reason, call },
                None => return Err(incomplete([("cause", true)])),
            },
            FailureKind::OutcomeUnknown => match (cause, call) {
                (Some(cause), Some(call)) => {
                    let retryable = call.operation != OperationKind::Start;
                    Self::OutcomeUnknown { cause, reason, status, code, retryable, call }
                }
                (cause, call) => return Err(incomplete([("cause", cause.is_none()), ("call", call.is_none())])),
            },
            FailureKind::Refused => match (status, call) {
                (Some(status), Some(call)) => Self::Refused {
                    status,
                    code,
                    retryable: failure.is_retryable,
                    earlier_may_have_acted,
                    retry_after,
                    reason,
                    call,
                },
                (status, call) => return Err(incomplete([("status", status.is_none()), ("call", call.is_none())])),
            },
            FailureKind::UnreadableReply => match (status, call) {
                (Some(status), Some(call)) => Self::UnreadableReply { status, reason, call },
                (status, call) => return Err(incomplete([("status", status.is_none()), ("call", call.is_none())])),
            },
        })
    }
}

/// The error for one that lacks what its kind has.
fn incomplete<const N: usize>(fields: [(&str, bool); N]) -> RecordingError {
    let missing = fields.into_iter().filter(|(_, is_missing)| *is_missing);
    let violation = |(name, _)| Violation::new(name, codes::REQUIRED, "an error of this kind has one");
    RecordingError::InvalidInput { violations: missing.map(violation).collect(), call: None }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::entry::LedgerState;
    use crate::time::Timestamp;

    fn call(operation: OperationKind) -> Box<CallContext> {
        Box::new(CallContext::new(operation, "room1", "aaa", "order-7"))
    }

    fn entry(state: LedgerState) -> Box<LedgerEntry> {
        let text = || "aaa".to_owned();
        Box::new(LedgerEntry {
            app_key: text(),
            session_id: text(),
            room_id: text(),
            state,
            generation: 1,
            version: 2,
            record_id: Some(text()),
            other_record_ids: vec![text()],
            extra: text(),
            holder: text(),
            request_id: Some(text()),
            requested_at: Some(Timestamp(1)),
            deadline: Some(Timestamp(2)),
            last_news_at: Some(Timestamp(3)),
            event_count: 4,
            changed_at: Timestamp(5),
            has_failed: true,
            is_doubled: true,
            reason: Some(text()),
        })
    }

    /// One of each kind, and those whose facts differ within a kind.
    fn errors() -> Vec<RecordingError> {
        let violation = Violation::new("sessionId", codes::EMPTY, "must not be empty");
        let of_each_operation = |operation| {
            let call = call(operation);
            let reason = "why".to_owned();
            [
                RecordingError::InvalidInput { violations: vec![violation.clone()], call: Some(call.clone()) },
                RecordingError::NotSent { cause: FailureCause::Tls, reason: reason.clone(), call: Some(call.clone()) },
                RecordingError::OutcomeUnknown {
                    cause: FailureCause::ServerFailure,
                    reason: reason.clone(),
                    status: Some(500),
                    code: Some(1000),
                    retryable: operation != OperationKind::Start,
                    call: call.clone(),
                },
                RecordingError::Refused {
                    status: 429,
                    code: Some(1008),
                    retryable: true,
                    earlier_may_have_acted: true,
                    retry_after: Some(Duration::from_secs(7)),
                    reason: reason.clone(),
                    call: call.clone(),
                },
                RecordingError::UnreadableReply { status: 200, reason: reason.clone(), call: call.clone() },
                RecordingError::NotSent {
                    cause: FailureCause::Store,
                    reason: reason.clone(),
                    call: Some(call.clone()),
                },
                RecordingError::Conflict {
                    entry: entry(LedgerState::Unknown),
                    reason: reason.clone(),
                    call: Some(call.clone()),
                },
                RecordingError::Cancelled { sent: true, call: Some(call.clone()) },
                RecordingError::Cancelled { sent: false, call: Some(call.clone()) },
                RecordingError::Internal { reason, call: Some(call) },
            ]
        };
        let about_no_call = [
            RecordingError::InvalidInput { violations: Vec::new(), call: None },
            RecordingError::not_sent(FailureCause::ClientClosed, "why"),
            RecordingError::Conflict { entry: entry(LedgerState::Running), reason: "why".to_owned(), call: None },
            RecordingError::Conflict { entry: entry(LedgerState::Over), reason: "why".to_owned(), call: None },
            RecordingError::Cancelled { sent: true, call: None },
            RecordingError::internal("why"),
        ];
        [OperationKind::Start, OperationKind::Stop]
            .into_iter()
            .flat_map(of_each_operation)
            .chain(about_no_call)
            .collect()
    }

    #[test]
    fn an_error_crosses_and_comes_back_as_it_was() {
        for error in errors() {
            assert_eq!(RecordingError::try_from(Failure::from(error.clone())), Ok(error));
        }
    }

    #[test]
    fn what_follows_from_an_error_is_worked_out_whatever_is_said_of_it() {
        for failure in errors().into_iter().map(Failure::from) {
            let said = Failure {
                sentence: "anything".to_owned(),
                may_be_recording: !failure.may_be_recording,
                maybe_sent: if failure.kind == FailureKind::Cancelled {
                    failure.maybe_sent
                } else {
                    !failure.maybe_sent
                },
                is_retryable: (failure.kind == FailureKind::Refused) == failure.is_retryable,
                ..failure.clone()
            };
            assert_eq!(Failure::from(RecordingError::try_from(said).unwrap()), failure);
        }
    }

    #[test]
    fn an_error_that_lacks_what_its_kind_has_is_refused_with_all_that_is_missing() {
        let missing = |kind| {
            let whole = Failure::from(RecordingError::internal("why"));
            match RecordingError::try_from(Failure { kind, ..whole }) {
                Err(RecordingError::InvalidInput { violations, call: None }) => {
                    violations.into_iter().map(|violation| format!("{} {}", violation.path, violation.code)).collect()
                }
                other => vec![format!("{other:?}")],
            }
        };
        assert_eq!(missing(FailureKind::NotSent), ["cause required"]);
        assert_eq!(missing(FailureKind::Conflict), ["entry required"]);
        assert_eq!(missing(FailureKind::OutcomeUnknown), ["cause required", "call required"]);
        assert_eq!(missing(FailureKind::Refused), ["status required", "call required"]);
        assert_eq!(missing(FailureKind::UnreadableReply), ["status required", "call required"]);
    }

    #[test]
    #[cfg(feature = "ffi")]
    fn an_error_crosses_as_the_bytes_of_its_record() {
        for error in errors() {
            let (mut bytes, mut of_record) = (Vec::new(), Vec::new());
            <RecordingError as uniffi::Lower<crate::UniFfiTag>>::write(error.clone(), &mut bytes);
            <Failure as uniffi::Lower<crate::UniFfiTag>>::write(error.clone().into(), &mut of_record);
            assert_eq!(bytes, of_record);
            assert_eq!(read(&bytes).unwrap(), error);
        }
    }

    #[test]
    #[cfg(feature = "ffi")]
    fn an_error_that_lacks_what_its_kind_has_comes_back_as_invalid_input_from_the_boundary_too() {
        let whole = Failure::from(RecordingError::internal("why"));
        let mut bytes = Vec::new();
        let lacking = Failure { kind: FailureKind::NotSent, ..whole };
        <Failure as uniffi::Lower<crate::UniFfiTag>>::write(lacking, &mut bytes);
        // UniFFI returns what it finds in this error, as the error of the function.
        let error = read(&bytes).unwrap_err().downcast::<RecordingError>().unwrap();
        assert_eq!(error.to_string(), "invalid input: cause: an error of this kind has one [required]");
    }

    #[cfg(feature = "ffi")]
    fn read(mut bytes: &[u8]) -> uniffi::Result<RecordingError> {
        <RecordingError as uniffi::Lift<crate::UniFfiTag>>::try_read(&mut bytes)
    }

    #[test]
    fn a_defect_may_have_started_a_recording_unless_it_is_known_to_be_of_another_call() {
        let may_be_recording = |call| RecordingError::Internal { reason: String::new(), call }.may_be_recording();
        assert!(may_be_recording(None));
        assert!(may_be_recording(Some(call(OperationKind::Start))));
        assert!(!may_be_recording(Some(call(OperationKind::Stop))));
    }

    #[test]
    fn a_conflict_sent_nothing_and_says_by_its_entry_what_may_be_running_and_whether_to_ask_again() {
        use LedgerState::{Ended, Free, Over, Running, Sending, Unknown, Uploaded};
        let told = |state| {
            let error = RecordingError::Conflict { entry: entry(state), reason: "why".to_owned(), call: None };
            assert!(!error.maybe_sent(), "{error}");
            (error.may_be_recording(), error.is_retryable())
        };
        assert_eq!([Sending, Unknown].map(told), [(true, true); 2]);
        assert_eq!(told(Running), (true, false));
        assert_eq!([Free, Ended, Uploaded, Over].map(told), [(false, false); 4]);
    }

    #[test]
    fn a_store_that_failed_is_worth_another_try_and_started_nothing() {
        let error = RecordingError::not_sent(FailureCause::Store, "why");
        assert!(error.is_retryable() && !error.maybe_sent() && !error.may_be_recording());
    }

    #[test]
    fn a_refusal_after_an_attempt_whose_outcome_is_unknown_says_so() {
        let sentences: Vec<_> =
            errors().iter().filter(|error| error.earlier_may_have_acted()).map(ToString::to_string).collect();
        assert_eq!(
            sentences[1],
            "stop: refused with code 1008, HTTP 429 (room room1, session aaa, extra order-7): why, and an earlier attempt \
             whose outcome is unknown may have done it; it asks to wait 7 s"
        );
    }
}
