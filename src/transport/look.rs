//! What a kept connection has received is known before it is used again.
//!
//! hyper reads before it writes, and gives up a connection on which something has come unasked, or its end. But it
//! reads only what tokio has told it of, and tokio tells in its own time: a request could be written first, and what
//! had come before would pass for its answer. A look has tokio pass a byte of ours, which it reports after all that
//! has come earlier. The socket itself, at which one could look without that, reqwest gives to nobody.
//!
//! All connections of a runtime share the means: whoever comes while a byte is on its way waits for the next one, with all
//! others that have come meanwhile. Nobody owns a look, so that whoever is dropped, or not polled, holds up no other.

#[cfg(unix)]
pub(super) use pipes::Looks;
#[cfg(not(unix))]
pub(super) use yielding::Looks;

#[cfg(unix)]
mod pipes {
    use std::io::{self, PipeReader, PipeWriter, Read, Write};
    use std::sync::{Mutex, MutexGuard, PoisonError};

    use tokio::io::Interest;
    use tokio::io::unix::AsyncFd;
    use tokio::net::unix::pipe::Receiver;

    /// The means to look, of one runtime. A pipe, because a pair of sockets takes twice the time.
    pub(in crate::transport) struct Looks {
        sender: PipeWriter,
        receiver: AsyncFd<PipeReader>,
        state: Mutex<State>,
    }

    #[derive(Default)]
    struct State {
        /// How many looks have begun: each is a byte that is sent.
        begun: u64,
        /// How many of them have ended. At most one has not.
        ended: u64,
    }

    impl Looks {
        /// On the runtime that the connections are made on.
        pub(in crate::transport) fn new() -> io::Result<Self> {
            let (receiver, sender) = io::pipe()?;
            // tokio's own never says that nothing is left; but only it can make one that doesn't block.
            let receiver = Receiver::from_owned_fd(receiver.into())?.into_nonblocking_fd()?;
            // Its successor asks for nothing that a pipe hasn't, and for a later tokio than a program may have.
            #[allow(deprecated)]
            let receiver = AsyncFd::with_interest(receiver.into(), Interest::READABLE)?;
            Ok(Self { sender, receiver, state: Mutex::default() })
        }

        /// Returns when tokio has told of all that had come by now.
        pub(in crate::transport) async fn take(&self) -> io::Result<()> {
            // One that has begun already may have missed what has come since.
            let wanted = self.state().begun + 1;
            while !self.has_ended(wanted)? {
                drop(self.receiver.readable().await?);
            }
            Ok(())
        }

        /// Carries on whichever look is under way, or begins the one that is wanted.
        fn has_ended(&self, wanted: u64) -> io::Result<bool> {
            let mut state = self.state();
            if state.ended < state.begun && self.has_come()? {
                state.ended = state.begun;
            }
            if state.ended >= wanted {
                return Ok(true);
            }
            if state.ended == state.begun {
                // It never waits for room: no other byte is on its way.
                (&self.sender).write_all(&[0])?;
                state.begun += 1;
            }
            Ok(false)
        }

        /// Whether tokio has told of the byte, which is read then. No other one is on its way.
        fn has_come(&self) -> io::Result<bool> {
            let mut read = None;
            // That nothing is left, tokio takes from whoever reads, and tells of the next one only then.
            let nothing_left = self.receiver.try_io(Interest::READABLE, |mut receiver| {
                read = Some(receiver.read(&mut [0])?);
                Err::<(), _>(io::ErrorKind::WouldBlock.into())
            });
            match (read, nothing_left) {
                (Some(0), _) => Err(io::ErrorKind::UnexpectedEof.into()),
                (Some(_), _) => Ok(true),
                (None, Err(error)) if error.kind() != io::ErrorKind::WouldBlock => Err(error),
                (None, _) => Ok(false),
            }
        }

        fn state(&self) -> MutexGuard<'_, State> {
            self.state.lock().unwrap_or_else(PoisonError::into_inner)
        }
    }

    #[cfg(test)]
    #[allow(clippy::unwrap_used)]
    mod tests {
        use std::future::Future;
        use std::pin::pin;
        use std::task::{Context, Waker};

        use super::*;

        fn poll(look: impl Future<Output = io::Result<()>>) -> bool {
            pin!(look).poll(&mut Context::from_waker(Waker::noop())).is_ready()
        }

        #[tokio::test]
        async fn a_look_needs_tokio_to_tell() {
            assert!(!poll(Looks::new().unwrap().take()));
        }

        #[tokio::test]
        async fn whoever_comes_while_a_byte_is_on_its_way_waits_for_the_next_one() {
            let looks = Looks::new().unwrap();
            let (mut first, mut second, mut third) =
                (Box::pin(looks.take()), Box::pin(looks.take()), Box::pin(looks.take()));
            assert!(!poll(&mut first) && !poll(&mut second) && !poll(&mut third));
            first.await.unwrap();
            assert!(!poll(&mut second) && !poll(&mut third));
            second.await.unwrap();
            assert!(poll(&mut third), "it shares the second one's");
            assert_eq!(looks.state().begun, 2);
        }

        #[tokio::test]
        async fn whoever_is_dropped_or_left_alone_holds_up_nobody() {
            let looks = Looks::new().unwrap();
            let mut left_alone = Box::pin(looks.take());
            assert!(!poll(&mut left_alone));
            assert!(!poll(looks.take()));
            looks.take().await.unwrap();
            left_alone.await.unwrap();
        }
    }
}

/// Where there is no such pipe: tokio is given a chance to look, which it doesn't always take.
#[cfg(not(unix))]
mod yielding {
    use std::io;

    pub(in crate::transport) struct Looks;

    impl Looks {
        pub(in crate::transport) fn new() -> io::Result<Self> {
            Ok(Self)
        }

        pub(in crate::transport) async fn take(&self) -> io::Result<()> {
            tokio::task::yield_now().await;
            tokio::task::yield_now().await;
            Ok(())
        }
    }
}
