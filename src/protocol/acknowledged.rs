//! What stopping a recording and changing its layout have in common: the service says yes, and mostly to what.

use serde_json::Value;

use super::reply::{Call, HttpReply};
use crate::error::RecordingError;

/// The service did as asked.
#[derive(Debug, Clone, PartialEq, Eq, Hash, uniffi::Record)]
pub struct Acknowledged {
    /// `recordId`: the recording that was stopped or changed. Absent where the service doesn't say.
    pub record_id: Option<String>,
    /// The room: `Room-Id`.
    pub room_id: String,
    /// The session: `sessionId`.
    pub session_id: String,
    /// The `X-Request-ID` of the call, for the vendor's support.
    pub request_id: String,
}

/// What the answer says.
pub(crate) fn read_reply(reply: &HttpReply, call: &Call) -> Result<Acknowledged, RecordingError> {
    let fields = reply.accepted(call)?;
    let record_id = fields.get("recordId").and_then(Value::as_str).filter(|id| !id.is_empty());
    Ok(Acknowledged {
        record_id: record_id.map(str::to_owned),
        room_id: call.room_id.clone(),
        session_id: call.session_id.clone(),
        request_id: call.request_id.clone(),
    })
}
