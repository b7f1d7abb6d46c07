//! Where a ledger keeps what it knows: a dumb store, whose one hard promise is its compare-and-set.

#[cfg(feature = "conformance")]
pub mod conformance;
#[cfg(any(feature = "postgres", feature = "redis"))]
mod connections;
mod memory;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "postgres")]
mod postgres_tls;
#[cfg(feature = "redis")]
mod redis;
#[cfg(any(feature = "postgres", feature = "redis"))]
mod secret;
#[cfg(feature = "sqlite")]
mod sqlite;
mod url;
#[cfg(any(feature = "postgres", feature = "redis"))]
mod wish;

use std::fmt;
#[cfg(any(feature = "postgres", feature = "redis", feature = "sqlite"))]
use std::time::Duration;

use async_trait::async_trait;

pub use memory::MemoryStore;
#[cfg(feature = "postgres")]
pub use postgres::{POSTGRES_SCHEMA, PostgresStore};
#[cfg(feature = "redis")]
pub use redis::RedisStore;
#[cfg(feature = "sqlite")]
pub use sqlite::SqliteStore;
pub(crate) use url::ADDRESS;
pub use url::open;

use crate::time::Timestamp;

/// How long a call of an engine takes at most: less than the ledger waits for one, so that the engine itself tells of it.
#[cfg(any(feature = "postgres", feature = "redis", feature = "sqlite"))]
const LONGEST: Duration = Duration::from_secs(4);

/// Names the recordings of one session of one app.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionKey {
    /// The app: `App-Key`.
    pub app_key: String,
    /// The session: `sessionId`.
    pub session_id: String,
}

impl SessionKey {
    /// The key of a session. Where its id has the character U+0000, which not every store can hold, U+FFFD stands: no session
    /// of the service has either.
    pub fn new(app_key: &str, session_id: &str) -> Self {
        let storable = |text: &str| text.replace('\0', "\u{fffd}");
        Self { app_key: storable(app_key), session_id: storable(session_id) }
    }
}

/// A document as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Counts the changes of this document, from 1 on.
    pub version: i64,
    /// The text that was stored.
    pub document: String,
}

/// What a store finds documents by, besides their key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Index {
    /// From when on a reconciler should look at it.
    pub due: Timestamp,
    /// Whether nobody knows if a recording is running.
    pub is_unresolved: bool,
}

/// Why a store did not do as asked. It has no password in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct StoreError {
    /// What happened, as a sentence.
    pub reason: String,
}

impl StoreError {
    /// An error of this reason.
    pub fn new(reason: impl fmt::Display) -> Self {
        Self { reason: reason.to_string() }
    }
}

/// What a ledger asks of an engine.
///
/// Everything that a ledger promises hangs on [`swap`](Self::swap): it must be linearizable, and must not lose what it
/// has acknowledged. Each method is one short statement or transaction. A method that fails may have done what was asked
/// all the same; the ledger reads again where it matters. Each may be called by many tasks and processes at once, and
/// ends within a time of its own: nothing blocks for ever. The future of each may be dropped at any time, and what it
/// was doing may then happen yet, or not.
///
/// Texts are Unicode of any length up to some megabytes, and must come back to the byte. A store may fail on one with
/// the character U+0000. Times lie within some 280,000 years of 1970. Sessions are never told apart by less than both
/// parts of their keys.
///
/// The `conformance` feature has a check of every clause.
#[async_trait]
pub trait LedgerStore: Send + Sync + 'static {
    /// The documents of these sessions, in their order: none where there is none.
    async fn load(&self, keys: &[SessionKey]) -> Result<Vec<Option<Stored>>, StoreError>;

    /// Puts the document in the place of the one of this version, or where there is none if that is 0, and gives it the
    /// next version. False, and nothing is changed, where another version is stored.
    async fn swap(&self, key: &SessionKey, version: i64, document: &str, index: Index) -> Result<bool, StoreError>;

    /// Moves the time from which on a reconciler should look at a document of this version. The version stays. Does
    /// nothing where another version is stored.
    async fn put_off(&self, key: &SessionKey, version: i64, due: Timestamp) -> Result<(), StoreError>;

    /// The sessions of an app whose documents are due at this time, the longest due first; at most as many as given.
    async fn due(&self, app_key: &str, now: Timestamp, most: usize) -> Result<Vec<SessionKey>, StoreError>;

    /// The sessions of an app whose documents are unresolved, the longest due first; at most as many as given.
    async fn unresolved(&self, app_key: &str, most: usize) -> Result<Vec<SessionKey>, StoreError>;

    /// Keeps what was reported about a session, under an id of its own. True where it is new; else nothing is changed.
    async fn append(&self, key: &SessionKey, id: &str, body: &str) -> Result<bool, StoreError>;

    /// All that was reported about these sessions, in any order, for each in the order of the keys.
    async fn reported(&self, keys: &[SessionKey]) -> Result<Vec<Vec<String>>, StoreError>;

    /// Removes the document of this version and all that was reported about its session. False, and nothing is changed,
    /// where another version is stored.
    async fn remove(&self, key: &SessionKey, version: i64) -> Result<bool, StoreError>;

    /// Stores the value under the name until the time given, by this host's clock, unless there is one already that has
    /// not expired at `now`; then returns that one. At once, so that of several callers one finds nothing.
    async fn remember(
        &self,
        name: &str,
        value: &str,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<Option<String>, StoreError>;

    /// The store's own clock, if it has one: nothing is forgotten while this host's is far from it. Default: this host's.
    async fn now(&self) -> Result<Timestamp, StoreError> {
        Ok(Timestamp::now())
    }

    /// Removes remembered values that had expired at this time, at most as many as given. The number that was removed.
    async fn forget_expired(&self, now: Timestamp, most: usize) -> Result<usize, StoreError>;
}
