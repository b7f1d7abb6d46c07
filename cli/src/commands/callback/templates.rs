//! The bodies of events as they are sent for a test. Docs: record/callback, room/room-status-callback.
//!
//! What recording callbacks have beside their common fields is not in the public copies of the documentation: `code`,
//! `errorMessage`, `fileName` and `fileUrl` are as the simulator has them.

use clap::ValueEnum;
use serde_json::{Value, json};

/// An event of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Event {
    /// A recording has begun
    Started,
    /// A file is complete
    Sliced,
    /// A recording has ended
    Ended,
    /// A file has been uploaded
    Uploaded,
    /// A room tells of all its members, as it does from time to time
    RoomSynchronized,
    /// A room has been created
    RoomCreated,
    /// A room has ended
    RoomDestroyed,
    /// A member has joined a room
    MemberJoined,
    /// A member has left a room
    MemberLeft,
    /// A member publishes other streams
    StreamsChanged,
}

impl Event {
    pub fn is_of_room(self) -> bool {
        !matches!(self, Self::Started | Self::Sliced | Self::Ended | Self::Uploaded)
    }

    /// The number that the API has for it: `type`, or `event` of a room.
    fn number(self) -> i32 {
        match self {
            Self::Started | Self::RoomSynchronized => 1,
            Self::Sliced | Self::RoomCreated => 2,
            Self::Ended | Self::RoomDestroyed => 3,
            Self::Uploaded => 4,
            Self::MemberJoined => 11,
            Self::MemberLeft => 12,
            Self::StreamsChanged => 20,
        }
    }

    /// Its body, at a time in milliseconds.
    pub fn body(self, app_key: &str, now: i64) -> Value {
        if self.is_of_room() { self.of_room(app_key, now) } else { self.of_recording(app_key, now) }
    }

    fn of_recording(self, app_key: &str, now: i64) -> Value {
        let mut body = json!({
            "timestamp": now,
            "type": self.number(),
            "appKey": app_key,
            // The documentation's example.
            "recordId": "b8bed381888091ff4e6a42d6f3b8782a",
            "roomId": "room1",
            "sessionId": "aaa",
            "userId": "",
            "mode": 3,
            "extra": "",
            "code": 200,
            "errorMessage": "Success",
        });
        if matches!(self, Self::Sliced | Self::Uploaded) {
            body["fileName"] = json!("b8bed381888091ff4e6a42d6f3b8782a_1.mp4");
        }
        if self == Self::Uploaded {
            // A name that never resolves (RFC 2606).
            body["fileUrl"] = json!("https://storage.invalid/b8bed381888091ff4e6a42d6f3b8782a_1.mp4");
        }
        body
    }

    fn of_room(self, app_key: &str, now: i64) -> Value {
        let is_of_member = matches!(self, Self::MemberJoined | Self::MemberLeft | Self::StreamsChanged);
        let user_id = if is_of_member { "111" } else { "" };
        let uris = json!([{"mediaType": 1, "msid": "111_RongCloudRTC", "uri": "", "tag": "RongCloudRTC"}]).to_string();
        let members = match self {
            Self::RoomCreated | Self::RoomDestroyed => json!([]),
            _ => json!([{"userId": "111", "data": {"uris": uris}}]),
        };
        let mut body = json!({
            "appKey": app_key,
            "event": self.number(),
            "roomId": "room1",
            "sessionId": "aaa",
            "userId": user_id,
            "timestamp": now,
            "token": "",
            "members": members,
        });
        if matches!(self, Self::RoomDestroyed | Self::MemberLeft) {
            body["durationTime"] = json!(60_000);
        }
        body
    }
}
