//! Changing the layout of a running recording. Docs: record/change-layout.
//!
//! `input` is marked required on that page and has a meaning only for a custom layout: it is sent only there.

use serde::Serialize;

use super::acknowledged::{Acknowledged, read_reply};
use super::operation::{Operation, checked, path};
use crate::error::{CallContext, OperationKind, RecordingError, Violation, codes};
use crate::model::{LayoutUpdate, RecordType, RecordingTarget, WireLayout, check_call};
use crate::time::Span;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    session_id: &'a str,
    #[serde(flatten)]
    layout: WireLayout<'a>,
}

/// The request. A recording that is known to be an MCU recording has no layout to change.
pub(crate) fn operation(
    target: &RecordingTarget,
    update: &LayoutUpdate,
    timeout: Option<Span>,
) -> Result<Operation<Acknowledged>, RecordingError> {
    let RecordingTarget { room_id, session_id, record_type } = target;
    let mut violations = check_call(room_id, session_id);
    if *record_type == Some(RecordType::Mcu) {
        violations.push(Violation::new(
            "config.recordType",
            codes::NOT_APPLICABLE,
            "the layout of an MCU recording is the live stream's own and can't be changed here",
        ));
    }
    violations.extend(update.violations());
    let context = CallContext::new(OperationKind::UpdateLayout, room_id, session_id, "");
    let body = || serde_json::to_vec(&Body { session_id, layout: update.into() });
    let (body, timeout) = checked(violations, timeout, &context, body)?;
    Ok(Operation {
        path: path::UPDATE_LAYOUT,
        record_id: |changed| changed.record_id.as_deref(),
        body,
        timeout,
        context,
        record_type: *record_type,
        is_repeatable: true,
        read: read_reply,
    })
}
