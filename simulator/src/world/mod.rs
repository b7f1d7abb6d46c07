//! What the service knows: its rooms, its recordings, and the time.

pub(crate) mod recordings;
pub(crate) mod rooms;
pub(crate) mod rules;

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::watch;

use crate::builder::Clock;
use crate::callbacks::CallbackKind;
use crate::callbacks::bodies::{self, Event};
use crate::callbacks::outbox::Outbox;
use crate::world::recordings::{NotRearranged, Order, Recording, Recordings};
use crate::world::rooms::{Change, Happened, Member, Room, Rooms};

/// How far the time may be moved at once: every slice on the way is closed.
pub(crate) const MAX_ADVANCE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

pub(crate) struct World {
    clock: Arc<Clock>,
    /// How far the time in rooms and recordings was moved ahead of the clock.
    ahead_ms: watch::Sender<u64>,
    rooms: Rooms,
    recordings: Recordings,
    pub(crate) callbacks: Outbox,
}

impl World {
    pub(crate) fn new(clock: Arc<Clock>, callbacks: Outbox) -> Self {
        Self {
            clock,
            ahead_ms: watch::Sender::default(),
            rooms: Rooms::default(),
            recordings: Recordings::new(),
            callbacks,
        }
    }

    pub(crate) fn now(&self) -> u64 {
        (self.clock)().saturating_add(*self.ahead_ms.borrow())
    }

    pub(crate) fn advance(&mut self, by: Duration) {
        let by = u64::try_from(by.min(MAX_ADVANCE).as_millis()).unwrap_or(u64::MAX);
        self.ahead_ms.send_modify(|ahead| *ahead = ahead.saturating_add(by));
        self.close_slices(self.now());
    }

    /// Tells when the time is moved.
    pub(crate) fn moved(&self) -> watch::Receiver<u64> {
        self.ahead_ms.subscribe()
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

    /// Tells all there is to tell of a room; whether there is such a room.
    pub(crate) fn sync_room(&mut self, room_id: &str) -> bool {
        let now = self.now();
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
            self.tell_room(change, now);
        }
    }

    fn tell_room(&mut self, change: &Change, at: u64) {
        if let Some(app_key) = self.callbacks.room_app.clone() {
            let body = bodies::of_room(change, &app_key, self.callbacks.version, at);
            self.callbacks.add(CallbackKind::Room, &app_key, body);
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
        let members = self.rooms.get(&order.room_id).map_or(&[][..], |room| &room.members);
        let recording = self.recordings.add(order, members, now);
        tell(&mut self.callbacks, recording, Event::Started, now);
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
            tell(&mut self.callbacks, &recording, Event::Ended, now);
            for file in 1..=recording.slices + 1 {
                tell(&mut self.callbacks, &recording, Event::Uploaded(file), now);
            }
            newest = Some(recording.record_id);
        }
        newest
    }

    fn close_slices(&mut self, now: u64) {
        for (full_at, recording) in self.recordings.close_slices(now) {
            tell(&mut self.callbacks, &recording, Event::SliceClosed(recording.slices), full_at);
        }
    }
}

fn tell(callbacks: &mut Outbox, recording: &Recording, event: Event, at: u64) {
    // Most simulators have no receiver, and a load test would pay for the bodies.
    if !callbacks.wants(CallbackKind::Recording) {
        return;
    }
    for body in bodies::of_recording(recording, event, at) {
        callbacks.add(CallbackKind::Recording, &recording.app_key, body);
    }
}
