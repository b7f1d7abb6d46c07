//! What carries a client's requests in one process: the seam to HTTP, the limit of requests at once, and their end.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_util::sync::{CancellationToken, WaitForCancellationFuture};

use super::AttemptProgress;
use super::http::{Request, TransportFailure};
use crate::delivery::Connections;
use crate::error::{FailureCause, RecordingError};
use crate::per_process::PerProcess;
use crate::protocol::HttpReply;

/// Sends requests and reads their whole answers: by [`Pools`](super::Pools) of connections, or a test's own way.
pub(crate) trait HttpTransport: Send + Sync + 'static {
    /// Sends a request once. Before its first byte leaves, it asks the attempt, which may have been ended meanwhile.
    fn send<'a>(&'a self, request: Request, attempt: &'a Arc<AttemptProgress>) -> Sending<'a>;

    /// Closes what is idle.
    fn close(&self) {}

    /// Its connections in numbers.
    fn connections(&self) -> ConnectionCounts {
        ConnectionCounts::default()
    }
}

/// Connections in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct ConnectionCounts {
    /// Open, or being opened.
    pub open: i64,
    /// Those among them that wait for a request.
    pub idle: i64,
    /// Made so far.
    pub made: i64,
}

/// What is going on, in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct CarrierCounts {
    pub connections: ConnectionCounts,
    /// Requests that have a permit.
    pub requests_in_flight: i64,
    /// Calls that wait for one.
    pub calls_waiting: i64,
}

/// A request on its way.
pub(crate) type Sending<'a> = Pin<Box<dyn Future<Output = Result<HttpReply, TransportFailure>> + Send + 'a>>;

type Make = dyn Fn() -> Result<Box<dyn HttpTransport>, RecordingError> + Send + Sync;

/// Carries requests to the domains of one route.
///
/// Everything that a forked child must not share with its parent (connections, wakers, locks) is made per process.
pub(crate) struct Transport {
    make: Box<Make>,
    rule: Connections,
    process: PerProcess<Carrier>,
}

impl Transport {
    /// Fails where what sends can't be made: for the pools, where the host has no usable CA certificates.
    pub(crate) fn new<T: HttpTransport>(
        rule: Connections,
        make: impl Fn() -> Result<T, RecordingError> + Send + Sync + 'static,
    ) -> Result<Self, RecordingError> {
        let make = Box::new(move || make().map(|http| Box::new(http) as Box<dyn HttpTransport>));
        let transport = Self { make, rule, process: PerProcess::new() };
        transport.carrier()?;
        Ok(transport)
    }

    /// What carries the requests in this process. Fails where it is closed.
    pub(crate) fn open(&self) -> Result<Arc<Carrier>, RecordingError> {
        let carrier = self.carrier()?;
        if carrier.closed.is_cancelled() {
            return Err(closed());
        }
        Ok(carrier)
    }

    /// Refuses new calls, waits for those in progress at most as long as given, and then closes. Whether all had ended.
    pub(crate) async fn drain(&self, longest: Duration) -> bool {
        let Ok(carrier) = self.carrier() else { return true };
        // Nobody gets a call in from here on: whoever waits for all of them gets each that is given back.
        let all = carrier.calls.acquire_many(ALL_CALLS);
        let has_ended = tokio::select! {
            biased;
            // Closed by somebody else meanwhile.
            () = carrier.closed() => false,
            all = timeout(longest, all) => match all {
                Ok(all) => {
                    carrier.calls.close();
                    drop(all);
                    true
                }
                Err(_) => false,
            }
        };
        self.close();
        has_ended
    }

    /// Ends all requests under way and refuses new ones, in this process.
    pub(crate) fn close(&self) {
        if let Ok(carrier) = self.carrier() {
            carrier.closed.cancel();
            carrier.http.close();
        }
    }

    /// What is going on in this process.
    pub(crate) fn counts(&self) -> CarrierCounts {
        self.process.get().map(|carrier| carrier.counts()).unwrap_or_default()
    }

    fn carrier(&self) -> Result<Arc<Carrier>, RecordingError> {
        self.process.get_or_try_make(|| {
            Ok(Carrier {
                http: (self.make)()?,
                closed: CancellationToken::new(),
                permits: Semaphore::new(self.rule.max_concurrent as usize),
                waiting: Semaphore::new(self.rule.max_waiting as usize),
                calls: Semaphore::new(ALL_CALLS as usize),
                rule: self.rule,
            })
        })
    }
}

/// What carries a client's requests in one process.
pub(crate) struct Carrier {
    http: Box<dyn HttpTransport>,
    closed: CancellationToken,
    permits: Semaphore,
    /// Leave to wait for a permit.
    waiting: Semaphore,
    /// Leave to be a call at all, of which there is always more, except for a client that takes no further ones.
    calls: Semaphore,
    rule: Connections,
}

/// More calls than any process has at once.
const ALL_CALLS: u32 = 1 << 28;

impl Carrier {
    /// What a call holds until it has ended. Fails where the client takes no further ones.
    pub(crate) fn call(&self) -> Result<SemaphorePermit<'_>, RecordingError> {
        self.calls.try_acquire().map_err(|_| closed())
    }

    /// Resolves when the client is closed.
    pub(crate) fn closed(&self) -> WaitForCancellationFuture<'_> {
        self.closed.cancelled()
    }

    fn counts(&self) -> CarrierCounts {
        let taken = |all: u32, semaphore: &Semaphore| i64::from(all) - number(semaphore.available_permits());
        CarrierCounts {
            connections: self.http.connections(),
            requests_in_flight: taken(self.rule.max_concurrent, &self.permits),
            calls_waiting: taken(self.rule.max_waiting, &self.waiting),
        }
    }

    /// Waits for one of the permits that the client's limit allows. What follows has it until it is dropped.
    pub(crate) async fn permit(&self, deadline: Instant) -> Result<SemaphorePermit<'_>, RecordingError> {
        if let Ok(permit) = self.permits.try_acquire() {
            return Ok(permit);
        }
        let overloaded = |reason| RecordingError::not_sent(FailureCause::Overloaded, reason);
        let _waiting = self.waiting.try_acquire().map_err(|_| {
            let max_waiting = self.rule.max_waiting;
            overloaded(format!(
                "{max_waiting} calls of this client are already waiting for a permit, as many as max_waiting allows"
            ))
        })?;
        let late = "as many calls as max_concurrent allows were in progress until the timeout expired";
        match timeout_at(deadline, self.permits.acquire()).await {
            Ok(permit) => permit.map_err(|_| closed()),
            Err(_) => Err(overloaded(late.to_owned())),
        }
    }

    /// Sends the request once and reads the whole answer, within the time given.
    pub(crate) async fn send(
        &self,
        request: Request,
        longest: Duration,
        attempt: &Arc<AttemptProgress>,
    ) -> Result<HttpReply, TransportFailure> {
        let sending = self.http.send(request, attempt);
        timeout(longest, sending).await.unwrap_or(Err(TransportFailure::Late(longest)))
    }
}

/// A count as every language can hold it.
pub(super) fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn closed() -> RecordingError {
    RecordingError::not_sent(FailureCause::ClientClosed, "the client is closed")
}
