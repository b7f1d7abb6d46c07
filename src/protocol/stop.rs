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
    let mut context = CallContext::new(OperationKind::Stop, room_id, session_id, "");
    let body = || serde_json::to_vec(&Body { session_id });
    let (body, timeout) = checked(check_call(room_id, session_id), options, &mut context, body)?;
    Ok(Operation {
        body,
        timeout,
        context: context.into(),
        record_type: *record_type,
        is_repeatable: true,
        read: read_reply,
    })
}
