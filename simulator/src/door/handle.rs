//! What tests hold of a door.

use std::error::Error;
use std::fmt;
use std::io;
use std::sync::{Arc, MutexGuard};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::fault::{Fault, Faults};
use super::tally::{DoorConnection, DoorCounts, Tally};
use crate::counts::{LIMIT, WaitTimedOut, until};
use crate::invalid::InvalidFault;
use crate::shared::Shared;

/// Each takes a port of the machine; tests need a handful.
pub(super) const MAX_DOORS: usize = 64;

type Done = oneshot::Sender<io::Result<()>>;

/// What a door is told; each is answered when it is done.
pub(super) enum Command {
    Shut(Done),
    Reopen(Done),
    Close(Done),
}

/// A further address of a running simulator; opened by [`Simulation::open_door`](crate::Simulation::open_door). It
/// stays open until it is closed or the simulator ends, whatever becomes of this handle.
#[derive(Clone)]
pub struct Door(Arc<Inner>);

struct Inner {
    id: u64,
    url: String,
    faults: Shared<Faults>,
    tally: Tally,
    commands: mpsc::UnboundedSender<Command>,
}

impl Door {
    pub(super) fn new(id: u64, url: String, commands: mpsc::UnboundedSender<Command>) -> Self {
        Self(Arc::new(Inner { id, url, faults: Shared::default(), tally: Tally::default(), commands }))
    }

    pub(super) fn tally(&self) -> &Tally {
        &self.0.tally
    }

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
        self.wait_within(LIMIT, reached).await
    }

    pub(crate) async fn wait_within(
        &self,
        limit: Duration,
        reached: impl Fn(DoorCounts) -> bool,
    ) -> Result<DoorCounts, WaitTimedOut<DoorCounts>> {
        until(self.0.tally.counts(), limit, reached).await
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

    pub(super) async fn command(
        &self,
        command: impl FnOnce(oneshot::Sender<io::Result<()>>) -> Command,
    ) -> Result<(), DoorError> {
        let (done, outcome) = oneshot::channel();
        self.0.commands.send(command(done)).map_err(|_| DoorError::Closed)?;
        outcome.await.map_err(|_| DoorError::Closed)?.map_err(DoorError::Listen)
    }

    pub(super) fn faults(&self) -> MutexGuard<'_, Faults> {
        self.0.faults.lock()
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
