//! One connection through a door, from the first byte to the last.

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use super::fault::Cut;
use super::handle::Door;
use super::inside::Inside;
use super::relay::{End, Relay};
use super::tally::{Ended, Line};

pub(super) struct Guest {
    pub(super) door: Door,
    pub(super) line: Line,
}

impl Guest {
    pub(super) async fn pass(
        self,
        mut socket: TcpStream,
        acceptor: Option<TlsAcceptor>,
        service: impl FnOnce() -> Inside,
    ) {
        let fault = self.door.faults().for_connection();
        if let Some(cut) = fault {
            return self.cut(socket, cut).await;
        }
        // Bytes that drip and bytes before a cut must not wait for each other.
        let _ = socket.set_nodelay(true);
        let Some(acceptor) = acceptor else {
            let end = self.relay(&mut socket, service()).await;
            return self.end(socket, end).await;
        };
        match acceptor.accept(socket).into_fallible().await {
            Ok(mut stream) => {
                let end = self.relay(&mut stream, service()).await;
                if matches!(end, End::Service) {
                    // Says goodbye in TLS, too. A client that has left doesn't hear it.
                    let _ = stream.shutdown().await;
                }
                self.end(stream.into_inner().0, end).await;
            }
            Err((_, socket)) => {
                self.line.ends(Ended::Client);
                self.close(socket).await;
            }
        }
    }

    async fn relay(&self, client: &mut (impl AsyncRead + AsyncWrite + Unpin), service: Inside) -> End {
        Relay { client, service, line: &self.line }.run(&self.door).await
    }

    async fn end(self, socket: TcpStream, end: End) {
        match end {
            End::Client => self.line.ends(Ended::Client),
            End::Service => {
                self.line.ends(Ended::Service);
                self.close(socket).await;
            }
            End::Fault(cut) => self.cut(socket, cut).await,
        }
    }

    async fn cut(self, socket: TcpStream, cut: Cut) {
        match cut {
            Cut::Reset => {
                self.line.ends(Ended::Fault);
                drop(self.line);
                // With no time to linger, to close is to reset.
                let _ = socket.set_zero_linger();
            }
            Cut::Close => {
                self.line.ends(Ended::Fault);
                self.close(socket).await;
            }
            Cut::Hang => self.outlast(socket).await,
        }
    }

    async fn close(self, mut socket: TcpStream) {
        let _ = socket.shutdown().await;
        self.outlast(socket).await;
    }

    /// Until the client leaves. What it still sends is dropped: to close with bytes unread would be to reset.
    async fn outlast(self, mut socket: TcpStream) {
        let _ = tokio::io::copy(&mut socket, &mut tokio::io::sink()).await;
        self.line.ends(Ended::Client);
    }
}
