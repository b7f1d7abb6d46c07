//! The faults of a door, and the order in which they are taken.

use std::collections::VecDeque;
use std::time::Duration;

use serde::Deserialize;

use crate::invalid::InvalidFault;

/// Slower than any network; together with the relay's limit for a whole reply it bounds how long a door sleeps.
const MAX_DRIP: Duration = Duration::from_secs(1);

/// How a connection is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cut {
    /// The connection is reset: TCP RST.
    Reset,
    /// The connection is closed in order: TCP FIN. With TLS no `close_notify` comes before it.
    Close,
    /// Nothing more comes, and the connection stays open until the client leaves.
    Hang,
}

/// A fault below HTTP that a door injects. Its JSON form is in docs/book/src/reference/simulator.md.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Json")]
pub struct Fault {
    times: u32,
    what: What,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Connection(Cut),
    Request(RequestFault),
}

/// What strikes a request or its reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RequestFault {
    /// So many bytes of the request reach the service.
    Request(u64, Cut),
    /// So many bytes of the reply reach the client.
    Reply(u64, Cut),
    /// The pause between two bytes of the reply.
    Drip(Duration),
}

impl Fault {
    fn once(what: What) -> Self {
        Self { times: 1, what }
    }

    /// A new connection is accepted, and cut before anything is read from it.
    #[must_use]
    pub fn connection(cut: Cut) -> Self {
        Self::once(What::Connection(cut))
    }

    /// The service gets the first `bytes` bytes of a request, and never more. When that is the whole request, it
    /// executes it. Then the connection is cut, before any byte of a reply.
    #[must_use]
    pub fn request_bytes(bytes: u64, then: Cut) -> Self {
        Self::once(What::Request(RequestFault::Request(bytes, then)))
    }

    /// The service gets a request whole, and the client the first `bytes` bytes of the reply. Then the connection is
    /// cut: after the reply where that is shorter.
    #[must_use]
    pub fn reply_bytes(bytes: u64, then: Cut) -> Self {
        Self::once(What::Request(RequestFault::Reply(bytes, then)))
    }

    /// The reply comes byte by byte, with this pause between two: at most 1 s.
    #[must_use]
    pub fn drip(pause: Duration) -> Self {
        Self::once(What::Request(RequestFault::Drip(pause)))
    }

    /// For how many connections or requests the fault counts; 1 by default.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    fn check(&self) -> Result<(), InvalidFault> {
        let drips = matches!(self.what, What::Request(RequestFault::Drip(pause)) if pause > MAX_DRIP);
        InvalidFault::check(&[(self.times == 0, "times must be at least 1"), (drips, "dripMs must be at most 1000")])
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Json {
    times: Option<u32>,
    connection: Option<Cut>,
    request_bytes: Option<u64>,
    reply_bytes: Option<u64>,
    drip_ms: Option<u64>,
    then: Option<Cut>,
}

impl TryFrom<Json> for Fault {
    type Error = InvalidFault;

    fn try_from(json: Json) -> Result<Self, InvalidFault> {
        let fault = match (json.connection, json.request_bytes, json.reply_bytes, json.drip_ms, json.then) {
            (Some(cut), None, None, None, None) => Self::connection(cut),
            (None, Some(bytes), None, None, Some(then)) => Self::request_bytes(bytes, then),
            (None, None, Some(bytes), None, Some(then)) => Self::reply_bytes(bytes, then),
            (None, None, None, Some(pause), None) => Self::drip(Duration::from_millis(pause)),
            _ => {
                return Err(InvalidFault::new(
                    "a fault has either connection, or requestBytes and then, or replyBytes and then, or dripMs",
                ));
            }
        };
        let fault = fault.times(json.times.unwrap_or(1));
        fault.check().map(|()| fault)
    }
}

/// Faults that are still to come, in order: one for a connection keeps back those for requests after it, and the
/// other way round.
#[derive(Default)]
pub(crate) struct Faults(VecDeque<Fault>);

impl Faults {
    pub(crate) fn new(faults: impl IntoIterator<Item = Fault>) -> Result<Self, InvalidFault> {
        let faults: VecDeque<Fault> = faults.into_iter().collect();
        faults.iter().try_for_each(Fault::check)?;
        Ok(Self(faults))
    }

    pub(crate) fn for_connection(&mut self) -> Option<Cut> {
        self.next(|what| match what {
            What::Connection(cut) => Some(cut),
            What::Request(_) => None,
        })
    }

    pub(crate) fn for_request(&mut self) -> Option<RequestFault> {
        self.next(|what| match what {
            What::Connection(_) => None,
            What::Request(fault) => Some(fault),
        })
    }

    fn next<T>(&mut self, wanted: impl Fn(What) -> Option<T>) -> Option<T> {
        let front = self.0.front_mut()?;
        let taken = wanted(front.what)?;
        front.times -= 1;
        if front.times == 0 {
            self.0.pop_front();
        }
        Some(taken)
    }
}
