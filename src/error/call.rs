//! The call that an error is about.

use std::fmt;

use super::Attempts;
use crate::time::Timestamp;

/// The operation that a call asks the service to carry out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum OperationKind {
    /// Starting a recording: `/rtc/record/start.json`.
    Start,
    /// Changing a recording's layout: `/rtc/record/config.json`.
    UpdateLayout,
    /// Stopping a recording: `/rtc/record/stop.json`.
    Stop,
    /// Querying a room: `/rtc/room/query.json`.
    QueryRoom,
}

/// What is told of an operation, wherever it is named.
pub(crate) struct OperationFacts {
    /// Where its requests go.
    pub(crate) path: &'static str,
    /// The name of its method.
    pub(crate) method: &'static str,
    /// How sentences name it.
    pub(crate) name: &'static str,
    /// What the log says where it was done, where it was not, and where nobody knows.
    pub(crate) done: &'static str,
    pub(crate) not_done: &'static str,
    pub(crate) unknown: &'static str,
}

impl OperationKind {
    /// Every operation.
    pub(crate) const ALL: [Self; 4] = [Self::Start, Self::UpdateLayout, Self::Stop, Self::QueryRoom];

    pub(crate) fn facts(self) -> &'static OperationFacts {
        match self {
            Self::Start => &OperationFacts {
                path: "/rtc/record/start.json",
                method: "start",
                name: "start",
                done: "recording started",
                not_done: "recording not started",
                unknown: "outcome unknown: may be recording",
            },
            Self::UpdateLayout => &OperationFacts {
                path: "/rtc/record/config.json",
                method: "update_layout",
                name: "layout update",
                done: "layout changed",
                not_done: "layout not changed",
                unknown: "outcome unknown: the layout may have changed",
            },
            Self::Stop => &OperationFacts {
                path: "/rtc/record/stop.json",
                method: "stop",
                name: "stop",
                done: "recording stopped",
                not_done: "recording not stopped",
                unknown: "outcome unknown: the recording may have stopped",
            },
            Self::QueryRoom => &OperationFacts {
                path: "/rtc/room/query.json",
                method: "query_room",
                name: "room query",
                done: "room queried",
                not_done: "room not queried",
                unknown: "room not queried: no usable answer",
            },
        }
    }
}

/// What a call was about, so that you can find out what happened to it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct CallContext {
    /// The operation.
    pub operation: OperationKind,
    /// The room: `Room-Id`.
    pub room_id: String,
    /// The session: `sessionId`. Empty if the call was not about one, or did not know it yet.
    pub session_id: String,
    /// The tag given to a start, which the service returns in the recording's callbacks: `extra`. Empty if none was
    /// given.
    pub extra: String,
    /// The `X-Request-ID` of the latest request that left this machine, or of the latest request if none left. Absent
    /// if no request was made.
    pub request_id: Option<String>,
    /// When that request was signed, by this host's clock. Absent if no request was made.
    pub sent_at: Option<Timestamp>,
    /// Every attempt that failed, in order. An attempt in progress when the call was cancelled is not among them; if it
    /// had left, `request_id` names it. Empty if no request was made.
    #[cfg_attr(feature = "ffi", uniffi(default))]
    pub attempts: Attempts,
    /// The id of the call, which all of its log records have: the request id that it was given, or else that of its
    /// first attempt. Absent if it was given none and no request was made.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub call_id: Option<String>,
}

impl CallContext {
    /// What a call is about that has made no request yet. For errors that are made by hand, in tests.
    pub fn new(operation: OperationKind, room_id: &str, session_id: &str, extra: &str) -> Self {
        Self {
            operation,
            room_id: room_id.to_owned(),
            session_id: session_id.to_owned(),
            extra: extra.to_owned(),
            call_id: None,
            request_id: None,
            sent_at: None,
            attempts: Attempts::default(),
        }
    }
}

/// As a sentence names it in brackets.
impl fmt::Display for CallContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if let Some(request_id) = &self.request_id {
            parts.push(format!("request {request_id}"));
        }
        for (name, value) in [("room", &self.room_id), ("session", &self.session_id), ("extra", &self.extra)] {
            if !value.is_empty() {
                parts.push(format!("{name} {}", value.escape_debug()));
            }
        }
        f.write_str(&parts.join(", "))
    }
}
