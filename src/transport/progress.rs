//! How far a call and each of its attempts have come, readable even where the call itself has been dropped.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use crate::error::RecordingError;

/// How far a call has come, over all its attempts.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    left: AtomicBool,
    /// Held for a moment, and never waited for: a forked child may find its parent's copy locked for ever.
    request_id: Mutex<Option<Arc<str>>>,
}

impl Progress {
    /// The id of the latest request, or of the latest that left.
    pub(crate) fn request_id(&self) -> Option<String> {
        self.request_id.try_lock().ok()?.as_deref().map(str::to_owned)
    }

    /// Whether any request has begun to leave: from then on nobody can prove that the service has not seen it.
    pub(crate) fn left(&self) -> bool {
        self.left.load(Ordering::Acquire)
    }

    /// The error of a call that was ended from this side.
    pub(crate) fn cancelled(&self) -> RecordingError {
        RecordingError::Cancelled { sent: self.left(), request_id: self.request_id() }
    }

    fn set_request_id(&self, request_id: &Arc<str>) {
        if let Ok(mut current) = self.request_id.try_lock() {
            *current = Some(request_id.clone());
        }
    }
}

/// How far one request has come.
#[derive(Debug)]
pub(crate) struct Attempt {
    call: Arc<Progress>,
    request_id: Arc<str>,
    left: AtomicBool,
}

impl Attempt {
    pub(crate) fn begin(call: &Arc<Progress>, request_id: &str) -> Arc<Self> {
        let request_id = Arc::from(request_id);
        if !call.left() {
            call.set_request_id(&request_id);
        }
        Arc::new(Self { call: call.clone(), request_id, left: AtomicBool::new(false) })
    }

    /// The request has begun to leave.
    pub(super) fn mark_left(&self) {
        if self.left.swap(true, Ordering::AcqRel) {
            return;
        }
        if self.call.left.swap(true, Ordering::AcqRel) {
            self.call.set_request_id(&self.request_id);
        }
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
