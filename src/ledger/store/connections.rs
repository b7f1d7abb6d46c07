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
