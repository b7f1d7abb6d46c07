//! Connections to a server: made when one is needed, given up when a call on them fails, and each process's own.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout, timeout_at};

use super::{LONGEST, StoreError};
use crate::per_process::PerProcess;

/// How long it may take to make a connection, whoever still waits for it.
const LONGEST_TO_CONNECT: Duration = Duration::from_secs(5);
/// How long a call waits before it counts as not answered when it is dropped.
const LONG: Duration = Duration::from_secs(1);
/// How long a server that has not answered is left alone at first. Each further time doubles it.
const SHORTEST_REST: Duration = Duration::from_millis(100);
/// How long it is left alone at most.
const LONGEST_REST: Duration = Duration::from_secs(5);

/// What connections are made to.
pub(super) trait Server: Send + Sync + 'static {
    type Client: Send + Sync + 'static;

    fn connect(&self) -> impl Future<Output = Result<Connection<Self::Client>, StoreError>> + Send;
}

/// A connection that carries many calls at once, and the task that moves its bytes.
pub(super) struct Connection<C> {
    pub client: C,
    driver: JoinHandle<()>,
    cancel: Mutex<Pin<Box<dyn Future<Output = ()> + Send>>>,
    is_given_up: AtomicBool,
    is_silent: AtomicBool,
}

impl<C> Connection<C> {
    /// Has its bytes moved on the runtime that this is called on: when that ends, another connection is made. `cancel`
    /// tells a server that has not answered that nobody waits for it any more.
    pub(super) fn new(
        client: C,
        driver: impl Future<Output = ()> + Send + 'static,
        cancel: impl Future<Output = ()> + Send + 'static,
    ) -> Self {
        Self {
            client,
            driver: tokio::spawn(driver),
            cancel: Mutex::new(Box::pin(cancel)),
            is_given_up: AtomicBool::new(false),
            is_silent: AtomicBool::new(false),
        }
    }

    fn is_usable(&self) -> bool {
        !self.is_given_up.load(Ordering::Acquire) && !self.driver.is_finished()
    }

    /// Whether nobody had given it up before.
    fn give_up(&self) -> bool {
        !self.is_given_up.swap(true, Ordering::AcqRel)
    }
}

impl<C> Drop for Connection<C> {
    fn drop(&mut self) {
        // Its own way to end would wait for a server that may be gone.
        self.driver.abort();
        // It may be dropped where there is no runtime.
        if *self.is_silent.get_mut()
            && let Ok(runtime) = Handle::try_current()
        {
            let cancel = self.cancel.get_mut().unwrap_or_else(PoisonError::into_inner);
            let cancel = std::mem::replace(cancel, Box::pin(async {}));
            runtime.spawn(timeout(LONGEST_TO_CONNECT, cancel));
        }
    }
}

/// A few connections to one server.
pub(super) struct Connections<S: Server> {
    pub server: Arc<S>,
    most: usize,
    own: PerProcess<Vec<Arc<Slot<S>>>>,
}

/// A place for one connection.
struct Slot<S: Server> {
    calls: AtomicUsize,
    state: Mutex<State<S::Client>>,
}

struct State<C> {
    last: Option<Attempt<C>>,
    rest: Duration,
    rests_until: Option<Instant>,
}

/// A connection that is being made, or was.
struct Attempt<C> {
    begun: Instant,
    made: watch::Receiver<Option<Made<C>>>,
}

type Made<C> = Result<Arc<Connection<C>>, StoreError>;

impl<C> Attempt<C> {
    /// Whether its connection can be used, or may come yet.
    fn is_good(&self) -> bool {
        match &*self.made.borrow() {
            Some(Ok(connection)) => connection.is_usable(),
            Some(Err(_)) => false,
            // The runtime that makes it may have ended, or stand still.
            None => self.made.has_changed().is_ok() && self.begun.elapsed() < LONGEST_TO_CONNECT,
        }
    }
}

impl<S: Server> Slot<S> {
    fn new() -> Self {
        let state = State { last: None, rest: SHORTEST_REST, rests_until: None };
        Self { calls: AtomicUsize::new(0), state: Mutex::new(state) }
    }

