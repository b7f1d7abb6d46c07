//! How far a call and each of its attempts have come, readable even where the call itself has been dropped.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arc_swap::ArcSwapOption;

/// How far a call has come, over all its attempts.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    left: AtomicBool,
    request_id: ArcSwapOption<String>,
}

impl Progress {
    /// The id of the latest request, or of the latest that left.
    pub(crate) fn request_id(&self) -> Option<String> {
        self.request_id.load().as_deref().cloned()
    }

    /// Whether any request has begun to leave: from then on nobody can prove that the service has not seen it.
    pub(crate) fn left(&self) -> bool {
        self.left.load(Ordering::Acquire)
    }
}

/// How far one request has come.
#[derive(Debug)]
pub(crate) struct Attempt {
    call: Arc<Progress>,
    request_id: Arc<String>,
    left: AtomicBool,
}

impl Attempt {
    pub(crate) fn begin(call: &Arc<Progress>, request_id: &str) -> Arc<Self> {
        let request_id = Arc::new(request_id.to_owned());
        if !call.left() {
            call.request_id.store(Some(request_id.clone()));
        }
        Arc::new(Self { call: call.clone(), request_id, left: AtomicBool::new(false) })
    }

    /// The request has begun to leave.
    pub(super) fn mark_left(&self) {
        self.call.request_id.store(Some(self.request_id.clone()));
        self.left.store(true, Ordering::Release);
        self.call.left.store(true, Ordering::Release);
    }

    pub(crate) fn left(&self) -> bool {
        self.left.load(Ordering::Acquire)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_known_by_its_latest_request_that_left() {
        let call = Arc::new(Progress::default());
        Attempt::begin(&call, "first");
        assert_eq!((call.request_id().as_deref(), call.left()), (Some("first"), false));
        let second = Attempt::begin(&call, "second");
        second.mark_left();
        let third = Attempt::begin(&call, "third");
        assert_eq!((call.request_id().as_deref(), call.left()), (Some("second"), true));
        assert!(second.left() && !third.left());
    }
}
