//! The doors that are open, and how further ones are opened.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use serde::Deserialize;
use tokio::runtime::Handle;
use tokio::sync::mpsc;

use super::authority::Authority;
use super::entrance::{Entrance, Port};
use super::handle::{Command, Door, DoorError, MAX_DOORS};
use super::tls::DoorTls;
use crate::shared::Shared;

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

/// The doors that are open.
pub(crate) struct Doors {
    host: IpAddr,
    /// A listener belongs to a runtime, and doors may be opened from outside of any.
    runtime: Handle,
    memory: Shared<Memory>,
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
        (Self { host, runtime: Handle::current(), memory: Shared::default(), entrances }, opened)
    }

    pub(crate) fn open(&self, options: DoorOptions, authority: &Authority) -> Result<Door, DoorError> {
        let DoorOptions { tls, port } = options;
        let acceptor = tls.acceptor(authority, self.host).map_err(DoorError::Certificate)?;
        let mut memory = self.memory.lock();
        if memory.open.len() >= MAX_DOORS {
            return Err(DoorError::TooMany);
        }
        let _runtime = self.runtime.enter();
        let port = Port::open(SocketAddr::new(self.host, port)).map_err(DoorError::Listen)?;
        let (orders, commands) = mpsc::unbounded_channel();
        memory.last += 1;
        let door = Door::new(memory.last, tls.url(port.address()), orders);
        let entrance = Entrance { door: door.clone(), port, acceptor, commands };
        self.entrances.send(entrance).map_err(|_| DoorError::Closed)?;
        memory.open.insert(door.id(), door.clone());
        Ok(door)
    }

    pub(crate) fn find(&self, id: u64) -> Option<Door> {
        self.memory.lock().open.get(&id).cloned()
    }

    /// Returns once its port is closed and its connections are ended; whether it was open.
    pub(crate) async fn close(&self, id: u64) -> bool {
        let Some(door) = self.memory.lock().open.remove(&id) else {
            return false;
        };
        door.command(Command::Close).await.is_ok()
    }
}
