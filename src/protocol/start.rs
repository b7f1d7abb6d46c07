//! Starting a recording. Docs: record/start.

use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::reply::{Call, HttpReply};
use crate::error::RecordingError;
use crate::model::RecordingProfile;

/// The endpoint's path.
pub(crate) const PATH: &str = "/rtc/record/start.json";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    session_id: &'a str,
    extra: &'a str,
    config: &'a RawValue,
}

/// A recording that the service has started.
#[derive(Debug, Clone, PartialEq, Eq, Hash, uniffi::Record)]
pub struct StartedRecording {
    /// `recordId`: names the recording in callbacks and files.
    pub record_id: String,
    /// The room that is recorded: `Room-Id`.
    pub room_id: String,
    /// The session that is recorded: `sessionId`.
    pub session_id: String,
    /// The `X-Request-ID` of the call, for the vendor's support.
    pub request_id: String,
}

/// The body of the request.
pub(crate) fn body(session_id: &str, extra: &str, profile: &RecordingProfile) -> Result<Vec<u8>, RecordingError> {
    serde_json::to_vec(&Body { session_id, extra, config: profile.json() })
        .map_err(|error| RecordingError::Internal { reason: error.to_string() })
}

/// What the answer says.
pub(crate) fn read_reply(reply: &HttpReply, call: &Call) -> Result<StartedRecording, RecordingError> {
    let fields = reply.accepted(call)?;
    match fields.get("recordId").and_then(Value::as_str) {
        Some(record_id) if !record_id.is_empty() => Ok(StartedRecording {
            record_id: record_id.to_owned(),
            room_id: call.room_id.clone(),
            session_id: call.session_id.clone(),
            request_id: call.request_id.clone(),
        }),
        _ => Err(reply.unreadable(call, "it reports success without a recordId")),
    }
}
