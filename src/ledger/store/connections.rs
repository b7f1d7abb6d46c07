//! Connections to a server: made when one is needed, given up when a call on them fails, and each process's own.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};

use super::{LONGEST, StoreError};
use crate::per_process::PerProcess;

/// A connection that carries many calls at once, and the task that moves its bytes.
pub(super) struct Connection<C> {
    pub client: C,
    driver: JoinHandle<()>,
    is_given_up: AtomicBool,
}

impl<C> Connection<C> {
    /// Has its bytes moved on the runtime that this is called on: when that ends, another connection is made.
    pub(super) fn new(client: C, driver: impl Future<Output = ()> + Send + 'static) -> Self {
        Self { client, driver: tokio::spawn(driver), is_given_up: AtomicBool::new(false) }
    }

    fn is_usable(&self) -> bool {
        !self.is_given_up.load(Ordering::Acquire) && !self.driver.is_finished()
    }
}

impl<C> Drop for Connection<C> {
    fn drop(&mut self) {
        // Its own way to end would wait for a server that may be gone.
        self.driver.abort();
    }
}

/// A few connections to one server.
pub(super) struct Connections<C> {
    most: usize,
    own: PerProcess<Vec<Slot<C>>>,
}

struct Slot<C> {
    calls: AtomicUsize,
    connection: Mutex<Option<Arc<Connection<C>>>>,
}

/// A call that is under way.
struct Call<'a>(&'a AtomicUsize);

impl Drop for Call<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl<C> Slot<C> {
    fn begin(&self) -> Call<'_> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        Call(&self.calls)
    }

    /// Its connection, made now if there is none that can be used. Others that need it wait for it.
    async fn connected(
        &self,
        connect: impl Future<Output = Result<Connection<C>, StoreError>>,
    ) -> Result<Arc<Connection<C>>, StoreError> {
        let mut kept = self.connection.lock().await;
        if let Some(connection) = kept.as_ref().filter(|connection| connection.is_usable()) {
            return Ok(connection.clone());
        }
        *kept = None;
        Ok(kept.insert(Arc::new(connect.await?)).clone())
    }
}

impl<C> Connections<C> {
    /// At most so many at once. Another one is made only while those there are busy.
    pub(super) const fn new(most: usize) -> Self {
        Self { most, own: PerProcess::new() }
    }

    /// Does the work on a connection, within the time that a call may take. Where that fails, the connection serves
    /// only what is under way on it already.
    pub(super) async fn run<T, W>(
        &self,
        connect: impl Future<Output = Result<Connection<C>, StoreError>>,
        work: impl FnOnce(Arc<Connection<C>>) -> W,
    ) -> Result<T, StoreError>
    where
        W: Future<Output = Result<T, StoreError>>,
    {
        let deadline = Instant::now() + LONGEST;
        let slot = || Slot { calls: AtomicUsize::new(0), connection: Mutex::new(None) };
        let slots = self.own.get_or_try_make(|| Ok::<_, StoreError>((0..self.most).map(|_| slot()).collect()))?;
        let idlest = slots.iter().min_by_key(|slot| slot.calls.load(Ordering::Relaxed));
        let slot = idlest.ok_or_else(|| StoreError::new("no connection may be made"))?;
        let _call = slot.begin();
        let connected = timeout_at(deadline, slot.connected(connect)).await;
        let connection = connected.map_err(|_| too_late("made a connection"))??;
        let done = timeout_at(deadline, work(connection.clone())).await.unwrap_or_else(|_| Err(too_late("answered")));
        if done.is_err() {
            connection.is_given_up.store(true, Ordering::Release);
        }
        done
    }
}

fn too_late(what: &str) -> StoreError {
    StoreError::new(format!("the server has not {what} within {} s", LONGEST.as_secs()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::future::{pending, ready};

    use tokio::sync::Notify;

    use super::*;

    /// Connections that are numbered as they are made.
    struct Numbered {
        connections: Connections<usize>,
        made: AtomicUsize,
    }

    impl Numbered {
        fn new(most: usize) -> Self {
            Self { connections: Connections::new(most), made: AtomicUsize::new(0) }
        }

        /// The number of the connection that the work was done on.
        async fn run(
            &self,
            driver: impl Future<Output = ()> + Send + 'static,
            work: impl Future<Output = Result<(), StoreError>>,
        ) -> Result<usize, StoreError> {
            let connect = async { Ok(Connection::new(self.made.fetch_add(1, Ordering::Relaxed), driver)) };
            let work = |connection: Arc<Connection<usize>>| async move { work.await.map(|()| connection.client) };
            self.connections.run(connect, work).await
        }

        async fn succeed(&self) -> usize {
            self.run(pending(), ready(Ok(()))).await.unwrap()
        }
    }

    fn failed() -> Result<(), StoreError> {
        Err(StoreError::new("failed"))
    }

    #[tokio::test]
    async fn a_quiet_process_has_one_connection_and_a_busy_one_some() {
        let (numbered, done) = (Numbered::new(2), Notify::new());
        assert_eq!([numbered.succeed().await, numbered.succeed().await], [0, 0]);
        let busy = || async {
            done.notified().await;
            Ok(())
        };
        let release = async {
            assert_eq!(numbered.made.load(Ordering::Relaxed), 2);
            done.notify_waiters();
        };
        let (first, second, third, ()) = tokio::join!(
            numbered.run(pending(), busy()),
            numbered.run(pending(), busy()),
            numbered.run(pending(), busy()),
            release
        );
        assert_eq!([first, second, third].map(Result::unwrap), [0, 1, 0]);
        assert_eq!(numbered.succeed().await, 0);
    }

    #[tokio::test]
    async fn a_connection_on_which_a_call_failed_carries_only_what_is_under_way_on_it() {
        let (numbered, done) = (Numbered::new(1), Notify::new());
        let under_way = numbered.run(pending(), async {
            done.notified().await;
            Ok(())
        });
        let others = async {
            numbered.run(pending(), ready(failed())).await.unwrap_err();
            assert_eq!(numbered.succeed().await, 1);
            done.notify_one();
        };
        let (under_way, ()) = tokio::join!(under_way, others);
        assert_eq!(under_way.unwrap(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_is_not_answered_fails_and_its_connection_is_given_up() {
        let numbered = Numbered::new(1);
        let error = numbered.run(pending(), pending()).await.unwrap_err();
        assert_eq!(error.reason, "the server has not answered within 5 s");
        assert_eq!(numbered.succeed().await, 1);
    }

    #[tokio::test]
    async fn a_connection_that_has_ended_is_made_again() {
        let numbered = Numbered::new(1);
        assert_eq!(numbered.run(ready(()), ready(Ok(()))).await.unwrap(), 0);
        // Its driver ends as soon as it is run.
        while numbered.succeed().await == 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(numbered.succeed().await, 1);
    }

    #[tokio::test]
    async fn a_call_that_is_dropped_leaves_its_connection() {
        let numbered = Numbered::new(1);
        let call = numbered.run(pending(), pending());
        assert!(tokio::time::timeout(std::time::Duration::ZERO, call).await.is_err());
        assert_eq!(numbered.succeed().await, 0);
    }
}
