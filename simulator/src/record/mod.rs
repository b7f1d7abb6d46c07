//! The record of what was seen: the requests, how many there were, and what was executed.

mod seen;

use tokio::sync::watch;

use crate::counts::Counts;
use crate::history::History;
use crate::operations::Executions;
use crate::shared::Shared;

pub(crate) use seen::REDACTED;
pub use seen::{SeenRequest, Verdict};

#[derive(Default)]
pub(crate) struct Record {
    memory: Shared<Memory>,
    counts: watch::Sender<Counts>,
}

#[derive(Default)]
struct Memory {
    requests: History<SeenRequest>,
    executions: Executions,
}

impl Record {
    pub(crate) fn add(&self, request: SeenRequest) -> u64 {
        let mut memory = self.memory.lock();
        let abandoned = u64::from(request.verdict == Verdict::Abandoned);
        let ticket = memory.requests.add(request);
        self.counts.send_modify(|counts| {
            counts.requests += 1;
            counts.abandoned += abandoned;
        });
        ticket
    }

    /// Replaces the verdict of a held request, and returns the request if it is still kept.
    pub(crate) fn settle(&self, ticket: u64, verdict: Verdict) -> Option<SeenRequest> {
        let mut memory = self.memory.lock();
        if memory.requests.is_forgotten(ticket) {
            return None;
        }
        let abandoned = u64::from(verdict == Verdict::Abandoned);
        let settled = memory.requests.get_mut(ticket).map(|request| {
            request.verdict = verdict;
            request.clone()
        });
        self.counts.send_modify(|counts| counts.abandoned += abandoned);
        settled
    }

    pub(crate) fn requests(&self) -> Vec<SeenRequest> {
        self.memory.lock().requests.iter().cloned().collect()
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
        self.counts.send_replace(Counts::default());
    }

    pub(crate) fn counts(&self) -> watch::Receiver<Counts> {
        self.counts.subscribe()
    }
}
