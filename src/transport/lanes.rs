//! The connections to one domain: each idle for a bounded time, each for a bounded number of requests.
//!
//! A lane is an HTTP client of its own that carries one request at a time, so it has one connection at most and its
//! requests can be counted, which a shared client doesn't offer. Docs: base-url.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::runtime::{Handle, Id};
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep_until};

use super::Attempt;
use super::http::{ConnectionSettings, HttpConnection, Request, TransportFailure};
use super::look::Look;
use crate::delivery::Connections;
use crate::error::FailureCause;
use crate::protocol::HttpReply;

/// The connections to one domain.
pub(super) struct Lanes {
    settings: ConnectionSettings,
    rule: Connections,
    /// By runtime: a connection is carried by the one that it was made on, which may have ended or stand still when
    /// another one has a request.
    idle: Mutex<HashMap<Id, Idle>>,
}

#[derive(Default)]
struct Idle {
    /// The one that answered last is at the end, and taken first.
    lanes: Vec<IdleLane>,
    reaper: Option<AbortHandle>,
}

struct IdleLane {
    lane: Lane,
    since: Instant,
}

/// One connection, once it has been made.
struct Lane {
    http: HttpConnection,
    look: Look,
    /// Requests that its connection has served.
    served: u32,
}

impl Lane {
    /// Sees to it that its connection is not used where something has come over it unasked, or its end.
    async fn checked(mut self) -> io::Result<Self> {
        if self.served > 0 {
            self.look.take().await?;
        }
        Ok(self)
    }
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
            // A lane that can't be looked at is closed.
            Some(lane) => lane.checked().await.or_else(|_| self.new_lane())?,
            None => self.new_lane()?,
        };
        lane.served += 1;
        let is_last = lane.served >= self.rule.max_requests;
        let reply = lane.http.exchange(request, is_last, &self.settings, attempt).await?;
        if is_last {
            // Its connection closes; the next request makes a new one.
            lane.served = 0;
        }
        self.give_back(lane);
        Ok(reply)
    }

    fn new_lane(&self) -> Result<Lane, TransportFailure> {
        let look = Look::new().map_err(|error| {
            let reason = format!("this process can't make another connection: {error}");
            TransportFailure::failed(FailureCause::Local, reason)
        })?;
        Ok(Lane { http: HttpConnection::new(&self.settings)?, look, served: 0 })
    }

    fn take(&self, longest_idle: Duration) -> Option<Lane> {
        let here = Handle::current().id();
        let longest_idle = longest_idle.min(self.rule.max_idle);
        let mut idle = self.lock();
        let fresh = idle.get_mut(&here)?.lanes.pop_if(|idle| idle.since.elapsed() < longest_idle);
        drop(idle);
        fresh.map(|idle| idle.lane)
    }

    fn give_back(self: &Arc<Self>, lane: Lane) {
        let here = Handle::current().id();
        let returned = IdleLane { lane, since: Instant::now() };
        let mut idle = self.lock();
        if let Some(known) = idle.get_mut(&here) {
            known.lanes.push(returned);
            return;
        }
        idle.insert(here, Idle { lanes: vec![returned], reaper: None });
        drop(idle);
        // Not under the lock: where the runtime is ending, the task is dropped at once.
        let reaping = Reaping { lanes: Arc::downgrade(self), runtime: here, has_ended: false };
        let reaper = tokio::spawn(reaping.run()).abort_handle();
        if let Some(known) = self.lock().get_mut(&here) {
            known.reaper = Some(reaper);
        }
    }

    /// Closes what has been idle for too long. When to look again, if anything is left.
    fn reap(&self, runtime: Id) -> Option<Instant> {
        let mut idle = self.lock();
        let known = idle.get_mut(&runtime)?;
        // The oldest stand first.
        let stale = known.lanes.iter().take_while(|idle| idle.since.elapsed() >= self.rule.max_idle).count();
        let closed: Vec<_> = known.lanes.drain(..stale).collect();
        let next = known.lanes.first().map(|idle| idle.since + self.rule.max_idle);
        if next.is_none() {
            idle.remove(&runtime);
        }
        drop(idle);
        drop(closed);
        next
    }

    /// Closes all idle connections.
    pub(super) fn clear(&self) {
        let lanes: Vec<_> = self.lock().values_mut().map(|idle| std::mem::take(&mut idle.lanes)).collect();
        drop(lanes);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Id, Idle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Lanes {
    fn drop(&mut self) {
        self.lock().drain().filter_map(|(_, idle)| idle.reaper).for_each(|reaper| reaper.abort());
    }
}

/// Closes a runtime's idle connections in time, as long as there are any; all of them where it ends.
struct Reaping {
    lanes: Weak<Lanes>,
    runtime: Id,
    has_ended: bool,
}

impl Reaping {
    async fn run(mut self) {
        while let Some(next) = self.lanes.upgrade().and_then(|lanes| lanes.reap(self.runtime)) {
            sleep_until(next).await;
        }
        self.has_ended = true;
    }
}

impl Drop for Reaping {
    fn drop(&mut self) {
        if !self.has_ended
            && let Some(lanes) = self.lanes.upgrade()
        {
            let idle = lanes.lock().remove(&self.runtime);
            drop(idle);
        }
    }
}
