//! Looks after what is left behind: starts whose process has died, recordings that no callback tells of any more, and
//! what may be forgotten.

use std::collections::HashMap;
use std::ops::AddAssign;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::task::JoinSet;
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
use crate::protocol::{CallOptions, query_room, service_codes, stop};
use crate::time::{Span, Timestamp};

/// When what was left as it is, is looked at again, in milliseconds.
const UNKNOWN_AGAIN: i64 = 60_000;
const ENDED_AGAIN: i64 = 3_600_000;
const FAILED_AGAIN: i64 = 60_000;
/// How many expired signatures are removed at once.
const FORGOTTEN_AT_ONCE: usize = 10_000;

/// What a reconciliation has found and done.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct ReconcileReport {
    /// How many entries were due and looked at.
    pub looked_at: i64,
    /// How many entries have an unknown outcome, due or not.
    pub unknown: i64,
    /// How many of those that are due have been seen for too short a time to be acted on.
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
    /// How many could not be looked at, or acted on: the store or the service failed. They are due
    /// again a minute later.
    pub failed: i64,
    /// When the oldest unknown outcome came about. Absent where there is none. It grows old where nobody reconciles.
    pub oldest_unknown_at: Option<Timestamp>,
}

impl ReconcileReport {
    /// What this and another look after it have found and done together: what is unknown is what the later one saw.
    fn then(mut self, later: Self) -> Self {
        (self.unknown, self.waiting) = (0, 0);
        self.oldest_unknown_at = later.oldest_unknown_at;
        self += later;
        self
    }
}

impl AddAssign for ReconcileReport {
    fn add_assign(&mut self, other: Self) {
        self.looked_at += other.looked_at;
        self.unknown += other.unknown;
        self.waiting += other.waiting;
        self.stopped += other.stopped;
        self.over += other.over;
        self.silent += other.silent;
        self.stale += other.stale;
        self.forgotten += other.forgotten;
        self.failed += other.failed;
    }
}

/// Which unknown outcomes this process has seen, at which version, and since when by its own clock.
#[derive(Default)]
pub(super) struct Seen {
    since: Mutex<HashMap<SessionKey, Sighting>>,
}

struct Sighting {
    version: i64,
    /// Of the start: a session that was forgotten begins its versions anew.
    permit: Option<String>,
    since: Instant,
    last: Instant,
}

impl Seen {
    fn since(&self) -> MutexGuard<'_, HashMap<SessionKey, Sighting>> {
        self.since.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// For how long this version has been seen.
    fn note(&self, key: &SessionKey, document: &Document) -> Duration {
        let (now, version) = (Instant::now(), document.entry.version);
        let new = || Sighting { version, permit: document.permit.clone(), since: now, last: now };
        let mut since = self.since();
        let seen = since.entry(key.clone()).or_insert_with(new);
        if seen.version != version || seen.permit != document.permit {
            *seen = new();
        }
        seen.last = now;
        now - seen.since
    }

    fn forget(&self, key: &SessionKey) {
        self.since().remove(key);
    }

    /// Forgets what somebody else has settled.
    fn tidy(&self) {
        self.since().retain(|_, seen| seen.last.elapsed() < SEEN_FOR);
    }
}

/// What looking at one entry has come to.
#[derive(Default)]
struct Look {
    report: ReconcileReport,
    /// How long it has to be seen unchanged yet.
    rest: Option<Duration>,
}

