//! What a simulator remembers while it runs, and how tests wait for it to change.

pub(crate) mod script;
pub(crate) mod seen;

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;
use tokio::sync::watch;

use crate::executions::Executions;
use crate::history::Log;
use crate::record::script::{Script, Step};
use crate::record::seen::{SeenRequest, Verdict};
use crate::request::signature::Nonces;
use crate::server::connection::Register;
use crate::wait::{self, WaitTimedOut};
use crate::world::World;

/// How many requests there were since the simulator started or was asked to forget them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Counts {
    /// Requests that arrived whole or were abandoned on the way.
    pub requests: u64,
    /// Requests whose client left before the reply was sent.
    pub abandoned: u64,
}

impl Counts {
    pub(crate) fn reaches(self, wanted: Self) -> bool {
        self.requests >= wanted.requests && self.abandoned >= wanted.abandoned
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} requests seen, {} of them abandoned", self.requests, self.abandoned)
    }
}

#[derive(Default)]
struct Memory {
    requests: Log<SeenRequest>,
    executions: Executions,
    script: Script,
    nonces: Nonces,
}

pub(crate) struct State {
    memory: Mutex<Memory>,
    world: Mutex<World>,
    counts: watch::Sender<Counts>,
    gate: watch::Sender<()>,
    pub(crate) connections: Register,
}

impl State {
    pub(crate) fn new(world: World) -> Self {
        Self {
            memory: Mutex::default(),
            world: Mutex::new(world),
            counts: watch::Sender::default(),
            gate: watch::Sender::default(),
            connections: Register::default(),
        }
    }

    /// Nothing that runs under the lock can leave the memory half changed, so a poisoned one is as good.
    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Rooms and recordings. For as short as it takes: all requests share it.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns once no callback is on its way.
    pub(crate) async fn flush_callbacks(&self) {
        let mut pending = self.world().callbacks.pending();
        // Fails only when the simulator ends.
        let _ = pending.wait_for(|pending| *pending == 0).await;
    }

    /// Sends the callbacks that are held, and returns once no callback is on its way.
    pub(crate) async fn deliver_callbacks(&self) {
        self.world().callbacks.deliver();
        self.flush_callbacks().await;
    }

    /// Returns once so much time has passed in rooms and recordings, of its own accord or because a test moves it.
    pub(crate) async fn pause(&self, ms: u64) {
        let mut moved = self.world().moved();
        let until = self.world().now().saturating_add(ms);
        loop {
            let left = until.saturating_sub(self.world().now());
            if left == 0 {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep(Duration::from_millis(left)) => {}
                // Fails only when the simulator ends.
                _ = moved.changed() => {}
            }
        }
    }

    pub(crate) fn use_nonce(&self, app_key: &str, nonce: &str, now: u64, until: u64) -> bool {
        self.memory().nonces.use_once(app_key, nonce, now, until)
    }

    pub(crate) fn set_script(&self, script: Script) {
        self.memory().script = script;
    }

    pub(crate) fn next_step(&self) -> Option<Step> {
        self.memory().script.next()
    }

    /// Resolves at the first release after this call.
    pub(crate) fn gate(&self) -> watch::Receiver<()> {
        self.gate.subscribe()
    }

    pub(crate) fn release(&self) {
        self.gate.send_replace(());
    }

    pub(crate) fn record(&self, request: SeenRequest) -> u64 {
        let mut memory = self.memory();
        let abandoned = request.verdict == Verdict::Abandoned;
        let ticket = memory.requests.add(request);
        self.counts.send_modify(|counts| {
            counts.requests += 1;
            counts.abandoned += u64::from(abandoned);
        });
        ticket
    }

    /// Replaces the verdict of a held request, and returns the request if it is still kept.
    pub(crate) fn settle(&self, ticket: u64, verdict: Verdict) -> Option<SeenRequest> {
        let mut memory = self.memory();
        if memory.requests.is_forgotten(ticket) {
            return None;
        }
        let abandoned = verdict == Verdict::Abandoned;
        let settled = memory.requests.get_mut(ticket).map(|request| {
            request.verdict = verdict;
            request.clone()
        });
        if abandoned {
            self.counts.send_modify(|counts| counts.abandoned += 1);
        }
        settled
    }

    pub(crate) fn requests(&self) -> Vec<SeenRequest> {
        self.memory().requests.iter().cloned().collect()
    }

    pub(crate) fn executed(&self, count: fn(&mut Executions) -> &mut u64) {
        *count(&mut self.memory().executions) += 1;
    }

    pub(crate) fn executions(&self) -> Executions {
        self.memory().executions
    }

    pub(crate) fn forget_requests(&self) {
        let mut memory = self.memory();
        memory.requests.forget();
        memory.executions = Executions::default();
        self.counts.send_replace(Counts::default());
        self.connections.forget();
    }

    pub(crate) async fn wait(&self, wanted: Counts, limit: Duration) -> Result<Counts, WaitTimedOut> {
        wait::until(self.counts.subscribe(), limit, |counts| counts.reaches(wanted)).await
    }
}
