//! What a ledger has done in this process, in numbers for a program's metrics.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use super::reconcile::ReconcileReport;
use super::store::{Index, LedgerStore, SessionKey, StoreError, Stored};
use super::{LedgerRecording, RecordingLedger, TakeError, TakenEvent};
use crate::error::RecordingError;
use crate::measurement::{Counter, Measurement, Metric};
use crate::per_process::PerProcess;
use crate::time::Timestamp;

/// What a ledger has done in this process since it was created. A forked child counts from zero.
///
/// Counters only grow; `starts_under_way` and `sessions_followed` are what is going on now. Add the processes' numbers up for
/// a fleet. How many outcomes are unknown is the whole fleet's, and every process that reconciles knows it:
/// `last_reconciliation`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct LedgerStatistics {
    /// Starts that this process was allowed to send to the service.
    pub starts_sent: i64,
    /// Starts that were answered with a recording that somebody else's start, or an earlier one, had led to.
    pub starts_joined: i64,
    /// Starts that ended as `Conflict`, with nothing sent.
    pub starts_in_conflict: i64,
    /// Starts sent by this process whose outcome was unknown when they ended. Some of them become known later.
    pub starts_unknown: i64,
    /// Starts that are being sent, or wait for another one, now.
    pub starts_under_way: i64,
    /// Callbacks that were verified and taken in, including room status callbacks.
    pub callbacks_taken: i64,
    /// Those among them that had been taken in before, by whatever process.
    pub callbacks_repeated: i64,
    /// Callbacks that must not be believed.
    pub callbacks_refused: i64,
    /// Callbacks that could not be stored, so that the service should send them again.
    pub callbacks_failed: i64,
    /// Questions to the store, each of them one statement or transaction.
    pub store_calls: i64,
    /// Questions to the store that failed, were not answered in time, or that nobody waited for any more.
    pub store_failures: i64,
    /// Changes of an entry that came too late because somebody else had changed it, and were tried anew.
    pub swaps_lost: i64,
    /// Sessions that are followed now.
    pub sessions_followed: i64,
    /// Reconciliations that have ended, by `reconcile` or `keep_up`.
    pub reconciliations: i64,
    /// When the last of them ended. Absent before the first.
    pub reconciled_at: Option<Timestamp>,
    /// What the last of them has found and done. Absent before the first.
    pub last_reconciliation: Option<ReconcileReport>,
}

const OUTCOME: &str = "rongcloud.recording.outcome";

const STARTS: Metric = Metric::counter(
    "rongcloud.recording.ledger.starts",
    "{call}",
    "Starts by what became of them: sent, joined (answered by another start's recording), conflict, or unknown (of those sent).",
)
.by(&[OUTCOME]);
const ACTIVE: Metric = Metric::gauge(
    "rongcloud.recording.ledger.active_starts",
    "{call}",
    "Starts that are being sent, or wait for another.",
);
const CALLBACKS: Metric = Metric::counter(
    "rongcloud.recording.ledger.callbacks",
    "{callback}",
    "Callbacks by what became of them: taken, repeated (of those taken), refused, or failed.",
)
.by(&[OUTCOME]);
const STORE_CALLS: Metric =
    Metric::counter("rongcloud.recording.ledger.store.calls", "{call}", "Questions to the store.");
const STORE_FAILURES: Metric =
    Metric::counter("rongcloud.recording.ledger.store.failures", "{call}", "Questions to the store that failed.");
const SWAPS_LOST: Metric = Metric::counter(
    "rongcloud.recording.ledger.store.conflicts",
    "{call}",
    "Changes that came too late because somebody else had changed the entry, and were tried anew.",
);
const FOLLOWED: Metric =
    Metric::gauge("rongcloud.recording.ledger.followed_sessions", "{session}", "Sessions that are followed.");
const RECONCILIATIONS: Metric =
    Metric::counter("rongcloud.recording.ledger.reconciliations", "{run}", "Reconciliations that have ended.");
const RECONCILED: Metric = Metric::gauge(
    "rongcloud.recording.ledger.reconciled_at",
    "s",
    "When the last reconciliation ended, since 1970; 0 before the first.",
);
const UNKNOWN: Metric = Metric::gauge(
    "rongcloud.recording.ledger.unknown",
    "{session}",
    "Sessions of the whole fleet whose outcome is unknown, as the last reconciliation found them; 0 before the first.",
);

