//! How far one request has come, readable even where the call itself has been dropped.

use std::sync::atomic::{AtomicBool, Ordering};

use once_cell::race::OnceBox;

/// How far one request has come.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    left: AtomicBool,
    /// Not `std::sync::OnceLock`: that may wait for another thread, which a forked child does not have.
    request_id: OnceBox<String>,
}

impl Progress {
    pub(crate) fn set_request_id(&self, request_id: &str) {
        // A call makes one request: the first id is the only one.
        let _ = self.request_id.set(Box::new(request_id.to_owned()));
    }

    pub(crate) fn request_id(&self) -> Option<String> {
        self.request_id.get().cloned()
    }

    /// The request has begun to leave: from now on nobody can prove that the service has not seen it.
    pub(super) fn mark_left(&self) {
        self.left.store(true, Ordering::Release);
    }

    pub(crate) fn left(&self) -> bool {
        self.left.load(Ordering::Acquire)
    }
}
