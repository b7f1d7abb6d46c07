//! Signatures that have been seen. The signature doesn't cover the body, so a captured one could sign a forged body.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use super::refusal::{CallbackError, RefusalReason};

/// Remembers signatures until they expire, so that a captured one can't be used under another body.
///
/// The in-memory guard protects one process. Where callbacks arrive at several, give all of them one shared store: one
/// call is one atomic "set if absent, and tell what was there" (in Redis: `SET key value NX GET PXAT time`).
#[uniffi::export(with_foreign)]
pub trait ReplayGuard: Send + Sync {
    /// Stores the fingerprint under the key until the time given, unless there is one already; then returns that one.
    ///
    /// `key` and `fingerprint` are short texts of letters, digits and colons. `expires_at_ms` is in milliseconds since
    /// 1970. Errors: `Refused` with `GuardFailed`; the callback is then not accepted.
    fn remember(&self, key: String, fingerprint: String, expires_at_ms: i64) -> Result<Option<String>, CallbackError>;
}

/// A guard in memory, for one process.
pub struct MemoryReplayGuard {
    now: fn() -> SystemTime,
    most: usize,
    seen: Mutex<HashMap<String, (String, i64)>>,
}

/// Some 20 MB. Only callbacks with a right signature get here, so nobody else can fill it.
const MOST_SEEN: usize = 100_000;

impl Default for MemoryReplayGuard {
    fn default() -> Self {
        Self { now: SystemTime::now, most: MOST_SEEN, seen: Mutex::default() }
    }
}

impl ReplayGuard for MemoryReplayGuard {
    fn remember(&self, key: String, fingerprint: String, expires_at_ms: i64) -> Result<Option<String>, CallbackError> {
        let now = milliseconds((self.now)());
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((earlier, expires)) = seen.get(&key)
            && *expires >= now
        {
            return Ok(Some(earlier.clone()));
        }
        if seen.len() >= self.most {
            seen.retain(|_, (_, expires)| *expires >= now);
        }
        if seen.len() >= self.most {
            return Err(CallbackError::refused(
                RefusalReason::GuardFailed,
                "too many callbacks at once to tell repeats",
            ));
        }
        seen.insert(key, (fingerprint, expires_at_ms));
        Ok(None)
    }
}

/// Milliseconds since 1970.
pub(super) fn milliseconds(time: SystemTime) -> i64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
