//! A pool of connections to each domain: each idle for a bounded time, each for a bounded number of requests.
//!
//! A connection is an HTTP client of its own that carries one request at a time, so that its requests can be counted,
//! which a shared client doesn't offer. Docs: base-url.

use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use rustls::ClientConfig;
use rustls::pki_types::CertificateDer;
use tokio::runtime::{Handle, Id};
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep_until};

use super::carrier::{ConnectionCounts, HttpTransport, Sending, number};
use super::http::{ConnectionSettings, HttpClient, Request, TransportFailure};
use super::look::Looks;
use super::{AttemptProgress, Endpoint, ProxyChoice, Route, Site, tls};
use crate::delivery::Connections;
use crate::error::{FailureCause, RecordingError};
use crate::protocol::HttpReply;

/// What a client's connections have in common.
pub(crate) struct PoolSettings {
    pub route: Arc<Route>,
    pub connect_timeout: Duration,
    pub proxy: ProxyChoice,
    pub extra_certificates: Vec<CertificateDer<'static>>,
    pub connections: Connections,
}

/// The connections to all domains of a route.
pub(crate) struct Pools(Vec<(Site, Arc<Pool>)>);

impl Pools {
    /// Fails where the host has no usable CA certificates.
    pub(crate) fn new(settings: &PoolSettings) -> Result<Self, RecordingError> {
        // Reading the platform's certificates takes milliseconds: once for both domains.
        let mut verified = None;
        let pool = |(site, endpoint): (Site, &Endpoint)| {
            let tls = match (&verified, endpoint.is_plain()) {
                (Some(verified), false) => ClientConfig::clone(verified),
                (None, false) => verified.insert(tls::verified(&settings.extra_certificates)?).clone(),
                (_, true) => tls::trusting_nobody()?,
            };
            let connection = ConnectionSettings {
                tls,
                is_plain: endpoint.is_plain(),
                connect_timeout: settings.connect_timeout,
                proxy: settings.proxy.clone(),
            };
            let pool = Pool {
                settings: connection,
                rule: settings.connections,
                idle: Mutex::default(),
                in_use: AtomicI64::new(0),
                made: AtomicI64::new(0),
            };
            Ok((site, Arc::new(pool)))
        };
        Ok(Self(settings.route.sites().map(pool).collect::<Result<_, _>>()?))
    }
}

impl HttpTransport for Pools {
    fn send<'a>(&'a self, request: Request, attempt: &'a Arc<AttemptProgress>) -> Sending<'a> {
        let pool = self.0.iter().find(|(known, _)| *known == request.site);
        Box::pin(async move {
            let nowhere = || TransportFailure::failed(FailureCause::Local, "there is no backup domain");
            pool.ok_or_else(nowhere)?.1.exchange(request, attempt).await
        })
    }

    fn close(&self) {
        self.0.iter().for_each(|(_, pool)| pool.clear());
    }

    fn connections(&self) -> ConnectionCounts {
        self.0.iter().map(|(_, pool)| pool.counts()).fold(ConnectionCounts::default(), |sum, of_pool| {
            ConnectionCounts {
                open: sum.open + of_pool.open,
                idle: sum.idle + of_pool.idle,
                made: sum.made + of_pool.made,
            }
        })
    }
}

/// The connections to one domain.
struct Pool {
    settings: ConnectionSettings,
    rule: Connections,
    /// By runtime: a connection is carried by the one that it was made on, which may have ended or stand still when
    /// another one has a request.
    idle: Mutex<HashMap<Id, Idle>>,
    /// How many connections have a request, or are being made for one.
    in_use: AtomicI64,
    made: AtomicI64,
}

/// Counts a connection as one in use until it is dropped.
struct InUse<'a>(&'a AtomicI64);

