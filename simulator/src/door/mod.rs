//! Doors: further addresses of a running simulator, where tests inject faults that lie below HTTP.

pub(crate) mod authority;
mod entrance;
mod fault;
mod guest;
mod inside;
mod relay;
mod tally;
mod tls;

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Deserialize;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};

use crate::door::authority::Authority;
use crate::wait::{self, WaitTimedOut};
use entrance::{Command, Port};
use fault::{Faults, RequestFault};
use tally::Tally;

pub(crate) use entrance::Entrance;
pub use fault::{Cut, Fault, InvalidFault};
pub use tally::{DoorConnection, DoorCounts, Ended};
pub use tls::DoorTls;

/// Each takes a port of the machine; tests need a handful.
const MAX_DOORS: usize = 64;

/// What a door is opened with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DoorOptions {
    tls: DoorTls,
    #[serde(skip)]
    port: u16,
}

impl DoorOptions {
    /// Whether it speaks TLS, and with which certificate; plain HTTP by default.
    #[must_use]
    pub fn tls(mut self, tls: DoorTls) -> Self {
        self.tls = tls;
        self
    }

    /// The port to listen on. 0, the default, takes a free one.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }
}

/// A further address of a running simulator; opened by [`Simulator::open_door`](crate::Simulator::open_door). It stays
/// open until it is closed or the simulator ends, whatever becomes of this handle.
#[derive(Clone)]
pub struct Door(Arc<Shared>);

struct Shared {
    id: u64,
    url: String,
    faults: Mutex<Faults>,
    tally: Arc<Tally>,
    commands: mpsc::UnboundedSender<Command>,
}

impl Door {
    /// Its number, by which the control API knows it.
    #[must_use]
    pub fn id(&self) -> u64 {
        self.0.id
    }

    /// Where it listens: `http://127.0.0.1:PORT`, or with TLS `https://localhost:PORT`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.0.url
    }

    /// Replaces the faults that are still to come: each is taken by the next connection or request.
    ///
    /// # Errors
    ///
    /// [`InvalidFault`] when one can't be injected; all is then as it was.
    pub fn inject(&self, faults: impl IntoIterator<Item = Fault>) -> Result<(), InvalidFault> {
        *self.faults() = Faults::new(faults)?;
        Ok(())
    }

    /// Its connections, oldest first; the last 10,000 are kept.
    #[must_use]
    pub fn connections(&self) -> Vec<DoorConnection> {
        self.0.tally.all()
    }

    /// How many connections and requests it has had, and how many connections are open.
    #[must_use]
    pub fn counts(&self) -> DoorCounts {
        *self.0.tally.counts().borrow()
    }

    /// Waits until `reached` is true of its counts.
    ///
    /// # Errors
    ///
    /// [`WaitTimedOut`] after 10 s.
    pub async fn wait(&self, reached: impl Fn(DoorCounts) -> bool) -> Result<DoorCounts, WaitTimedOut<DoorCounts>> {
        self.wait_within(wait::LIMIT, reached).await
    }

    pub(crate) async fn wait_within(
        &self,
        limit: Duration,
        reached: impl Fn(DoorCounts) -> bool,
    ) -> Result<DoorCounts, WaitTimedOut<DoorCounts>> {
        wait::until(self.0.tally.counts(), limit, reached).await
    }

    /// Ends its connections and stops listening: to connect is refused. Its port stays its own.
    ///
    /// # Errors
    ///
    /// [`DoorError`] when the door is closed.
    pub async fn shut(&self) -> Result<(), DoorError> {
        self.command(Command::Shut).await
    }

    /// Listens again after [`Door::shut`], on the same port.
    ///
    /// # Errors
    ///
    /// [`DoorError`] when the port can't be listened on, or the door is closed.
    pub async fn reopen(&self) -> Result<(), DoorError> {
        self.command(Command::Reopen).await
    }

    async fn command(&self, command: impl FnOnce(oneshot::Sender<io::Result<()>>) -> Command) -> Result<(), DoorError> {
        let (done, outcome) = oneshot::channel();
        self.0.commands.send(command(done)).map_err(|_| DoorError::Closed)?;
        outcome.await.map_err(|_| DoorError::Closed)?.map_err(DoorError::Listen)
    }

    fn faults(&self) -> MutexGuard<'_, Faults> {
        self.0.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next_connection_fault(&self) -> Option<Cut> {
        self.faults().for_connection()
    }

    fn next_request_fault(&self) -> Option<RequestFault> {
        self.faults().for_request()
    }
}

