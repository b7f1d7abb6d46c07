//! How a recording goes on, told to whoever follows it.

use std::time::Duration;

use futures_util::stream::{Stream, unfold};
use tokio::sync::watch::Receiver;
use tokio::time::{Instant, timeout_at};

use super::document::Document;
use super::keeper::LOOK_WITHIN;
use super::start::unasked;
use super::store::{SessionKey, StoreError};
use super::transition::Input;
use super::watch::Sight;
use super::{RecordingLedger, tag};
use crate::callback::{RecordingTracker, TrackedRecording};
use crate::entry::{LedgerEntry, LedgerState};
use crate::error::{RecordingError, Violation, checked_length, checked_timeout, codes};
use crate::time::{Span, Timestamp};

/// How long it must have been quiet around an uploaded recording, because nobody says how many files there will be.
const DEFAULT_SETTLE: Duration = Duration::from_secs(120);
/// How long after a recording was stopped its files may be reported.
const FILES_WITHIN: Duration = Duration::from_secs(30 * 60);
/// How long one wait of whoever follows lasts, at whose beginning and end it looks by itself.
pub(super) const ONE_LOOK: Duration = Duration::from_secs(15 * 60);
/// How much longer the last look may take.
const LAST_LOOK: Duration = Duration::from_millis(250);
/// How long nothing may have been told of a session before whoever follows it looks by itself, and learns where the store
/// fails. All others are asked about together.
const OWN_LOOK: Duration = Duration::from_secs(30);

/// A session's recording as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct FollowedRecording {
    /// What is on record.
    pub entry: LedgerEntry,
    /// What all callbacks of the latest recording add up to. Absent as long as none has come.
    pub recording: Option<TrackedRecording>,
    /// True where nothing more is expected: it is uploaded and has been quiet for the settling time, or it is over and no
    /// callback has come for half an hour.
    pub is_settled: bool,
}

impl RecordingLedger {
    /// What is known of a session's recording; nothing where nothing is on record.
    ///
    /// # Errors
    /// `NotSent`, cause `Store`.
    ///
    /// # Cancel safety
    /// Dropping the future changes nothing.
    pub async fn get(&self, session_id: &str) -> Result<Option<FollowedRecording>, RecordingError> {
        self.look(&self.shared.key(session_id), DEFAULT_SETTLE).await
    }

    /// Waits for the next change of a session's recording: until its entry has another version than the one that was seen,
    /// or it is settled, or the time is over. What is known then is returned; nothing where nothing is on record.
    ///
    /// # Errors
    /// `InvalidInput` for a time that can't be; `NotSent`, cause `Store`.
    ///
    /// # Cancel safety
    /// Dropping the future changes nothing: the next call with the same version finds what this one would have.
    pub async fn next_change(
        &self,
        session_id: &str,
        seen: i64,
        settle: Option<Span>,
        timeout: Span,
    ) -> Result<Option<FollowedRecording>, RecordingError> {
        let (settle, timeout) = checked_waits(settle, timeout)?;
        self.wait(session_id, settle, timeout, |found| found.entry.version != seen).await
    }

    /// Follows a session's recording: what is known now, and then each change. The last one is settled: nothing more is
    /// expected.
    ///
    /// Waits where nothing is on record yet. Dropping it ends it.
    pub fn follow(&self, session_id: &str, settle: Option<Span>) -> Follow {
        Follow { ledger: self.clone(), session_id: session_id.to_owned(), settle, place: Place::default() }
    }

    /// Waits until a recording has ended, at least one of its files has been uploaded, and it has been quiet for the
    /// settling time, because nobody says how many files there will be; or until the time is over. Whether it is, says
    /// [`is_settled`](FollowedRecording::is_settled). Nothing where nothing is on record.
    ///
    /// # Errors
    /// As [`next_change`](Self::next_change).
    ///
    /// # Cancel safety
    /// Dropping the future changes nothing, and a later call begins anew.
    pub async fn wait_until_uploaded(
        &self,
        session_id: &str,
        settle: Option<Span>,
        timeout: Span,
    ) -> Result<Option<FollowedRecording>, RecordingError> {
        let (settle, timeout) = checked_waits(settle, timeout)?;
        self.wait(session_id, settle, timeout, |_| false).await
    }

