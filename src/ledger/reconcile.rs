//! Looks after what is left behind: starts whose process has died, recordings that no callback tells of any more, and
//! what may be forgotten.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use tokio::time::{Instant, sleep};
use tracing::{info, warn};

use super::document::Document;
use super::keeper::{LOOK_WITHIN, within};
use super::options::{OnUnknown, grace_of};
use super::start::unasked;
use super::store::{SessionKey, StoreError};
use super::transition::Input;
use super::{RecordingLedger, Shared};
use crate::entry::{LedgerEntry, LedgerState};
use crate::error::{RecordingError, checked_above_zero, checked_length};
use crate::model::RecordingTarget;
use crate::protocol::{query_room, service_codes, stop};
use crate::time::{Span, Timestamp};

/// When what was left as it is, is looked at again, in milliseconds.
const UNKNOWN_AGAIN: i64 = 60_000;
const ENDED_AGAIN: i64 = 3_600_000;
/// How many expired signatures are removed at once.
const FORGOTTEN_AT_ONCE: usize = 10_000;

/// What a reconciliation has found and done.
#[derive(Debug, Clone, PartialEq, Eq, Default, uniffi::Record)]
pub struct ReconcileReport {
    /// How many entries were due and looked at.
    pub looked_at: i64,
    /// How many of them had an unknown outcome.
    pub unknown: i64,
    /// How many of those have been seen for too short a time to be acted on.
    pub waiting: i64,
    /// How many recordings were stopped because the outcome of their start was unknown.
    pub stopped: i64,
    /// How many are over because their session is gone.
    pub over: i64,
    /// How many run although no callback has told of them for longer than a slice is.
    pub silent: i64,
    /// How many have ended, and no upload has been reported.
    pub stale: i64,
    /// How many entries were forgotten, 30 days after they were over.
    pub forgotten: i64,
    /// How many could not be looked at, or acted on: the store or the service failed. They stay due.
    pub failed: i64,
    /// When the oldest unknown outcome came about. Absent where there is none. It grows old where nobody reconciles.
    pub oldest_unknown_at: Option<Timestamp>,
}

/// Which unknown outcomes this process has seen, at which version, and since when by its own clock.
#[derive(Default)]
pub(super) struct Seen {
    since: Mutex<HashMap<SessionKey, (i64, Instant)>>,
}

impl Seen {
    /// For how long this version has been seen.
    fn note(&self, key: &SessionKey, version: i64) -> Duration {
        let mut since = self.since.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = since.entry(key.clone()).or_insert_with(|| (version, Instant::now()));
        if seen.0 != version {
            *seen = (version, Instant::now());
        }
        seen.1.elapsed()
    }

    fn forget(&self, key: &SessionKey) {
        self.since.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }
}

/// What a reconciliation has come to with one entry.
enum Done {
    Report(fn(&mut ReconcileReport)),
    /// It has to be seen unchanged for so long yet.
    Wait(Duration),
    Nothing,
}

impl RecordingLedger {
    /// Looks at everything that is due, and does what the ledger was told to do about unknown outcomes. For a job that runs
    /// every few minutes; a program that runs all the time has [`keep_up`](Self::keep_up).
    ///
    /// Unknown outcomes are acted on only once this process has seen them unchanged for the grace: a job waits for it, at
    /// most as long as given. By default it waits as long as needed, once.
    ///
    /// # Errors
    /// `InvalidInput` for a negative wait; `NotSent`, cause `Store`, where the store doesn't even tell what is due.
    pub async fn reconcile(&self, most: usize, wait: Option<Span>) -> Result<ReconcileReport, RecordingError> {
        let mut found = Vec::new();
        let wait = wait.map(|wait| checked_length("wait", wait, &mut found));
        RecordingError::from_violations(found)?;
        let (mut report, longest) = self.shared.look_at_due(most).await.map_err(|error| unasked(&error))?;
        let closed = self.shared.local().closed.clone();
        if let Some(rest) = longest
            && rest <= wait.unwrap_or(Duration::MAX)
        {
            tokio::select! {
                () = sleep(rest) => {}
                () = closed.cancelled() => return Ok(report),
            }
            let (again, _) = self.shared.look_at_due(most).await.map_err(|error| unasked(&error))?;
            report = ReconcileReport {
                unknown: again.unknown,
                waiting: again.waiting,
                oldest_unknown_at: again.oldest_unknown_at,
                looked_at: report.looked_at + again.looked_at,
                stopped: report.stopped + again.stopped,
                over: report.over + again.over,
                silent: report.silent + again.silent,
                stale: report.stale + again.stale,
                forgotten: report.forgotten + again.forgotten,
                failed: report.failed + again.failed,
            };
        }
        Ok(report)
    }

