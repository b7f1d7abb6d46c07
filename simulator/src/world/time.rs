//! The time in rooms and recordings, which tests move.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::settings::{Clock, millis};

/// How far the time may be moved at once: every slice on the way is closed.
pub(crate) const MAX_ADVANCE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

#[derive(Clone)]
pub(crate) struct Time {
    clock: Arc<Clock>,
    /// How far it was moved ahead of the clock.
    ahead_ms: watch::Sender<u64>,
}

impl Time {
    pub(crate) fn new(clock: Arc<Clock>) -> Self {
        Self { clock, ahead_ms: watch::Sender::default() }
    }

    pub(crate) fn now(&self) -> u64 {
        (self.clock)().saturating_add(*self.ahead_ms.borrow())
    }

    /// How far it was moved ahead of the clock.
    pub(super) fn ahead_ms(&self) -> u64 {
        *self.ahead_ms.borrow()
    }

    pub(super) fn advance(&self, by: Duration) {
        let by = millis(by.min(MAX_ADVANCE));
        self.ahead_ms.send_modify(|ahead| *ahead = ahead.saturating_add(by));
    }

    /// Returns once so much time has passed, of its own accord or because a test moves it.
    pub(crate) async fn pause(&self, ms: u64) {
        self.reach(self.now().saturating_add(ms)).await;
    }

    /// The same, once it is so late.
    pub(crate) async fn reach(&self, until: u64) {
        let mut moved = self.ahead_ms.subscribe();
        loop {
            let left = until.saturating_sub(self.now());
            if left == 0 {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep(Duration::from_millis(left)) => {}
                // Never fails: this holds the sender.
                _ = moved.changed() => {}
            }
        }
    }
}
