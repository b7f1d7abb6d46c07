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

impl OperationKind {
    /// How sentences name it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::UpdateLayout => "layout update",
            Self::Stop => "stop",
            Self::QueryRoom => "room query",
        }
    }

    /// What the log says where it was done.
    pub(crate) fn done(self) -> &'static str {
        match self {
            Self::Start => "recording started",
            Self::UpdateLayout => "layout changed",
            Self::Stop => "recording stopped",
            Self::QueryRoom => "room queried",
        }
    }

    /// What the log says where it was not done.
    pub(crate) fn not_done(self) -> &'static str {
        match self {
            Self::Start => "recording not started",
            Self::UpdateLayout => "layout not changed",
            Self::Stop => "recording not stopped",
            Self::QueryRoom => "room not queried",
        }
    }

    /// What the log says where nobody knows.
    pub(crate) fn unknown(self) -> &'static str {
        match self {
            Self::Start => "outcome unknown: may be recording",
            Self::UpdateLayout => "outcome unknown: the layout may have changed",
            Self::Stop => "outcome unknown: the recording may have stopped",
            Self::QueryRoom => "room not queried: no usable answer",
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
