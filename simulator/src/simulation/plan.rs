//! What a scenario has planned and what was done so far, which is a scenario again.

use std::collections::VecDeque;

use tokio::sync::Notify;

use crate::history::History;
use crate::scenario::{Action, Planned, Scenario};
use crate::shared::Shared;

/// What is still to be done, by the time in rooms at which it is due.
#[derive(Default)]
pub(super) struct Plan {
    ahead: Shared<VecDeque<(u64, Planned)>>,
    /// Somebody has planned more.
    pub(super) more: Notify,
}

impl Plan {
    pub(super) fn add(&self, now: u64, timeline: Vec<Planned>) {
        let mut ahead = self.ahead.lock();
        ahead.extend(timeline.into_iter().map(|planned| (now.saturating_add(planned.at_ms), planned)));
        // Stable: what is due at the same time keeps its order.
        ahead.make_contiguous().sort_by_key(|(due, _)| *due);
        drop(ahead);
        self.more.notify_one();
    }

    pub(super) fn next_due(&self) -> Option<u64> {
        self.ahead.lock().front().map(|(due, _)| *due)
    }

    pub(super) fn take_due(&self, now: u64) -> Option<Planned> {
        let mut ahead = self.ahead.lock();
        ahead.front().filter(|(due, _)| *due <= now)?;
        ahead.pop_front().map(|(_, planned)| planned)
    }
}

/// What was done, and when.
pub(super) struct Journal {
    begun: u64,
    /// With the rooms there were at the beginning.
    rooms: Scenario,
    done: History<Planned>,
}

impl Journal {
    pub(super) fn new(begun: u64, rooms: Scenario) -> Self {
        Self { begun, rooms, done: History::default() }
    }

    pub(super) fn note(&mut self, now: u64, action: Action) {
        self.done.push(Planned { at_ms: now.saturating_sub(self.begun), action });
    }

    pub(super) fn scenario(&self) -> Scenario {
        Scenario { timeline: self.done.iter().cloned().collect(), ..self.rooms.clone() }
    }
}
