//! The policies of delivery, all in one place: how calls are retried, which domain they go to, and how connections are
//! kept.
//!
//! No setting changes what may be retried. A start leaves this machine at most once: it is retried only if it provably
//! never left (name, connection, TLS handshake). Stopping a recording, changing its layout and querying a room have the
//! same effect twice as once. They are also retried if their outcome is unknown, or if the service said that it was
//! called too often (HTTP 429, code 1008; `Retry-After` is respected).
//!
//! With a backup domain, the attempt after a failure goes to the other domain at once; every further attempt waits
//! first. Everything ends within the call's one timeout.

use std::time::Duration;

use crate::error::{Violation, checked_above_zero, checked_length, checked_timeout, codes};
use crate::time::Span;

/// How often and how quickly a call is retried. Each value that is not given has its default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
#[non_exhaustive]
pub struct RetryPolicy {
    /// The maximum number of attempts of one call, including the first: 1 to 10. With 1, nothing is retried. Default:
    /// 4.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub max_attempts: Option<i32>,
    /// The timeout for one attempt of a call that may be repeated, so that an attempt that hangs leaves time for the
    /// next one. It does not apply to the one attempt of a start that leaves this machine, which may use all of the
    /// call's time. Above zero, at most 365 days. Default: 5 seconds.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub attempt_timeout: Option<Span>,
    /// The maximum wait before the first retry; it doubles with each further retry. The actual wait is random between
    /// zero and that maximum (full jitter), so that many clients don't come back at once. At most one hour. Default:
    /// 200 milliseconds.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub first_backoff: Option<Span>,
    /// The limit of that maximum wait. `Retry-After` may require a longer wait. At most one hour. Default: 5 seconds.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub longest_backoff: Option<Span>,
    /// How many retries a client may make while calls keep failing. Each retry takes one from the budget, and each call
    /// that succeeds gives a tenth back. When the budget is used up, calls fail at their first failure, so that an
    /// overloaded service doesn't get even more requests. Switching to the other domain is free. 0 to 10,000. Default:
    /// 100.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub budget: Option<i32>,
}

/// When calls switch to the other domain of a data center, and when they return. Each value that is not given has its
/// default.
///
/// What is known about a domain is shared by all clients of the process. A domain that can't be reached (name,
/// connection, TLS handshake) is left at once. Source: base-url, which asks clients to stay with the domain that works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
#[non_exhaustive]
pub struct FailoverPolicy {
    /// How many consecutive failures of other kinds (no reply in time, a lost connection, HTTP 502 to 504) make calls
    /// begin with the other domain: 1 to 1,000. Default: 3.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub after_failures: Option<i32>,
    /// How long a failed domain is not used. After that, one call that may be repeated, never a start, tries it; if
    /// that call succeeds, all calls return to the domain. Above zero, at most 365 days. Default: 30 seconds.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub probe_after: Option<Span>,
}

/// How connections are kept and how many calls may run at once. Each value that is not given has its default.
///
/// Source: base-url: don't keep connections alive, or keep them idle for less than 55 seconds and for fewer than 80
/// requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
#[non_exhaustive]
pub struct ConnectionPolicy {
    /// Whether a connection serves more than one request. If false, each request asks for `Connection: close`. Default:
    /// true.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub keep_alive: Option<bool>,
    /// How long a connection may be idle before it is closed: above zero and below 55 seconds. A start, which can't be
    /// repeated safely, uses only a connection that has answered within the last 2 seconds. Default: 50 seconds.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub max_idle: Option<Span>,
    /// The maximum number of requests on one connection: 1 to 79. The last one asks for `Connection: close`. Default:
    /// 79.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub max_requests: Option<i32>,
    /// The maximum number of requests that a client has in flight at once, and so its maximum number of connections: 1
    /// to 10,000. Further calls wait for a permit within their timeout. Those that get none fail as not sent, with the
    /// cause [`Overloaded`](crate::FailureCause::Overloaded). Default: 128.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub max_concurrent: Option<i32>,
    /// The maximum number of calls that wait for a permit: 0 to 1,000,000. Any more fail at once as not sent, with the
    /// same cause. Default: 10,000.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub max_waiting: Option<i32>,
}

impl RetryPolicy {
    /// Sets the maximum number of attempts of one call.
    #[must_use]
    pub fn max_attempts(mut self, max_attempts: i32) -> Self {
        self.max_attempts = Some(max_attempts);
        self
    }

    /// Sets the timeout for one attempt of a call that may be repeated.
    #[must_use]
    pub fn attempt_timeout(mut self, attempt_timeout: impl Into<Span>) -> Self {
        self.attempt_timeout = Some(attempt_timeout.into());
        self
    }

    /// Sets the maximum wait before the first retry.
    #[must_use]
    pub fn first_backoff(mut self, first_backoff: impl Into<Span>) -> Self {
        self.first_backoff = Some(first_backoff.into());
        self
    }

    /// Sets the limit of that maximum wait.
    #[must_use]
    pub fn longest_backoff(mut self, longest_backoff: impl Into<Span>) -> Self {
        self.longest_backoff = Some(longest_backoff.into());
        self
    }

    /// Sets how many retries a client may make while calls keep failing.
    #[must_use]
    pub fn budget(mut self, budget: i32) -> Self {
        self.budget = Some(budget);
        self
    }
}

impl FailoverPolicy {
    /// Sets how many consecutive failures make calls begin with the other domain.
    #[must_use]
    pub fn after_failures(mut self, after_failures: i32) -> Self {
        self.after_failures = Some(after_failures);
        self
    }

