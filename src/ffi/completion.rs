//! The ends of calls, gathered for an event loop that fetches them: nothing here ever calls into another language.
//!
//! The runtime's threads put the numbers of calls that have ended into a queue without locks, and ring only where it
//! was empty: a loop that is busy is woken once for many calls. Everything else belongs to the loop's own thread.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Wake, Waker};
use std::time::Duration;

use crossbeam_queue::SegQueue;

use super::bell::Bell;
use super::log;
use super::packed::Outcomes;
use crate::error::{FailureCause, RecordingError};
use crate::protocol::start::StartedRecording;
use crate::running::Running;

/// The ends of calls, gathered for one event loop.
///
/// Its descriptor is readable while there is something to take. A forked child makes one of its own.
#[derive(uniffi::Object)]
pub struct CompletionQueue {
    ended: Arc<Ended>,
    last_number: AtomicU64,
    /// The starts that nobody holds an object of, by number.
    starts: Mutex<HashMap<u64, Running<StartedRecording>>>,
}

/// What the runtime's threads reach.
struct Ended {
    numbers: SegQueue<u64>,
    bell: Bell,
}

/// Puts the number of one call into the queue.
struct Tell {
    number: u64,
    ended: Arc<Ended>,
}

impl Wake for Tell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.ended.numbers.push(self.number);
        self.ended.bell.ring();
    }
}

#[uniffi::export]
impl CompletionQueue {
    /// An empty queue. Errors: `NotSent` where this machine has no such descriptors, or none left.
    #[uniffi::constructor]
    pub fn new() -> Result<Self, RecordingError> {
        let bell = Bell::new().map_err(|error| {
            RecordingError::not_sent(FailureCause::Local, format!("an event loop can't be woken here: {error}"))
        })?;
        Ok(Self {
            ended: Arc::new(Ended { numbers: SegQueue::new(), bell }),
            last_number: AtomicU64::new(0),
            starts: Mutex::default(),
        })
    }

    /// The descriptor that is readable while there is something to take. It is closed with the queue.
    pub fn descriptor(&self) -> Result<i32, RecordingError> {
        Ok(self.ended.bell.descriptor())
    }

    /// The outcomes of the calls that have ended, packed (`packed.rs`).
    pub fn take(&self) -> Result<Vec<u8>, RecordingError> {
        self.ended.bell.silence();
        let mut outcomes = Outcomes::default();
        let mut starts = self.starts();
        while let Some(number) = self.ended.numbers.pop() {
            let started = starts.get(&number).and_then(|start| start.wait(Duration::ZERO)).and_then(Result::ok);
            if started.is_some() {
                starts.remove(&number);
            }
            outcomes.add(number, started.as_ref());
        }
        Ok(outcomes.into_bytes(log::is_waiting()))
    }

    /// What became of a start that ended without a recording.
    pub fn outcome(&self, number: u64) -> Result<StartedRecording, RecordingError> {
        let start = self.starts().remove(&number);
        start.and_then(|start| start.wait(Duration::ZERO)).unwrap_or_else(|| Err(unknown_number()))
    }

    /// Cancels a start, forgets it, and tells what is known of it: `Cancelled`, or its outcome where it has ended.
    pub fn cancel(&self, number: u64) -> Result<StartedRecording, RecordingError> {
        let start = self.starts().remove(&number);
        start.map_or_else(|| Err(unknown_number()), |start| start.cancel())
    }
}

fn unknown_number() -> RecordingError {
    RecordingError::internal("no start with this number has ended or is under way")
}

impl CompletionQueue {
    /// Holds a start until its outcome is taken, or the start is cancelled.
    pub(super) fn keep(&self, start: Running<StartedRecording>) -> u64 {
        let number = self.tell_of(&start);
        self.starts().insert(number, start);
        number
    }

    /// Gives a call the number by which the queue will tell of its end.
    pub(super) fn tell_of<T: Clone + Send + 'static>(&self, call: &Running<T>) -> u64 {
        let number = self.last_number.fetch_add(1, Ordering::Relaxed) + 1;
        call.tell(&Waker::from(Arc::new(Tell { number, ended: self.ended.clone() })));
        number
    }

    fn starts(&self) -> MutexGuard<'_, HashMap<u64, Running<StartedRecording>>> {
        self.starts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
