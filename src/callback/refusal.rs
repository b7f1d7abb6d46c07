//! Why a callback was not accepted.

use crate::documented::documented;

documented! {
/// Why a callback was not accepted, for your log. Answer the sender with [`CallbackError::http_status`] and nothing
/// more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
#[non_exhaustive]
pub enum RefusalReason {
    /// The nonce, timestamp or signature is missing: not a callback of the service.
    MissingSignature,
    /// A signing field occurs twice, contains characters that it never has, or is not a time in the expected unit.
    MalformedSignature,
    /// The signature matches none of the secrets.
    WrongSignature,
    /// The signature is that of a request sent by this library. The service signs callbacks by the same rule and with
    /// the same secret, and someone who saw the request is using it to forge a callback.
    OwnRequest,
    /// The timestamp is too far from this machine's clock, in the past or in the future.
    OutsideTimeWindow,
    /// The signature was used before with another body: a captured signature on a forged body.
    Replayed,
    /// The app key is not one of yours.
    UnknownApp,
    /// The body is larger than allowed.
    TooLarge,
    /// The body is not the JSON of such a callback.
    UnreadableBody,
    /// The replay guard's store failed or is full, so whether the callback is new is not known. The service should try
    /// again.
    GuardFailed,
}
}

/// A callback that must not be trusted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CallbackError {
    /// The callback was refused.
    #[error("callback refused: {explanation}")]
    Refused {
        /// Why, as a value that a program can act on.
        reason: RefusalReason,
        /// Why, as a sentence for your log. It contains nothing that the sender could not know.
        explanation: String,
    },
}

impl CallbackError {
    pub(super) fn refused(reason: RefusalReason, explanation: impl Into<String>) -> Self {
        Self::Refused { reason, explanation: explanation.into() }
    }
}

impl CallbackError {
    /// The HTTP status to answer with: 401 for any problem with the signature, 413 or 400 for a problem with the body,
    /// 503 if the service should try again.
    pub fn http_status(&self) -> i32 {
        let Self::Refused { reason, .. } = self;
        match reason {
            RefusalReason::TooLarge => 413,
            RefusalReason::UnreadableBody => 400,
            RefusalReason::GuardFailed => 503,
            _ => 401,
        }
    }
}

/// Everything that is known about a callback that was refused, in one record.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
#[non_exhaustive]
pub struct Refusal {
    /// Why, as a value that a program can act on.
    pub reason: RefusalReason,
    /// Why, as a sentence for your log. It contains nothing that the sender could not know.
    pub explanation: String,
    /// The HTTP status to answer with: 401 for any problem with the signature, 413 or 400 for a problem with the body,
    /// 503 if the service should try again. It follows from the reason.
    #[cfg_attr(feature = "ffi", uniffi(default = 0))]
    pub http_status: i32,
    /// The whole refusal as one readable text, the same in all languages. It follows from the explanation.
    #[cfg_attr(feature = "ffi", uniffi(default = ""))]
    pub sentence: String,
}

impl From<CallbackError> for Refusal {
    fn from(error: CallbackError) -> Self {
        let (http_status, sentence) = (error.http_status(), error.to_string());
        let CallbackError::Refused { reason, explanation } = error;
        Self { reason, explanation, http_status, sentence }
    }
}

impl From<Refusal> for CallbackError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused { reason: refusal.reason, explanation: refusal.explanation }
    }
}