    async fn wait(
        &self,
        session_id: &str,
        settle: Duration,
        longest: Duration,
        is_awaited: impl Fn(&FollowedRecording) -> bool,
    ) -> Result<Option<FollowedRecording>, RecordingError> {
        let shared = &self.shared;
        let key = shared.key(session_id);
        let until = Instant::now() + longest;
        let closed = shared.local().closed.clone();
        let watch = shared.local().watch.clone();
        let mut changes = watch.follow(&key, shared);
        let mut last = None;
        loop {
            changes.mark_unchanged();
            let mut is_asked = false;
            let look = async {
                let _permit = watch.looks.acquire().await;
                is_asked = true;
                self.look(&key, settle).await
            };
            // A store that hangs holds nobody up for longer than they wait, and nobody who has found something before
            // where the ledger is closed.
            let look = tokio::select! {
                look = timeout_at(until + LAST_LOOK, look) => look,
                () = closed.cancelled(), if last.is_some() => return Ok(last.flatten()),
            };
            let too_late = if is_asked { "it did not answer in time" } else { "too many others asked it before" };
            let found = look.unwrap_or_else(|_| Err(unasked(&StoreError::new(too_late))))?;
            let is_awaited = found.as_ref().is_some_and(|found| found.is_settled || is_awaited(found));
            let now = Instant::now();
            if is_awaited || now >= until || closed.is_cancelled() {
                return Ok(found);
            }
            let changes_in = found.as_ref().and_then(|found| changes_in(&found.entry, settle, shared.keeper.now()));
            let next = changes_in.map_or(until, |changes_in| until.min(now + changes_in));
            last = Some(found);
            tokio::select! {
                () = changed_or_untold(&mut changes, now, next) => {}
                () = closed.cancelled() => {}
            }
        }
    }

    async fn look(&self, key: &SessionKey, settle: Duration) -> Result<Option<FollowedRecording>, RecordingError> {
        let keeper = &self.shared.keeper;
        let Some(mut document) = keeper.read(key).await.map_err(|error| unasked(&error))? else { return Ok(None) };
        let now = keeper.now();
        let is_lost = document.entry.state != document.entry.clone().seen_at(now).state;
        // So that its version changes, and everybody who follows it notices.
        if is_lost && let Ok(lost) = keeper.apply(key, &Input::Lost, Instant::now() + LOOK_WITHIN).await {
            document = lost.document.unwrap_or(document);
        }
        let recording = self.tracked(key, &document, now).await?;
        let entry = document.entry.seen_at(now);
        let is_settled = settles_in(&entry, settle, now) == Some(Duration::ZERO);
        Ok(Some(FollowedRecording { entry, recording, is_settled }))
    }

    async fn tracked(
        &self,
        key: &SessionKey,
        document: &Document,
        now: Timestamp,
    ) -> Result<Option<TrackedRecording>, RecordingError> {
        let Some(record_id) = &document.entry.record_id else { return Ok(None) };
        let events = self.shared.keeper.events(key).await.map_err(|error| unasked(&error))?;
        let tracker = RecordingTracker::new(record_id.clone())?;
        let mut is_heard_of = false;
        for event in events.into_iter().filter(|event| event.record_id == *record_id) {
            is_heard_of |= tracker.record(event)?;
        }
        if !is_heard_of {
            return Ok(None);
        }
        let quiet_for = Duration::from_millis(u64::try_from(document.quiet_for).unwrap_or_default());
        let mut tracked = tracker.state(quiet_for, now)?;
        tracked.extra = tracked.extra.map(tag::stripped).filter(|extra| !extra.is_empty());
        Ok(Some(tracked))
    }
}

/// The changes of a session's recording, one after another. Made by [`RecordingLedger::follow`].
#[derive(Debug)]
pub struct Follow {
    ledger: RecordingLedger,
    session_id: String,
    settle: Option<Span>,
    place: Place,
}

