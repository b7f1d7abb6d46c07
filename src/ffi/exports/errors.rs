//! Errors, refusals and times: how they cross, and errors that are made by hand.

use crate::callback::{CallbackError, Refusal};
use crate::error::{Failure, RecordingError};
use crate::time::{Span, Timestamp};

uniffi::custom_type!(
    /// A length of time, in nanoseconds.
    Span,
    i64,
    {
        lower: |span| span.0,
        try_lift: |nanoseconds| Ok(Span(nanoseconds)),
    }
);

uniffi::custom_type!(
    /// A moment, in milliseconds since 1970-01-01 UTC.
    Timestamp,
    i64,
    {
        lower: |time| time.0,
        try_lift: |milliseconds| Ok(Timestamp(milliseconds)),
    }
);

uniffi::custom_type!(
    /// Everything that can go wrong, by what is known about the request.
    RecordingError,
    Failure
);

uniffi::custom_type!(
    /// A callback that must not be trusted.
    CallbackError,
    Refusal
);

/// Completes an error with everything that follows from what it says: the sentence, `maybe_sent`, `may_be_recording`
/// and, except for `Refused`, `is_retryable`. For errors that are made by hand, in tests.
///
/// For `Cancelled`, `maybe_sent` is kept as given.
///
/// Errors: `InvalidInput` if it lacks what its kind requires: the call (`OutcomeUnknown`, `Refused`,
/// `UnreadableReply`), the cause (`NotSent`, `OutcomeUnknown`), the entry (`Conflict`) or the
/// status (`Refused`, `UnreadableReply`).
///
/// Arguments:
/// - error: what is known. The values that follow from it may be anything.
#[uniffi::export]
pub fn completed(error: RecordingError) -> Result<RecordingError, RecordingError> {
    Ok(error)
}

/// Completes a refusal with everything that follows from its reason and explanation. For refusals that are made by
/// hand, in guards and tests.
///
/// Errors: none are expected, but every call across the language boundary may report `Internal`.
#[uniffi::export]
pub fn completed_refusal(refusal: CallbackError) -> Result<CallbackError, RecordingError> {
    Ok(refusal)
}
