//! What a client has done in this process, in numbers for a program's metrics.

use std::sync::Arc;

use tokio::time::Instant;

use super::RecordingClient;
use crate::error::{FailureKind, OperationKind};
use crate::log;
use crate::measurement::{Counter, Measurement, Metric};
use crate::per_process::PerProcess;
use crate::time::Span;
use crate::transport::CarrierCounts;

/// What a client has done in this process since it was created, and what is going on now. A forked child counts from
/// zero.
///
/// Counters only grow. Add the processes' numbers up for a fleet. `measurements` gives the same by the names of metrics.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct ClientStatistics {
    /// Calls that have ended, by operation and outcome. Those that never occurred are missing.
    pub calls: Vec<CallCount>,
    /// Calls that have begun and not ended, among them those that wait.
    pub calls_in_flight: i64,
    /// Calls that wait for a permit, because as many requests are in flight as `max_concurrent` allows.
    pub calls_waiting: i64,
    /// Attempts so far: requests that were signed to be sent. Some of them never left this machine.
    pub attempts: i64,
    /// Those among them that were not the first of their call.
    pub retries: i64,
    /// How many retries the budget still allows.
    pub retries_left: i64,
    /// Requests that are being sent or wait for their reply.
    pub requests_in_flight: i64,
    /// Connections that are open or being opened.
    pub connections_open: i64,
    /// Those among them that wait for a request. The other side may have closed one of them meanwhile.
    pub connections_idle: i64,
    /// Connections made so far.
    pub connections_made: i64,
    /// Attempts so far that went over a connection that had been used before.
    pub connections_reused: i64,
    /// How often calls moved from a failing domain to the other one.
    pub failovers: i64,
    /// The domains that the client can use, the primary first.
    pub domains: Vec<DomainStatistics>,
    /// Log records of the process that were dropped because nobody fetched them in time. Always zero in Rust, where
    /// records go to a subscriber at once.
    pub log_records_dropped: i64,
}

/// How many calls of one operation had one outcome.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct CallCount {
    /// The operation.
    pub operation: OperationKind,
    /// What became of them. Absent if they succeeded.
    pub failure: Option<FailureKind>,
    /// How many.
    pub count: i64,
    /// How long they took, added up.
    pub duration: Span,
}

/// What is known about a domain of the service.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct DomainStatistics {
    /// Its host, with the port if that is not the scheme's default.
    pub host: String,
    /// True if calls begin with it now.
    pub is_leading: bool,
    /// False while it is left alone because it failed.
    pub is_well: bool,
}

const OPERATION: &str = "rongcloud.recording.operation";
const ERROR: &str = "error.type";
const SERVER: &str = "server.address";

const CALLS: Metric =
    Metric::counter("rongcloud.recording.client.calls", "{call}", "Calls that have ended.").by(&[OPERATION, ERROR]);
const CALL_TIME: Metric =
    Metric::counter("rongcloud.recording.client.call.time", "s", "How long calls took, added up.")
        .by(&[OPERATION, ERROR]);
const IN_FLIGHT: Metric =
    Metric::gauge("rongcloud.recording.client.active_calls", "{call}", "Calls that have begun and not ended.");
const WAITING: Metric =
    Metric::gauge("rongcloud.recording.client.waiting_calls", "{call}", "Calls that wait for a permit.");
const ATTEMPTS: Metric = Metric::counter("rongcloud.recording.client.attempts", "{request}", "Attempts of calls.");
const RETRIES: Metric = Metric::counter(
    "rongcloud.recording.client.retries",
    "{request}",
    "Attempts that were not the first of their call.",
);
const RETRIES_LEFT: Metric =
    Metric::gauge("rongcloud.recording.client.retries_left", "{request}", "Retries that the budget still allows.");
const REQUESTS: Metric =
    Metric::gauge("rongcloud.recording.client.active_requests", "{request}", "Requests that wait for their reply.");
const OPEN: Metric = Metric::gauge("rongcloud.recording.client.open_connections", "{connection}", "Open connections.")
    .by(&["http.connection.state"]);
const MADE: Metric =
    Metric::counter("rongcloud.recording.client.connections.made", "{connection}", "Connections made.");
const REUSED: Metric = Metric::counter(
    "rongcloud.recording.client.connections.reused",
    "{request}",
    "Attempts over a connection that had been used before.",
);
const FAILOVERS: Metric = Metric::counter(
    "rongcloud.recording.client.failovers",
    "{failover}",
    "How often calls moved from a failing domain to the other one.",
);
const LEADING: Metric =
    Metric::gauge("rongcloud.recording.client.domain.leading", "1", "1 for the domain that calls begin with, else 0.")
        .by(&[SERVER]);
const WELL: Metric =
    Metric::gauge("rongcloud.recording.client.domain.well", "1", "0 while a domain is left alone because it failed.")
        .by(&[SERVER]);
const DROPPED: Metric = Metric::counter(
    "rongcloud.recording.log.dropped",
    "{record}",
    "Log records of the process that nobody fetched in time.",
);

/// Every metric of a client.
pub const CLIENT_METRICS: &[Metric] = &[
    CALLS,
    CALL_TIME,
    IN_FLIGHT,
    WAITING,
    ATTEMPTS,
    RETRIES,
    RETRIES_LEFT,
    REQUESTS,
    OPEN,
    MADE,
    REUSED,
    FAILOVERS,
    LEADING,
    WELL,
    DROPPED,
];

