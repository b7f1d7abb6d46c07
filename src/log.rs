//! How many log records were dropped, because nobody fetched them in time.

use std::sync::atomic::{AtomicI64, Ordering};

static DROPPED: AtomicI64 = AtomicI64::new(0);

/// Notes that a record was dropped.
#[cfg(feature = "ffi")]
pub(crate) fn note_dropped() {
    DROPPED.fetch_add(1, Ordering::Relaxed);
}

/// How many records were dropped so far.
pub(crate) fn dropped() -> i64 {
    DROPPED.load(Ordering::Relaxed)
}
