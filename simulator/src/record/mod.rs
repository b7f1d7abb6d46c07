//! The record of what was seen: the requests, how many there were, and what was executed.

mod seen;

use tokio::sync::watch;

use crate::counts::Counts;
use crate::history::History;
use crate::operations::Executions;
use crate::revision::Revision;
use crate::shared::Shared;

pub(crate) use seen::REDACTED;
pub use seen::{GivenAnswer, SeenRequest, Verdict};

pub(crate) struct Record {
    revision: Revision,
    memory: Shared<Memory>,
    counts: watch::Sender<Counts>,
}

#[derive(Default)]
struct Memory {
    requests: History<SeenRequest>,
    executions: Executions,
}

impl Record {
    pub(crate) fn new(revision: Revision) -> Self {
        Self { revision, memory: Shared::default(), counts: watch::Sender::default() }
    }

    /// Numbers the request, and returns the ticket to settle it with.
    pub(crate) fn add(&self, mut request: SeenRequest) -> u64 {
        let mut memory = self.memory.lock();
        let abandoned = u64::from(request.verdict == Verdict::Abandoned);
        request.number = memory.requests.next() + 1;
        request.revision = self.revision.next();
        let ticket = memory.requests.add(request);
        self.counts.send_modify(|counts| {
            counts.requests += 1;
            counts.abandoned += abandoned;
        });
        ticket
    }

    /// Tells what became of a held request, and how long it took; returns the request if it is still kept.
    pub(crate) fn settle(&self, ticket: u64, verdict: Verdict, duration_ms: u64) -> Option<SeenRequest> {
        let mut memory = self.memory.lock();
        if memory.requests.is_forgotten(ticket) {
            return None;
        }
        let abandoned = u64::from(verdict == Verdict::Abandoned);
        let settled = memory.requests.get_mut(ticket).map(|request| {
            if verdict == Verdict::Abandoned {
                request.answer = None;
            }
            request.verdict = verdict;
            request.duration_ms = Some(duration_ms);
            request.revision = self.revision.next();
            request.clone()
        });
        self.counts.send_modify(|counts| counts.abandoned += abandoned);
        settled
    }

    pub(crate) fn requests(&self) -> Vec<SeenRequest> {
        self.memory.lock().requests.iter().cloned().collect()
    }

    /// The request with a number, if it is kept.
    pub(crate) fn request(&self, number: u64) -> Option<SeenRequest> {
        self.memory.lock().requests.get(number.checked_sub(1)?).cloned()
    }

    /// Those of the newest that have changed since a revision, newest first, and the number of the oldest that is kept.
    pub(crate) fn changed<T>(&self, since: u64, newest: usize, read: impl Fn(&SeenRequest) -> T) -> (u64, Vec<T>) {
        let memory = self.memory.lock();
        let changed = memory.requests.iter().rev().take(newest).filter(|it| it.revision > since);
        (memory.requests.first() + 1, changed.map(read).collect())
    }

    pub(crate) fn executed(&self, count: fn(&mut Executions) -> &mut u64) {
        *count(&mut self.memory.lock().executions) += 1;
    }

    pub(crate) fn executions(&self) -> Executions {
        self.memory.lock().executions
    }

    pub(crate) fn forget(&self) {
        let mut memory = self.memory.lock();
        memory.requests.forget();
        memory.executions = Executions::default();
        self.revision.next();
        self.counts.send_replace(Counts::default());
    }

    pub(crate) fn counts(&self) -> watch::Receiver<Counts> {
        self.counts.subscribe()
    }
}
