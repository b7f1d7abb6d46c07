//! What the tests share: ledgers of one store, signed callbacks, and a store that fails as it is told.

use std::collections::HashMap;
use std::future::pending;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use rongcloud_recording::callback::CallbackRequest;
use rongcloud_recording::ledger::store::{Index, LedgerStore, MemoryStore, SessionKey, StoreError, Stored};
use rongcloud_recording::ledger::{
    FollowedRecording, LedgerOptions, LedgerRecording, LedgerStartOptions, OnUnknown, RecordingLedger,
};
use rongcloud_recording::{LedgerEntry, LedgerState, RecordingError, Timestamp, signature};
use rongcloud_simulator::{Simulator, Step};
use serde_json::{Value, json};

use super::support::{APP_KEY, APP_SECRET, client, profile};

/// Longer than anything takes here, and no test waits for it to pass.
pub const LONG: Duration = Duration::from_secs(20);
/// What a start has whose reply never comes.
pub const SHORT: Duration = Duration::from_millis(300);

/// A ledger as a process of its own would have it.
pub fn process(simulator: &Simulator, store: &Arc<impl LedgerStore>) -> RecordingLedger {
    process_with(simulator, store, OnUnknown::Hold)
}

/// One that acts on unknown outcomes as given, without a grace of its own.
pub fn process_with(simulator: &Simulator, store: &Arc<impl LedgerStore>, on_unknown: OnUnknown) -> RecordingLedger {
    let options = LedgerOptions::default().holder("host-a:1").grace(Duration::from_millis(1));
    RecordingLedger::new(client(simulator.url()), store.clone(), on_unknown, &options).unwrap()
}

pub fn memory() -> Arc<MemoryStore> {
    Arc::default()
}

pub async fn start(ledger: &RecordingLedger) -> Result<LedgerRecording, RecordingError> {
    start_within(ledger, LONG).await
}

pub async fn start_within(ledger: &RecordingLedger, timeout: Duration) -> Result<LedgerRecording, RecordingError> {
    ledger.start("room1", "aaa", &profile(), LedgerStartOptions::default().timeout(timeout)).await
}

/// A start that leads to a recording, whose reply never comes.
pub async fn start_without_reply(simulator: &Simulator, ledger: &RecordingLedger) -> RecordingError {
    simulator.next([Step::hold()]).unwrap();
    let error = start_within(ledger, SHORT).await.unwrap_err();
    assert!(matches!(error, RecordingError::OutcomeUnknown { .. }), "{error}");
    until(ledger, LedgerState::Unknown).await;
    error
}

pub async fn found(ledger: &RecordingLedger) -> Option<FollowedRecording> {
    ledger.get("aaa").await.unwrap()
}

pub async fn entry(ledger: &RecordingLedger) -> LedgerEntry {
    found(ledger).await.expect("something is on record").entry
}

/// Waits until the session has come to this state.
pub async fn until(ledger: &RecordingLedger, state: LedgerState) -> LedgerEntry {
    let mut seen = 0;
    loop {
        let found = ledger.next_change("aaa", seen, None, LONG.into()).await.unwrap();
        let entry = found.unwrap_or_else(|| panic!("not {state:?}: nothing is on record")).entry;
        if entry.state == state {
            return entry;
        }
        assert_ne!(entry.version, seen, "not {state:?}: {entry:?}");
        seen = entry.version;
    }
}

/// How many starts the service has carried out.
pub fn starts(simulator: &Simulator) -> u64 {
    simulator.executions().start
}

pub fn conflict(result: Result<LedgerRecording, RecordingError>) -> (LedgerEntry, String) {
    match result {
        Err(RecordingError::Conflict { entry, reason, .. }) => (*entry, reason),
        other => panic!("no conflict: {other:?}"),
    }
}

/// A callback of a recording. It happened so many milliseconds after another.
pub fn event(kind: i64, at: i64, record_id: &str, extra: &str) -> Value {
    json!({
        "type": kind, "timestamp": 1_700_000_000_000_i64 + at, "appKey": APP_KEY, "recordId": record_id,
        "roomId": "room1", "sessionId": "aaa", "extra": extra,
    })
}

/// The callback as the service would send it now.
pub fn signed(body: &Value) -> CallbackRequest {
    let (nonce, timestamp) = (fastrand::u64(..).to_string(), Timestamp::now().0.to_string());
    let signature = signature(APP_SECRET, &nonce, &timestamp);
    let headers = [("nonce", nonce.as_str()), ("timestamp", &timestamp), ("signature", &signature)];
    CallbackRequest::new(headers, body.to_string())
}

