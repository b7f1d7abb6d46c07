//! What the service knows: its rooms, its recordings, and the time.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::builder::Clock;
use crate::recordings::{NotRearranged, Order, Recording, Recordings};
use crate::rooms::{Change, Happened, Member, Room, Rooms};

/// How far the time may be moved at once: every slice on the way is closed.
pub(crate) const MAX_ADVANCE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

pub(crate) struct World {
    clock: Arc<Clock>,
    /// How far the time in rooms and recordings was moved ahead of the clock.
    ahead_ms: u64,
    rooms: Rooms,
    recordings: Recordings,
}

impl World {
    pub(crate) fn new(clock: Arc<Clock>) -> Self {
        Self { clock, ahead_ms: 0, rooms: Rooms::default(), recordings: Recordings::new() }
    }

    pub(crate) fn now(&self) -> u64 {
        (self.clock)().saturating_add(self.ahead_ms)
    }

    pub(crate) fn advance(&mut self, by: Duration) {
        let by = u64::try_from(by.min(MAX_ADVANCE).as_millis()).unwrap_or(u64::MAX);
        self.ahead_ms = self.ahead_ms.saturating_add(by);
        self.close_slices(self.now());
    }

    pub(crate) fn room(&self, room_id: &str) -> Option<&Room> {
        self.rooms.get(room_id)
    }

    pub(crate) fn is_current(&self, room_id: &str, session_id: &str) -> bool {
        self.rooms.is_current(room_id, session_id)
    }

    pub(crate) fn set_room(&mut self, room_id: &str, room: Room) {
        let now = self.now();
        let changes = self.rooms.set(room_id, room, now);
        self.follow(&changes, now);
    }

    /// Whether there was one.
    pub(crate) fn remove_room(&mut self, room_id: &str) -> bool {
        let now = self.now();
        let changes = self.rooms.remove(room_id, now);
        self.follow(&changes, now);
        !changes.is_empty()
    }

    /// Whether there is such a room.
    pub(crate) fn join(&mut self, room_id: &str, member: Member) -> bool {
        let now = self.now();
        let changes = self.rooms.join(room_id, member, now);
        self.follow(changes.as_deref().unwrap_or_default(), now);
        changes.is_some()
    }

    /// Whether there was such a member.
    pub(crate) fn leave(&mut self, room_id: &str, user_id: &str) -> bool {
        let now = self.now();
        let change = self.rooms.leave(room_id, user_id, now);
        self.follow(change.as_slice(), now);
        change.is_some()
    }

    fn follow(&mut self, changes: &[Change], now: u64) {
        for change in changes {
            if matches!(change.what, Happened::Destroyed { .. }) {
                self.end_recordings(None, &change.room_id, &change.session_id, now);
            }
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
        let now = self.now();
        let recording = self.recordings.add(order, now);
        Some(recording.record_id.clone())
    }

    /// Stops all that an app has running in a session. Returns the newest's id, if there was any.
    pub(crate) fn stop(&mut self, app_key: &str, room_id: &str, session_id: &str) -> Option<String> {
        let now = self.now();
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
            newest = Some(recording.record_id);
        }
        newest
    }

    fn close_slices(&mut self, now: u64) {
        for _closed in self.recordings.close_slices(now) {}
    }
}
