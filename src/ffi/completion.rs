//! The ends of calls, gathered for whoever fetches them: nothing here ever calls into another language.
//!
//! An event loop watches a descriptor and takes what has ended; a thread waits for it, one of its own for all calls or one
//! that has a queue to itself. The runtime's threads only put a call from one map into another, and wake whoever is to be woken.

use std::collections::{BTreeMap, HashMap};
use std::process;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, TryLockError, Weak};
use std::task::{Wake, Waker};
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio::time::timeout;

use super::log;
use super::notifier::Notifier;
use super::request::Reply;
use crate::error::{FailureCause, RecordingError};
use crate::running::Running;
use crate::runtime;
use crate::time::Span;

/// How soon a thread that waits for calls notices what the log has.
const LOG_NOTICED_WITHIN: Duration = Duration::from_millis(100);

/// The outcome of a call: a reply or a failure.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct Completion {
    /// The number of the call, as returned when it began.
    pub number: i64,
    /// What the service answered. Absent if the call failed.
    pub reply: Option<Reply>,
    /// Why there is no reply. Absent if there is one.
    pub failure: Option<RecordingError>,
}

/// The calls that have ended, by number.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct Completions {
    /// Whether the log has records to fetch.
    pub is_log_waiting: bool,
    /// The calls. Each is reported once.
    pub ended: Vec<Completion>,
}

/// The calls of an event loop, or of a thread that waits for them.
///
/// Its calls are cancelled when it is destroyed. A forked child creates its own queue; in the child, all calls of its
/// parent have ended as `Cancelled`.
#[derive(uniffi::Object)]
pub struct CompletionQueue {
    shared: Arc<Shared>,
}

/// What the runtime's threads reach.
struct Shared {
    process: u32,
    calls: Mutex<Calls>,
    news: News,
}

/// Tells those who wait that there may be something, however they wait.
#[derive(Default)]
struct News {
    of_threads: Condvar,
    /// For those who carry the runtime meanwhile.
    of_carriers: Notify,
}

impl News {
    /// Each notice to threads is a system call: there is none where none waits.
    fn tell_one(&self, is_for_threads: bool) {
        if is_for_threads {
            self.of_threads.notify_one();
        }
        self.of_carriers.notify_one();
    }

    fn tell_all(&self) {
        self.of_threads.notify_all();
        self.of_carriers.notify_waiters();
    }
}

#[derive(Default)]
struct Calls {
    under_way: HashMap<i64, Arc<Running<Reply>>>,
    /// Those that nobody has been told of yet.
    ended: BTreeMap<i64, Arc<Running<Reply>>>,
    /// Those that were told last: whoever was told may have been interrupted before it could read.
    told: BTreeMap<i64, Arc<Running<Reply>>>,
    notifier: Option<Arc<Notifier>>,
    /// How many threads wait that don't carry the runtime.
    waiting: usize,
    is_closed: bool,
}

/// Tells the queue that a call has ended.
struct Tell {
    number: i64,
    shared: Weak<Shared>,
}

impl Wake for Tell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if let Some(shared) = self.shared.upgrade() {
            shared.note_end(self.number);
        }
    }
}

#[uniffi::export]
impl CompletionQueue {
    /// Creates an empty queue.
    #[uniffi::constructor]
    pub fn new() -> Result<Self, RecordingError> {
        Ok(Self::of_process(process::id()))
    }

    /// Creates an empty queue for a thread that does nothing but `wait`, which also carries the calls meanwhile: of this
    /// queue, and all others of this process. It must not stop waiting before the queue is closed. If calls have begun in
    /// this process already, they have threads of their own, and so do those of this queue.
    ///
    /// Errors: `NotSent` if the system has no means left to watch connections.
    #[uniffi::constructor]
    pub fn carrying() -> Result<Self, RecordingError> {
        runtime::be_carried()?;
        Self::new()
    }

