//! What the service knows: its rooms, its recordings, and the time.

mod recordings;
mod room;
mod rooms;
pub(crate) mod rules;
mod time;
mod witness;

use std::time::Duration;

pub(crate) use recordings::{NotRearranged, Order, Recordings};
pub use recordings::{Recording, RecordingState};
pub use room::{MediaType, Member, Room, Stream};
pub(crate) use rooms::{Change, Happened, Rooms};
pub(crate) use time::{MAX_ADVANCE, Time};
pub(crate) use witness::{Event, Witness};

pub(crate) struct World {
    time: Time,
    rooms: Rooms,
    recordings: Recordings,
    witness: Box<dyn Witness>,
}

impl World {
    pub(crate) fn new(time: Time, witness: impl Witness + 'static) -> Self {
        Self { time, rooms: Rooms::default(), recordings: Recordings::default(), witness: Box::new(witness) }
    }

    pub(crate) fn advance(&mut self, by: Duration) {
        self.time.advance(by);
        self.close_slices(self.time.now());
    }

    pub(crate) fn rooms(&self) -> &Rooms {
        &self.rooms
    }

    pub(crate) fn recordings(&mut self) -> &mut Recordings {
        &mut self.recordings
    }

    /// Changes a room, and follows what that causes; whether there was what should change.
    pub(crate) fn change(&mut self, change: impl FnOnce(&mut Rooms, u64) -> Option<Vec<Change>>) -> bool {
        let now = self.time.now();
        let changes = change(&mut self.rooms, now);
        for change in changes.iter().flatten() {
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
        changes.is_some()
    }

    /// The new recording's id; `None` when the session isn't the room's current one.
    pub(crate) fn start(&mut self, order: Order) -> Option<String> {
        if !self.rooms.is_current(&order.room_id, &order.session_id) {
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
