//! How many connections there are and were, and what each has carried.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::Serialize;
use tokio::sync::watch;

use crate::shared::Shared;

/// How many connections the service has and had, those of doors too. Connections that carried nothing but requests to
/// `/__simulator/` don't count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Connections {
    /// Connections that are open now.
    pub open: u64,
    /// Connections whose first request came since the simulator started or was asked to forget the requests.
    pub seen: u64,
    /// The most requests that one connection has had, as of a request in the same time.
    pub most_requests: u64,
}

impl fmt::Display for Connections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { open, seen, most_requests } = self;
        write!(f, "{open} connections open, {seen} seen, and at most {most_requests} requests on one")
    }
}

#[derive(Default)]
pub(crate) struct Register {
    last: AtomicU64,
    counts: watch::Sender<Connections>,
}

impl Register {
    /// The number of the next connection of the simulator, on whatever address.
    pub(crate) fn next_number(&self) -> u64 {
        self.last.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(crate) fn counts(&self) -> watch::Receiver<Connections> {
        self.counts.subscribe()
    }

    pub(crate) fn forget(&self) {
        self.counts.send_modify(|counts| *counts = Connections { open: counts.open, ..Connections::default() });
    }

    pub(crate) fn open(&self) -> OpenConnection {
        self.counts.send_modify(|counts| counts.open += 1);
        OpenConnection { counts: self.counts.clone(), carried: Shared::new(Carried::Nothing) }
    }
}

/// A connection that is counted as long as this lives.
pub(crate) struct OpenConnection {
    counts: watch::Sender<Connections>,
    carried: Shared<Carried>,
}

/// What a connection has carried so far.
#[derive(Clone, Copy)]
enum Carried {
    Nothing,
    /// Requests to `/__simulator/` only.
    Control,
    /// So many requests to the service.
    Requests(u64),
}

impl OpenConnection {
    /// One more request, to the service or to `/__simulator/`.
    pub(crate) fn carries(&self, control: bool) {
        let mut carried = self.carried.lock();
        let before = *carried;
        *carried = match before {
            Carried::Requests(requests) if !control => Carried::Requests(requests + 1),
            Carried::Nothing | Carried::Control if !control => Carried::Requests(1),
            Carried::Nothing => Carried::Control,
            other => other,
        };
        self.counts.send_modify(|counts| match (before, *carried) {
            (Carried::Nothing, Carried::Control) => counts.open -= 1,
            (_, Carried::Requests(requests)) if !control => {
                counts.open += u64::from(matches!(before, Carried::Control));
                counts.seen += u64::from(requests == 1);
                counts.most_requests = counts.most_requests.max(requests);
            }
            _ => {}
        });
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        let counted = !matches!(*self.carried.lock(), Carried::Control);
        self.counts.send_modify(|counts| counts.open -= u64::from(counted));
    }
}
