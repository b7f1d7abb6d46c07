//! What carries a client's requests in one process: its connections, their limits, and their end.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use rustls::ClientConfig;
use rustls::pki_types::CertificateDer;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_util::sync::{CancellationToken, WaitForCancellationFuture};

use super::http::{ConnectionSettings, Request, TransportFailure};
use super::lanes::Lanes;
use super::{Attempt, ProxyChoice, Route, Site, tls};
use crate::delivery::Connections;
use crate::error::FailureCause;
use crate::per_process::PerProcess;
use crate::protocol::HttpReply;

/// What a client's connections have in common.
pub(crate) struct TransportSettings {
    pub route: Arc<Route>,
    pub connect_timeout: Duration,
    pub proxy: ProxyChoice,
    pub extra_certificates: Vec<CertificateDer<'static>>,
    pub connections: Connections,
}

/// Carries requests to the domains of one route.
///
/// Everything that a forked child must not share with its parent (connections, wakers, locks) is made per process.
pub(crate) struct Transport {
    settings: TransportSettings,
    process: PerProcess<Carrier>,
}

impl Transport {
    /// Fails where the host has no usable CA certificates.
    pub(crate) fn new(settings: TransportSettings) -> Result<Self, TransportFailure> {
        let transport = Self { settings, process: PerProcess::new() };
        transport.carrier()?;
        Ok(transport)
    }

    /// What carries the requests in this process. Fails where it is closed.
    pub(crate) fn open(&self) -> Result<Arc<Carrier>, TransportFailure> {
        let carrier = self.carrier()?;
        if carrier.closed.is_cancelled() {
            return Err(TransportFailure::failed(FailureCause::ClientClosed, "the client is closed"));
        }
        Ok(carrier)
    }

    /// Ends all requests under way and refuses new ones, in this process.
    pub(crate) fn close(&self) {
        if let Ok(carrier) = self.carrier() {
            carrier.closed.cancel();
            carrier.sites.iter().for_each(|(_, lanes)| lanes.clear());
        }
    }

    fn carrier(&self) -> Result<Arc<Carrier>, TransportFailure> {
        self.process.get_or_try_make(|| Carrier::new(&self.settings))
    }
}

/// What carries a client's requests in one process.
pub(crate) struct Carrier {
    sites: Vec<(Site, Arc<Lanes>)>,
    closed: CancellationToken,
    turns: Semaphore,
    waiting: AtomicU32,
    max_waiting: u32,
}

/// What bounds one attempt in time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub longest: Duration,
    /// How long its connection may have been idle.
    pub longest_idle: Duration,
}

impl Carrier {
    fn new(settings: &TransportSettings) -> Result<Self, TransportFailure> {
        let rule = settings.connections;
        let mut sites = Vec::new();
        // Reading the platform's certificates takes milliseconds: once for both domains.
        let mut verified = None;
        for (site, endpoint) in settings.route.sites() {
            let tls = match (&verified, endpoint.is_plain()) {
                (Some(verified), false) => ClientConfig::clone(verified),
                (None, false) => verified.insert(tls::verified(&settings.extra_certificates)?).clone(),
                (_, true) => tls::trusting_nobody()?,
            };
            let lanes = Lanes::new(
                ConnectionSettings {
                    tls,
                    is_plain: endpoint.is_plain(),
                    connect_timeout: settings.connect_timeout,
                    proxy: settings.proxy.clone(),
                },
                rule,
            );
            sites.push((site, lanes));
        }
        Ok(Self {
            sites,
            closed: CancellationToken::new(),
            turns: Semaphore::new(rule.max_concurrent as usize),
            waiting: AtomicU32::new(0),
            max_waiting: rule.max_waiting,
        })
    }

    /// Resolves when the client is closed.
    pub(crate) fn closed(&self) -> WaitForCancellationFuture<'_> {
        self.closed.cancelled()
    }

    /// Waits for one of the turns that the client's limit allows. What follows has the turn until it is dropped.
    pub(crate) async fn turn(&self, deadline: Instant) -> Result<SemaphorePermit<'_>, TransportFailure> {
        if let Ok(turn) = self.turns.try_acquire() {
            return Ok(turn);
        }
        let _waiting = Waiting::begin(self)?;
        let late = "as many calls as max_concurrent allows were under way until the timeout";
        match timeout_at(deadline, self.turns.acquire()).await {
            Ok(Ok(turn)) => Ok(turn),
            Ok(Err(_)) => Err(TransportFailure::failed(FailureCause::ClientClosed, "the client is closed")),
            Err(_) => Err(TransportFailure::failed(FailureCause::Overloaded, late)),
        }
    }

    /// Sends the request once and reads the whole answer.
    pub(crate) async fn send(
        &self,
        site: Site,
        request: Request,
        limits: Limits,
        attempt: &Arc<Attempt>,
    ) -> Result<HttpReply, TransportFailure> {
        let Some((_, lanes)) = self.sites.iter().find(|(known, _)| *known == site) else {
            return Err(TransportFailure::failed(FailureCause::Local, "there is no backup domain"));
        };
        let exchange = lanes.exchange(request, limits.longest_idle, attempt);
        timeout(limits.longest, exchange).await.unwrap_or(Err(TransportFailure::Late(limits.longest)))
    }
}

/// One call that waits for its turn.
struct Waiting<'a>(&'a AtomicU32);

impl<'a> Waiting<'a> {
    fn begin(carrier: &'a Carrier) -> Result<Self, TransportFailure> {
        let waiting = Self(&carrier.waiting);
        if waiting.0.fetch_add(1, Ordering::AcqRel) >= carrier.max_waiting {
            let reason =
                format!("{} calls of this client wait for their turn already, its max_waiting", carrier.max_waiting);
            return Err(TransportFailure::failed(FailureCause::Overloaded, reason));
        }
        Ok(waiting)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}