    fn state(&self) -> MutexGuard<'_, State<S::Client>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn rests_for(&self) -> Duration {
        self.state().rests_until.map_or(Duration::ZERO, |until| until.saturating_duration_since(Instant::now()))
    }

    /// Leaves a server that has not answered alone: it may be at work for each connection that was given up.
    fn rest(&self) {
        let mut state = self.state();
        state.rests_until = Some(Instant::now() + state.rest);
        state.rest = (state.rest * 2).min(LONGEST_REST);
        // Kept by those only who still wait for an answer on it.
        state.last.take_if(|last| !last.is_good());
    }

    /// Its connection, made now if there is none that can be used. All who need it wait for the same one, which is made
    /// whether they go on waiting or not.
    async fn connected(self: &Arc<Self>, server: &Arc<S>) -> Made<S::Client> {
        let mut made = self.last_or_new(server)?;
        let told = made.wait_for(Option::is_some).await.ok().and_then(|made| made.clone());
        told.unwrap_or_else(|| Err(StoreError::new("the runtime on which a connection was being made has ended")))
    }

    fn last_or_new(self: &Arc<Self>, server: &Arc<S>) -> Result<watch::Receiver<Option<Made<S::Client>>>, StoreError> {
        let rests_for = self.rests_for();
        let mut state = self.state();
        if let Some(last) = state.last.as_ref().filter(|last| last.is_good()) {
            return Ok(last.made.clone());
        }
        if !rests_for.is_zero() {
            let left = rests_for.as_millis();
            return Err(StoreError::new(format!("the server did not answer, and is tried again in {left} ms")));
        }
        let (tell, made) = watch::channel(None);
        state.last = Some(Attempt { begun: Instant::now(), made: made.clone() });
        let (slot, server) = (self.clone(), server.clone());
        tokio::spawn(async move {
            let connected = timeout(LONGEST_TO_CONNECT, server.connect()).await.unwrap_or_else(|_| {
                slot.rest();
                Err(too_late("made a connection", LONGEST_TO_CONNECT))
            });
            tell.send_replace(Some(connected.map(Arc::new)));
        });
        Ok(made)
    }
}

/// A call that is under way in a slot.
struct Call<'a, S: Server>(&'a Slot<S>);

impl<'a, S: Server> Call<'a, S> {
    fn begin(slot: &'a Slot<S>) -> Self {
        slot.calls.fetch_add(1, Ordering::Relaxed);
        Self(slot)
    }
}

impl<S: Server> Drop for Call<'_, S> {
    fn drop(&mut self) {
        self.0.calls.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What a call waits for on a connection. Where nobody waits any more for an answer that has not come for long, the
/// connection may be dead, or what is under way on it hang: another serves what comes next.
struct Question<'a, S: Server> {
    slot: &'a Slot<S>,
    connection: Arc<Connection<S::Client>>,
    asked: Instant,
    is_answered: bool,
}

impl<S: Server> Question<'_, S> {
    fn is_answered(&mut self, well: bool) {
        self.is_answered = true;
        if !well {
            self.connection.give_up();
        } else if self.connection.is_usable() {
            self.slot.state().rest = SHORTEST_REST;
        }
    }
}

impl<S: Server> Drop for Question<'_, S> {
    fn drop(&mut self) {
        if !self.is_answered && self.asked.elapsed() >= LONG && self.connection.give_up() {
            self.connection.is_silent.store(true, Ordering::Release);
            self.slot.rest();
        }
    }
}

impl<S: Server> Connections<S> {
    /// At most so many at once. Another one is made only while those there are busy.
    pub(super) fn new(server: S, most: usize) -> Self {
        Self { server: Arc::new(server), most, own: PerProcess::new() }
    }

