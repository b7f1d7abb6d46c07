//! Reads and changes documents: the pure function between a read and a compare-and-set.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout_at};

use super::document::Document;
use super::news::{fold, heard};
use super::store::{LedgerStore, SessionKey, StoreError, Stored};
use super::transition::{Input, Step, step};
use crate::callback::{RecordingEvent, parse_recording_event};
use crate::entry::{LedgerEntry, LedgerState};
use crate::protocol::StampSource;
use crate::time::Timestamp;

/// The longest wait between two tries of a compare-and-set.
const LONGEST_PAUSE: Duration = Duration::from_millis(250);
/// How far the clocks of host and store may be apart where something is forgotten after a month.
const CLOCKS_APART: Duration = Duration::from_secs(3_600);
/// When everything on record is due: the end of the year 9999.
const AFTER_ALL: Timestamp = Timestamp(253_402_300_799_999);
/// How long one look into the store may take where nothing else limits it.
pub(super) const LOOK_WITHIN: Duration = Duration::from_secs(5);

pub(super) struct Keeper {
    pub(super) store: Arc<dyn LedgerStore>,
    pub(super) stamps: Arc<dyn StampSource>,
    pub(super) now: fn() -> Timestamp,
}

/// What a document is after something has happened to it.
pub(super) struct Outcome {
    pub(super) document: Option<Document>,
    pub(super) is_denied: bool,
}

impl Keeper {
    pub(super) fn now(&self) -> Timestamp {
        (self.now)()
    }

    /// How much of a wait is waited, from 0 to 1, whatever a source of a program's own says.
    pub(super) fn jitter(&self) -> f64 {
        Some(self.stamps.jitter()).filter(|jitter| (0.0..=1.0).contains(jitter)).unwrap_or(1.0)
    }

    /// The document as it is.
    pub(super) async fn read(&self, key: &SessionKey) -> Result<Option<Document>, StoreError> {
        self.load(key).await?.as_ref().map(Document::read).transpose()
    }

    async fn load(&self, key: &SessionKey) -> Result<Option<Stored>, StoreError> {
        let stored = within(Instant::now() + LOOK_WITHIN, self.store.load(std::slice::from_ref(key))).await?;
        Ok(stored.into_iter().next().flatten())
    }

    /// Moves the time from which on a document should be looked at, whatever version it has, and though it can't be read.
    pub(super) async fn put_off(&self, key: &SessionKey, due: Timestamp) -> Result<(), StoreError> {
        let Some(stored) = self.load(key).await? else { return Ok(()) };
        within(Instant::now() + LOOK_WITHIN, self.store.put_off(key, stored.version, due)).await
    }

    /// The events that were reported of a session.
    pub(super) async fn events(&self, key: &SessionKey) -> Result<Vec<RecordingEvent>, StoreError> {
        let reported = within(Instant::now() + LOOK_WITHIN, self.store.reported(std::slice::from_ref(key))).await?;
        let bodies = reported.into_iter().next().unwrap_or_default();
        // Each could be read when it was stored.
        Ok(bodies.into_iter().filter_map(|body| parse_recording_event(body).ok()).collect())
    }

    /// The entries whose outcome nobody knows, the oldest first; at most as many as given. One that can't be read is not
    /// among them.
    pub(super) async fn unknown(&self, app_key: &str, most: usize) -> Result<Vec<LedgerEntry>, StoreError> {
        // Those that are being sent stand among them, and are none.
        let mut asked = most;
        loop {
            let until = Instant::now() + LOOK_WITHIN;
            let keys = within(until, self.store.unresolved(app_key, asked)).await?;
            let stored = within(until, self.store.load(&keys)).await?;
            let now = self.now();
            let readable = stored.iter().flatten().filter_map(|stored| Document::read(stored).ok());
            let entries = readable.map(|document| document.entry.seen_at(now));
            let mut unknown: Vec<_> = entries.filter(|entry| entry.state == LedgerState::Unknown).collect();
            if unknown.len() >= most || keys.len() < asked {
                unknown.sort_by_key(|entry| entry.changed_at);
                unknown.truncate(most);
                return Ok(unknown);
            }
            asked = asked.saturating_mul(4);
        }
    }