    /// A descriptor that is readable while a call has ended and not been reported. It is created on first use, and
    /// closed with the queue.
    ///
    /// Errors: `NotSent` if this machine has no such descriptors, or none left.
    pub fn descriptor(&self) -> Result<i32, RecordingError> {
        let mut calls = self.shared.calls().ok_or_else(unknown_number)?;
        if let Some(notifier) = &calls.notifier {
            return Ok(notifier.descriptor());
        }
        let notifier = Notifier::new().map_err(|error| {
            RecordingError::not_sent(FailureCause::Local, format!("an event loop can't be woken here: {error}"))
        })?;
        if !calls.ended.is_empty() {
            notifier.notify();
        }
        let descriptor = notifier.descriptor();
        calls.notifier = Some(Arc::new(notifier));
        Ok(descriptor)
    }

    /// Takes the calls that have ended since the last time. Never blocks. Until the next `take` or `wait`, `cancel`
    /// still reports them, for a caller that was interrupted before it could read.
    pub fn take(&self) -> Result<Completions, RecordingError> {
        Ok(self.shared.take())
    }

    /// Blocks until a call has ended, the log has records to fetch, or the queue is closed, at most as long as given;
    /// then takes the calls that have ended. For a thread that does nothing else and fetches the log whenever records
    /// are waiting.
    pub fn wait(&self, longest: Span) -> Result<Completions, RecordingError> {
        let longest = longest.try_into().unwrap_or_default();
        if runtime::carry(self.shared.come(longest)).is_none() {
            self.shared.wait(longest);
        }
        Ok(self.shared.take())
    }

    /// Cancels a call, forgets it, and returns what is known about it: `Cancelled`, or its outcome if it has already
    /// ended.
    ///
    /// Errors: `Internal` if the queue has no such call.
    pub fn cancel(&self, number: i64) -> Result<Completion, RecordingError> {
        let call = self.shared.forget(number).ok_or_else(unknown_number)?;
        Ok(Completion::of(number, call.cancel()))
    }

    /// Cancels a call and returns what is known about it, as `cancel` does, without forgetting it. Its end is reported
    /// like any other, once its connection is closed and the log has its record.
    ///
    /// Errors: `Internal` if the queue has no such call.
    pub fn cancel_and_tell(&self, number: i64) -> Result<Completion, RecordingError> {
        let call = self.shared.find(number).ok_or_else(unknown_number)?;
        Ok(Completion::of(number, call.cancel()))
    }

    /// Cancels all calls, forgets them, and returns what is known about each, as `cancel` does. For code that was
    /// interrupted before it knew its call's number.
    pub fn cancel_all(&self) -> Result<Vec<Completion>, RecordingError> {
        let all = self.shared.calls().map(|mut calls| calls.take_all()).unwrap_or_default();
        Ok(all.into_iter().map(|(number, call)| Completion::of(number, call.cancel())).collect())
    }

    /// Ends every wait on this queue, now and later. Its calls continue, but no new ones can begin.
    pub fn close(&self) -> Result<(), RecordingError> {
        if let Some(mut calls) = self.shared.calls() {
            calls.is_closed = true;
            self.shared.news.tell_all();
        }
        Ok(())
    }
}

impl CompletionQueue {
    fn of_process(process: u32) -> Self {
        let shared = Shared { process, calls: Mutex::default(), news: News::default() };
        Self { shared: Arc::new(shared) }
    }

    /// Begins a call that the queue holds until its outcome is told. Its number is that of its log records, too.
    pub(super) fn begin(
        &self,
        begin: impl FnOnce() -> Result<Running<Reply>, RecordingError>,
    ) -> Result<i64, RecordingError> {
        // Each look at the process's id is a system call.
        let is_inherited = self.shared.is_inherited();
        if is_inherited || self.shared.calls_of(is_inherited).is_none_or(|calls| calls.is_closed) {
            let reason = "the queue for its outcome has been closed, or is another process's";
            return Err(RecordingError::not_sent(FailureCause::ClientClosed, reason));
        }
        let call = Arc::new(begin()?);
        let number = call.number();
        if let Some(mut calls) = self.shared.calls_of(is_inherited) {
            if calls.is_closed {
                drop(calls);
                // Closed meanwhile, so that nobody would be told. It may have left.
                call.cancel()?;
                calls = self.shared.calls_of(is_inherited).ok_or_else(unknown_number)?;
            }
            calls.under_way.insert(number, call.clone());
        }
        call.tell(&Waker::from(Arc::new(Tell { number, shared: Arc::downgrade(&self.shared) })));
        if log::is_on() {
            // Whoever waits since before the log was switched on looks at it from now on.
            self.shared.news.tell_all();
        }
        Ok(number)
    }
}

