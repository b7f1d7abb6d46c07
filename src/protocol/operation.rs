//! One request to the service: where it goes, what it says, and how its answer is read.

use std::time::Duration;

use bytes::Bytes;
use serde_json::Result as JsonResult;

use super::reply::{Call, HttpReply};
use crate::error::{CallContext, RecordingError, Violation, checked_timeout};
use crate::model::RecordType;
use crate::time::Span;

/// One request to the service, valid and ready to be signed.
pub(crate) struct Operation<T> {
    /// What it is about; no request has been made yet.
    pub context: CallContext,
    /// The recording that the answer names, for the log.
    pub record_id: fn(&T) -> Option<&str>,
    pub record_type: Option<RecordType>,
    /// Whether doing it twice is the same as doing it once.
    pub is_repeatable: bool,
    pub body: Bytes,
    /// The longest time for the call; where there is none, the client's.
    pub timeout: Option<Duration>,
    pub read: fn(&HttpReply, &Call) -> Result<T, RecordingError>,
}

/// The body and the timeout of a request without violations, or all of them.
pub(super) fn checked(
    mut violations: Vec<Violation>,
    timeout: Option<Span>,
    context: &CallContext,
    body: impl FnOnce() -> JsonResult<Vec<u8>>,
) -> Result<(Bytes, Option<Duration>), RecordingError> {
    let timeout = timeout.map(|timeout| checked_timeout("timeout", timeout, &mut violations));
    RecordingError::from_violations(violations).map_err(|error| error.about(context))?;
    let body = body().map_err(|error| RecordingError::internal(error.to_string()).about(context))?;
    Ok((body.into(), timeout))
}
