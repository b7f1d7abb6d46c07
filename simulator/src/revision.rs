//! A number that grows with every change, so that who has seen the state as of one can ask for what changed since.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

#[derive(Clone, Default)]
pub(crate) struct Revision(Arc<AtomicU64>);

impl Revision {
    /// That of a change, which is made under the same lock as it is read under: who has this number has the change.
    pub(crate) fn next(&self) -> u64 {
        self.0.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// That of the latest change; 0 before any.
    pub(crate) fn now(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
}