impl<'a> InUse<'a> {
    fn of(count: &'a AtomicI64) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for InUse<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[derive(Default)]
struct Idle {
    /// The one that answered last is at the end, and taken first.
    connections: Vec<Connection>,
    reaper: Option<AbortHandle>,
    /// The means to look at connections of this runtime, once one has been kept.
    looks: Option<Arc<Looks>>,
}

/// One connection, once it has been made.
struct Connection {
    http: HttpClient,
    /// Requests that its connection has served.
    served: u32,
    idle_since: Instant,
}

impl Connection {
    /// Sees to it that its connection is not used where something has come over it unasked, or its end.
    async fn checked(self, looks: &Looks) -> io::Result<Self> {
        if self.served > 0 {
            looks.take().await?;
        }
        Ok(self)
    }
}

impl Pool {
    /// Sends the request over a connection that is fresh enough for it, or else over a new one.
    ///
    /// The connection is kept only where it has brought a whole answer: one whose call was dropped is closed.
    async fn exchange(
        self: &Arc<Self>,
        request: Request,
        attempt: &Arc<AttemptProgress>,
    ) -> Result<HttpReply, TransportFailure> {
        let _in_use = InUse::of(&self.in_use);
        let mut connection = match self.take(request.longest_idle) {
            // One that can't be looked at is closed.
            Some((connection, looks)) => connection.checked(&looks).await.or_else(|_| self.new_connection())?,
            None => self.new_connection()?,
        };
        connection.served += 1;
        let is_last = connection.served >= self.rule.max_requests;
        let reply = connection.http.exchange(request, is_last, &self.settings, attempt).await;
        if !attempt.is_connection_reused() && attempt.has_left() {
            self.made.fetch_add(1, Ordering::Relaxed);
        }
        let reply = reply?;
        if is_last {
            // Its connection closes; the next request makes a new one.
            connection.served = 0;
        }
        connection.idle_since = Instant::now();
        self.give_back(connection);
        Ok(reply)
    }

    fn new_connection(&self) -> Result<Connection, TransportFailure> {
        Ok(Connection { http: HttpClient::new(&self.settings)?, served: 0, idle_since: Instant::now() })
    }

    /// A connection, and the means to look at it. Nothing where there is none, or none of the means can be had.
    fn take(&self, longest_idle: Duration) -> Option<(Connection, Arc<Looks>)> {
        let here = Handle::current().id();
        let longest_idle = longest_idle.min(self.rule.max_idle);
        let mut idle = self.lock();
        let known = idle.get_mut(&here)?;
        let fresh = known.connections.pop_if(|connection| connection.idle_since.elapsed() < longest_idle);
        let Some(connection) = fresh else {
            // All have been idle for too long. The new connection takes the place of the oldest one: no more are kept
            // than were ever in use at once.
            let oldest = (!known.connections.is_empty()).then(|| known.connections.remove(0));
            drop(idle);
            drop(oldest);
            return None;
        };
        if known.looks.is_none() {
            known.looks = Looks::new().ok().map(Arc::new);
        }
        Some((connection, known.looks.clone()?))
    }

    fn give_back(self: &Arc<Self>, connection: Connection) {
        let here = Handle::current().id();
        let mut idle = self.lock();
        if let Some(known) = idle.get_mut(&here) {
            known.connections.push(connection);
            return;
        }
        idle.insert(here, Idle { connections: vec![connection], ..Idle::default() });
        drop(idle);
        // Not under the lock: where the runtime is ending, the task is dropped at once.
        let reaping = Reaping { pool: Arc::downgrade(self), runtime: here, has_ended: false };
        // Not at once, when the connection is likely to be in use again: whoever calls without a pause would have all that
        // is kept for this runtime made anew each time.
        let reaper = tokio::spawn(reaping.run(Instant::now() + self.rule.max_idle)).abort_handle();
        if let Some(known) = self.lock().get_mut(&here) {
            known.reaper = Some(reaper);
        }
    }

    /// Closes what has been idle for too long. When to look again, if anything is left.
    fn reap(&self, runtime: Id) -> Option<Instant> {
        let mut idle = self.lock();
        let known = idle.get_mut(&runtime)?;
        // The oldest stand first.
        let is_stale = |connection: &&Connection| connection.idle_since.elapsed() >= self.rule.max_idle;
        let stale = known.connections.iter().take_while(is_stale).count();
        let closed: Vec<_> = known.connections.drain(..stale).collect();
        let next = known.connections.first().map(|connection| connection.idle_since + self.rule.max_idle);
        if next.is_none() {
            idle.remove(&runtime);
        }
        drop(idle);
        drop(closed);
        next
    }

    fn counts(&self) -> ConnectionCounts {
        // One that has served its last request is closed, and kept to make the next.
        let is_open = |connection: &&Connection| connection.served > 0;
        let idle = self.lock().values().flat_map(|idle| &idle.connections).filter(is_open).count();
        let idle = number(idle);
        let open = idle + self.in_use.load(Ordering::Relaxed);
        ConnectionCounts { open, idle, made: self.made.load(Ordering::Relaxed) }
    }

    /// Closes all idle connections.
    fn clear(&self) {
        let connections: Vec<_> = self.lock().values_mut().map(|idle| std::mem::take(&mut idle.connections)).collect();
        drop(connections);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Id, Idle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.lock().drain().filter_map(|(_, idle)| idle.reaper).for_each(|reaper| reaper.abort());
    }
}

/// Closes a runtime's idle connections in time, as long as there are any; all of them where it ends.
struct Reaping {
    pool: Weak<Pool>,
    runtime: Id,
    has_ended: bool,
}

impl Reaping {
    async fn run(mut self, first: Instant) {
        let mut next = Some(first);
        while let Some(time) = next {
            sleep_until(time).await;
            next = self.pool.upgrade().and_then(|pool| pool.reap(self.runtime));
        }
        self.has_ended = true;
    }
}

impl Drop for Reaping {
    fn drop(&mut self) {
        if !self.has_ended
            && let Some(pool) = self.pool.upgrade()
        {
            let idle = pool.lock().remove(&self.runtime);
            drop(idle);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use tokio::task::yield_now;

    use super::*;

    fn pool() -> Arc<Pool> {
        let settings = ConnectionSettings {
            tls: tls::trusting_nobody().unwrap(),
            is_plain: true,
            connect_timeout: Duration::from_secs(1),
            proxy: ProxyChoice::Direct,
        };
        let max_idle = Duration::from_secs(50);
        let rule = Connections { max_idle, max_requests: 79, max_concurrent: 1, max_waiting: 0 };
        let (idle, in_use, made) = Default::default();
        Arc::new(Pool { settings, rule, idle, in_use, made })
    }

    #[tokio::test]
    async fn a_connection_that_is_in_use_whenever_anybody_looks_keeps_the_means_to_look_at_it() {
        let pool = pool();
        pool.give_back(pool.new_connection().unwrap());
        let (connection, looks) = pool.take(Duration::MAX).unwrap();
        // Whatever has been spawned runs.
        yield_now().await;
        pool.give_back(connection);
        let (_, same) = pool.take(Duration::MAX).unwrap();
        assert!(Arc::ptr_eq(&looks, &same));
    }

    #[tokio::test(start_paused = true)]
    async fn what_has_been_idle_for_too_long_is_closed_and_nothing_is_kept_for_its_runtime() {
        let pool = pool();
        pool.give_back(pool.new_connection().unwrap());
        tokio::time::sleep(pool.rule.max_idle + Duration::from_secs(1)).await;
        assert!(pool.lock().is_empty());
    }
}