/// How far whoever follows a recording has come.
#[derive(Debug, Default)]
pub(super) struct Place {
    pub(super) seen: i64,
    pub(super) has_ended: bool,
}

impl Place {
    /// What is told of what a wait for the next change has found: nothing where nothing is new.
    pub(super) fn told(
        &mut self,
        found: Result<Option<FollowedRecording>, RecordingError>,
        is_closed: bool,
    ) -> Option<Result<FollowedRecording, RecordingError>> {
        self.has_ended = is_closed;
        match found {
            Ok(found) => {
                let found = found?;
                let is_new = found.entry.version != self.seen;
                self.seen = found.entry.version;
                self.has_ended |= found.is_settled;
                (is_new || found.is_settled).then_some(Ok(found))
            }
            Err(error) => {
                self.has_ended = true;
                Some(Err(error))
            }
        }
    }
}

impl Follow {
    /// The next change; nothing once nothing more is expected, the ledger has been closed, or an error has been told.
    ///
    /// # Cancel safety
    /// Dropping the future loses nothing: a change that was not told is told by the next call.
    pub async fn next(&mut self) -> Option<Result<FollowedRecording, RecordingError>> {
        while !self.place.has_ended {
            let found = self.ledger.next_change(&self.session_id, self.place.seen, self.settle, ONE_LOOK.into()).await;
            if let Some(told) = self.place.told(found, self.ledger.is_closed()) {
                return Some(told);
            }
        }
        None
    }

    /// The same as a stream of the `futures` crates.
    pub fn into_stream(self) -> impl Stream<Item = Result<FollowedRecording, RecordingError>> {
        unfold(self, async |mut follow| Some((follow.next().await?, follow)))
    }
}

/// Waits until something has changed, or at this time at the latest; or until nothing was told for too long, since the
/// time when it was looked at.
async fn changed_or_untold(changes: &mut Receiver<Sight>, looked_at: Instant, until: Instant) {
    loop {
        let untold = looked_at.max(changes.borrow().at) + OWN_LOOK;
        // Told meanwhile, or time is over: or else the store has not answered.
        let is_over = timeout_at(until.min(untold), changes.changed()).await.is_ok() || until <= untold;
        if is_over || looked_at.max(changes.borrow().at) + OWN_LOOK <= untold {
            return;
        }
    }
}

/// How long until an entry changes by time alone. Nothing where it doesn't.
fn changes_in(entry: &LedgerEntry, settle: Duration, now: Timestamp) -> Option<Duration> {
    match (entry.state, entry.deadline) {
        // Its outcome is not known any more once its deadline has passed.
        (LedgerState::Sending, Some(deadline)) => Some(deadline.since(now) + Duration::from_millis(1)),
        // It may not be on record yet that it is: the store may have taken no change.
        (LedgerState::Unknown, _) => Some(OWN_LOOK),
        _ => settles_in(entry, settle, now),
    }
}

/// How long until nothing more is expected of a recording. Nothing where that is not in sight.
fn settles_in(entry: &LedgerEntry, settle: Duration, now: Timestamp) -> Option<Duration> {
    let quiet_for = match entry.state {
        LedgerState::Uploaded => settle,
        // Callbacks of its end and of its files may be on their way.
        LedgerState::Over => settle.max(FILES_WITHIN),
        _ => return None,
    };
    Some(quiet_for.saturating_sub(now.since(entry.changed_at)))
}

fn checked_waits(settle: Option<Span>, timeout: Span) -> Result<(Duration, Duration), RecordingError> {
    let mut found = Vec::new();
    let settle = settle.map_or(DEFAULT_SETTLE, |settle| checked_length("settle", settle, &mut found));
    let timeout = checked_timeout("timeout", timeout, &mut found);
    RecordingError::from_violations(found)?;
    Ok((settle, timeout))
}

/// The error of what was asked about a session that nobody knows.
pub(super) fn nothing_on_record() -> RecordingError {
    let violation = Violation::new("session_id", codes::NOT_APPLICABLE, "nothing is on record of this session");
    RecordingError::InvalidInput { violations: vec![violation], call: None }
}