    /// Does the work on a connection, within the time that a call may take. Where that fails, the connection serves
    /// only what is under way on it already.
    pub(super) async fn run<T, W>(&self, work: impl FnOnce(Arc<Connection<S::Client>>) -> W) -> Result<T, StoreError>
    where
        W: Future<Output = Result<T, StoreError>>,
    {
        let deadline = Instant::now() + LONGEST;
        let slots = || Ok::<_, StoreError>((0..self.most).map(|_| Arc::new(Slot::new())).collect());
        let slots = self.own.get_or_try_make(slots)?;
        let idlest = slots.iter().min_by_key(|slot| (slot.rests_for(), slot.calls.load(Ordering::Relaxed)));
        let slot = idlest.ok_or_else(|| StoreError::new("no connection may be made"))?;
        let _call = Call::begin(slot);
        let connected = timeout_at(deadline, slot.connected(&self.server)).await;
        let connection = connected.map_err(|_| too_late("made a connection", LONGEST))??;
        let (kept, asked) = (connection.clone(), Instant::now());
        let mut question = Question { slot, connection: kept, asked, is_answered: false };
        let done = timeout_at(deadline, work(connection)).await.map_err(|_| too_late("answered", LONGEST))?;
        question.is_answered(done.is_ok());
        done
    }
}

