//! Which recording an operation is about, and what the service acknowledged.

use super::{RecordingConfig, SliceLength};

/// The kind of a recording: `config.recordType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[repr(i32)]
pub enum RecordType {
    /// `1`: the users' own streams.
    SplitStream = 1,
    /// `2`: the live stream that the server mixes.
    Mcu = 2,
}

/// The recording that an operation is about. The service identifies it by its room and session.
///
/// You can pass a [`StartedRecording`](crate::StartedRecording) in its place.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct RecordingTarget {
    /// The room: `Room-Id`. Not empty.
    pub room_id: String,
    /// The session: `sessionId`. Not empty.
    pub session_id: String,
    /// The kind of recording, if you know it. Default: not known.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub record_type: Option<RecordType>,
}

impl RecordingTarget {
    /// Creates a target from a room and a session.
    pub fn new(room_id: impl Into<String>, session_id: impl Into<String>) -> Self {
        Self { room_id: room_id.into(), session_id: session_id.into(), record_type: None }
    }

    /// Sets the kind of recording.
    #[must_use]
    pub fn record_type(mut self, record_type: RecordType) -> Self {
        self.record_type = Some(record_type);
        self
    }
}

impl From<(&str, &str)> for RecordingTarget {
    /// Creates a target from a room and a session.
    fn from((room_id, session_id): (&str, &str)) -> Self {
        Self::new(room_id, session_id)
    }
}

impl RecordingConfig {
    /// The kind of recording that the config describes.
    pub fn record_type(&self) -> RecordType {
        match self {
            Self::SplitStream { .. } => RecordType::SplitStream,
            Self::Mcu { .. } => RecordType::Mcu,
        }
    }

    /// The length of one file: `sliceMin`.
    pub(crate) fn slice_length(&self) -> SliceLength {
        match self {
            Self::SplitStream { recording } => recording.slice_length,
            Self::Mcu { recording } => recording.slice_length,
        }
    }
}
