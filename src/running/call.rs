//! A call under way on the shared runtime: waited for, told of, or cancelled.

use std::future::Future;
use std::pin::pin;
use std::process;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use tokio::task::coop::unconstrained;
use tokio::task::{AbortHandle, JoinError, JoinHandle};

use super::number;
use crate::error::{CallContext, RecordingError};
use crate::runtime;
use crate::transport::Progress;

type Outcome<T> = Result<T, RecordingError>;

/// A call under way on the shared runtime. It is aborted when this is dropped.
pub(crate) struct Running<T> {
    state: Mutex<State<T>>,
    abort: AbortHandle,
    progress: Arc<Progress>,
    process: u32,
    #[cfg(feature = "ffi")]
    number: i64,
}

enum State<T> {
    UnderWay(JoinHandle<Outcome<T>>),
    Ended(Outcome<T>),
}

impl<T: Clone + Send + 'static> Running<T> {
    /// Begins the call that `call` makes of the progress it should report to. The context says what it is about, should
    /// it end before it has run at all; nothing where it asks nothing of the service.
    pub(crate) fn begin<'a, F>(
        context: impl Into<Option<&'a Arc<CallContext>>>,
        call: impl FnOnce(Arc<Progress>) -> F,
    ) -> Result<Self, RecordingError>
    where
        F: Future<Output = Outcome<T>> + Send + 'static,
    {
        let progress = Arc::new(Progress::default());
        let context = context.into();
        context.into_iter().for_each(|context| progress.begin(context));
        let number = number::next();
        let task = runtime::spawn(number::scope(number, call(progress.clone())));
        let task = task.map_err(|error| match context {
            Some(context) => error.about(context),
            None => error,
        })?;
        Ok(Self {
            abort: task.abort_handle(),
            state: Mutex::new(State::UnderWay(task)),
            progress,
            process: process::id(),
            #[cfg(feature = "ffi")]
            number,
        })
    }

    /// Blocks until the call has ended, at most as long as given. Works on any thread, an async one too.
    pub(crate) fn wait(&self, longest: Duration) -> Option<Outcome<T>> {
        let until = Instant::now().checked_add(longest);
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        let mut context = Context::from_waker(&waker);
        loop {
            if let Poll::Ready(outcome) = self.poll(&mut context) {
                return Some(outcome);
            }
            match until.map(|until| until.saturating_duration_since(Instant::now())) {
                Some(Duration::ZERO) => return None,
                Some(rest) => thread::park_timeout(rest),
                None => thread::park(),
            }
        }
    }

    fn poll(&self, context: &mut Context<'_>) -> Poll<Outcome<T>> {
        if self.process != process::id() {
            // It goes on in the parent, and nothing here would ever wake.
            return Poll::Ready(Err(self.progress.cancel()));
        }
        self.poll_here(context)
    }

    /// In the process that has begun it.
    fn poll_here(&self, context: &mut Context<'_>) -> Poll<Outcome<T>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let outcome = match &mut *state {
            State::Ended(outcome) => return Poll::Ready(outcome.clone()),
            // A task of another runtime may wait here, as a thread does: what it has used up of its turn comes back only
            // when it yields, which it doesn't.
            State::UnderWay(task) => match pin!(unconstrained(task)).poll(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(joined) => joined.unwrap_or_else(|error| Err(self.broken_off(&error))),
            },
        };
        *state = State::Ended(outcome.clone());
        Poll::Ready(outcome)
    }

    fn broken_off(&self, error: &JoinError) -> RecordingError {
        if error.is_cancelled() {
            self.progress.cancel()
        } else {
            // The panic's own text may hold anything: it stays out.
            RecordingError::Internal {
                reason: "a defect in this library stopped the call".to_owned(),
                call: self.progress.call().map(Box::new),
            }
            .with_attempts(self.progress.attempts())
        }
    }
}

/// What the other languages ask of a call beside its outcome.
#[cfg(feature = "ffi")]
impl<T: Clone + Send + 'static> Running<T> {
    /// Sees to it that the waker is woken once [`wait`](Self::wait) has the outcome at once. Any other wait for the
    /// same call takes its place. For the process that has begun it.
    pub(crate) fn tell(&self, waker: &Waker) {
        if self.poll_here(&mut Context::from_waker(waker)).is_ready() {
            waker.wake_by_ref();
        }
    }

    /// Ends the call, and tells what is known of it: `Cancelled`, or its outcome where it has ended already.
    pub(crate) fn cancel(&self) -> Outcome<T> {
        if let Some(outcome) = self.outcome() {
            return outcome;
        }
        self.abort();
        self.outcome().unwrap_or_else(|| Err(self.progress.cancel()))
    }

    /// What a call has ended with that is known to have, for the process that has begun it.
    pub(crate) fn ended(&self) -> Outcome<T> {
        match self.poll_here(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(outcome) => outcome,
            Poll::Pending => self.cancel(),
        }
    }

    /// What it has ended with. Nothing while it is under way.
    fn outcome(&self) -> Option<Outcome<T>> {
        if !self.abort.is_finished() {
            return None;
        }
        match self.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(outcome) => Some(outcome),
            Poll::Pending => None,
        }
    }

    /// Tells this call's log records from those of others: no other call of this process has it.
    pub(crate) fn number(&self) -> i64 {
        self.number
    }
}

impl<T> Running<T> {
    fn abort(&self) {
        // A forked child has a copy of its parent's call, but not of the runtime's threads, one of which may have
        // held a lock. To find out takes a system call, and most calls have ended.
        if !self.abort.is_finished() && self.process == process::id() {
            self.abort.abort();
        }
    }
}

impl<T> Drop for Running<T> {
    fn drop(&mut self) {
        self.abort();
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]

    use super::*;
    use crate::error::OperationKind;

    #[test]
    fn a_call_that_a_defect_stops_tells_which_it_was() {
        let context = Arc::new(CallContext::new(OperationKind::Stop, "room1", "aaa", ""));
        let call = Running::<()>::begin(&context, |_| async { panic!("anything, a secret even") });
        let outcome = call.map(|call| call.wait(Duration::from_secs(60)));
        let Ok(Some(Err(error))) = outcome else { panic!("{outcome:?}") };
        assert_eq!(error.to_string(), "stop: internal: a defect in this library stopped the call");
        assert!(!error.may_be_recording(), "{error:?}");
    }
}
