//! What a door remembers of its connections.

use std::fmt;

use serde::Serialize;
use tokio::sync::watch;

use crate::history::History;
use crate::shared::Shared;

/// A connection through a door.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DoorConnection {
    /// Its number, the one that its requests are listed with.
    pub connection: u64,
    /// How many requests have begun on it.
    pub requests: u64,
    /// Whether it is still there. One that a fault has closed stays open until the client closes it, too.
    pub open: bool,
    /// Who ended it first; `None` before that.
    pub ended: Option<Ended>,
    /// How many bytes from the client were relayed to the service; with TLS, decrypted ones.
    pub request_bytes: u64,
    /// How many bytes from the service were relayed to the client.
    pub reply_bytes: u64,
}

/// Who ended a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Ended {
    /// The client left, or no TLS handshake came about with it.
    Client,
    /// The service closed the connection.
    Service,
    /// A fault, or the door was shut or closed.
    Fault,
}

/// How many connections and requests a door has had.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DoorCounts {
    /// Connections in all.
    pub connections: u64,
    /// Requests that have begun.
    pub requests: u64,
    /// Connections that are open now.
    pub open: u64,
}

impl fmt::Display for DoorCounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { connections, requests, open } = self;
        write!(f, "{connections} connections and {requests} requests seen, {open} connections open")
    }
}

#[derive(Clone, Default)]
pub(super) struct Tally {
    connections: Shared<History<DoorConnection>>,
    counts: watch::Sender<DoorCounts>,
}

impl Tally {
    pub(super) fn all(&self) -> Vec<DoorConnection> {
        self.connections.lock().iter().cloned().collect()
    }

    pub(super) fn counts(&self) -> watch::Receiver<DoorCounts> {
        self.counts.subscribe()
    }

    pub(super) fn open(&self, connection: u64) -> Line {
        let opened =
            DoorConnection { connection, requests: 0, open: true, ended: None, request_bytes: 0, reply_bytes: 0 };
        let ticket = self.connections.lock().add(opened);
        self.counts.send_modify(|counts| {
            counts.connections += 1;
            counts.open += 1;
        });
        Line { tally: self.clone(), ticket }
    }
}

/// The line of one connection that is open. What the client can notice is noted before.
pub(super) struct Line {
    tally: Tally,
    ticket: u64,
}

impl Line {
    pub(super) fn request(&self) {
        self.note(|it| it.requests += 1);
        self.tally.counts.send_modify(|counts| counts.requests += 1);
    }

    pub(super) fn to_service(&self, bytes: usize) {
        self.note(|it| it.request_bytes += bytes as u64);
    }

    pub(super) fn to_client(&self, bytes: usize) {
        self.note(|it| it.reply_bytes += bytes as u64);
    }

    pub(super) fn ends(&self, by: Ended) {
        self.note(|it| it.ended = it.ended.or(Some(by)));
    }

    fn note(&self, change: impl FnOnce(&mut DoorConnection)) {
        if let Some(connection) = self.tally.connections.lock().get_mut(self.ticket) {
            change(connection);
        }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        // Whoever left said so before; what is dropped without was shut or closed.
        self.ends(Ended::Fault);
        self.note(|it| it.open = false);
        self.tally.counts.send_modify(|counts| counts.open -= 1);
    }
}
