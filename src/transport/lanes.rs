//! The connections to one domain: each idle for a bounded time, each for a bounded number of requests.
//!
//! A lane is an HTTP client of its own that carries one request at a time, so it has one connection at most and its
//! requests can be counted, which a shared client doesn't offer. Docs: base-url.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep_until};

use super::Attempt;
use super::http::{ConnectionSettings, HttpConnection, Request, TransportFailure};
use crate::delivery::Connections;
use crate::protocol::HttpReply;

/// The connections to one domain.
pub(super) struct Lanes {
    settings: ConnectionSettings,
    rule: Connections,
    idle: Mutex<Idle>,
}

#[derive(Default)]
struct Idle {
    /// The one that answered last is at the end, and taken first.
    lanes: Vec<IdleLane>,
    /// Whether a task waits to close them.
    is_reaped: bool,
    reaper: Option<AbortHandle>,
}

struct IdleLane {
    lane: Lane,
    since: Instant,
}

/// One connection, once it has been made.
struct Lane {
    http: HttpConnection,
    /// Requests that its connection has served.
    served: u32,
}

impl Lanes {
    pub(super) fn new(settings: ConnectionSettings, rule: Connections) -> Arc<Self> {
        Arc::new(Self { settings, rule, idle: Mutex::default() })
    }

    /// Sends the request over a connection that has been idle for less than `longest_idle`, or else over a new one.
    ///
    /// The connection is kept only where it has brought a whole answer: one whose call was dropped is closed.
    pub(super) async fn exchange(
        self: &Arc<Self>,
        request: Request,
        longest_idle: Duration,
        attempt: &Arc<Attempt>,
    ) -> Result<HttpReply, TransportFailure> {
        let mut lane = match self.take(longest_idle) {
            Some(lane) => lane,
            None => Lane { http: HttpConnection::new(&self.settings)?, served: 0 },
        };
        lane.served += 1;
        let is_last = lane.served >= self.rule.max_requests;
        let reply = lane.http.exchange(request, is_last, attempt).await?;
        if is_last {
            // Its connection closes; the next request makes a new one.
            lane.served = 0;
        }
        self.give_back(lane);
        Ok(reply)
    }

    fn take(&self, longest_idle: Duration) -> Option<Lane> {
        let mut idle = self.lock();
        let fresh = idle.lanes.pop_if(|idle| idle.since.elapsed() < longest_idle.min(self.rule.max_idle));
        drop(idle);
        fresh.map(|idle| idle.lane)
    }

    fn give_back(self: &Arc<Self>, lane: Lane) {
        let mut idle = self.lock();
        idle.lanes.push(IdleLane { lane, since: Instant::now() });
        if !idle.is_reaped {
            idle.is_reaped = true;
            let reaping = Reaping { lanes: Arc::downgrade(self), has_ended: false };
            idle.reaper = Some(tokio::spawn(reaping.run()).abort_handle());
        }
    }

    /// Closes what has been idle for too long. When to look again, if anything is left.
    fn reap(&self) -> Option<Instant> {
        let mut idle = self.lock();
        // The oldest stand first.
        let stale = idle.lanes.iter().take_while(|idle| idle.since.elapsed() >= self.rule.max_idle).count();
        let closed: Vec<_> = idle.lanes.drain(..stale).collect();
        let next = idle.lanes.first().map(|idle| idle.since + self.rule.max_idle);
        idle.is_reaped = next.is_some();
        drop(idle);
        drop(closed);
        next
    }

    /// Closes all idle connections.
    pub(super) fn clear(&self) {
        let lanes = std::mem::take(&mut self.lock().lanes);
        drop(lanes);
    }

    fn lock(&self) -> MutexGuard<'_, Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Lanes {
    fn drop(&mut self) {
        if let Some(reaper) = self.lock().reaper.take() {
            reaper.abort();
        }
    }
}

/// Closes idle connections in time, as long as there are any.
struct Reaping {
    lanes: Weak<Lanes>,
    has_ended: bool,
}

impl Reaping {
    async fn run(mut self) {
        while let Some(next) = self.lanes.upgrade().and_then(|lanes| lanes.reap()) {
            sleep_until(next).await;
        }
        self.has_ended = true;
    }
}

impl Drop for Reaping {
    fn drop(&mut self) {
        // Where its runtime has ended before the lanes, the next connection given back starts another one.
        if !self.has_ended
            && let Some(lanes) = self.lanes.upgrade()
        {
            lanes.lock().is_reaped = false;
        }
    }
}
