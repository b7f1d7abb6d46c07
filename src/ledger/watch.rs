//! Who follows which session in this process: all of them together are one question to the store at a time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::sync::watch::{Receiver, Sender, channel};
use tokio::time::{Instant, sleep};

use super::Shared;
use super::keeper::{LOOK_WITHIN, within};
use super::store::SessionKey;

/// How long it is between two questions: at first and after something has changed, and at the longest.
const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(5);
/// How many sessions one question is about.
const AT_ONCE: usize = 500;
/// How many who follow look by themselves at a time: where thousands begin at once, the others wait here, and not at the
/// store, which has only so long to answer.
const LOOKS_AT_A_TIME: usize = 256;

pub(super) struct Watch {
    watched: Mutex<Watched>,
    pub(super) looks: Semaphore,
}

impl Default for Watch {
    fn default() -> Self {
        Self { watched: Mutex::default(), looks: Semaphore::new(LOOKS_AT_A_TIME) }
    }
}

#[derive(Default)]
struct Watched {
    /// What was seen last, or a change of it that somebody told.
    sessions: HashMap<SessionKey, Sender<Sight>>,
    is_asking: bool,
}

/// What the store has last told of a session.
#[derive(Clone, Copy)]
pub(super) struct Sight {
    version: i64,
    /// When it did. Long ago where the store fails.
    pub(super) at: Instant,
}

impl Watch {
    fn watched(&self) -> MutexGuard<'_, Watched> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many sessions somebody follows.
    pub(super) fn count(&self) -> i64 {
        let watched = self.watched();
        let followed = watched.sessions.values().filter(|sender| sender.receiver_count() > 0);
        i64::try_from(followed.count()).unwrap_or(i64::MAX)
    }

    /// Wakes those who follow this session.
    pub(super) fn tell(&self, key: &SessionKey) {
        if let Some(sender) = self.watched().sessions.get(key) {
            sender.send_modify(|_| {});
        }
    }

    /// Lets whoever asks know of each change of a session.
    pub(super) fn follow(self: &Arc<Self>, key: &SessionKey, shared: &Arc<Shared>) -> Receiver<Sight> {
        let mut watched = self.watched();
        let unseen = || channel(Sight { version: 0, at: Instant::now() }).0;
        let receiver = watched.sessions.entry(key.clone()).or_insert_with(unseen).subscribe();
        if !watched.is_asking {
            watched.is_asking = true;
            tokio::spawn(self.clone().ask(shared.clone()));
        }
        receiver
    }

    /// Asks again and again, until nobody follows anything.
    async fn ask(self: Arc<Self>, shared: Arc<Shared>) {
        let stopped = Stopped(&self);
        let mut pause = SHORTEST;
        loop {
            // Not all processes at the same time.
            sleep(pause.mul_f64(0.75 + shared.keeper.jitter() / 2.0)).await;
            let keys: Vec<_> = {
                let mut watched = self.watched();
                watched.sessions.retain(|_, sender| sender.receiver_count() > 0);
                if watched.sessions.is_empty() || shared.local().closed.is_cancelled() {
                    // At once, so that whoever follows something next doesn't count on this.
                    watched.is_asking = false;
                    std::mem::forget(stopped);
                    return;
                }
                watched.sessions.keys().cloned().collect()
            };
            let mut has_changed = false;
            for keys in keys.chunks(AT_ONCE) {
                let until = Instant::now() + LOOK_WITHIN;
                // Whoever follows looks by itself where nothing was told for long, and learns that the store fails.
                let Ok(stored) = within(until, shared.keeper.store.load(keys)).await else { continue };
                let versions = stored.iter().map(|stored| stored.as_ref().map_or(0, |stored| stored.version));
                let (watched, at) = (self.watched(), Instant::now());
                for (key, version) in keys.iter().zip(versions) {
                    let sight = Sight { version, at };
                    let note = |sender: &Sender<Sight>| {
                        sender.send_if_modified(|seen| std::mem::replace(seen, sight).version != version)
                    };
                    has_changed |= watched.sessions.get(key).is_some_and(note);
                }
            }
            pause = if has_changed { SHORTEST } else { pause.mul_f64(1.5).min(LONGEST) };
        }
    }
}

/// Lets the next one who follows something ask anew, however the asking ended.
struct Stopped<'a>(&'a Watch);

impl Drop for Stopped<'_> {
    fn drop(&mut self) {
        self.0.watched().is_asking = false;
    }
}