fn too_late(what: &str, within: Duration) -> StoreError {
    StoreError::new(format!("the server has not {what} within {} s", within.as_secs()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::future::{pending, ready};

    use tokio::sync::Notify;

    use super::*;

    /// Makes connections that are numbered.
    #[derive(Default)]
    struct Numbering {
        made: AtomicUsize,
        cancelled: Arc<AtomicUsize>,
        /// Whether whoever connects waits for ever.
        is_black_hole: AtomicBool,
        /// Whether connections end as soon as they are made.
        is_ending: AtomicBool,
    }

    impl Server for Numbering {
        type Client = usize;

        async fn connect(&self) -> Result<Connection<usize>, StoreError> {
            let (number, is_ending) =
                (self.made.fetch_add(1, Ordering::Relaxed), self.is_ending.load(Ordering::Relaxed));
            if self.is_black_hole.load(Ordering::Relaxed) {
                pending::<()>().await;
            }
            // Others run on meanwhile.
            tokio::time::sleep(Duration::from_millis(10)).await;
            let driver = async move {
                if !is_ending {
                    pending::<()>().await;
                }
            };
            let cancelled = self.cancelled.clone();
            Ok(Connection::new(number, driver, async move {
                cancelled.fetch_add(1, Ordering::Relaxed);
            }))
        }
    }

    type Numbered = Connections<Numbering>;

    fn numbered(most: usize) -> Numbered {
        Connections::new(Numbering::default(), most)
    }

    impl Numbered {
        /// The number of the connection that the work was done on.
        async fn number(&self, work: impl Future<Output = Result<(), StoreError>>) -> Result<usize, StoreError> {
            self.run(|connection| async move { work.await.map(|()| connection.client) }).await
        }

        async fn succeed(&self) -> usize {
            self.number(ready(Ok(()))).await.unwrap()
        }

        async fn hang_for(&self, time: Duration) {
            assert!(timeout(time, self.number(pending())).await.is_err());
        }

        fn made(&self) -> usize {
            self.server.made.load(Ordering::Relaxed)
        }
    }

    fn failed() -> Result<(), StoreError> {
        Err(StoreError::new("failed"))
    }

    #[tokio::test]
    async fn a_quiet_process_has_one_connection_and_a_busy_one_some() {
        let (numbered, done) = (numbered(2), Notify::new());
        assert_eq!([numbered.succeed().await, numbered.succeed().await], [0, 0]);
        let (begun, work) = (AtomicUsize::new(0), Notify::new());
        let busy = || async {
            if begun.fetch_add(1, Ordering::Relaxed) == 2 {
                work.notify_one();
            }
            done.notified().await;
            Ok(())
        };
        let release = async {
            work.notified().await;
            done.notify_waiters();
        };
        let (first, second, third, ()) =
            tokio::join!(numbered.number(busy()), numbered.number(busy()), numbered.number(busy()), release);
        assert_eq!([first, second, third].map(Result::unwrap), [0, 1, 0]);
        assert_eq!(numbered.succeed().await, 0);
    }

    #[tokio::test]
    async fn a_connection_on_which_a_call_failed_carries_only_what_is_under_way_on_it() {
        let (numbered, done) = (numbered(1), Notify::new());
        let under_way = numbered.number(async {
            done.notified().await;
            Ok(())
        });
        let others = async {
            numbered.number(ready(failed())).await.unwrap_err();
            assert_eq!(numbered.succeed().await, 1);
            done.notify_one();
        };
        let (under_way, ()) = tokio::join!(under_way, others);
        assert_eq!(under_way.unwrap(), 0);
        assert_eq!(numbered.server.cancelled.load(Ordering::Relaxed), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_is_not_answered_fails_before_the_ledger_gives_it_up() {
        let numbered = numbered(1);
        let error = numbered.number(pending()).await.unwrap_err();
        assert_eq!(error.reason, "the server has not answered within 4 s");
        tokio::time::sleep(SHORTEST_REST).await;
        assert_eq!(numbered.succeed().await, 1);
        assert_eq!(numbered.server.cancelled.load(Ordering::Relaxed), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_does_not_answer_is_left_alone_for_longer_and_longer() {
        let numbered = numbered(1);
        for rest in [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000] {
            numbered.number(pending()).await.unwrap_err();
            let made = numbered.made();
            let begun = Instant::now();
            let error = numbered.number(ready(Ok(()))).await.unwrap_err();
            assert_eq!(error.reason, format!("the server did not answer, and is tried again in {rest} ms"));
            assert_eq!((begun.elapsed(), numbered.made()), (Duration::ZERO, made));
            tokio::time::sleep(Duration::from_millis(rest)).await;
        }
        numbered.succeed().await;
        numbered.number(pending()).await.unwrap_err();
        tokio::time::sleep(SHORTEST_REST).await;
        numbered.succeed().await;
    }

    #[tokio::test(start_paused = true)]
    async fn calls_that_are_not_answered_together_are_one_silence() {
        let numbered = numbered(1);
        let (first, second) = tokio::join!(numbered.number(pending()), numbered.number(pending()));
        assert!(first.is_err() && second.is_err());
        tokio::time::sleep(SHORTEST_REST).await;
        assert_eq!(numbered.succeed().await, 1);
    }

    #[tokio::test(start_paused = true)]
    async fn while_one_connection_rests_another_serves() {
        let numbered = numbered(2);
        numbered.number(pending()).await.unwrap_err();
        assert_eq!(numbered.succeed().await, 1);
    }

    #[tokio::test]
    async fn a_connection_that_has_ended_is_made_again() {
        let numbered = numbered(1);
        numbered.server.is_ending.store(true, Ordering::Relaxed);
        assert_eq!(numbered.succeed().await, 0);
        // Its driver ends as soon as it is run.
        while numbered.succeed().await == 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(numbered.made(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_is_dropped_leaves_its_connection_unless_it_went_unanswered_for_long() {
        let numbered = numbered(1);
        numbered.succeed().await;
        numbered.hang_for(LONG - Duration::from_millis(1)).await;
        assert_eq!(numbered.succeed().await, 0);
        numbered.hang_for(LONG).await;
        tokio::time::sleep(SHORTEST_REST).await;
        assert_eq!(numbered.succeed().await, 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_is_made_though_whoever_needed_it_first_is_gone() {
        let numbered = numbered(1);
        for _ in 0..10 {
            numbered.hang_for(Duration::from_millis(1)).await;
        }
        assert_eq!((numbered.succeed().await, numbered.made()), (0, 1));
    }

    #[tokio::test(start_paused = true)]
    async fn after_a_black_hole_a_connection_is_made_under_whatever_load() {
        let numbered = numbered(1);
        numbered.server.is_black_hole.store(true, Ordering::Relaxed);
        numbered.hang_for(LONG).await;
        numbered.server.is_black_hole.store(false, Ordering::Relaxed);
        let recovery = async {
            // Nobody waits for as long as a connection takes.
            while !matches!(timeout(Duration::from_millis(3), numbered.number(ready(Ok(())))).await, Ok(Ok(1))) {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        timeout(LONGEST_TO_CONNECT, recovery).await.unwrap();
        assert_eq!(numbered.made(), 2);
    }
}
