//! Ports that nothing of this process has had before.

use std::collections::HashSet;
use std::io;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};

use tokio::net::{TcpListener, TcpSocket};

/// How many connections wait to be accepted.
pub(crate) const BACKLOG: u32 = 1024;

/// Listens at an address; where its port is 0, on one that no earlier listener of this process had.
///
/// The system gives a port out again when its listener has gone, and a client that knows the address as a failing one
/// would not try what listens there now.
///
/// # Errors
/// Where the address can't be had, and where the system has no port left.
pub(crate) fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    of_a_new_port(address, bind, |socket| Ok(socket.local_addr()?.port()))?.listen(BACKLOG)
}

/// A socket that has an address, and doesn't listen.
pub(crate) fn bind(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // Connections that have ended keep the port for a while; on Windows they don't, and this means another thing there.
    #[cfg(not(windows))]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

fn of_a_new_port<T>(
    address: SocketAddr,
    bind: impl Fn(SocketAddr) -> io::Result<T>,
    port: impl Fn(&T) -> io::Result<u16>,
) -> io::Result<T> {
    static GIVEN: Mutex<Option<HashSet<u16>>> = Mutex::new(None);
    // Held until there is another one, or the system would give the same again.
    let mut used = Vec::new();
    loop {
        let socket = bind(address)?;
        let port = port(&socket)?;
        let is_new = GIVEN.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_default().insert(port);
        if is_new || address.port() != 0 {
            return Ok(socket);
        }
        used.push(socket);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::cell::RefCell;

    use super::*;

    #[test]
    fn a_port_that_comes_again_is_passed_over_unless_it_was_asked_for() {
        // Ports that the system gives to nobody.
        let from_system = RefCell::new([1, 1, 1, 2, 3].into_iter());
        let next = || from_system.borrow_mut().next().ok_or_else(|| io::Error::other("none left"));
        let bound_at = |asked: u16| {
            let bind = |address: SocketAddr| if address.port() == 0 { next() } else { Ok(address.port()) };
            of_a_new_port(SocketAddr::from(([127, 0, 0, 1], asked)), bind, |port| Ok(*port))
                .map_err(|error| error.to_string())
        };
        assert_eq!([bound_at(0), bound_at(0), bound_at(2), bound_at(0)].map(Result::unwrap), [1, 2, 2, 3]);
        assert_eq!(bound_at(0).unwrap_err(), "none left");
    }
}