    /// Sets how long a failed domain is not used.
    #[must_use]
    pub fn probe_after(mut self, probe_after: impl Into<Span>) -> Self {
        self.probe_after = Some(probe_after.into());
        self
    }
}

impl ConnectionPolicy {
    /// Sets whether a connection serves more than one request.
    #[must_use]
    pub fn keep_alive(mut self, keep_alive: bool) -> Self {
        self.keep_alive = Some(keep_alive);
        self
    }

    /// Sets how long a connection may be idle.
    #[must_use]
    pub fn max_idle(mut self, max_idle: impl Into<Span>) -> Self {
        self.max_idle = Some(max_idle.into());
        self
    }

    /// Sets the maximum number of requests on one connection.
    #[must_use]
    pub fn max_requests(mut self, max_requests: i32) -> Self {
        self.max_requests = Some(max_requests);
        self
    }

    /// Sets the maximum number of requests in flight at once.
    #[must_use]
    pub fn max_concurrent(mut self, max_concurrent: i32) -> Self {
        self.max_concurrent = Some(max_concurrent);
        self
    }

    /// Sets the maximum number of calls that wait for a permit.
    #[must_use]
    pub fn max_waiting(mut self, max_waiting: i32) -> Self {
        self.max_waiting = Some(max_waiting);
        self
    }
}

/// All policies, with every value settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Delivery {
    pub retry: Retry,
    pub failover: Failover,
    pub connections: Connections,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Retry {
    pub max_attempts: u32,
    pub attempt_timeout: Duration,
    pub first_backoff: Duration,
    pub longest_backoff: Duration,
    pub budget: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Failover {
    pub after_failures: u32,
    pub probe_after: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Connections {
    pub max_idle: Duration,
    pub max_requests: u32,
    pub max_concurrent: u32,
    pub max_waiting: u32,
}

/// Idle connections of this age are not used any more. Docs: base-url.
const IDLE_LIMIT: Duration = Duration::from_secs(55);
/// A call that waits longer than this is no longer the same call.
const LONGEST_BACKOFF: Duration = Duration::from_secs(3_600);
/// A connection never serves so many requests. Docs: base-url.
const REQUESTS_LIMIT: i32 = 80;

impl Delivery {
    /// The policies with their defaults; violations are added to those found.
    pub(crate) fn settled(
        retry: RetryPolicy,
        failover: FailoverPolicy,
        connections: ConnectionPolicy,
        found: &mut Vec<Violation>,
    ) -> Self {
        Self {
            retry: Retry {
                max_attempts: count("retry.max_attempts", retry.max_attempts, 4, 1..=10, found),
                attempt_timeout: time("retry.attempt_timeout", retry.attempt_timeout, 5_000, found),
                first_backoff: backoff("retry.first_backoff", retry.first_backoff, 200, found),
                longest_backoff: backoff("retry.longest_backoff", retry.longest_backoff, 5_000, found),
                budget: count("retry.budget", retry.budget, 100, 0..=10_000, found),
            },
            failover: Failover {
                after_failures: count("failover.after_failures", failover.after_failures, 3, 1..=1_000, found),
                probe_after: time("failover.probe_after", failover.probe_after, 30_000, found),
            },
            connections: settled_connections(connections, found),
        }
    }
}

fn settled_connections(policy: ConnectionPolicy, found: &mut Vec<Violation>) -> Connections {
    let max_idle = above_zero("connections.max_idle", policy.max_idle, 50_000, found);
    if max_idle >= IDLE_LIMIT {
        let reason = format!("must be below {IDLE_LIMIT:?}: the service asks for it");
        found.push(Violation::new("connections.max_idle", codes::OUT_OF_RANGE, reason));
    }
    let most = REQUESTS_LIMIT - 1;
    let max_requests = count("connections.max_requests", policy.max_requests, most, 1..=most, found);
    Connections {
        max_idle,
        max_requests: if policy.keep_alive.unwrap_or(true) { max_requests } else { 1 },
        max_concurrent: count("connections.max_concurrent", policy.max_concurrent, 128, 1..=10_000, found),
        max_waiting: count("connections.max_waiting", policy.max_waiting, 10_000, 0..=1_000_000, found),
    }
}

fn count(
    path: &str,
    given: Option<i32>,
    default: i32,
    range: std::ops::RangeInclusive<i32>,
    found: &mut Vec<Violation>,
) -> u32 {
    let value = given.unwrap_or(default);
    if !range.contains(&value) {
        let reason = format!("{value} is not from {} to {}", range.start(), range.end());
        found.push(Violation::new(path, codes::OUT_OF_RANGE, reason));
    }
    value.unsigned_abs()
}

fn backoff(path: &str, given: Option<Span>, default_ms: u64, found: &mut Vec<Violation>) -> Duration {
    let value = checked_length(path, given.unwrap_or_else(|| milliseconds(default_ms)), found);
    if value > LONGEST_BACKOFF {
        found.push(Violation::new(path, codes::OUT_OF_RANGE, "must be at most an hour"));
    }
    value
}

fn time(path: &str, given: Option<Span>, default_ms: u64, found: &mut Vec<Violation>) -> Duration {
    checked_timeout(path, given.unwrap_or_else(|| milliseconds(default_ms)), found)
}

fn above_zero(path: &str, given: Option<Span>, default_ms: u64, found: &mut Vec<Violation>) -> Duration {
    checked_above_zero(path, given.unwrap_or_else(|| milliseconds(default_ms)), found)
}

fn milliseconds(milliseconds: u64) -> Span {
    Duration::from_millis(milliseconds).into()
}