    /// The entries in the order in which they are due; at most as many as given. One that can't be read is not among them.
    pub(super) async fn soonest(&self, app_key: &str, most: usize) -> Result<Vec<LedgerEntry>, StoreError> {
        let until = Instant::now() + LOOK_WITHIN;
        let keys = within(until, self.store.due(app_key, AFTER_ALL, most)).await?;
        let stored = within(until, self.store.load(&keys)).await?;
        let now = self.now();
        let readable = stored.iter().flatten().filter_map(|stored| Document::read(stored).ok());
        Ok(readable.map(|document| document.entry.seen_at(now)).collect())
    }

    /// Whether this host's clock goes with the store's, as nearly as it matters to what is forgotten after a month.
    pub(super) async fn is_clock_right(&self) -> bool {
        let told = within(Instant::now() + LOOK_WITHIN, self.store.now()).await;
        let apart = |told: Timestamp| told.since(self.now()).max(self.now().since(told));
        told.is_ok_and(|told| apart(told) < CLOCKS_APART)
    }

    /// Lets something happen to a document. Tries until the time given, whether others change it meanwhile or the store
    /// fails: what happens twice is the same as once.
    pub(super) async fn apply(&self, key: &SessionKey, input: &Input, until: Instant) -> Result<Outcome, StoreError> {
        self.change(key, &News::Of(input), until).await
    }

    /// Takes in everything that was reported about a session, as [`apply`](Self::apply) does.
    pub(super) async fn fold(&self, key: &SessionKey, until: Instant) -> Result<Outcome, StoreError> {
        self.change(key, &News::Reported, until).await
    }

    async fn change(&self, key: &SessionKey, news: &News<'_>, until: Instant) -> Result<Outcome, StoreError> {
        let mut pause = Duration::from_millis(1);
        loop {
            // One that hangs is not all that is tried.
            let tried_until = until.min(Instant::now() + LOOK_WITHIN);
            let failure = match within(tried_until, self.try_change(key, news)).await {
                Ok(Tried::Done(outcome)) => return Ok(*outcome),
                Ok(Tried::Unreadable(error)) => return Err(error),
                Ok(Tried::Overtaken) => None,
                Err(error) => Some(error),
            };
            // Of many who try at once, one gets on each time: those who wait differently long don't meet again.
            let wait = pause.mul_f64(self.jitter());
            if Instant::now() + wait >= until {
                let crowded = || StoreError::new("others kept changing the document until the time was over");
                return Err(failure.unwrap_or_else(crowded));
            }
            sleep(wait).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    async fn try_change(&self, key: &SessionKey, news: &News<'_>) -> Result<Tried, StoreError> {
        let document = match self.load(key).await?.as_ref().map(Document::read).transpose() {
            Ok(document) => document,
            Err(error) => return Ok(Tried::Unreadable(error)),
        };
        let done = |document, is_denied| Tried::Done(Box::new(Outcome { document, is_denied }));
        let mut document = match self.next(key, document.as_ref(), news).await? {
            Step::Keep => return Ok(done(document, false)),
            Step::Denied => return Ok(done(document, true)),
            Step::Write(changed) => changed,
        };
        let version = document.entry.version;
        document.entry.version = version.saturating_add(1);
        let is_done = self.store.swap(key, version, &document.text()?, document.index()).await?;
        Ok(if is_done { done(Some(*document), false) } else { Tried::Overtaken })
    }

    async fn next(&self, key: &SessionKey, current: Option<&Document>, news: &News<'_>) -> Result<Step, StoreError> {
        match news {
            News::Of(input) => Ok(step(key, current, input, self.now())),
            News::Reported => {
                // Read after the document: what somebody else reports after this, they fold into a later one.
                let events = self.events(key).await?;
                let folded = fold(key, current, &heard(&events), events.len(), self.now());
                Ok(folded.map_or(Step::Keep, |document| Step::Write(Box::new(document))))
            }
        }
    }
}

/// What one try of a change has come to.
enum Tried {
    Done(Box<Outcome>),
    /// Somebody else was faster.
    Overtaken,
    /// No further try could read it.
    Unreadable(StoreError),
}

/// What a document changes by.
enum News<'a> {
    Of(&'a Input),
    Reported,
}

/// What the store does, or that it took too long.
pub(super) async fn within<T>(
    until: Instant,
    work: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    timeout_at(until, work).await.unwrap_or_else(|_| Err(StoreError::new("the store did not answer in time")))
}
