//! A store that ends or stops its process at a point that it was told.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use rongcloud_recording::Timestamp;
use rongcloud_recording::ledger::store::{Index, LedgerStore, SessionKey, StoreError, Stored};
use serde::{Deserialize, Serialize};

/// What happens to a process before or after the n-th call of one of the store's methods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Point {
    pub(crate) method: Method,
    /// From 1 on.
    pub(crate) call: u32,
    pub(crate) is_after: bool,
    pub(crate) deed: Deed,
}

/// What happens there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Deed {
    /// It ends as by `kill -9`: nothing is tidied up.
    Kill,
    /// It sleeps, until somebody has it go on.
    Stop,
}

/// The methods that change what is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Method {
    Swap,
    Append,
    Remember,
}

/// A store that does so.
pub(crate) struct Crashing {
    store: Arc<dyn LedgerStore>,
    point: Option<Point>,
    calls: AtomicU32,
}

impl Crashing {
    pub(crate) fn new(store: Arc<dyn LedgerStore>, point: Option<Point>) -> Self {
        Self { store, point, calls: AtomicU32::new(0) }
    }

    async fn pass<T>(
        &self,
        method: Method,
        work: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let Some(point) = self.point.filter(|point| point.method == method) else { return work.await };
        let is_due = self.calls.load(Ordering::SeqCst) + 1 == point.call;
        if is_due && !point.is_after {
            point.deed.befalls().await;
        }
        let result = work.await?;
        // One that fails is made again, and is the same.
        self.calls.fetch_add(1, Ordering::SeqCst);
        if is_due && point.is_after {
            point.deed.befalls().await;
        }
        Ok(result)
    }
}

const TOLD_WITHIN: Duration = Duration::from_secs(1);

impl Deed {
    async fn befalls(self) {
        let signal = match self {
            Self::Kill => "-KILL",
            Self::Stop => "-STOP",
        };
        let _ = std::process::Command::new("kill").args([signal, &std::process::id().to_string()]).status();
        match self {
            Self::Kill => std::future::pending().await,
            // Only one thread is told at first: on a loaded machine this one would go on for a moment.
            Self::Stop => std::thread::sleep(TOLD_WITHIN),
        }
    }
}

#[async_trait]
impl LedgerStore for Crashing {
    async fn load(&self, keys: &[SessionKey]) -> Result<Vec<Option<Stored>>, StoreError> {
        self.store.load(keys).await
    }

    async fn swap(&self, key: &SessionKey, version: i64, document: &str, index: Index) -> Result<bool, StoreError> {
        self.pass(Method::Swap, self.store.swap(key, version, document, index)).await
    }

    async fn put_off(&self, key: &SessionKey, version: i64, due: Timestamp) -> Result<(), StoreError> {
        self.store.put_off(key, version, due).await
    }

    async fn due(&self, app_key: &str, now: Timestamp, most: usize) -> Result<Vec<SessionKey>, StoreError> {
        self.store.due(app_key, now, most).await
    }

    async fn unresolved(&self, app_key: &str, most: usize) -> Result<Vec<SessionKey>, StoreError> {
        self.store.unresolved(app_key, most).await
    }

    async fn append(&self, key: &SessionKey, id: &str, body: &str) -> Result<bool, StoreError> {
        self.pass(Method::Append, self.store.append(key, id, body)).await
    }

    async fn reported(&self, keys: &[SessionKey]) -> Result<Vec<Vec<String>>, StoreError> {
        self.store.reported(keys).await
    }

    async fn remove(&self, key: &SessionKey, version: i64) -> Result<bool, StoreError> {
        self.store.remove(key, version).await
    }

    async fn remember(
        &self,
        name: &str,
        value: &str,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<Option<String>, StoreError> {
        self.pass(Method::Remember, self.store.remember(name, value, now, expires_at)).await
    }

    async fn forget_expired(&self, now: Timestamp, most: usize) -> Result<usize, StoreError> {
        self.store.forget_expired(now, most).await
    }
}
