//! Starting a recording. Docs: record/start.

use serde::Serialize;
use serde_json::value::RawValue;

use super::CallOptions;
use super::operation::{Answer, Operation, checked};
use super::reply::{Call, HttpReply, record_id};
use crate::error::{Attempts, CallContext, OperationKind, RecordingError};
use crate::model::{RecordType, RecordingProfile, RecordingTarget, check_call};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    session_id: &'a str,
    extra: &'a str,
    config: &'a RawValue,
}

/// A recording that the service has started.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct StartedRecording {
    /// `recordId`: identifies the recording in callbacks and files.
    pub record_id: String,
    /// The room that is recorded: `Room-Id`.
    pub room_id: String,
    /// The session that is recorded: `sessionId`.
    pub session_id: String,
    /// The `X-Request-ID` of the request that succeeded, for the vendor's support.
    pub request_id: String,
    /// The kind of recording that was started: `config.recordType`.
    pub record_type: RecordType,
    /// The id of the call, which all of its log records have: the request id that it was given, or else that of its
    /// first attempt.
    #[cfg_attr(feature = "ffi", uniffi(default = ""))]
    pub call_id: String,
    /// Every attempt of the call, in order. The last one succeeded.
    #[cfg_attr(feature = "ffi", uniffi(default))]
    pub attempts: Attempts,
}

impl Answer for StartedRecording {
    fn record_id(&self) -> Option<&str> {
        Some(&self.record_id)
    }

    fn of_call(&mut self, call_id: String, attempts: Attempts) {
        (self.call_id, self.attempts) = (call_id, attempts);
    }
}

impl StartedRecording {
    /// A recording that was started otherwise, or before; with an empty `request_id`. For tests, and for what you have kept.
    pub fn new(
        record_id: impl Into<String>,
        room_id: impl Into<String>,
        session_id: impl Into<String>,
        record_type: RecordType,
    ) -> Self {
        Self {
            record_id: record_id.into(),
            room_id: room_id.into(),
            session_id: session_id.into(),
            request_id: String::new(),
            record_type,
            call_id: String::new(),
            attempts: Attempts::default(),
        }
    }
}

impl From<&StartedRecording> for RecordingTarget {
    fn from(started: &StartedRecording) -> Self {
        Self {
            room_id: started.room_id.clone(),
            session_id: started.session_id.clone(),
            record_type: Some(started.record_type),
        }
    }
}

/// The request.
pub(crate) fn operation(
    room_id: &str,
    session_id: &str,
    profile: &RecordingProfile,
    extra: &str,
    options: &CallOptions,
) -> Result<Operation<StartedRecording>, RecordingError> {
    let context = CallContext::new(OperationKind::Start, room_id, session_id, extra);
    let body = || serde_json::to_vec(&Body { session_id, extra, config: profile.json() });
    let operation = checked(context, check_call(room_id, session_id), options, body, read_reply)?;
    Ok(Operation { record_type: Some(profile.config().record_type()), ..operation })
}

/// What the answer says.
pub(super) fn read_reply(reply: &HttpReply, call: &Call) -> Result<StartedRecording, RecordingError> {
    let fields = reply.accepted(call)?;
    let record_id = record_id(&fields)
        .and_then(|id| id.ok_or("it reports success without a recordId"))
        .map_err(|reason| reply.unreadable(call, reason))?;
    Ok(StartedRecording {
        record_id,
        room_id: call.context.room_id.clone(),
        session_id: call.context.session_id.clone(),
        request_id: call.request_id.clone(),
        record_type: call.record_type.unwrap_or(RecordType::SplitStream),
        call_id: String::new(),
        attempts: Attempts::default(),
    })
}
