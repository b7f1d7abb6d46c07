//! What a room status callback says. Docs: room/room-status-callback; the field table is the older page's.

use std::time::Duration;

use serde_json::Value;

use super::event::{Body, unreadable};
use super::refusal::CallbackError;
use crate::model::{Member, known_numbers};
use crate::protocol::query_room::read_members;
use crate::time::{Span, Timestamp};

/// What happened in a room: `event`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
#[non_exhaustive]
pub enum RoomEventKind {
    /// `1`: the periodic report of everybody in the room.
    Synchronized,
    /// `2`: the room was created.
    Created,
    /// `3`: the room was destroyed.
    Destroyed,
    /// `11`: someone joined.
    MemberJoined,
    /// `12`: someone left.
    MemberLeft,
    /// `20`: someone started or stopped publishing.
    StreamsChanged,
    /// Any other number.
    Other,
}

known_numbers!(RoomEventKind: Synchronized = 1, Created = 2, Destroyed = 3, MemberJoined = 11, MemberLeft = 12, StreamsChanged = 20);

/// What the service reports about a room.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
#[non_exhaustive]
pub struct RoomEvent {
    /// What happened, from `event`.
    pub kind: RoomEventKind,
    /// The number of `event`, for kinds that this library doesn't know.
    pub kind_number: i64,
    /// When it happened: `timestamp`. Absent if the service doesn't say.
    pub occurred_at: Option<Timestamp>,
    /// The app: `appKey`.
    pub app_key: String,
    /// The room: `channelId`, or `roomId`.
    pub room_id: String,
    /// The session, which a recording needs: `sessionId`. Absent in version 1.0 of the callback.
    pub session_id: Option<String>,
    /// The user that the event is about: `userId`. Absent if it is about the room.
    pub user_id: Option<String>,
    /// How long the user stayed or the room existed: `durationTime`.
    pub lasted: Option<Span>,
    /// The members: `members`. All of them in a synchronisation, otherwise only those that changed.
    pub members: Vec<Member>,
    /// The whole callback as JSON, including the fields that this library doesn't know.
    pub json: String,
}

impl RoomEvent {
    /// Reads a callback's body. Only `event` and the room must be there.
    pub(super) fn read(body: &[u8]) -> Result<Self, CallbackError> {
        let fields = Body::read(body)?;
        let kind_number = fields.required_number("event")?;
        let room_id = fields.filled_text("channelId").or_else(|| fields.filled_text("roomId"));
        let lasted = fields.number("durationTime").and_then(|time| u64::try_from(time).ok());
        Ok(Self {
            kind: RoomEventKind::of_number(kind_number),
            kind_number,
            occurred_at: fields.time("timestamp"),
            app_key: fields.text("appKey"),
            room_id: room_id.ok_or_else(|| unreadable("the body has neither channelId nor roomId"))?,
            session_id: fields.filled_text("sessionId"),
            user_id: fields.filled_text("userId"),
            lasted: lasted.map(|time| Duration::from_millis(time).into()),
            members: fields.get("members").map(members).unwrap_or_default(),
            json: fields.json(),
        })
    }
}

/// The members that can be read. In this callback, a member's `uris` are JSON inside a string.
fn members(members: &Value) -> Vec<Member> {
    let mut members = members.clone();
    for member in members.as_array_mut().into_iter().flatten() {
        if let Some(uris) = member.pointer_mut("/data/uris")
            && let Some(parsed) = uris.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok())
        {
            *uris = parsed;
        }
    }
    read_members(&members)
}

/// As the body of the room status callback: its `json`.
#[cfg(feature = "serde")]
impl serde::Serialize for RoomEvent {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let body: serde_json::Value = serde_json::from_str(&self.json).map_err(serde::ser::Error::custom)?;
        body.serialize(serializer)
    }
}

/// From the body of a room status callback, **which is not verified**.
#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for RoomEvent {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let body = serde_json::Value::deserialize(deserializer)?;
        Self::read(body.to_string().as_bytes()).map_err(serde::de::Error::custom)
    }
}
