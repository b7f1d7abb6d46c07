//! The call that an error is about.

use std::fmt;

use crate::time::Timestamp;

/// What a call asks of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, uniffi::Enum)]
#[non_exhaustive]
pub enum OperationKind {
    /// Starting a recording: `/rtc/record/start.json`.
    Start,
    /// Changing a recording's layout: `/rtc/record/config.json`.
    UpdateLayout,
    /// Stopping a recording: `/rtc/record/stop.json`.
    Stop,
    /// Asking for a room: `/rtc/room/query.json`.
    QueryRoom,
}

/// What is told of an operation, wherever it is named.
pub(crate) struct OperationFacts {
    /// Where its requests go.
    pub(crate) path: &'static str,
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
                name: "start",
                done: "recording started",
                not_done: "recording not started",
                unknown: "outcome unknown: may be recording",
            },
            Self::UpdateLayout => &OperationFacts {
                path: "/rtc/record/config.json",
                name: "layout update",
                done: "layout changed",
                not_done: "layout not changed",
                unknown: "outcome unknown: the layout may have changed",
            },
            Self::Stop => &OperationFacts {
                path: "/rtc/record/stop.json",
                name: "stop",
                done: "recording stopped",
                not_done: "recording not stopped",
                unknown: "outcome unknown: the recording may have stopped",
            },
            Self::QueryRoom => &OperationFacts {
                path: "/rtc/room/query.json",
                name: "room query",
                done: "room queried",
                not_done: "room not queried",
                unknown: "room not queried: no usable answer",
            },
        }
    }
}

/// What a call was about, for whoever has to find out what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, uniffi::Record)]
pub struct CallContext {
    /// What was asked.
    pub operation: OperationKind,
    /// The room: `Room-Id`.
    pub room_id: String,
    /// The session: `sessionId`. Empty where the call was not about one, or had not found it out yet.
    pub session_id: String,
    /// The tag given at a start, which comes back in the recording's callbacks: `extra`. Empty where none was given.
    pub extra: String,
    /// The `X-Request-ID` of the latest request, or of the latest that left. Absent where none was made.
    pub request_id: Option<String>,
    /// When that request was signed, by this host's clock. Absent where none was made.
    pub sent_at: Option<Timestamp>,
}

impl CallContext {
    pub(crate) fn new(operation: OperationKind, room_id: &str, session_id: &str, extra: &str) -> Self {
        Self {
            operation,
            room_id: room_id.to_owned(),
            session_id: session_id.to_owned(),
            extra: extra.to_owned(),
            request_id: None,
            sent_at: None,
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