impl fmt::Debug for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Door").field("id", &self.0.id).field("url", &self.0.url).finish_non_exhaustive()
    }
}

/// Why a door can't be opened or moved.
#[derive(Debug)]
#[non_exhaustive]
pub enum DoorError {
    /// So many are open already.
    TooMany,
    /// Its port can't be listened on.
    Listen(io::Error),
    /// Its certificate can't be made.
    Certificate(Box<dyn Error + Send + Sync>),
    /// It is closed, or the simulator has ended.
    Closed,
}

impl fmt::Display for DoorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooMany => write!(f, "{MAX_DOORS} doors are open, and no more can be: close one"),
            Self::Listen(error) => write!(f, "cannot listen: {error}"),
            Self::Certificate(error) => write!(f, "cannot make a certificate: {error}"),
            Self::Closed => f.write_str("the door is closed"),
        }
    }
}

impl Error for DoorError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Listen(error) => Some(error),
            Self::Certificate(error) => Some(error.as_ref()),
            Self::TooMany | Self::Closed => None,
        }
    }
}

/// The doors that are open.
pub(crate) struct Doors {
    host: IpAddr,
    /// A listener belongs to a runtime, and doors may be opened from outside of any.
    runtime: Handle,
    memory: Mutex<Memory>,
    /// To the simulator, whose task runs them.
    entrances: mpsc::UnboundedSender<Entrance>,
}

#[derive(Default)]
struct Memory {
    last: u64,
    open: BTreeMap<u64, Door>,
}

impl Doors {
    /// The receiver gets what has to be run for each, on the current runtime.
    pub(crate) fn new(host: IpAddr) -> (Self, mpsc::UnboundedReceiver<Entrance>) {
        let (entrances, opened) = mpsc::unbounded_channel();
        (Self { host, runtime: Handle::current(), memory: Mutex::default(), entrances }, opened)
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn open(&self, options: DoorOptions, authority: &Authority) -> Result<Door, DoorError> {
        let DoorOptions { tls, port } = options;
        let acceptor = tls.acceptor(authority, self.host).map_err(DoorError::Certificate)?;
        let mut memory = self.memory();
        if memory.open.len() >= MAX_DOORS {
            return Err(DoorError::TooMany);
        }
        let _runtime = self.runtime.enter();
        let port = Port::open(SocketAddr::new(self.host, port)).map_err(DoorError::Listen)?;
        let (commands, received) = mpsc::unbounded_channel();
        memory.last += 1;
        let door = Door(Arc::new(Shared {
            id: memory.last,
            url: tls.url(port.address()),
            faults: Mutex::default(),
            tally: Arc::default(),
            commands,
        }));
        let entrance = Entrance::new(door.clone(), port, acceptor, received);
        self.entrances.send(entrance).map_err(|_| DoorError::Closed)?;
        memory.open.insert(door.id(), door.clone());
        Ok(door)
    }

    pub(crate) fn find(&self, id: u64) -> Option<Door> {
        self.memory().open.get(&id).cloned()
    }

    /// Returns once its port is closed and its connections are ended; whether it was open.
    pub(crate) async fn close(&self, id: u64) -> bool {
        let removed = self.memory().open.remove(&id);
        match removed {
            Some(door) => door.command(Command::Close).await.is_ok(),
            None => false,
        }
    }
}