impl Shared {
    /// The calls; nothing where a forked child can't have them, because another thread of its parent held the lock, which
    /// nobody gives back in the child.
    fn calls(&self) -> Option<MutexGuard<'_, Calls>> {
        self.calls_of(self.is_inherited())
    }

    fn calls_of(&self, is_inherited: bool) -> Option<MutexGuard<'_, Calls>> {
        if !is_inherited {
            return Some(self.calls.lock().unwrap_or_else(PoisonError::into_inner));
        }
        match self.calls.try_lock() {
            Ok(calls) => Some(calls),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// Whether this is a forked child, and the queue its parent's.
    fn is_inherited(&self) -> bool {
        self.process != process::id()
    }

    fn note_end(&self, number: i64) {
        // The runtime's threads alone wake, and a forked child has none of its parent's.
        let Some(mut calls) = self.calls_of(false) else { return };
        // One that was cancelled and forgotten has been told already.
        let Some(call) = calls.under_way.remove(&number) else { return };
        calls.ended.insert(number, call);
        let (notifier, is_for_threads) = (calls.notifier.clone(), calls.waiting > 0);
        drop(calls);
        self.news.tell_one(is_for_threads);
        if let Some(notifier) = notifier {
            notifier.notify();
        }
    }

    /// Blocks until there is something to take or to fetch, at most as long as given.
    fn wait(&self, longest: Duration) {
        let until = Instant::now().checked_add(longest);
        let is_inherited = self.is_inherited();
        let Some(mut calls) = self.calls_of(is_inherited) else { return };
        while !is_inherited && !calls.has_news() {
            let Some(rest) = rest(until) else { return };
            calls.waiting += 1;
            (calls, _) = self.news.of_threads.wait_timeout(calls, rest).unwrap_or_else(PoisonError::into_inner);
            calls.waiting -= 1;
        }
    }

    /// As [`wait`](Self::wait), while this thread carries the runtime.
    async fn come(&self, longest: Duration) {
        let until = Instant::now().checked_add(longest);
        loop {
            // Before the look: what comes after it is told.
            let news = self.news.of_carriers.notified();
            // Nobody carries the runtime of another process.
            if self.calls_of(false).is_none_or(|calls| calls.has_news()) {
                return;
            }
            let Some(rest) = rest(until) else { return };
            // Whether it was told or is late, the next look tells.
            let _ = timeout(rest, news).await;
        }
    }

    fn take(&self) -> Completions {
        let is_inherited = self.is_inherited();
        let ended = self.calls_of(is_inherited).map(|mut calls| calls.take_ended(is_inherited)).unwrap_or_default();
        let outcome = |call: &Running<Reply>| if is_inherited { call.cancel() } else { call.ended() };
        let ended = ended.into_iter().map(|(number, call)| Completion::of(number, outcome(&call))).collect();
        // To be found out last: the records of these calls are among them.
        Completions { ended, is_log_waiting: log::is_waiting() }
    }

    fn find(&self, number: i64) -> Option<Arc<Running<Reply>>> {
        let calls = self.calls()?;
        let Calls { under_way, ended, told, .. } = &*calls;
        under_way.get(&number).or_else(|| ended.get(&number)).or_else(|| told.get(&number)).cloned()
    }

    fn forget(&self, number: i64) -> Option<Arc<Running<Reply>>> {
        let mut calls = self.calls()?;
        let Calls { under_way, ended, told, .. } = &mut *calls;
        under_way.remove(&number).or_else(|| ended.remove(&number)).or_else(|| told.remove(&number))
    }
}

/// How long to wait before the next look. Nothing when the time is over.
fn rest(until: Option<Instant>) -> Option<Duration> {
    let rest = until.map_or(Duration::MAX, |until| until.saturating_duration_since(Instant::now()));
    let rest = if log::is_on() { rest.min(LOG_NOTICED_WITHIN) } else { rest };
    (!rest.is_zero()).then_some(rest)
}

