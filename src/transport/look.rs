//! What a kept connection has received is known before it is used again.
//!
//! hyper reads before it writes, and gives up a connection on which something has come unasked, or its end. But it
//! reads only what tokio has told it of, and tokio tells in its own time: a request could be written first, and what
//! had come before would pass for its answer. A look has tokio pass a byte of ours, which it reports after all that
//! has come earlier. The socket itself, at which one could look without that, reqwest gives to nobody.

#[cfg(unix)]
pub(super) use sockets::Look;
#[cfg(not(unix))]
pub(super) use yielding::Look;

#[cfg(unix)]
mod sockets {
    use std::io::{self, Write};
    use std::os::unix::net::UnixStream as Sender;

    use tokio::net::UnixStream as Receiver;

    /// The means to look, for the connections of one runtime: each has events of its own.
    pub(in crate::transport) struct Look {
        sender: Sender,
        receiver: Receiver,
    }

    impl Look {
        /// On the runtime that the connection is made on.
        pub(in crate::transport) fn new() -> io::Result<Self> {
            let (sender, receiver) = Sender::pair()?;
            receiver.set_nonblocking(true)?;
            Ok(Self { sender, receiver: Receiver::from_std(receiver)? })
        }

        /// Returns when tokio has told of all that had come by now. Not to be used again once it was dropped midway.
        pub(in crate::transport) async fn take(&mut self) -> io::Result<()> {
            self.sender.write_all(&[0])?;
            self.receiver.readable().await?;
            // To the last byte, because tokio tells of the next one only then.
            let mut byte = [0; 2];
            loop {
                match self.receiver.try_read(&mut byte) {
                    Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                    Ok(_) => {}
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                    Err(error) => return Err(error),
                }
            }
        }
    }
}

/// Where there are no such sockets: tokio is given a chance to look, which it doesn't always take.
#[cfg(not(unix))]
mod yielding {
    use std::io;

    pub(in crate::transport) struct Look;

    impl Look {
        pub(in crate::transport) fn new() -> io::Result<Self> {
            Ok(Self)
        }

        pub(in crate::transport) async fn take(&mut self) -> io::Result<()> {
            tokio::task::yield_now().await;
            tokio::task::yield_now().await;
            Ok(())
        }
    }
}
