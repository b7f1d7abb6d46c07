//! The rooms there are, and what happens in them.

use std::collections::{BTreeMap, HashMap};

use super::room::{Member, Room};

/// Something that happened in a room.
pub(crate) struct Change {
    pub(crate) room_id: String,
    pub(crate) session_id: String,
    pub(crate) what: Happened,
}

impl Change {
    fn of(room_id: &str, session_id: &str, what: Happened) -> Self {
        Self { room_id: room_id.to_owned(), session_id: session_id.to_owned(), what }
    }
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

    pub(crate) fn all(&self) -> BTreeMap<String, Room> {
        self.0.iter().map(|(room_id, room)| (room_id.clone(), room.clone())).collect()
    }

    pub(crate) fn is_current(&self, room_id: &str, session_id: &str) -> bool {
        self.get(room_id).is_some_and(|room| room.session_id == session_id)
    }

    /// Creates the room, or makes an existing one be like this.
    pub(crate) fn set(&mut self, room_id: &str, wanted: Room, now: u64) -> Vec<Change> {
        let mut changes = Vec::new();
        if !self.is_current(room_id, &wanted.session_id) {
            changes.extend(self.remove(room_id, now).unwrap_or_default());
        }
        let Room { session_id, create_time, members } = wanted;
        let begun = self.0.entry(room_id.to_owned()).or_insert_with(|| {
            changes.push(Change::of(room_id, &session_id, Happened::Created));
            Room { create_time: Some(now), ..Room::new(session_id) }
        });
        begun.create_time = create_time.or(begun.create_time);
        let gone: Vec<String> = begun.members.iter().map(|it| it.user_id.clone()).collect();
        for user_id in gone.iter().filter(|it| !members.iter().any(|member| member.user_id == **it)) {
            changes.extend(self.leave(room_id, user_id, now).unwrap_or_default());
        }
        for member in members {
            changes.extend(self.join(room_id, member, now).unwrap_or_default());
        }
        changes
    }

    /// Tells all there is to tell of a room. `None` when there is no such room.
    pub(crate) fn sync(&self, room_id: &str) -> Option<Vec<Change>> {
        let room = self.get(room_id)?;
        Some(vec![Change::of(room_id, &room.session_id, Happened::Synced(room.members.clone()))])
    }

    /// `None` when there is no such room.
    pub(crate) fn remove(&mut self, room_id: &str, now: u64) -> Option<Vec<Change>> {
        let room = self.0.remove(room_id)?;
        let lasted_ms = now.saturating_sub(room.create_time.unwrap_or(now));
        let left = room.members.into_iter().map(|member| left(member, now));
        let all = left.chain([Happened::Destroyed { lasted_ms }]);
        Some(all.map(|what| Change::of(room_id, &room.session_id, what)).collect())
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
        Some(happened.into_iter().map(|what| Change::of(room_id, &room.session_id, what)).collect())
    }

    /// `None` when there is no such member.
    pub(crate) fn leave(&mut self, room_id: &str, user_id: &str, now: u64) -> Option<Vec<Change>> {
        let room = self.0.get_mut(room_id)?;
        let index = room.members.iter().position(|member| member.user_id == user_id)?;
        let what = left(room.members.remove(index), now);
        Some(vec![Change::of(room_id, &room.session_id, what)])
    }
}

fn left(member: Member, now: u64) -> Happened {
    let stayed_ms = now.saturating_sub(member.join_time.unwrap_or(now));
    Happened::Left { member, stayed_ms }
}
