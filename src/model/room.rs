//! A room as the service describes it.

use super::StreamRef;
use super::format::known_numbers;
use crate::error::Attempts;
use crate::time::Timestamp;

/// A room with a conversation in progress. Source: user/query.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Room {
    /// The room: `roomId`.
    pub room_id: String,
    /// The session of the current conversation, which a recording needs: `sessionId`.
    pub session_id: String,
    /// When the conversation began: `createTime`. Absent if the service doesn't say.
    pub created_at: Option<Timestamp>,
    /// Who is in the room: `members`. In a live room, only the hosts.
    pub members: Vec<Member>,
    /// The `X-Request-ID` of the request that succeeded, for the vendor's support.
    pub request_id: String,
    /// The whole reply as JSON, including the fields that this library doesn't know.
    pub json: String,
    /// The id of the call, which all of its log records have: the request id that it was given, or else that of its
    /// first attempt.
    #[cfg_attr(feature = "ffi", uniffi(default = ""))]
    pub call_id: String,
    /// Every attempt of the call, in order. The last one succeeded.
    #[cfg_attr(feature = "ffi", uniffi(default))]
    pub attempts: Attempts,
}

/// A member of a room: `members[i]`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Member {
    /// The user: `userId`.
    pub user_id: String,
    /// When the user joined: `joinTime`. Absent if the service doesn't say.
    pub joined_at: Option<Timestamp>,
    /// The streams that the user publishes: `data.uris`.
    pub streams: Vec<Stream>,
}

/// A stream that a member publishes: `members[i].data.uris[j]`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Stream {
    /// The stream's id, as layouts and hosts use it: `msid`.
    pub stream_id: String,
    /// What the stream carries, from `mediaType`.
    pub media_type: MediaType,
    /// Its address, opaque and unique to the stream: `uri`.
    pub uri: String,
    /// Its tag: `tag`.
    pub tag: String,
}

/// What a stream carries: `mediaType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum MediaType {
    /// `0`: audio.
    Audio,
    /// `1`: video.
    Video,
    /// Any other number. [`Room::json`] contains it.
    Other,
}

known_numbers!(MediaType: Audio = 0, Video = 1);

impl Room {
    /// The video streams of all members, in order and each once, ready to be arranged in a layout.
    pub fn video_streams(&self) -> Vec<StreamRef> {
        let mut videos: Vec<StreamRef> = Vec::new();
        for member in &self.members {
            for stream in member.streams.iter().filter(|stream| stream.media_type == MediaType::Video) {
                let video = StreamRef::new(member.user_id.clone(), stream.stream_id.clone());
                if !videos.contains(&video) {
                    videos.push(video);
                }
            }
        }
        videos
    }
}
