//! What a recording callback says. Docs: record/callback.

use serde_json::{Map, Value};

use super::refusal::{CallbackError, RefusalReason};
use crate::model::known_numbers;
use crate::protocol::codes::SUCCESS;
use crate::time::{Timestamp, known_time};

/// What happened to a recording: `type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
#[non_exhaustive]
pub enum RecordingEventKind {
    /// `1`: the recording has begun.
    Started,
    /// `2`: a file (slice) is complete.
    Sliced,
    /// `3`: the recording has ended.
    Ended,
    /// `4`: a file has been uploaded.
    Uploaded,
    /// Any other number.
    Other,
}

known_numbers!(RecordingEventKind: Started = 1, Sliced = 2, Ended = 3, Uploaded = 4);

/// What the service reports about a recording.
///
/// The fields here are common to all kinds. What each kind adds (file names, addresses, sizes) is not in the public
/// copies of the documentation; [`json`](Self::json) has the whole callback.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
#[non_exhaustive]
pub struct RecordingEvent {
    /// What happened, from `type`.
    pub kind: RecordingEventKind,
    /// The number of `type`, for kinds that this library doesn't know.
    pub kind_number: i64,
    /// When it happened: `timestamp`. Absent if the service doesn't say.
    pub occurred_at: Option<Timestamp>,
    /// The app: `appKey`.
    pub app_key: String,
    /// The recording, as its start returned it: `recordId`.
    pub record_id: String,
    /// The room: `roomId`.
    pub room_id: String,
    /// The session: `sessionId`.
    pub session_id: String,
    /// The user whose recording it is: `userId`. Absent if all users are merged.
    pub user_id: Option<String>,
    /// The mode, 0 to 6: `mode`.
    pub mode: Option<i64>,
    /// The tag given at the start: `extra`.
    pub extra: String,
    /// `code`, if there is one. That recording callbacks have it is inferred.
    pub code: Option<i64>,
    /// `errorMessage`, if there is one. That recording callbacks have it is inferred.
    pub error_message: Option<String>,
    /// The whole callback as JSON, including the fields that this library doesn't know.
    pub json: String,
}

impl RecordingEvent {
    /// Whether the event reports a failure: a `code` other than 200. `error_message` may then say why.
    pub fn is_failure(&self) -> bool {
        self.code.is_some_and(|code| code != SUCCESS)
    }
}

impl RecordingEvent {
    /// Reads a callback's body. Fields that are missing or of another type are left empty; only `type` and `recordId`
    /// must be there.
    pub(super) fn read(body: &[u8]) -> Result<Self, CallbackError> {
        let fields = Body::read(body)?;
        let kind_number = fields.required_number("type")?;
        let record_id = fields.text("recordId");
        if record_id.is_empty() {
            return Err(unreadable("the body has no recordId"));
        }
        if record_id.contains(char::is_control) {
            return Err(unreadable("the recordId has control characters in it, which it never has"));
        }
        Ok(Self {
            kind: RecordingEventKind::of_number(kind_number),
            kind_number,
            occurred_at: fields.time("timestamp"),
            app_key: fields.text("appKey"),
            record_id,
            room_id: fields.text("roomId"),
            session_id: fields.text("sessionId"),
            user_id: fields.filled_text("userId"),
            mode: fields.number("mode"),
            extra: fields.text("extra"),
            code: fields.number("code").or_else(|| fields.text("code").parse().ok()),
            error_message: fields.filled_text("errorMessage"),
            json: fields.json(),
        })
    }
}

/// A callback's body.
pub(super) struct Body {
    fields: Map<String, Value>,
    json: String,
}

impl Body {
    pub(super) fn read(body: &[u8]) -> Result<Self, CallbackError> {
        match (serde_json::from_slice(body), std::str::from_utf8(body)) {
            (Ok(Value::Object(fields)), Ok(json)) => Ok(Self { fields, json: json.to_owned() }),
            _ => Err(unreadable("the body is not a JSON object")),
        }
    }

    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        self.fields.get(key)
    }

    pub(super) fn number(&self, key: &str) -> Option<i64> {
        self.get(key).and_then(Value::as_i64)
    }

    pub(super) fn required_number(&self, key: &str) -> Result<i64, CallbackError> {
        self.number(key).ok_or_else(|| {
            let fault = if self.get(key).is_none() { "is missing" } else { "is not a whole number" };
            unreadable(&format!("the body's {key} {fault}"))
        })
    }

    pub(super) fn text(&self, key: &str) -> String {
        self.filled_text(key).unwrap_or_default()
    }

    pub(super) fn filled_text(&self, key: &str) -> Option<String> {
        self.get(key).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    pub(super) fn time(&self, key: &str) -> Option<Timestamp> {
        known_time(self.number(key).and_then(|milliseconds| u64::try_from(milliseconds).ok()))
    }

    pub(super) fn json(self) -> String {
        self.json
    }
}

pub(super) fn unreadable(explanation: &str) -> CallbackError {
    CallbackError::refused(RefusalReason::UnreadableBody, explanation)
}

/// As the body of the recording callback: its `json`.
#[cfg(feature = "serde")]
impl serde::Serialize for RecordingEvent {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let body: serde_json::Value = serde_json::from_str(&self.json).map_err(serde::ser::Error::custom)?;
        body.serialize(serializer)
    }
}

/// From the body of a recording callback, **which is not verified**.
#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for RecordingEvent {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let body = serde_json::Value::deserialize(deserializer)?;
        Self::read(body.to_string().as_bytes()).map_err(serde::de::Error::custom)
    }
}
