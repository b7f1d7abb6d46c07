//! Signatures that have been seen. The signature doesn't cover the body, so a captured one could sign a forged body.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use super::refusal::{CallbackError, RefusalReason};
use crate::time::Timestamp;

/// Remembers signatures until they expire, so that a captured signature can't be used with another body.
///
/// The in-memory guard protects one process. If several processes receive callbacks, give all of them one shared store.
/// Each call must be one atomic "set if absent, and return what was there" (in Redis 7: `SET key value NX GET PXAT
/// time`).
pub trait ReplayGuard: Send + Sync {
    /// Stores the fingerprint under the key until the given time, unless one is stored there already; in that case,
    /// returns the stored one.
    ///
    /// # Errors
    /// `Refused` with `GuardFailed`; the callback is then not accepted.
    fn remember(&self, key: &str, fingerprint: &str, expires_at: Timestamp) -> Result<Option<String>, CallbackError>;
}

/// Compares what a store remembered under a callback's `key` with the callback's `fingerprint`.
///
/// If nothing was remembered, the callback is new. If the fingerprint is the same, the callback has arrived again;
/// handle it again, because it is not known whether it was handled the first time.
///
/// # Errors
/// `Refused` with `Replayed` if the fingerprint is another one, which means a captured signature on a forged
/// body.
pub fn check_replay(fingerprint: &str, remembered: Option<&str>) -> Result<(), CallbackError> {
    if remembered.is_none_or(|remembered| remembered == fingerprint) {
        return Ok(());
    }
    Err(CallbackError::refused(RefusalReason::Replayed, "its signature has been used before, with another body"))
}

/// A guard in memory, for one process.
pub struct MemoryReplayGuard {
    now: fn() -> Timestamp,
    most: usize,
    seen: Mutex<HashMap<String, (String, Timestamp)>>,
}

/// Some 20 MB. Only callbacks with a right signature get here, so nobody else can fill it.
const MOST_SEEN: usize = 100_000;

impl fmt::Debug for MemoryReplayGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner).len();
        f.debug_struct("MemoryReplayGuard").field("seen", &seen).finish_non_exhaustive()
    }
}

impl Default for MemoryReplayGuard {
    fn default() -> Self {
        Self { now: Timestamp::now, most: MOST_SEEN, seen: Mutex::default() }
    }
}

impl ReplayGuard for MemoryReplayGuard {
    fn remember(&self, key: &str, fingerprint: &str, expires_at: Timestamp) -> Result<Option<String>, CallbackError> {
        let now = (self.now)();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((earlier, expires)) = seen.get(key)
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
                "too many callbacks at once to tell whether their signatures were used before",
            ));
        }
        seen.insert(key.to_owned(), (fingerprint.to_owned(), expires_at));
        Ok(None)
    }
}
