//! How a ledger behaves.

use std::fmt;
use std::time::Duration;

use crate::error::{Violation, checked_timeout};
use crate::protocol::CallOptions;
use crate::time::Span;

/// What a ledger does about a start whose outcome is unknown. There is no default: each costs something else.
///
/// Only [`reconcile`](super::RecordingLedger::reconcile) and [`keep_up`](super::RecordingLedger::keep_up) act by it, and
/// only after they have seen the unknown outcome unchanged for the grace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum OnUnknown {
    /// Nothing: it stays unknown until a callback, the end of the session or somebody's decision tells. A recording may run
    /// meanwhile, and none may.
    Hold,
    /// Stops whatever may be running, so that it costs no more. The session is not recorded any more, unless a start names
    /// this generation as over.
    Stop,
    /// Stops whatever may be running, and lets the next start of the session be sent. What the first start may have recorded
    /// is a recording of its own.
    StopThenRestart,
}

/// A ledger's settings.
#[derive(Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
#[non_exhaustive]
pub struct LedgerOptions {
    /// Where the ledger keeps what it knows: `sqlite:///var/lib/app/recordings.db` for the processes of one machine,
    /// `postgres://user:password@host/database` or `rediss://user:password@host` for those of many, `memory:` for tests and
    /// programs of one process. All processes of an app take the same. Default: `RONGCLOUD_LEDGER_URL` of the environment.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub store: Option<String>,
    /// What an entry calls the process that sent a start. Default: host name and process id.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub holder: Option<String>,
    /// How long `reconcile` and `keep_up` must have seen an unknown outcome unchanged before they act on it, by their own
    /// clock. Longer than any start can be on its way, in this process, in the system and in any proxy; where it is less
    /// than the start's own timeout, that is waited. Above zero, at most 365 days. Default: 60 seconds, or twice the start's
    /// own timeout and 10 seconds where that is more.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub grace: Option<Span>,
    /// Whether a start that is given no `extra` is sent with a tag in its place, by which its callbacks are known to be its
    /// own: events have it as their `extra`, entries don't show it. Default: true.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub tags: Option<bool>,
    /// CA certificates as PEM, trusted for the store in addition to the platform's. Default: none.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub ca_certificates: Option<String>,
}

impl LedgerOptions {
    /// Sets where the ledger keeps what it knows.
    #[must_use]
    pub fn store(mut self, url: impl Into<String>) -> Self {
        self.store = Some(url.into());
        self
    }

    /// Sets what an entry calls this process.
    #[must_use]
    pub fn holder(mut self, holder: impl Into<String>) -> Self {
        self.holder = Some(holder.into());
        self
    }

    /// Sets how long an unknown outcome must have been seen unchanged.
    #[must_use]
    pub fn grace(mut self, grace: impl Into<Span>) -> Self {
        self.grace = Some(grace.into());
        self
    }

    /// Sets whether starts without an `extra` have a tag.
    #[must_use]
    pub fn tags(mut self, tags: bool) -> Self {
        self.tags = Some(tags);
        self
    }

    /// Adds CA certificates for the store, as PEM.
    #[must_use]
    pub fn ca_certificates(mut self, pem: impl Into<String>) -> Self {
        self.ca_certificates = Some(pem.into());
        self
    }

    pub(super) fn checked_grace(&self, found: &mut Vec<Violation>) -> Option<Duration> {
        self.grace.map(|grace| checked_timeout("grace", grace, found))
    }
}

impl fmt::Debug for LedgerOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LedgerOptions")
            .field("store", &self.store.as_ref().map(|_| "[redacted]"))
            .field("holder", &self.holder)
            .field("grace", &self.grace)
            .field("tags", &self.tags)
            .finish_non_exhaustive()
    }
}

/// What may be said of one start by a ledger.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct LedgerStartOptions {
    /// A tag of your own that comes back in the recording's callbacks: `extra`. Default: empty.
    pub extra: Option<String>,
    /// The generation that you know to be over: only then a further recording of the session is started. Default: none; a
    /// session that was recorded before is not recorded again.
    pub after: Option<i64>,
    /// The longest time for this call, in place of the client's.
    pub timeout: Option<Span>,
    /// An id of your own for this call: see [`CallOptions`]. Its start is sent with it, where the call sends one; not the
    /// query of a start in a room's session. It says nothing of what is to be recorded: who asks for the same recording
    /// under another id gets it. Default: the start's random id.
    pub request_id: Option<String>,
}

impl LedgerStartOptions {
    /// What may be said of any call.
    pub(super) fn call(&self) -> CallOptions {
        CallOptions { timeout: self.timeout, request_id: self.request_id.clone() }
    }

    /// Sets the id of this call.
    #[must_use]
    pub fn request_id(mut self, id: impl Into<String>) -> Self {
        self.request_id = Some(id.into());
        self
    }

    /// Sets the tag that comes back in callbacks.
    #[must_use]
    pub fn extra(mut self, extra: impl Into<String>) -> Self {
        self.extra = Some(extra.into());
        self
    }

    /// Sets the generation that is known to be over.
    #[must_use]
    pub fn after(mut self, generation: i64) -> Self {
        self.after = Some(generation);
        self
    }

    /// Sets the longest time for this call.
    #[must_use]
    pub fn timeout(mut self, timeout: impl Into<Span>) -> Self {
        self.timeout = Some(timeout.into());
        self
    }
}

/// Two times the time of one request, so that whoever acts comes surely later.
const SHORTEST_GRACE: Duration = Duration::from_secs(60);
const MARGIN: Duration = Duration::from_secs(5);

/// How long an unknown outcome of a start that may be on its way for so long must have been seen.
pub(super) fn grace_of(given: Option<Duration>, longest_send: Duration) -> Duration {
    let usual = || SHORTEST_GRACE.max(longest_send.saturating_add(MARGIN).saturating_mul(2));
    given.unwrap_or_else(usual).max(longest_send)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn the_grace_is_twice_the_time_of_a_start_and_a_minute_at_least() {
        assert_eq!(grace_of(None, seconds(15)), seconds(60));
        assert_eq!(grace_of(None, seconds(40)), seconds(90));
        assert_eq!(grace_of(None, Duration::MAX), Duration::MAX);
    }

    #[test]
    fn a_grace_that_was_given_holds_as_long_as_no_start_takes_longer() {
        assert_eq!(grace_of(Some(seconds(20)), seconds(15)), seconds(20));
        assert_eq!(grace_of(Some(seconds(1)), seconds(15)), seconds(15));
    }

    #[test]
    fn a_grace_of_nothing_is_refused() {
        let mut found = Vec::new();
        LedgerOptions::default().grace(Duration::ZERO).checked_grace(&mut found);
        let found: Vec<_> = found.iter().map(|violation| (violation.path.as_str(), violation.code.as_str())).collect();
        assert_eq!(found, [("grace", "out_of_range")]);
    }

    #[test]
    fn the_store_may_have_a_password_in_it_and_is_not_shown() {
        let options = LedgerOptions::default().store("postgres://app:secret@host/db").holder("host-a:1");
        let shown = format!("{options:?}");
        assert!(!shown.contains("secret") && shown.contains("host-a:1"), "{shown}");
    }
}