impl ClientStatistics {
    /// The same by the names of metrics, for an adapter to a metrics library.
    pub fn measurements(&self) -> Vec<Measurement> {
        let mut all = Vec::new();
        // A metric is there from the beginning, so that what asks once for all of them finds it.
        let none = |operation| CallCount { operation, failure: None, count: 0, duration: Span(0) };
        let has_none = |operation: &OperationKind| !self.calls.iter().any(|calls| calls.operation == *operation);
        let idle: Vec<_> = OperationKind::ALL.into_iter().filter(has_none).map(none).collect();
        for calls in self.calls.iter().chain(&idle) {
            let attributes = [Some(calls.operation.facts().method), calls.failure.map(FailureKind::name)];
            all.push(CALLS.count(calls.count, &attributes));
            all.push(CALL_TIME.value(calls.duration.as_seconds(), &attributes));
        }
        let active = self.connections_open - self.connections_idle;
        all.extend([
            IN_FLIGHT.count(self.calls_in_flight, &[]),
            WAITING.count(self.calls_waiting, &[]),
            ATTEMPTS.count(self.attempts, &[]),
            RETRIES.count(self.retries, &[]),
            RETRIES_LEFT.count(self.retries_left, &[]),
            REQUESTS.count(self.requests_in_flight, &[]),
            OPEN.count(active, &[Some("active")]),
            OPEN.count(self.connections_idle, &[Some("idle")]),
            MADE.count(self.connections_made, &[]),
            REUSED.count(self.connections_reused, &[]),
            FAILOVERS.count(self.failovers, &[]),
            DROPPED.count(self.log_records_dropped, &[]),
        ]);
        for domain in &self.domains {
            all.push(LEADING.count(domain.is_leading.into(), &[Some(&domain.host)]));
            all.push(WELL.count(domain.is_well.into(), &[Some(&domain.host)]));
        }
        all
    }
}

impl RecordingClient {
    /// What this client, and its clones, have done in this process, and what is going on now. Asking costs
    /// microseconds.
    pub fn statistics(&self) -> ClientStatistics {
        let shared = &*self.shared;
        let counts = shared.statistics.here();
        let CarrierCounts { connections, requests_in_flight, calls_waiting } = shared.transport.counts();
        let leading = shared.route.leading();
        let domains = shared.route.sites().map(|(site, endpoint)| DomainStatistics {
            host: endpoint.host(),
            is_leading: site == leading,
            is_well: shared.route.is_well(site),
        });
        ClientStatistics {
            calls: counts.calls(),
            calls_in_flight: counts.in_flight.get(),
            calls_waiting,
            attempts: counts.attempts.get(),
            retries: counts.retries.get(),
            retries_left: shared.budget.left(),
            requests_in_flight,
            connections_open: connections.open,
            connections_idle: connections.idle,
            connections_made: connections.made,
            connections_reused: counts.reused.get(),
            failovers: counts.failovers.get(),
            domains: domains.collect(),
            log_records_dropped: log::dropped(),
        }
    }
}

/// Calls of one operation with one outcome.
#[derive(Default)]
struct Ended {
    count: Counter,
    nanoseconds: Counter,
}

/// A call that succeeds, and each kind of failure.
const OUTCOMES: usize = 1 + FailureKind::ALL.len();

#[derive(Default)]
struct Counts {
    ended: [[Ended; OUTCOMES]; OperationKind::ALL.len()],
    in_flight: Counter,
    attempts: Counter,
    retries: Counter,
    reused: Counter,
    failovers: Counter,
}

impl Counts {
    fn calls(&self) -> Vec<CallCount> {
        let outcomes = || [None].into_iter().chain(FailureKind::ALL.map(Some));
        let of_operation = |(operation, ended): (OperationKind, &'_ [Ended; OUTCOMES])| {
            let count = move |(failure, ended): (Option<FailureKind>, &Ended)| CallCount {
                operation,
                failure,
                count: ended.count.get(),
                duration: Span(ended.nanoseconds.get()),
            };
            outcomes().zip(ended).map(count).collect::<Vec<_>>()
        };
        let all = OperationKind::ALL.into_iter().zip(&self.ended).flat_map(of_operation);
        all.filter(|calls| calls.count > 0).collect()
    }
}

/// The counts of whatever process asks for them.
pub(super) struct Statistics(PerProcess<Counts>);

impl Statistics {
    pub(super) const fn new() -> Self {
        Self(PerProcess::new())
    }

    fn here(&self) -> Arc<Counts> {
        self.0.get_or_make(Counts::default)
    }

    /// A call is in flight until what is returned is dropped.
    pub(super) fn begin(&self, operation: OperationKind) -> Counted {
        let counts = self.here();
        counts.in_flight.add(1);
        Counted { counts, operation, begun: Instant::now() }
    }
}

/// A call that is counted.
pub(super) struct Counted {
    counts: Arc<Counts>,
    operation: OperationKind,
    pub(super) begun: Instant,
}

impl Counted {
    /// Counts its end.
    pub(super) fn ended(&self, failure: Option<FailureKind>) {
        let outcome = failure.map_or(0, |failure| 1 + failure as usize);
        let ended = self.counts.ended.get(self.operation as usize).and_then(|ended| ended.get(outcome));
        if let Some(ended) = ended {
            ended.count.add(1);
            ended.nanoseconds.add(Span::from(self.begun.elapsed()).0);
        }
    }

    /// Counts an attempt that begins.
    pub(super) fn attempt(&self, is_first: bool) {
        self.counts.attempts.add(1);
        self.counts.retries.add((!is_first).into());
    }

    /// Counts an attempt over a connection that had been used before.
    pub(super) fn reused(&self) {
        self.counts.reused.add(1);
    }

    /// Counts that calls move to the other domain.
    pub(super) fn failover(&self) {
        self.counts.failovers.add(1);
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.counts.in_flight.add(-1);
    }
}
