//! One request to the service: where it goes, what it says, and how its answer is read.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde_json::Result as JsonResult;

use super::CallOptions;
use super::reply::{Call, HttpReply};
use crate::error::{Attempts, CallContext, RecordingError, Violation, checked_timeout};
use crate::model::{RecordType, check_request_id};

/// What the service answers to an operation.
pub(crate) trait Answer {
    /// The recording that it names, for the log.
    fn record_id(&self) -> Option<&str>;

    /// Takes in which call it is the answer of.
    fn of_call(&mut self, call_id: String, attempts: Attempts);
}

/// One request to the service, valid and ready to be signed.
pub(crate) struct Operation<T> {
    /// What it is about; no request has been made yet.
    pub context: Arc<CallContext>,
    pub record_type: Option<RecordType>,
    /// Whether doing it twice is the same as doing it once.
    pub is_repeatable: bool,
    pub body: Bytes,
    /// The longest time for the call; where there is none, the client's.
    pub timeout: Option<Duration>,
    pub read: fn(&HttpReply, &Call) -> Result<T, RecordingError>,
}

/// The request without violations, or all of them. The call gets the id that it was given; it is not repeatable, and of no
/// kind of recording, unless whoever asks says so.
pub(super) fn checked<T>(
    mut context: CallContext,
    mut violations: Vec<Violation>,
    options: &CallOptions,
    body: impl FnOnce() -> JsonResult<Vec<u8>>,
    read: fn(&HttpReply, &Call) -> Result<T, RecordingError>,
) -> Result<Operation<T>, RecordingError> {
    let timeout = options.timeout.map(|timeout| checked_timeout("timeout", timeout, &mut violations));
    violations.extend(options.request_id.iter().flat_map(|id| check_request_id(id)));
    RecordingError::from_violations(violations).map_err(|error| error.about(&context))?;
    context.call_id.clone_from(&options.request_id);
    let body = body().map_err(|error| RecordingError::internal(error.to_string()).about(&context))?.into();
    Ok(Operation { context: context.into(), record_type: None, is_repeatable: false, body, timeout, read })
}