impl Calls {
    /// Whether there is something to take or to fetch, or never will be.
    fn has_news(&self) -> bool {
        !self.ended.is_empty() || self.is_closed || log::is_waiting()
    }

    /// In a forked child, every call has ended, and the notifier is its parent's.
    fn take_ended(&mut self, is_inherited: bool) -> BTreeMap<i64, Arc<Running<Reply>>> {
        if is_inherited {
            self.ended.extend(self.under_way.drain());
        } else if let Some(notifier) = &self.notifier {
            notifier.clear();
        }
        self.told = std::mem::take(&mut self.ended);
        self.told.clone()
    }

    fn take_all(&mut self) -> BTreeMap<i64, Arc<Running<Reply>>> {
        let mut all = std::mem::take(&mut self.told);
        all.append(&mut self.ended);
        all.extend(self.under_way.drain());
        all
    }
}

impl Completion {
    fn of(number: i64, outcome: Result<Reply, RecordingError>) -> Self {
        match outcome {
            Ok(reply) => Self { number, reply: Some(reply), failure: None },
            Err(failure) => Self { number, reply: None, failure: Some(failure) },
        }
    }
}

fn unknown_number() -> RecordingError {
    RecordingError::internal("this queue has no such call")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::future::pending;
    use std::sync::mpsc;
    use std::thread;

    use super::*;
    use crate::error::{CallContext, OperationKind};

    const LONG: Span = Span(60_000_000_000);

    fn call() -> Result<Running<Reply>, RecordingError> {
        let context = Arc::new(CallContext::new(OperationKind::Start, "room1", "aaa", "order-7"));
        Running::begin(&context, |_| pending())
    }

    /// A queue as a forked child finds it, with a call that its parent began.
    fn inherited() -> (CompletionQueue, i64) {
        let queue = CompletionQueue::of_process(process::id() + 1);
        let call = Arc::new(call().unwrap());
        let number = call.number();
        queue.shared.calls.lock().unwrap().under_way.insert(number, call);
        (queue, number)
    }

    fn is_cancelled(completion: &Completion) -> bool {
        matches!(&completion.failure, Some(RecordingError::Cancelled { call: Some(call), .. }) if call.extra == "order-7")
    }

    #[test]
    fn in_a_forked_child_every_call_of_the_parent_has_ended_as_cancelled() {
        let (queue, number) = inherited();
        let ended = queue.wait(LONG).unwrap().ended;
        assert!(ended.len() == 1 && ended[0].number == number && is_cancelled(&ended[0]), "{ended:?}");
        assert_eq!(queue.take().unwrap().ended, []);

        let (queue, number) = inherited();
        assert!(is_cancelled(&queue.cancel(number).unwrap()));
    }

    #[test]
    fn in_a_forked_child_no_call_begins_on_its_parents_queue() {
        let (queue, _) = inherited();
        assert!(matches!(queue.begin(call), Err(RecordingError::NotSent { cause: FailureCause::ClientClosed, .. })));
    }

    #[test]
    fn a_forked_child_never_waits_for_a_lock_that_another_thread_of_its_parent_held() {
        let (queue, number) = inherited();
        let shared = queue.shared.clone();
        let _held = shared.calls.lock().unwrap();
        let (sender, told) = mpsc::channel();
        thread::spawn(move || {
            let nothing = queue.take().unwrap().ended.is_empty() && queue.wait(LONG).unwrap().ended.is_empty();
            let unknown =
                [queue.cancel_and_tell(number).is_err(), queue.cancel(number).is_err(), queue.descriptor().is_err()];
            queue.close().unwrap();
            sender.send((nothing, unknown)).unwrap();
        });
        let told = told.recv_timeout(Duration::from_secs(60));
        assert_eq!(told, Ok((true, [true; 3])), "it waits for ever");
    }

    #[test]
    fn a_queue_holds_nothing_of_what_was_cancelled() {
        let queue = CompletionQueue::new().unwrap();
        for _ in 0..100 {
            let number = queue.begin(call).unwrap();
            assert!(is_cancelled(&queue.cancel(number).unwrap()));
        }
        let calls = queue.shared.calls.lock().unwrap();
        assert!(calls.under_way.is_empty() && calls.ended.is_empty());
    }
}