/// Every metric of a ledger.
pub const LEDGER_METRICS: &[Metric] = &[
    STARTS,
    ACTIVE,
    CALLBACKS,
    STORE_CALLS,
    STORE_FAILURES,
    SWAPS_LOST,
    FOLLOWED,
    RECONCILIATIONS,
    RECONCILED,
    UNKNOWN,
];

impl LedgerStatistics {
    /// The same by the names of metrics, for an adapter to a metrics library.
    pub fn measurements(&self) -> Vec<Measurement> {
        let outcomes = |metric: &'static Metric, counts: [(&'static str, i64); 4]| {
            counts.map(|(outcome, count)| metric.count(count, &[Some(outcome)]))
        };
        let starts = outcomes(
            &STARTS,
            [
                ("sent", self.starts_sent),
                ("joined", self.starts_joined),
                ("conflict", self.starts_in_conflict),
                ("unknown", self.starts_unknown),
            ],
        );
        let callbacks = outcomes(
            &CALLBACKS,
            [
                ("taken", self.callbacks_taken),
                ("repeated", self.callbacks_repeated),
                ("refused", self.callbacks_refused),
                ("failed", self.callbacks_failed),
            ],
        );
        let mut all: Vec<_> = starts.into_iter().chain(callbacks).collect();
        all.extend([
            ACTIVE.count(self.starts_under_way, &[]),
            STORE_CALLS.count(self.store_calls, &[]),
            STORE_FAILURES.count(self.store_failures, &[]),
            SWAPS_LOST.count(self.swaps_lost, &[]),
            FOLLOWED.count(self.sessions_followed, &[]),
            RECONCILIATIONS.count(self.reconciliations, &[]),
        ]);
        all.push(RECONCILED.count(self.reconciled_at.map_or(0, |at| at.0 / 1000), &[]));
        all.push(UNKNOWN.count(self.last_reconciliation.as_ref().map_or(0, |report| report.unknown), &[]));
        all
    }
}

#[derive(Default)]
struct Counts {
    starts_sent: Counter,
    starts_joined: Counter,
    starts_in_conflict: Counter,
    starts_unknown: Counter,
    starts_under_way: Counter,
    callbacks_taken: Counter,
    callbacks_repeated: Counter,
    callbacks_refused: Counter,
    callbacks_failed: Counter,
    store_calls: Counter,
    store_failures: Counter,
    swaps_lost: Counter,
    reconciliations: Counter,
    last: Mutex<Option<(Timestamp, ReconcileReport)>>,
}

/// The counts of whatever process asks for them.
#[derive(Clone)]
pub(super) struct Statistics(Arc<PerProcess<Counts>>);

impl Default for Statistics {
    fn default() -> Self {
        Self(Arc::new(PerProcess::new()))
    }
}

impl Statistics {
    fn here(&self) -> Arc<Counts> {
        self.0.get_or_make(Counts::default)
    }

    /// A start is under way until what is returned is dropped.
    pub(super) fn start(&self) -> UnderWay {
        let counts = self.here();
        counts.starts_under_way.add(1);
        UnderWay(counts)
    }

    pub(super) fn note_taken(&self, taken: &Result<TakenEvent, TakeError>) {
        match taken {
            Ok(event) => {
                let counts = self.here();
                counts.callbacks_taken.add(1);
                counts.callbacks_repeated.add(i64::from(!event.is_new));
            }
            Err(error) => self.note_not_taken(error),
        }
    }

    pub(super) fn note_verified(&self, verified: &Result<(), TakeError>) {
        match verified {
            Ok(()) => self.here().callbacks_taken.add(1),
            Err(error) => self.note_not_taken(error),
        }
    }

    pub(super) fn note_not_taken(&self, error: &TakeError) {
        let counts = self.here();
        match error {
            TakeError::Refused(_) => counts.callbacks_refused.add(1),
            TakeError::Failed(_) => counts.callbacks_failed.add(1),
        }
    }

    pub(super) fn note_reconciled(&self, report: &ReconcileReport, now: Timestamp) {
        let counts = self.here();
        counts.reconciliations.add(1);
        *counts.last.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, report.clone()));
    }
}

pub(super) struct UnderWay(Arc<Counts>);

impl UnderWay {
    pub(super) fn note_sent(&self) {
        self.0.starts_sent.add(1);
    }

