//! What operations have in common that change something: the service says yes, and perhaps to what.

use super::operation::Answer;
use super::reply::{Call, HttpReply, record_id};
use crate::error::{Attempts, RecordingError};

/// The service carried out the operation.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Acknowledged {
    /// `recordId`: the recording that was stopped or changed. Absent if the service names none.
    pub record_id: Option<String>,
    /// The room: `Room-Id`.
    pub room_id: String,
    /// The session: `sessionId`. Empty if the call was not about one.
    pub session_id: String,
    /// The `X-Request-ID` of the request that succeeded, for the vendor's support.
    pub request_id: String,
    /// The id of the call, which all of its log records have: the request id that it was given, or else that of its
    /// first attempt.
    #[cfg_attr(feature = "ffi", uniffi(default = ""))]
    pub call_id: String,
    /// Every attempt of the call, in order. The last one succeeded.
    #[cfg_attr(feature = "ffi", uniffi(default))]
    pub attempts: Attempts,
}

impl Answer for Acknowledged {
    fn record_id(&self) -> Option<&str> {
        self.record_id.as_deref()
    }

    fn of_call(&mut self, call_id: String, attempts: Attempts) {
        (self.call_id, self.attempts) = (call_id, attempts);
    }
}

/// What the answer says.
pub(crate) fn read_reply(reply: &HttpReply, call: &Call) -> Result<Acknowledged, RecordingError> {
    let fields = reply.accepted(call)?;
    Ok(Acknowledged {
        record_id: record_id(&fields).map_err(|reason| reply.unreadable(call, reason))?,
        room_id: call.context.room_id.clone(),
        session_id: call.context.session_id.clone(),
        request_id: call.request_id.clone(),
        call_id: String::new(),
        attempts: Attempts::default(),
    })
}