impl Look {
    fn of(note: impl FnOnce(&mut ReconcileReport)) -> Self {
        let mut look = Self::default();
        note(&mut look.report);
        look
    }
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
    ///
    /// # Cancel safety
    /// Dropping the future leaves each session as it is on record; the next call goes on.
    pub async fn reconcile(&self, most: usize, wait: Option<Span>) -> Result<ReconcileReport, RecordingError> {
        let mut found = Vec::new();
        let wait = wait.map(|wait| checked_length("wait", wait, &mut found));
        RecordingError::from_violations(found)?;
        let report = self.shared.reconcile(most, wait).await.map_err(|error| unasked(&error))?;
        self.shared.note_reconciled(&report);
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

/// How many entries are looked at in one go, how many of them at a time, and how many goes there are.
const AT_ONCE: usize = 1_000;
const AT_A_TIME: usize = 16;
const MOST_GOES: usize = 1_000;
/// How long an unknown outcome is remembered that this process has not seen again.
const SEEN_FOR: Duration = Duration::from_secs(24 * 3_600);

async fn keep_up(shared: Weak<Shared>, interval: Duration) {
    loop {
        let mut all: Option<ReconcileReport> = None;
        for _ in 0..MOST_GOES {
            let Some(shared) = shared.upgrade() else { return };
            let is_last = match shared.look_at_due(AT_ONCE).await {
                Ok((report, _)) => {
                    if report != ReconcileReport::default() {
                        info!(?report, "reconciled");
                    }
                    let is_full = usize::try_from(report.looked_at).is_ok_and(|looked_at| looked_at >= AT_ONCE);
                    // Until the grace is over, the same ones would be looked at again.
                    let do_all_wait = report.waiting == report.looked_at;
                    all = Some(all.unwrap_or_default().then(report));
                    !is_full || do_all_wait
                }
                Err(error) => {
                    warn!(error = error.to_string(), "not reconciled");
                    true
                }
            };
            if is_last {
                break;
            }
        }
        let Some(jitter) = shared.upgrade().map(|shared| {
            all.iter().for_each(|all| shared.note_reconciled(all));
            shared.keeper.jitter()
        }) else {
            return;
        };
        // Not all processes at the same time.
        sleep(interval.mul_f64(0.75 + jitter / 4.0)).await;
    }
}

impl Shared {
    async fn reconcile(self: &Arc<Self>, most: usize, wait: Option<Duration>) -> Result<ReconcileReport, StoreError> {
        let (report, rests) = self.look_at_due(most).await?;
        let closed = self.local().closed.clone();
        // Of those that have to be seen for longer yet, as many as there is time for.
        let rest = rests.into_iter().filter(|rest| wait.is_none_or(|wait| *rest <= wait)).max();
        let Some(rest) = rest else { return Ok(report) };
        tokio::select! {
            () = sleep(rest) => {}
            () = closed.cancelled() => return Ok(report),
        }
        let (again, _) = self.look_at_due(most).await?;
        Ok(report.then(again))
    }

    fn note_reconciled(&self, report: &ReconcileReport) {
        self.statistics.note_reconciled(report, self.keeper.now());
    }

    /// Looks at what is due. With how long each of those that have to be seen for longer has to be seen yet.
    async fn look_at_due(self: &Arc<Self>, most: usize) -> Result<(ReconcileReport, Vec<Duration>), StoreError> {
        let keeper = &self.keeper;
        let (mut report, mut rests) = (ReconcileReport::default(), Vec::new());
        let due = keeper.store.due(self.client.app_key(), keeper.now(), most);
        let keys = within(Instant::now() + LOOK_WITHIN, due).await?;
        let may_forget = keeper.is_clock_right().await;
        if !may_forget {
            warn!("the clocks of this host and of the store are far apart: nothing is forgotten");
        }
        for keys in keys.chunks(AT_A_TIME) {
            if self.local().closed.is_cancelled() {
                break;
            }
            let mut looks = JoinSet::new();
            for key in keys {
                let (shared, key) = (self.clone(), key.clone());
                looks.spawn(async move { shared.look_or_put_off(&key, may_forget).await });
            }
            for look in looks.join_all().await {
                report.looked_at += 1;
                report += look.report;
                rests.extend(look.rest);
            }
        }
        self.local().seen.tidy();
        if may_forget {
            self.forget_expired().await?;
        }
        let unknown = keeper.unknown(self.client.app_key(), AT_ONCE).await?;
        report.unknown = i64::try_from(unknown.len()).unwrap_or(i64::MAX);
        report.oldest_unknown_at = unknown.first().map(|entry| entry.changed_at);
        Ok((report, rests))
    }

    async fn forget_expired(&self) -> Result<(), StoreError> {
        let keeper = &self.keeper;
        for _ in 0..MOST_GOES {
            let forgetting = keeper.store.forget_expired(keeper.now(), FORGOTTEN_AT_ONCE);
            if within(Instant::now() + LOOK_WITHIN, forgetting).await? < FORGOTTEN_AT_ONCE {
                break;
            }
        }
        Ok(())
    }

    /// What can't be looked at now makes room for others.
    async fn look_or_put_off(&self, key: &SessionKey, may_forget: bool) -> Look {
        match self.look_at(key, may_forget).await {
            Ok(look) => look,
            Err(error) => {
                warn!(session_id = key.session_id, error, "not reconciled");
                let again = Timestamp(self.keeper.now().0.saturating_add(FAILED_AGAIN));
                if let Err(error) = self.keeper.put_off(key, again).await {
                    warn!(session_id = key.session_id, error = error.to_string(), "not put off");
                }
                Look::of(|report| report.failed += 1)
            }
        }
    }

    async fn look_at(&self, key: &SessionKey, may_forget: bool) -> Result<Look, String> {
        let now = self.keeper.now();
        let until = Instant::now() + LOOK_WITHIN;
        // Whoever took a callback in may have died before it was on record.
        self.keeper.fold(key, until).await.map_err(|error| error.reason)?;
        let lost = self.keeper.apply(key, &Input::Lost, until).await;
        let Some(document) = lost.map_err(|error| error.reason)?.document else {
            self.local().seen.forget(key);
            return Ok(Look::default());
        };
        let entry = &document.entry;
        if entry.state != LedgerState::Unknown {
            self.local().seen.forget(key);
        }
        match entry.state {
            LedgerState::Sending => Ok(Look::default()),
            LedgerState::Unknown => self.look_at_unknown(key, &document).await,
            LedgerState::Running => {
                if self.is_session_gone(entry).await? {
                    return self.session_gone(key, entry.version).await;
                }
                self.put_off(key, entry, now.0.saturating_add(document.quiet_for)).await?;
                Ok(Look::of(|report| report.silent += 1))
            }
            _ if may_forget && document.is_done(now) => self.forget(key, entry).await,
            LedgerState::Ended => {
                self.put_off(key, entry, now.0.saturating_add(ENDED_AGAIN)).await?;
                Ok(Look::of(|report| report.stale += 1))
            }
            LedgerState::Free | LedgerState::Uploaded | LedgerState::Over => {
                // Only where clocks are apart, or it has just changed.
                self.put_off(key, entry, now.0.saturating_add(ENDED_AGAIN)).await?;
                Ok(Look::default())
            }
        }
    }

    async fn look_at_unknown(&self, key: &SessionKey, document: &Document) -> Result<Look, String> {
        let entry = &document.entry;
        let longest_send = Duration::from_millis(u64::try_from(document.longest_send).unwrap_or_default());
        let grace = grace_of(self.grace, longest_send);
        let seen_for = self.local().seen.note(key, document);
        if seen_for < grace {
            return Ok(Look { rest: Some(grace - seen_for), ..Look::of(|report| report.waiting += 1) });
        }
        if self.is_session_gone(entry).await? {
            return self.session_gone(key, entry.version).await;
        }
        let may_start_again = match self.on_unknown {
            OnUnknown::Hold => {
                self.put_off(key, entry, self.keeper.now().0.saturating_add(UNKNOWN_AGAIN)).await?;
                return Ok(Look::default());
            }
            OnUnknown::Stop => false,
            OnUnknown::StopThenRestart => true,
        };
        // A slower one would stop what is started after the faster one has stopped this.
        let acting = Input::Acting { version: entry.version };
        let acting =
            self.keeper.apply(key, &acting, Instant::now() + LOOK_WITHIN).await.map_err(|error| error.reason)?;
        let Some(document) = acting.document.filter(|_| !acting.is_denied) else { return Ok(Look::default()) };
        let target = RecordingTarget::from((entry.room_id.as_str(), entry.session_id.as_str()));
        let operation = stop::operation(&target, &CallOptions::default()).map_err(|error| error.to_string())?;
        let record_id = match self.client.run(operation, &Arc::default()).await {
            Ok(acknowledged) => acknowledged.record_id,
            // It answered that there is nothing to be stopped, or that an earlier attempt has done it.
            Err(RecordingError::Refused { status, retryable: false, code, .. }) if is_about_recording(status, code) => {
                None
            }
            Err(error) => return Err(error.to_string()),
        };
        let version = document.entry.version;
        let input = Input::Stilled { version, record_id, may_start_again };
        let stilled = self.keeper.apply(key, &input, Instant::now() + LOOK_WITHIN).await;
        stilled.map_err(|error| error.reason)?;
        self.local().seen.forget(key);
        self.tell(key);
        Ok(Look::of(|report| report.stopped += 1))
    }

    /// Whether the room's call is another one by now, or none.
    async fn is_session_gone(&self, entry: &LedgerEntry) -> Result<bool, String> {
        if entry.room_id.is_empty() {
            return Ok(false);
        }
        let operation =
            query_room::operation(&entry.room_id, &CallOptions::default()).map_err(|error| error.to_string())?;
        match self.client.run(operation, &Arc::default()).await {
            Ok(room) => Ok(room.session_id != entry.session_id),
            Err(error) if error.code() == Some(service_codes::ROOM_NOT_FOUND) => Ok(true),
            Err(error) => Err(error.to_string()),
        }
    }

    async fn session_gone(&self, key: &SessionKey, version: i64) -> Result<Look, String> {
        let input = Input::SessionGone { version };
        let gone = self.keeper.apply(key, &input, Instant::now() + LOOK_WITHIN).await;
        gone.map_err(|error| error.reason)?;
        self.local().seen.forget(key);
        self.tell(key);
        Ok(Look::of(|report| report.over += 1))
    }

    async fn put_off(&self, key: &SessionKey, entry: &LedgerEntry, due: i64) -> Result<(), String> {
        let putting_off = self.keeper.store.put_off(key, entry.version, Timestamp(due));
        within(Instant::now() + LOOK_WITHIN, putting_off).await.map_err(|error| error.reason)
    }

    async fn forget(&self, key: &SessionKey, entry: &LedgerEntry) -> Result<Look, String> {
        let removing = self.keeper.store.remove(key, entry.version);
        let is_removed = within(Instant::now() + LOOK_WITHIN, removing).await.map_err(|error| error.reason)?;
        Ok(if is_removed { Look::of(|report| report.forgotten += 1) } else { Look::default() })
    }
}

/// Whether a refusal with this code may say that nothing runs. One without a code is a proxy's, and some are about whoever
/// asks: nobody has looked for a recording then.
fn is_about_recording(status: i32, code: Option<i32>) -> bool {
    let is_about_caller = matches!(status, 401 | 403 | 407 | 429 | 430);
    code.is_some_and(|code| {
        !is_about_caller
            && !matches!(
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
