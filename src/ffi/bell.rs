//! A descriptor that becomes readable when there is something to take, for event loops that watch descriptors.

#[cfg(not(unix))]
pub(super) use missing::Bell;
#[cfg(unix)]
pub(super) use of_sockets::Bell;

#[cfg(unix)]
mod of_sockets {
    use std::io::{self, Read, Write};
    use std::os::fd::AsRawFd;
    use std::os::unix::net::UnixStream;
    use std::sync::atomic::{AtomicBool, Ordering};

    /// A pair of connected sockets: the standard library has no other descriptors that never block and that every
    /// Unix can wait for.
    pub(in super::super) struct Bell {
        rung: AtomicBool,
        inside: UnixStream,
        outside: UnixStream,
    }

    impl Bell {
        pub(in super::super) fn new() -> io::Result<Self> {
            let (inside, outside) = UnixStream::pair()?;
            inside.set_nonblocking(true)?;
            outside.set_nonblocking(true)?;
            Ok(Self { rung: AtomicBool::new(false), inside, outside })
        }

        /// The descriptor to watch. It is closed with the bell.
        pub(in super::super) fn descriptor(&self) -> i32 {
            self.outside.as_raw_fd()
        }

        /// Makes the descriptor readable until the next [`silence`](Self::silence). Call it after what it tells of.
        pub(in super::super) fn ring(&self) {
            if !self.rung.swap(true, Ordering::AcqRel) {
                // It fails only where the buffer is full, and then the descriptor is readable.
                let _ = (&self.inside).write(&[1]);
            }
        }

        /// Ends the ringing. Call it before taking: what comes later rings again.
        pub(in super::super) fn silence(&self) {
            // More than one byte only where threads were overtaken between their two steps in `ring`.
            let _ = (&self.outside).read(&mut [0; 16]);
            // A swap, so that what others put before their ring is seen by the taking after this.
            self.rung.swap(false, Ordering::AcqRel);
        }
    }

    #[cfg(test)]
    #[allow(clippy::expect_used)]
    mod tests {
        use std::io::Read;

        use super::Bell;

        /// How many bytes there are to read, none of which are left.
        fn bytes_in(bell: &Bell) -> usize {
            (&bell.outside).read(&mut [0; 64]).unwrap_or_default()
        }

        #[test]
        fn a_bell_rings_once_however_often_it_is_rung() {
            let bell = Bell::new().expect("sockets");
            bell.ring();
            bell.ring();
            assert_eq!(bytes_in(&bell), 1);
        }

        #[test]
        fn a_silenced_bell_has_nothing_to_read() {
            let bell = Bell::new().expect("sockets");
            bell.ring();
            bell.silence();
            assert_eq!(bytes_in(&bell), 0);
        }

        #[test]
        fn a_silenced_bell_can_be_rung_again() {
            let bell = Bell::new().expect("sockets");
            bell.ring();
            bell.silence();
            bell.ring();
            assert_eq!(bytes_in(&bell), 1);
        }

        #[test]
        fn silencing_a_bell_that_does_not_ring_does_not_wait() {
            let bell = Bell::new().expect("sockets");
            bell.silence();
            assert_eq!(bytes_in(&bell), 0);
        }
    }
}

#[cfg(not(unix))]
mod missing {
    use std::convert::Infallible;
    use std::io;

    /// There are no descriptors here: nobody can have one of these.
    pub(in super::super) struct Bell(Infallible);

    impl Bell {
        pub(in super::super) fn new() -> io::Result<Self> {
            Err(io::ErrorKind::Unsupported.into())
        }

        pub(in super::super) fn descriptor(&self) -> i32 {
            match self.0 {}
        }

        pub(in super::super) fn ring(&self) {
            match self.0 {}
        }

        pub(in super::super) fn silence(&self) {
            match self.0 {}
        }
    }
}
