//! The inner side of a door: a connection to the service that doesn't leave the process.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf, duplex};

/// How much may be on its way in one direction.
const CAPACITY: usize = 64 * 1024;

/// It is served by whoever reads or writes it, within the same poll: what was written has had its effect on the service
/// before anything else is noticed, and dropping it takes the connection away from the service at once.
pub(super) struct Inside {
    near: DuplexStream,
    served: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl Inside {
    pub(super) fn new<F: Future<Output = ()> + Send + 'static>(serve: impl FnOnce(DuplexStream) -> F) -> Self {
        let (near, far) = duplex(CAPACITY);
        Self { near, served: Some(Box::pin(serve(far))) }
    }

    fn near(&mut self, context: &mut Context<'_>) -> Pin<&mut DuplexStream> {
        let ended = self.served.as_mut().is_some_and(|served| served.as_mut().poll(context).is_ready());
        if ended {
            self.served = None;
        }
        Pin::new(&mut self.near)
    }
}

impl AsyncRead for Inside {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.near(context).poll_read(context, into)
    }
}

impl AsyncWrite for Inside {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.near(context).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.near(context).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.near(context).poll_shutdown(context)
    }
}
