//! Changing the layout of a running recording. Docs: record/change-layout.
//!
//! `input` is marked required on that page and has a meaning only for a custom layout: it is sent only there.

use serde::Serialize;

use super::CallOptions;
use super::acknowledged::{Acknowledged, read_reply};
use super::operation::{Operation, checked};
use crate::error::{CallContext, OperationKind, RecordingError};
use crate::model::{LayoutUpdate, RecordingTarget, Value, WireLayout, check, check_call};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    session_id: &'a str,
    #[serde(flatten)]
    layout: WireLayout<'a>,
}

/// The request.
pub(crate) fn operation(
    target: &RecordingTarget,
    update: &LayoutUpdate,
    options: &CallOptions,
) -> Result<Operation<Acknowledged>, RecordingError> {
    let RecordingTarget { room_id, session_id, record_type } = target;
    let mut violations = check_call(room_id, session_id);
    check("config.recordType", Value::Changed(*record_type), &mut violations);
    violations.extend(update.violations());
    let context = CallContext::new(OperationKind::UpdateLayout, room_id, session_id, "");
    let body = || serde_json::to_vec(&Body { session_id, layout: WireLayout(update) });
    let operation = checked(context, violations, options, body, read_reply)?;
    Ok(Operation { record_type: *record_type, is_repeatable: true, ..operation })
}
