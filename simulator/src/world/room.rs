//! A room: its session, who is in it, and what each member publishes. docs: user/query.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The kind of a stream; 0 and 1 on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "u8")]
#[non_exhaustive]
pub enum MediaType {
    /// 0
    Audio,
    /// 1
    Video,
}

impl From<MediaType> for u8 {
    fn from(media_type: MediaType) -> Self {
        match media_type {
            MediaType::Audio => 0,
            MediaType::Video => 1,
        }
    }
}

impl TryFrom<u8> for MediaType {
    type Error = &'static str;

    fn try_from(number: u8) -> Result<Self, Self::Error> {
        match number {
            0 => Ok(Self::Audio),
            1 => Ok(Self::Video),
            _ => Err("mediaType must be 0 or 1"),
        }
    }
}

/// Something that a member publishes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct Stream {
    /// The stream id, called `msid` in the room query; `<userId>_RongCloudRTC` in the documentation's examples.
    pub stream_id: String,
    /// Whether it is sound or picture.
    pub media_type: MediaType,
    /// What media servers know it by. An empty one is replaced when the stream comes into a room.
    #[serde(default)]
    pub uri: String,
    /// A tag; empty by default.
    #[serde(default)]
    pub tag: String,
}

impl Stream {
    /// An audio stream.
    #[must_use]
    pub fn audio(stream_id: impl Into<String>) -> Self {
        Self { stream_id: stream_id.into(), media_type: MediaType::Audio, uri: String::new(), tag: String::new() }
    }

    /// A video stream.
    #[must_use]
    pub fn video(stream_id: impl Into<String>) -> Self {
        Self { media_type: MediaType::Video, ..Self::audio(stream_id) }
    }

    /// Its URI, instead of one that the simulator makes.
    #[must_use]
    pub fn uri(mut self, uri: impl Into<String>) -> Self {
        self.uri = uri.into();
        self
    }

    /// Its tag.
    #[must_use]
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.tag = tag.into();
        self
    }
}

/// Someone in a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct Member {
    /// The user.
    pub user_id: String,
    /// When they joined, in milliseconds since the Unix epoch. Absent means now, or as before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub join_time: Option<u64>,
    /// What they publish.
    #[serde(default)]
    pub streams: Vec<Stream>,
}

impl Member {
    /// A member who publishes nothing.
    #[must_use]
    pub fn new(user_id: impl Into<String>) -> Self {
        Self { user_id: user_id.into(), join_time: None, streams: Vec::new() }
    }

    /// A further stream.
    #[must_use]
    pub fn stream(mut self, stream: Stream) -> Self {
        self.streams.push(stream);
        self
    }

    /// When they joined, in milliseconds since the Unix epoch.
    #[must_use]
    pub fn join_time(mut self, join_time: u64) -> Self {
        self.join_time = Some(join_time);
        self
    }

    /// What they publish, as room queries and room callbacks tell it.
    pub(crate) fn uris(&self) -> Vec<Value> {
        let uri =
            |it: &Stream| json!({ "mediaType": it.media_type, "msid": it.stream_id, "uri": it.uri, "tag": it.tag });
        self.streams.iter().map(uri).collect()
    }
}

/// A room with its current session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct Room {
    /// The current session.
    pub session_id: String,
    /// When the session began, in milliseconds since the Unix epoch. Absent means now, or as before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub create_time: Option<u64>,
    /// Who is in it, each once.
    #[serde(default)]
    pub members: Vec<Member>,
}

impl Room {
    /// An empty room.
    #[must_use]
    pub fn new(session_id: impl Into<String>) -> Self {
        Self { session_id: session_id.into(), create_time: None, members: Vec::new() }
    }

    /// A further member.
    #[must_use]
    pub fn member(mut self, member: Member) -> Self {
        self.members.push(member);
        self
    }

    /// When the session began, in milliseconds since the Unix epoch.
    #[must_use]
    pub fn create_time(mut self, create_time: u64) -> Self {
        self.create_time = Some(create_time);
        self
    }

    pub(super) fn find(&self, user_id: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.user_id == user_id)
    }

    /// Members keep the place in which they joined; of equal ones the last counts.
    pub(super) fn put(&mut self, member: Member) {
        match self.members.iter_mut().find(|it| it.user_id == member.user_id) {
            Some(place) => *place = member,
            None => self.members.push(member),
        }
    }
}

/// An empty room with this session.
impl<S: Into<String>> From<S> for Room {
    fn from(session_id: S) -> Self {
        Self::new(session_id)
    }
}