    /// Reconciles again and again in the background, until the ledger is closed or has gone.
    ///
    /// # Errors
    /// `InvalidInput` for an interval of nothing.
    pub fn keep_up(&self, interval: Span) -> Result<(), RecordingError> {
        tokio::spawn(self.keeping_up(interval)?);
        Ok(())
    }

    /// What keeps up, to be run.
    pub(crate) fn keeping_up(
        &self,
        interval: Span,
    ) -> Result<impl Future<Output = ()> + Send + 'static, RecordingError> {
        let mut found = Vec::new();
        let interval = checked_above_zero("interval", interval, &mut found);
        RecordingError::from_violations(found)?;
        let (weak, closed) = (Arc::downgrade(&self.shared), self.shared.local().closed.clone());
        Ok(async move {
            tokio::select! {
                () = closed.cancelled() => {}
                () = keep_up(weak, interval) => {}
            }
        })
    }
}

/// How many entries are looked at in one go.
const AT_ONCE: usize = 1_000;

async fn keep_up(shared: Weak<Shared>, interval: Duration) {
    loop {
        {
            let Some(shared) = shared.upgrade() else { return };
            match shared.look_at_due(AT_ONCE).await {
                Ok((report, _)) if report != ReconcileReport::default() => info!(?report, "reconciled"),
                Ok(_) => {}
                Err(error) => warn!(error = error.to_string(), "not reconciled"),
            }
        }
        sleep(interval).await;
    }
}

impl Shared {
    /// Looks at what is due. With how long those that have to be seen for longer have to be seen, at the longest.
    async fn look_at_due(&self, most: usize) -> Result<(ReconcileReport, Option<Duration>), StoreError> {
        let keeper = &self.keeper;
        let mut report = ReconcileReport::default();
        let mut longest = None;
        let due = keeper.store.due(self.client.app_key(), keeper.now(), most);
        let keys = within(Instant::now() + LOOK_WITHIN, due).await?;
        for key in keys {
            if self.local().closed.is_cancelled() {
                break;
            }
            report.looked_at += 1;
            match self.look_at(&key, &mut report).await {
                Ok(Done::Report(note)) => note(&mut report),
                Ok(Done::Wait(rest)) => {
                    report.waiting += 1;
                    longest = longest.max(Some(rest));
                }
                Ok(Done::Nothing) => {}
                Err(error) => {
                    report.failed += 1;
                    warn!(session_id = key.session_id, error, "not reconciled");
                }
            }
        }
        let forgetting = keeper.store.forget_expired(keeper.now(), FORGOTTEN_AT_ONCE);
        within(Instant::now() + LOOK_WITHIN, forgetting).await?;
        Ok((report, longest))
    }

    async fn look_at(&self, key: &SessionKey, report: &mut ReconcileReport) -> Result<Done, String> {
        let now = self.keeper.now();
        let lost = self.keeper.apply(key, &Input::Lost, Instant::now() + LOOK_WITHIN).await;
        let Some(document) = lost.map_err(|error| error.reason)?.document else {
            self.local().seen.forget(key);
            return Ok(Done::Nothing);
        };
        let entry = &document.entry;
        if entry.state != LedgerState::Unknown {
            self.local().seen.forget(key);
        }
        match entry.state {
            LedgerState::Sending => Ok(Done::Nothing),
            LedgerState::Unknown => {
                report.unknown += 1;
                let oldest = report.oldest_unknown_at.map_or(entry.changed_at, |at| at.min(entry.changed_at));
                report.oldest_unknown_at = Some(oldest);
                self.look_at_unknown(key, &document).await
            }
            LedgerState::Running => {
                if self.is_session_gone(entry).await? {
                    return self.session_gone(key, entry).await;
                }
                self.put_off(key, entry, now.0.saturating_add(document.quiet_for)).await?;
                Ok(Done::Report(|report| report.silent += 1))
            }
            LedgerState::Ended => {
                if document.is_done(now) {
                    return self.forget(key, entry).await;
                }
                self.put_off(key, entry, now.0.saturating_add(ENDED_AGAIN)).await?;
                Ok(Done::Report(|report| report.stale += 1))
            }
            LedgerState::Free | LedgerState::Uploaded | LedgerState::Over => {
                if document.is_done(now) {
                    self.forget(key, entry).await
                } else {
                    Ok(Done::Nothing)
                }
            }
        }
    }