    pub(super) fn note_end(&self, result: &Result<LedgerRecording, RecordingError>) {
        match result {
            Ok(recording) => self.0.starts_joined.add(i64::from(!recording.is_mine)),
            Err(RecordingError::Conflict { .. }) => self.0.starts_in_conflict.add(1),
            Err(error) => self.0.starts_unknown.add(i64::from(error.may_be_recording())),
        }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.starts_under_way.add(-1);
    }
}

impl RecordingLedger {
    /// What this ledger has done in this process, for a program's metrics.
    pub fn statistics(&self) -> LedgerStatistics {
        let counts = self.shared.statistics.here();
        let last = counts.last.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (reconciled_at, last_reconciliation) = last.unzip();
        LedgerStatistics {
            starts_sent: counts.starts_sent.get(),
            starts_joined: counts.starts_joined.get(),
            starts_in_conflict: counts.starts_in_conflict.get(),
            starts_unknown: counts.starts_unknown.get(),
            starts_under_way: counts.starts_under_way.get(),
            callbacks_taken: counts.callbacks_taken.get(),
            callbacks_repeated: counts.callbacks_repeated.get(),
            callbacks_refused: counts.callbacks_refused.get(),
            callbacks_failed: counts.callbacks_failed.get(),
            store_calls: counts.store_calls.get(),
            store_failures: counts.store_failures.get(),
            swaps_lost: counts.swaps_lost.get(),
            sessions_followed: self.shared.local().watch.count(),
            reconciliations: counts.reconciliations.get(),
            reconciled_at,
            last_reconciliation,
        }
    }
}

/// A store that counts what is asked of it.
pub(super) struct CountedStore {
    pub(super) store: Arc<dyn LedgerStore>,
    pub(super) statistics: Statistics,
}

impl CountedStore {
    async fn count<T>(&self, work: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
        let counts = self.statistics.here();
        counts.store_calls.add(1);
        let mut question = Question { counts: &counts, is_answered: false };
        let answer = work.await;
        question.is_answered = answer.is_ok();
        answer
    }
}

/// A question to the store, which has failed unless it was answered: whoever asks may stop waiting.
struct Question<'a> {
    counts: &'a Counts,
    is_answered: bool,
}

impl Drop for Question<'_> {
    fn drop(&mut self) {
        self.counts.store_failures.add(i64::from(!self.is_answered));
    }
}

#[async_trait]
impl LedgerStore for CountedStore {
    async fn load(&self, keys: &[SessionKey]) -> Result<Vec<Option<Stored>>, StoreError> {
        self.count(self.store.load(keys)).await
    }

    async fn swap(&self, key: &SessionKey, version: i64, document: &str, index: Index) -> Result<bool, StoreError> {
        let is_done = self.count(self.store.swap(key, version, document, index)).await?;
        self.statistics.here().swaps_lost.add(i64::from(!is_done));
        Ok(is_done)
    }

    async fn put_off(&self, key: &SessionKey, version: i64, due: Timestamp) -> Result<(), StoreError> {
        self.count(self.store.put_off(key, version, due)).await
    }

    async fn due(&self, app_key: &str, now: Timestamp, most: usize) -> Result<Vec<SessionKey>, StoreError> {
        self.count(self.store.due(app_key, now, most)).await
    }

    async fn unresolved(&self, app_key: &str, most: usize) -> Result<Vec<SessionKey>, StoreError> {
        self.count(self.store.unresolved(app_key, most)).await
    }

    async fn append(&self, key: &SessionKey, id: &str, body: &str) -> Result<bool, StoreError> {
        self.count(self.store.append(key, id, body)).await
    }

    async fn reported(&self, keys: &[SessionKey]) -> Result<Vec<Vec<String>>, StoreError> {
        self.count(self.store.reported(keys)).await
    }

    async fn remove(&self, key: &SessionKey, version: i64) -> Result<bool, StoreError> {
        self.count(self.store.remove(key, version)).await
    }

    async fn remember(
        &self,
        name: &str,
        value: &str,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<Option<String>, StoreError> {
        self.count(self.store.remember(name, value, now, expires_at)).await
    }

    async fn now(&self) -> Result<Timestamp, StoreError> {
        self.count(self.store.now()).await
    }

    async fn forget_expired(&self, now: Timestamp, most: usize) -> Result<usize, StoreError> {
        self.count(self.store.forget_expired(now, most)).await
    }
}
