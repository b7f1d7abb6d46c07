//! The outer side of a door: its port, and the connections that come in there.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use super::Door;
use super::guest::Guest;
use super::inside::Inside;
use crate::server::connection::Connection;
use crate::server::listen::ACCEPT_PAUSE;
use crate::server::visit::Service;

/// As many as the main address lets wait.
const BACKLOG: u32 = 1024;

type Done = oneshot::Sender<io::Result<()>>;

/// What a door is told; each is answered when it is done.
pub(super) enum Command {
    Shut(Done),
    Reopen(Done),
    Close(Done),
}

pub(super) enum Port {
    Listening(SocketAddr, TcpListener),
    /// A socket that is bound but doesn't listen: others can't have the port, and to connect is refused. Where it could
    /// not be bound, reopening tries again.
    Shut(SocketAddr, Option<TcpSocket>),
}

impl Port {
    pub(super) fn open(address: SocketAddr) -> io::Result<Self> {
        let listener = bind(address)?.listen(BACKLOG)?;
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
                Self::Shut(address, bind(address).ok())
            }
            shut @ Self::Shut(..) => shut,
        }
    }

    fn reopen(&mut self) -> io::Result<()> {
        if let Self::Shut(address, socket) = self {
            let socket = socket.take().map_or_else(|| bind(*address), Ok)?;
            *self = Self::Listening(*address, socket.listen(BACKLOG)?);
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

fn bind(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // Connections that have ended keep the port for a while; on Windows they don't, and this means another thing there.
    #[cfg(not(windows))]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

/// A door that is open, to be run.
pub(crate) struct Entrance {
    door: Door,
    port: Port,
    acceptor: Option<TlsAcceptor>,
    commands: mpsc::UnboundedReceiver<Command>,
}

impl Entrance {
    pub(super) fn new(
        door: Door,
        port: Port,
        acceptor: Option<TlsAcceptor>,
        commands: mpsc::UnboundedReceiver<Command>,
    ) -> Self {
        Self { door, port, acceptor, commands }
    }

    fn admit(&self, socket: TcpStream, service: Arc<Service>, router: Router) -> impl Future<Output = ()> + use<> {
        let number = service.state.connections.next_number();
        let guest = Guest { door: self.door.clone(), line: self.door.0.tally.open(number) };
        let port = self.port.address().port();
        guest.pass(socket, self.acceptor.clone(), move || Inside::new(Connection::open(service, number, port), router))
    }

    /// Its connections end with it.
    pub(crate) async fn run(mut self, service: Arc<Service>, router: Router) {
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
                        connections.spawn(self.admit(socket, Arc::clone(&service), router.clone()));
                    }
                    Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
                },
            }
        }
    }
}
