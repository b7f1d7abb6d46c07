//! How far a call and each of its attempts have come, readable even where the call itself has been dropped.

use std::iter::successors;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use crate::error::{Attempt, Attempts, CallContext, RecordingError};

/// No request has begun to leave.
const HERE: u8 = 0;
/// A request has begun to leave: from then on nobody can prove that the service has not seen it.
const LEFT: u8 = 1;
/// It was ended before any request had begun to leave, and none will.
const STOPPED: u8 = 2;

/// How far a call has come, over all its attempts.
///
/// No locks, because a forked child may find its parent's copy locked for ever.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    state: AtomicU8,
    /// What the call is about, first by itself, then with the id of each of its requests.
    contexts: Growing<Arc<CallContext>>,
    /// Which of them has left last, counted from one.
    left_last: AtomicUsize,
    /// The attempts that failed.
    failed: Growing<Attempt>,
    /// How many were begun.
    begun: AtomicU32,
    may_have_acted: AtomicBool,
}

impl Progress {
    /// Says what the call is about.
    pub(crate) fn begin(&self, context: &Arc<CallContext>) {
        if !self.context().is_some_and(|known| Arc::ptr_eq(known, context)) {
            self.contexts.push(context.clone());
        }
    }

    fn context(&self) -> Option<&Arc<CallContext>> {
        match self.left_last.load(Ordering::Acquire) {
            0 => self.contexts.iter().last(),
            left => self.contexts.iter().nth(left - 1),
        }
    }

    /// The call, with the id of its latest request, or of the latest that left.
    pub(crate) fn call(&self) -> Option<CallContext> {
        self.context().map(|call| CallContext::clone(call))
    }

    /// The call's own id, and that of its latest request, or of the latest that left.
    pub(crate) fn ids(&self) -> (Option<String>, Option<String>) {
        self.context().map(|call| (call.call_id.clone(), call.request_id.clone())).unwrap_or_default()
    }

    /// Notes an attempt that failed.
    pub(crate) fn note_failed(&self, attempt: Attempt) {
        self.failed.push(attempt);
    }

    /// The attempts that failed so far, and another one.
    pub(crate) fn attempts_with(&self, attempt: Attempt) -> Attempts {
        self.failed.iter().cloned().chain([attempt]).collect()
    }

    /// The attempts that failed so far.
    pub(crate) fn attempts(&self) -> Attempts {
        self.failed.iter().cloned().collect()
    }

    /// How many attempts were begun.
    pub(crate) fn attempts_begun(&self) -> u32 {
        self.begun.load(Ordering::Relaxed)
    }

    /// Notes an attempt whose outcome is unknown: whatever the next one is told, this one may have done it.
    pub(crate) fn note_unknown(&self) {
        self.may_have_acted.store(true, Ordering::Release);
    }

    /// Whether an attempt's outcome is unknown.
    pub(crate) fn may_have_acted(&self) -> bool {
        self.may_have_acted.load(Ordering::Acquire)
    }

    /// Ends the call from this side: where no request has begun to leave, none will. Tells which of the two it is.
    pub(crate) fn cancel(&self) -> RecordingError {
        let before = self.state.compare_exchange(HERE, STOPPED, Ordering::AcqRel, Ordering::Acquire);
        RecordingError::Cancelled { sent: before == Err(LEFT), call: self.call().map(Box::new) }
            .with_attempts(self.attempts())
    }

    /// Lets a request leave. False where the call has been ended.
    fn leave(&self) -> bool {
        self.state.compare_exchange(HERE, LEFT, Ordering::AcqRel, Ordering::Acquire) != Err(STOPPED)
    }
}

/// How far one request has come.
#[derive(Debug)]
pub(crate) struct AttemptProgress {
    progress: Arc<Progress>,
    /// Which of the call's contexts is its own, counted from one.
    number: usize,
    state: AtomicU8,
    is_connection_reused: AtomicBool,
}

impl AttemptProgress {
    /// An attempt of a call; the context has the request's own id.
    pub(crate) fn begin(progress: &Arc<Progress>, context: &Arc<CallContext>) -> Arc<Self> {
        let number = progress.contexts.push(context.clone());
        progress.begun.fetch_add(1, Ordering::Relaxed);
        let (state, is_connection_reused) = (AtomicU8::new(HERE), AtomicBool::new(false));
        Arc::new(Self { progress: progress.clone(), number, state, is_connection_reused })
    }

    /// Whether its connection had served a request before.
    pub(crate) fn is_connection_reused(&self) -> bool {
        self.is_connection_reused.load(Ordering::Acquire)
    }

    /// Notes whether its connection has served a request before.
    pub(crate) fn note_connection(&self, is_reused: bool) {
        self.is_connection_reused.store(is_reused, Ordering::Release);
    }

    /// Whether its request has begun to leave.
    pub(crate) fn has_left(&self) -> bool {
        self.state.load(Ordering::Acquire) == LEFT
    }

