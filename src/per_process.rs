//! A value made anew in every process, so that a forked child never touches its parent's.

use std::convert::Infallible;
use std::process;
use std::sync::Arc;

use arc_swap::ArcSwapOption;

/// A lazily made value that belongs to one process.
///
/// A child of `fork` has only the thread that forked: what its parent's runtime, connections and locks were doing
/// stops half-way there. The child therefore leaves the parent's value alone, even its destructor, and makes its
/// own. There is no lock in here that another thread could hold at the moment of the fork.
pub(crate) struct PerProcess<T> {
    slot: ArcSwapOption<Owned<T>>,
}

struct Owned<T> {
    process: u32,
    value: Arc<T>,
}

impl<T> PerProcess<T> {
    pub(crate) const fn new() -> Self {
        Self { slot: ArcSwapOption::const_empty() }
    }

    /// This process's value, if it has been made.
    pub(crate) fn get(&self) -> Option<Arc<T>> {
        self.slot.load().as_ref().filter(|owned| owned.process == process::id()).map(|owned| owned.value.clone())
    }

    /// This process's value, made now if this is the first use.
    pub(crate) fn get_or_make(&self, make: impl FnOnce() -> T) -> Arc<T> {
        let Ok(value) = self.get_or_try_make(|| Ok::<_, Infallible>(make()));
        value
    }

    /// As `get_or_make`, where making it can fail.
    pub(crate) fn get_or_try_make<E>(&self, make: impl FnOnce() -> Result<T, E>) -> Result<Arc<T>, E> {
        if let Some(value) = self.get() {
            return Ok(value);
        }
        let made = Arc::new(make()?);
        let owned = Arc::new(Owned { process: process::id(), value: made.clone() });
        loop {
            let current = self.slot.load_full();
            if let Some(faster) = current.as_ref().filter(|other| other.process == owned.process) {
                return Ok(faster.value.clone());
            }
            let previous = self.slot.compare_and_swap(&current, Some(owned.clone()));
            let swapped = match (&*previous, &current) {
                (Some(previous), Some(current)) => Arc::ptr_eq(previous, current),
                (previous, current) => previous.is_none() && current.is_none(),
            };
            if swapped {
                std::mem::forget(current);
                return Ok(made);
            }
        }
    }
}

impl<T> Drop for PerProcess<T> {
    fn drop(&mut self) {
        let last = self.slot.swap(None);
        if last.as_ref().is_some_and(|owned| owned.process != process::id()) {
            std::mem::forget(last);
        }
    }
}
