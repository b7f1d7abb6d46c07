//! What the service knows: its rooms, its recordings, and the time.

pub(crate) mod recordings;
pub(crate) mod room;
pub(crate) mod rooms;
pub(crate) mod rules;
pub(crate) mod time;
pub(crate) mod witness;

use std::time::Duration;

use serde_json::Value;

use recordings::{NotRearranged, Order, Recording, Recordings};
use room::{Member, Room};
use rooms::{Change, Happened, Rooms};
use time::Time;
use witness::{Event, Witness};

pub(crate) struct World {
    time: Time,
    rooms: Rooms,
    recordings: Recordings,
    witness: Box<dyn Witness>,
}

impl World {
    pub(crate) fn new(time: Time, witness: impl Witness + 'static) -> Self {
        Self { time, rooms: Rooms::default(), recordings: Recordings::new(), witness: Box::new(witness) }
    }

    pub(crate) fn advance(&mut self, by: Duration) {
        self.time.advance(by);
        self.close_slices(self.time.now());
    }

    pub(crate) fn room(&self, room_id: &str) -> Option<&Room> {
        self.rooms.get(room_id)
    }

    pub(crate) fn is_current(&self, room_id: &str, session_id: &str) -> bool {
        self.rooms.is_current(room_id, session_id)
    }

    pub(crate) fn set_room(&mut self, room_id: &str, room: Room) {
        let now = self.time.now();
        let changes = self.rooms.set(room_id, room, now);
        self.follow(&changes, now);
    }

    /// Whether there was one.
    pub(crate) fn remove_room(&mut self, room_id: &str) -> bool {
        let now = self.time.now();
        let changes = self.rooms.remove(room_id, now);
        self.follow(&changes, now);
        !changes.is_empty()
    }

    /// Whether there is such a room.
    pub(crate) fn join(&mut self, room_id: &str, member: Member) -> bool {
        let now = self.time.now();
        let changes = self.rooms.join(room_id, member, now);
        self.follow(changes.as_deref().unwrap_or_default(), now);
        changes.is_some()
    }

    /// Whether there was such a member.
    pub(crate) fn leave(&mut self, room_id: &str, user_id: &str) -> bool {
        let now = self.time.now();
        let change = self.rooms.leave(room_id, user_id, now);
        self.follow(change.as_slice(), now);
        change.is_some()
    }

    /// Tells all there is to tell of a room; whether there is such a room.
    pub(crate) fn sync_room(&mut self, room_id: &str) -> bool {
        let now = self.time.now();
        let change = self.rooms.sync(room_id);
        self.follow(change.as_slice(), now);
        change.is_some()
    }

    fn follow(&mut self, changes: &[Change], now: u64) {
        for change in changes {
            let Change { room_id, session_id, what } = change;
            match what {
                Happened::Published(member) => self.recordings.publishes(room_id, session_id, member),
                Happened::Destroyed { .. } => {
                    self.end_recordings(None, room_id, session_id, now);
                }
                _ => {}
            }
            self.witness.room(change, now);
        }
    }

    pub(crate) fn recordings(&self) -> Vec<Recording> {
        self.recordings.all()
    }

    /// The new recording's id; `None` when the session isn't the room's current one.
    pub(crate) fn start(&mut self, order: Order) -> Option<String> {
        if !self.is_current(&order.room_id, &order.session_id) {
            return None;
        }
        let now = self.time.now();
        let members = self.rooms.get(&order.room_id).map_or(&[][..], |room| &room.members);
        let recording = self.recordings.add(order, members, now);
        self.witness.recording(recording, Event::Started, now);
        Some(recording.record_id.clone())
    }

    /// Stops all that an app has running in a session. Returns the newest's id, if there was any.
    pub(crate) fn stop(&mut self, app_key: &str, room_id: &str, session_id: &str) -> Option<String> {
        let now = self.time.now();
        self.end_recordings(Some(app_key), room_id, session_id, now)
    }

    pub(crate) fn rearrange(
        &mut self,
        app_key: &str,
        room_id: &str,
        session_id: &str,
        layout: &Value,
    ) -> Result<String, NotRearranged> {
        self.recordings.rearrange(app_key, room_id, session_id, layout)
    }

    fn end_recordings(&mut self, app_key: Option<&str>, room_id: &str, session_id: &str, now: u64) -> Option<String> {
        self.close_slices(now);
        let mut newest = None;
        for recording in self.recordings.stop(app_key, room_id, session_id) {
            self.witness.recording(&recording, Event::Ended, now);
            for file in 1..=recording.slices + 1 {
                self.witness.recording(&recording, Event::Uploaded(file), now);
            }
            newest = Some(recording.record_id);
        }
        newest
    }

    fn close_slices(&mut self, now: u64) {
        for (full_at, recording) in self.recordings.close_slices(now) {
            self.witness.recording(&recording, Event::SliceClosed(recording.slices), full_at);
        }
    }
}
