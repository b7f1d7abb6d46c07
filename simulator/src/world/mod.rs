//! What the service knows: its rooms, its recordings, and the time.

mod files;
mod recordings;
mod room;
mod rooms;
pub(crate) mod rules;
mod time;
mod witness;

use std::time::Duration;

use serde_json::Value;

use crate::revision::Revision;

pub use files::RecordedFile;
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
    revision: Revision,
    /// The revision of its latest change.
    changed: u64,
}

impl World {
    pub(crate) fn new(time: Time, witness: impl Witness + 'static, revision: Revision) -> Self {
        let (rooms, recordings) = (Rooms::default(), Recordings::default());
        let changed = revision.next();
        Self { time, rooms, recordings, witness: Box::new(witness), revision, changed }
    }

    fn changes(&mut self) {
        self.changed = self.revision.next();
    }

    pub(crate) fn has_changed_since(&self, revision: u64) -> bool {
        self.changed > revision
    }

    /// The time in rooms and recordings.
    pub(crate) fn now(&self) -> u64 {
        self.time.now()
    }

    /// How far that is ahead of the clock.
    pub(crate) fn ahead_ms(&self) -> u64 {
        self.time.ahead_ms()
    }

    pub(crate) fn advance(&mut self, by: Duration) {
        self.changes();
        self.time.advance(by);
        self.close_slices(self.time.now());
    }

    pub(crate) fn rooms(&self) -> &Rooms {
        &self.rooms
    }

    pub(crate) fn recordings(&self) -> &Recordings {
        &self.recordings
    }

    /// See [`Recordings::rearrange`].
    pub(crate) fn rearrange(
        &mut self,
        app_key: &str,
        room_id: &str,
        session_id: &str,
        layout: &Value,
    ) -> Result<String, NotRearranged> {
        self.changes();
        self.recordings.rearrange(app_key, room_id, session_id, layout)
    }

    /// Changes a room, and follows what that causes; whether there was what should change.
    pub(crate) fn change(&mut self, change: impl FnOnce(&mut Rooms, u64) -> Option<Vec<Change>>) -> bool {
        self.changes();
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
        self.changes();
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
        self.changes();
        self.close_slices(now);
        let mut newest = None;
        for recording in self.recordings.stop(app_key, room_id, session_id, now) {
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
