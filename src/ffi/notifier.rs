//! A descriptor that becomes readable when there is something to take, for event loops that watch descriptors.

#[cfg(not(unix))]
pub(super) use missing::Notifier;
#[cfg(unix)]
pub(super) use of_sockets::Notifier;

#[cfg(unix)]
mod of_sockets {
    use std::io::{self, Read, Write};
    use std::os::fd::AsRawFd;
    use std::os::unix::net::UnixStream;
    use std::sync::atomic::{AtomicBool, Ordering};

    /// A pair of connected sockets: the standard library has no other descriptors that never block and that every
    /// Unix can wait for.
    pub(in super::super) struct Notifier {
        is_notified: AtomicBool,
        inside: UnixStream,
        outside: UnixStream,
    }

    impl Notifier {
        pub(in super::super) fn new() -> io::Result<Self> {
            let (inside, outside) = UnixStream::pair()?;
            inside.set_nonblocking(true)?;
            outside.set_nonblocking(true)?;
            Ok(Self { is_notified: AtomicBool::new(false), inside, outside })
        }

        /// The descriptor to watch. It is closed with the notifier.
        pub(in super::super) fn descriptor(&self) -> i32 {
            self.outside.as_raw_fd()
        }

        /// Makes the descriptor readable until the next [`clear`](Self::clear). Call it after what it tells of.
        pub(in super::super) fn notify(&self) {
            if !self.is_notified.swap(true, Ordering::AcqRel) {
                // It fails only where the buffer is full, and then the descriptor is readable.
                let _ = (&self.inside).write(&[1]);
            }
        }

        /// Makes it unreadable. Call it before taking: what comes later makes it readable again.
        pub(in super::super) fn clear(&self) {
            // More than one byte only where threads were overtaken between their two steps in `notify`.
            let _ = (&self.outside).read(&mut [0; 16]);
            // A swap, so that what others put before they notify is seen by the taking after this.
            self.is_notified.swap(false, Ordering::AcqRel);
        }
    }

    #[cfg(test)]
    #[allow(clippy::expect_used)]
    mod tests {
        use std::io::Read;

        use super::Notifier;

        /// How many bytes there are to read, none of which are left.
        fn bytes_in(notifier: &Notifier) -> usize {
            (&notifier.outside).read(&mut [0; 64]).unwrap_or_default()
        }

        #[test]
        fn a_notifier_is_readable_once_however_often_it_notifies() {
            let notifier = Notifier::new().expect("sockets");
            notifier.notify();
            notifier.notify();
            assert_eq!(bytes_in(&notifier), 1);
        }

        #[test]
        fn a_cleared_notifier_has_nothing_to_read() {
            let notifier = Notifier::new().expect("sockets");
            notifier.notify();
            notifier.clear();
            assert_eq!(bytes_in(&notifier), 0);
        }

        #[test]
        fn a_cleared_notifier_notifies_again() {
            let notifier = Notifier::new().expect("sockets");
            notifier.notify();
            notifier.clear();
            notifier.notify();
            assert_eq!(bytes_in(&notifier), 1);
        }

        #[test]
        fn clearing_a_notifier_that_has_not_notified_does_not_wait() {
            let notifier = Notifier::new().expect("sockets");
            notifier.clear();
            assert_eq!(bytes_in(&notifier), 0);
        }
    }
}

#[cfg(not(unix))]
mod missing {
    use std::convert::Infallible;
    use std::io;

    /// There are no descriptors here: nobody can have one of these.
    pub(in super::super) struct Notifier(Infallible);

    impl Notifier {
        pub(in super::super) fn new() -> io::Result<Self> {
            Err(io::ErrorKind::Unsupported.into())
        }

        pub(in super::super) fn descriptor(&self) -> i32 {
            match self.0 {}
        }

        pub(in super::super) fn notify(&self) {
            match self.0 {}
        }

        pub(in super::super) fn clear(&self) {
            match self.0 {}
        }
    }
}
