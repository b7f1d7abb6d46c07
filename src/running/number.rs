//! The number of a call, by which its log records are told from those of others.

use std::future::Future;
#[cfg(any(feature = "blocking", feature = "ffi"))]
use std::sync::atomic::{AtomicI64, Ordering};

tokio::task_local! {
    static NUMBER: i64;
}

/// The number of the next call.
#[cfg(any(feature = "blocking", feature = "ffi"))]
pub(super) fn next() -> i64 {
    static NEXT: AtomicI64 = AtomicI64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// The future as code of the call of that number.
pub(super) fn scope<F: Future>(number: i64, future: F) -> impl Future<Output = F::Output> {
    NUMBER.scope(number, future)
}

/// The number of the call that this code runs for, if it runs for one.
pub(crate) fn current() -> Option<i64> {
    NUMBER.try_with(|number| *number).ok()
}

/// The same future, as code of the call that this code runs for.
pub(crate) fn carried_on<F: Future>(future: F) -> impl Future<Output = F::Output> {
    let number = current();
    async move {
        match number {
            Some(number) => scope(number, future).await,
            None => future.await,
        }
    }
}
