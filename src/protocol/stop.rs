//! Stopping a recording. Docs: record/stop.

use serde::Serialize;

use super::acknowledged::{Acknowledged, read_reply};
use super::operation::{Operation, checked_body, path};
use crate::error::{CallContext, OperationKind, RecordingError};
use crate::model::{RecordingTarget, check_call};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    session_id: &'a str,
}

/// The request.
pub(crate) fn operation(target: &RecordingTarget) -> Result<Operation<Acknowledged>, RecordingError> {
    let RecordingTarget { room_id, session_id, record_type } = target;
    let context = CallContext::new(OperationKind::Stop, room_id, session_id, "");
    Ok(Operation {
        path: path::STOP,
        record_id: |stopped| stopped.record_id.as_deref(),
        body: checked_body(check_call(room_id, session_id), &context, || serde_json::to_vec(&Body { session_id }))?,
        context,
        record_type: *record_type,
        is_repeatable: true,
        read: read_reply,
    })
}
