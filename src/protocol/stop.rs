//! Stopping a recording. Docs: record/stop.

use serde::Serialize;

use super::CallOptions;
use super::acknowledged::{Acknowledged, read_reply};
use super::operation::{Operation, checked};
use crate::error::{CallContext, OperationKind, RecordingError};
use crate::model::{RecordingTarget, check_call};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    session_id: &'a str,
}

/// The request.
pub(crate) fn operation(
    target: &RecordingTarget,
    options: &CallOptions,
) -> Result<Operation<Acknowledged>, RecordingError> {
    let RecordingTarget { room_id, session_id, record_type } = target;
    let context = CallContext::new(OperationKind::Stop, room_id, session_id, "");
    let body = || serde_json::to_vec(&Body { session_id });
    let operation = checked(context, check_call(room_id, session_id), options, body, read_reply)?;
    Ok(Operation { record_type: *record_type, is_repeatable: true, ..operation })
}