    /// Asks whether the request may begin to leave, and notes that it does.
    pub(crate) fn leave(&self) -> bool {
        match self.state.compare_exchange(HERE, LEFT, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => {}
            Err(before) => return before == LEFT,
        }
        if !self.progress.leave() {
            self.state.store(STOPPED, Ordering::Release);
            return false;
        }
        self.progress.left_last.store(self.number, Ordering::Release);
        true
    }

    /// Ends the attempt: where its request has not begun to leave, it never will. Tells whether it has.
    ///
    /// The connection's own task may hold the request yet, on another thread, when time has run out here.
    pub(crate) fn end(&self) -> bool {
        self.state.compare_exchange(HERE, STOPPED, Ordering::AcqRel, Ordering::Acquire) == Err(LEFT)
    }
}

/// What is only ever added to. Whoever reads it never waits, and sees all that was added before.
///
/// Its cost is that of its few values, however many threads there are.
#[derive(Debug)]
struct Growing<T> {
    value: OnceLock<T>,
    rest: OnceLock<Box<Self>>,
}

impl<T> Default for Growing<T> {
    fn default() -> Self {
        Self { value: OnceLock::new(), rest: OnceLock::new() }
    }
}

impl<T> Growing<T> {
    /// Adds a value; how many there are then.
    fn push(&self, mut value: T) -> usize {
        let (mut end, mut count) = (self, 1);
        while let Err(given_back) = end.value.set(value) {
            value = given_back;
            end = end.rest.get_or_init(Box::default);
            count += 1;
        }
        count
    }

    fn iter(&self) -> impl Iterator<Item = &T> {
        successors(Some(self), |known| known.rest.get().map(|rest| &**rest)).map_while(|known| known.value.get())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::OperationKind;

    fn has_left(call: &Progress) -> bool {
        call.state.load(Ordering::Acquire) == LEFT
    }

    fn attempt(call: &Arc<Progress>, request_id: &str) -> Arc<AttemptProgress> {
        let context = CallContext::new(OperationKind::Start, "room1", "aaa", "");
        AttemptProgress::begin(call, &Arc::new(CallContext { request_id: Some(request_id.to_owned()), ..context }))
    }

    #[test]
    fn what_is_added_is_read_in_its_order_by_whoever_looks_meanwhile() {
        let grown = Growing::default();
        assert_eq!(grown.iter().count(), 0);
        std::thread::scope(|scope| {
            let reader = scope.spawn(|| {
                loop {
                    let seen: Vec<usize> = grown.iter().copied().collect();
                    assert!(seen.iter().copied().eq(0..seen.len()), "{seen:?}");
                    if seen.len() == 100 {
                        return;
                    }
                }
            });
            for number in 0..100 {
                assert_eq!(grown.push(number), number + 1);
            }
            assert!(reader.join().is_ok());
        });
    }

    #[test]
    fn a_call_is_about_what_was_said_of_it_last_until_a_request_has_left() {
        let call = Progress::default();
        assert_eq!(call.call(), None);
        for session in ["", "aaa"] {
            call.begin(&CallContext::new(OperationKind::Start, "room1", session, "").into());
            assert_eq!(call.call().map(|call| call.session_id).as_deref(), Some(session));
        }
    }

    #[test]
    fn a_call_is_known_by_its_latest_request_that_left() {
        let call = Arc::new(Progress::default());
        attempt(&call, "first");
        assert_eq!((call.ids().1.as_deref(), has_left(&call)), (Some("first"), false));
        let second = attempt(&call, "second");
        assert!(second.leave());
        let third = attempt(&call, "third");
        assert_eq!((call.ids().1.as_deref(), has_left(&call)), (Some("second"), true));
        assert!(second.end() && !third.end());
    }

    #[test]
    fn a_call_that_was_cancelled_before_its_request_left_never_leaves() {
        let call = Arc::new(Progress::default());
        let only = attempt(&call, "only");
        assert!(matches!(call.cancel(), RecordingError::Cancelled { sent: false, call: Some(_) }));
        assert!(!only.leave() && !only.end());
    }

    #[test]
    fn a_call_that_was_cancelled_after_its_request_left_says_so() {
        let call = Arc::new(Progress::default());
        assert!(attempt(&call, "only").leave());
        assert!(matches!(call.cancel(), RecordingError::Cancelled { sent: true, call: Some(_) }));
    }

    #[test]
    fn an_attempt_that_has_ended_never_leaves_and_the_next_one_may() {
        let call = Arc::new(Progress::default());
        let late = attempt(&call, "late");
        assert!(!late.end());
        assert!(!late.leave() && !late.end() && !has_left(&call));
        let next = attempt(&call, "next");
        assert!(next.leave() && next.leave() && next.end());
        assert_eq!((call.ids().1.as_deref(), has_left(&call)), (Some("next"), true));
    }

    #[test]
    fn an_attempt_that_ends_while_its_request_would_leave_does_one_of_the_two() {
        for _ in 0..2_000 {
            let only = attempt(&Arc::default(), "only");
            let connection = std::thread::spawn({
                let only = only.clone();
                move || only.leave()
            });
            let has_left = only.end();
            assert_eq!(connection.join().ok(), Some(has_left));
        }
    }
}