    async fn look_at_unknown(&self, key: &SessionKey, document: &Document) -> Result<Done, String> {
        let entry = &document.entry;
        let longest_send = Duration::from_millis(u64::try_from(document.longest_send).unwrap_or_default());
        let grace = grace_of(self.grace, longest_send);
        let seen_for = self.local().seen.note(key, entry.version);
        if seen_for < grace {
            return Ok(Done::Wait(grace - seen_for));
        }
        if self.is_session_gone(entry).await? {
            return self.session_gone(key, entry).await;
        }
        let may_start_again = match self.on_unknown {
            OnUnknown::Hold => {
                self.put_off(key, entry, self.keeper.now().0.saturating_add(UNKNOWN_AGAIN)).await?;
                return Ok(Done::Nothing);
            }
            OnUnknown::Stop => false,
            OnUnknown::StopThenRestart => true,
        };
        let target = RecordingTarget::from((entry.room_id.as_str(), entry.session_id.as_str()));
        let operation = stop::operation(&target, None).map_err(|error| error.to_string())?;
        let record_id = match self.client.run(operation, &Arc::default()).await {
            Ok(acknowledged) => acknowledged.record_id,
            // It answered that there is nothing to be stopped, or that an earlier attempt has done it.
            Err(RecordingError::Refused { retryable: false, code, .. }) if is_about_recording(code) => None,
            Err(error) => return Err(error.to_string()),
        };
        let input = Input::Stilled { version: entry.version, record_id, may_start_again };
        let stilled = self.keeper.apply(key, &input, Instant::now() + LOOK_WITHIN).await;
        stilled.map_err(|error| error.reason)?;
        self.local().seen.forget(key);
        self.tell(key);
        Ok(Done::Report(|report| report.stopped += 1))
    }

    /// Whether the room's call is another one by now, or none.
    async fn is_session_gone(&self, entry: &LedgerEntry) -> Result<bool, String> {
        if entry.room_id.is_empty() {
            return Ok(false);
        }
        let operation = query_room::operation(&entry.room_id, None).map_err(|error| error.to_string())?;
        match self.client.run(operation, &Arc::default()).await {
            Ok(room) => Ok(room.session_id != entry.session_id),
            Err(error) if error.code() == Some(service_codes::ROOM_NOT_FOUND) => Ok(true),
            Err(error) => Err(error.to_string()),
        }
    }

    async fn session_gone(&self, key: &SessionKey, entry: &LedgerEntry) -> Result<Done, String> {
        let input = Input::SessionGone { version: entry.version };
        let gone = self.keeper.apply(key, &input, Instant::now() + LOOK_WITHIN).await;
        gone.map_err(|error| error.reason)?;
        self.local().seen.forget(key);
        self.tell(key);
        Ok(Done::Report(|report| report.over += 1))
    }

    async fn put_off(&self, key: &SessionKey, entry: &LedgerEntry, due: i64) -> Result<(), String> {
        let putting_off = self.keeper.store.put_off(key, entry.version, Timestamp(due));
        within(Instant::now() + LOOK_WITHIN, putting_off).await.map_err(|error| error.reason)
    }

    async fn forget(&self, key: &SessionKey, entry: &LedgerEntry) -> Result<Done, String> {
        let removing = self.keeper.store.remove(key, entry.version);
        let is_removed = within(Instant::now() + LOOK_WITHIN, removing).await.map_err(|error| error.reason)?;
        Ok(if is_removed { Done::Report(|report| report.forgotten += 1) } else { Done::Nothing })
    }
}

/// Whether a refusal with this code may say that nothing runs. One without a code is a proxy's, and some are about whoever
/// asks: nobody has looked for a recording then.
fn is_about_recording(code: Option<i32>) -> bool {
    code.is_some_and(|code| {
        !matches!(
            code,
            service_codes::APP_KEY_MISMATCH
                | service_codes::EMPTY_BODY
                | service_codes::INVALID_SIGNATURE
                | service_codes::APP_LOCKED
                | service_codes::METHOD_NOT_ALLOWED
                | service_codes::RATE_EXCEEDED
                | service_codes::SERVICE_NOT_ENABLED
                | service_codes::RTC_NOT_ENABLED
        )
    })
}
