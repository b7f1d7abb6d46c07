//! The outer side of a door: its port, and the connections that come in there.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::DuplexStream;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use super::guest::Guest;
use super::handle::{Command, Door};
use super::inside::Inside;
use crate::ports;

/// When the process has no file descriptor left, accepting fails at once, again and again.
pub(crate) const ACCEPT_PAUSE: Duration = Duration::from_millis(10);

pub(super) enum Port {
    Listening(SocketAddr, TcpListener),
    /// A socket that is bound but doesn't listen: others can't have the port, and to connect is refused. Where it could
    /// not be bound, reopening tries again.
    Shut(SocketAddr, Option<TcpSocket>),
}

impl Port {
    pub(super) fn open(address: SocketAddr) -> io::Result<Self> {
        let listener = ports::listen(address)?;
        Ok(Self::Listening(listener.local_addr()?, listener))
    }

    pub(super) fn address(&self) -> SocketAddr {
        match self {
            Self::Listening(address, _) | Self::Shut(address, _) => *address,
        }
    }

    fn shut(self) -> Self {
        match self {
            Self::Listening(address, listener) => {
                drop(listener);
                Self::Shut(address, ports::bind(address).ok())
            }
            shut @ Self::Shut(..) => shut,
        }
    }

    fn reopen(&mut self) -> io::Result<()> {
        if let Self::Shut(address, socket) = self {
            let socket = socket.take().map_or_else(|| ports::bind(*address), Ok)?;
            *self = Self::Listening(*address, socket.listen(ports::BACKLOG)?);
        }
        Ok(())
    }

    async fn accept(&self) -> io::Result<TcpStream> {
        match self {
            Self::Listening(_, listener) => listener.accept().await.map(|(socket, _)| socket),
            Self::Shut(..) => std::future::pending().await,
        }
    }
}

/// The service behind a door.
pub(crate) trait Behind: Clone + Send + 'static {
    /// The number of its next connection.
    fn next_number(&self) -> u64;

    /// Serves a connection that came in by a port of the simulator.
    fn serve(self, stream: DuplexStream, number: u64, port: u16) -> impl Future<Output = ()> + Send + 'static;
}

/// A door that is open, to be run.
pub(crate) struct Entrance {
    pub(super) door: Door,
    pub(super) port: Port,
    pub(super) acceptor: Option<TlsAcceptor>,
    pub(super) commands: mpsc::UnboundedReceiver<Command>,
}

impl Entrance {
    fn admit(&self, socket: TcpStream, behind: impl Behind) -> impl Future<Output = ()> + Send + 'static {
        let number = behind.next_number();
        let guest = Guest { door: self.door.clone(), line: self.door.tally().open(number) };
        let port = self.port.address().port();
        guest.pass(socket, self.acceptor.clone(), move || Inside::new(|stream| behind.serve(stream, number, port)))
    }

    /// Its connections end with it.
    pub(crate) async fn run(mut self, behind: impl Behind) {
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                command = self.commands.recv() => match command {
                    Some(Command::Shut(done)) => {
                        self.port = self.port.shut();
                        connections.shutdown().await;
                        let _ = done.send(Ok(()));
                    }
                    Some(Command::Reopen(done)) => {
                        let _ = done.send(self.port.reopen());
                    }
                    Some(Command::Close(done)) => {
                        drop(self.port);
                        connections.shutdown().await;
                        let _ = done.send(Ok(()));
                        return;
                    }
                    None => return,
                },
                Some(_) = connections.join_next() => {}
                accepted = self.port.accept() => match accepted {
                    Ok(socket) => {
                        connections.spawn(self.admit(socket, behind.clone()));
                    }
                    Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
                },
            }
        }
    }
}
