//! Rooms: their sessions, who is in them, and what each member publishes. docs: user/query.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

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
    #[serde(default)]
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
}

/// A room with its current session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct Room {
    /// The current session.
    pub session_id: String,
    /// When the session began, in milliseconds since the Unix epoch. Absent means now, or as before.
    #[serde(default)]
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

    fn find(&self, user_id: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.user_id == user_id)
    }

    /// Members keep the place in which they joined; of equal ones the last counts.
    fn put(&mut self, member: Member) {
        match self.members.iter_mut().find(|it| it.user_id == member.user_id) {
            Some(place) => *place = member,
            None => self.members.push(member),
        }
    }
}

impl From<&str> for Room {
    fn from(session_id: &str) -> Self {
        Self::new(session_id)
    }
}

impl From<&String> for Room {
    fn from(session_id: &String) -> Self {
        Self::new(session_id)
    }
}

impl From<String> for Room {
    fn from(session_id: String) -> Self {
        Self::new(session_id)
    }
}

/// Something that happened in a room.
pub(crate) struct Change {
    pub(crate) room_id: String,
    pub(crate) session_id: String,
    pub(crate) what: Happened,
}

pub(crate) enum Happened {
    Created,
    Destroyed {
        lasted_ms: u64,
    },
    /// Nothing: all members are told again.
    Synced(Vec<Member>),
    Joined(Member),
    Left {
        member: Member,
        stayed_ms: u64,
    },
    /// With all that the member publishes now.
    Published(Member),
}

/// The rooms there are, by id.
#[derive(Default)]
pub(crate) struct Rooms(HashMap<String, Room>);

impl Rooms {
    pub(crate) fn get(&self, room_id: &str) -> Option<&Room> {
        self.0.get(room_id)
    }

    pub(crate) fn is_current(&self, room_id: &str, session_id: &str) -> bool {
        self.get(room_id).is_some_and(|room| room.session_id == session_id)
    }

    /// Creates the room, or makes an existing one be like this.
    pub(crate) fn set(&mut self, room_id: &str, wanted: Room, now: u64) -> Vec<Change> {
        let mut changes = Vec::new();
        if !self.is_current(room_id, &wanted.session_id) {
            changes.extend(self.remove(room_id, now));
        }
        let Room { session_id, create_time, members } = wanted;
        let begun = self.0.entry(room_id.to_owned()).or_insert_with(|| {
            let what = Happened::Created;
            changes.push(Change { room_id: room_id.to_owned(), session_id: session_id.clone(), what });
            Room { create_time: Some(now), ..Room::new(session_id) }
        });
        begun.create_time = create_time.or(begun.create_time);
        let gone: Vec<String> = begun.members.iter().map(|it| it.user_id.clone()).collect();
        for user_id in gone.iter().filter(|it| !members.iter().any(|member| member.user_id == **it)) {
            changes.extend(self.leave(room_id, user_id, now));
        }
        for member in members {
            changes.extend(self.join(room_id, member, now).unwrap_or_default());
        }
        changes
    }

    pub(crate) fn sync(&self, room_id: &str) -> Option<Change> {
        let room = self.get(room_id)?;
        let what = Happened::Synced(room.members.clone());
        Some(Change { room_id: room_id.to_owned(), session_id: room.session_id.clone(), what })
    }

    /// Empty when there is no such room.
    pub(crate) fn remove(&mut self, room_id: &str, now: u64) -> Vec<Change> {
        let Some(room) = self.0.remove(room_id) else {
            return Vec::new();
        };
        let lasted_ms = now.saturating_sub(room.create_time.unwrap_or(now));
        let left = room.members.into_iter().map(|member| left(member, now));
        let all = left.chain([Happened::Destroyed { lasted_ms }]);
        let change = |what| Change { room_id: room_id.to_owned(), session_id: room.session_id.clone(), what };
        all.map(change).collect()
    }

    /// Lets someone in, or makes a member publish this instead. `None` when there is no such room.
    pub(crate) fn join(&mut self, room_id: &str, mut member: Member, now: u64) -> Option<Vec<Change>> {
        let room = self.0.get_mut(room_id)?;
        for stream in &mut member.streams {
            if stream.uri.is_empty() {
                let kind = u8::from(stream.media_type);
                stream.uri = format!("{}/{}/{kind}", room.session_id, stream.stream_id);
            }
        }
        let before = room.find(&member.user_id);
        let join_time = before.map_or(Some(now), |it| it.join_time);
        member.join_time = member.join_time.or(join_time);
        let mut happened = Vec::new();
        if before.is_none() {
            happened.push(Happened::Joined(Member { streams: Vec::new(), ..member.clone() }));
        }
        let published = before.map_or(&[][..], |it| &it.streams);
        if published != member.streams {
            happened.push(Happened::Published(member.clone()));
        }
        room.put(member);
        let change = |what| Change { room_id: room_id.to_owned(), session_id: room.session_id.clone(), what };
        Some(happened.into_iter().map(change).collect())
    }

    /// `None` when there is no such member.
    pub(crate) fn leave(&mut self, room_id: &str, user_id: &str, now: u64) -> Option<Change> {
        let room = self.0.get_mut(room_id)?;
        let index = room.members.iter().position(|member| member.user_id == user_id)?;
        let what = left(room.members.remove(index), now);
        Some(Change { room_id: room_id.to_owned(), session_id: room.session_id.clone(), what })
    }
}

fn left(member: Member, now: u64) -> Happened {
    let stayed_ms = now.saturating_sub(member.join_time.unwrap_or(now));
    Happened::Left { member, stayed_ms }
}