/// What goes wrong with an operation of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It fails, and nothing is done.
    Before,
    /// It is done, and fails all the same.
    After,
    /// It never ends, and nothing is done.
    Hangs,
    /// It is done, and never ends.
    HangsAfter,
    /// It is done, and then the whole process sleeps for so long.
    Sleeps(Duration),
}

/// A store in memory whose operations fail as told, so and so often.
#[derive(Default)]
pub struct FailingStore {
    kept: MemoryStore,
    faults: Mutex<HashMap<&'static str, (Fault, u32)>>,
    asked: Mutex<HashMap<&'static str, u32>>,
    clock: Mutex<Option<fn() -> Timestamp>>,
}

impl FailingStore {
    pub fn fail(&self, operation: &'static str, fault: Fault, times: u32) {
        self.faults.lock().unwrap().insert(operation, (fault, times));
    }

    pub fn set_clock(&self, clock: fn() -> Timestamp) {
        *self.clock.lock().unwrap() = Some(clock);
    }

    /// How often this operation was asked for.
    pub fn asked(&self, operation: &str) -> u32 {
        self.asked.lock().unwrap().get(operation).copied().unwrap_or_default()
    }

    pub fn recover(&self) {
        self.faults.lock().unwrap().clear();
    }

    fn fault(&self, operation: &str) -> Option<Fault> {
        let mut faults = self.faults.lock().unwrap();
        let (fault, times) = faults.get_mut(operation).filter(|(_, times)| *times > 0)?;
        *times -= 1;
        Some(*fault)
    }

    async fn pass<T>(
        &self,
        operation: &'static str,
        work: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let failed = || Err(StoreError::new(format!("{operation} fails, as it was told")));
        *self.asked.lock().unwrap().entry(operation).or_default() += 1;
        match self.fault(operation) {
            None => work.await,
            Some(Fault::Before) => failed(),
            Some(Fault::After) => {
                work.await?;
                failed()
            }
            Some(Fault::Hangs) => pending().await,
            Some(Fault::HangsAfter) => {
                work.await?;
                pending().await
            }
            Some(Fault::Sleeps(asleep)) => {
                let done = work.await;
                std::thread::sleep(asleep);
                done
            }
        }
    }
}

#[async_trait]
impl LedgerStore for FailingStore {
    async fn load(&self, keys: &[SessionKey]) -> Result<Vec<Option<Stored>>, StoreError> {
        self.pass("load", self.kept.load(keys)).await
    }

    async fn swap(&self, key: &SessionKey, version: i64, document: &str, index: Index) -> Result<bool, StoreError> {
        self.pass("swap", self.kept.swap(key, version, document, index)).await
    }

    async fn put_off(&self, key: &SessionKey, version: i64, due: Timestamp) -> Result<(), StoreError> {
        self.pass("put_off", self.kept.put_off(key, version, due)).await
    }

    async fn due(&self, app_key: &str, now: Timestamp, most: usize) -> Result<Vec<SessionKey>, StoreError> {
        self.pass("due", self.kept.due(app_key, now, most)).await
    }

    async fn unresolved(&self, app_key: &str, most: usize) -> Result<Vec<SessionKey>, StoreError> {
        self.pass("unresolved", self.kept.unresolved(app_key, most)).await
    }

    async fn now(&self) -> Result<Timestamp, StoreError> {
        Ok(self.clock.lock().unwrap().map_or_else(Timestamp::now, |clock| clock()))
    }

    async fn append(&self, key: &SessionKey, id: &str, body: &str) -> Result<bool, StoreError> {
        self.pass("append", self.kept.append(key, id, body)).await
    }

    async fn reported(&self, keys: &[SessionKey]) -> Result<Vec<Vec<String>>, StoreError> {
        self.pass("reported", self.kept.reported(keys)).await
    }

    async fn remove(&self, key: &SessionKey, version: i64) -> Result<bool, StoreError> {
        self.pass("remove", self.kept.remove(key, version)).await
    }

    async fn remember(
        &self,
        name: &str,
        value: &str,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<Option<String>, StoreError> {
        self.pass("remember", self.kept.remember(name, value, now, expires_at)).await
    }

    async fn forget_expired(&self, now: Timestamp, most: usize) -> Result<usize, StoreError> {
        self.pass("forget_expired", self.kept.forget_expired(now, most)).await
    }
}
