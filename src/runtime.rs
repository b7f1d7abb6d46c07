//! The shared runtime: one small tokio runtime per process that runs every call from another language and every
//! blocking call.
//!
//! It is created on first use and keyed by process id: the threads of a runtime do not survive `fork`, and a child that
//! waited for them would wait for ever. Where a thread does nothing but wait for the ends of calls, as in Kotlin and Swift,
//! the runtime has no threads of its own: the one that waits carries the calls meanwhile, so that none is handed from one
//! thread to the other when it ends. It can be shut down, so that none of its threads is left when an interpreter is
//! torn down. [`shutdown`] is final for the process that calls it: later calls there fail as `NotSent`. Only a name
//! lookup that the system has not finished continues, on a thread of its own that touches nothing else.
//!
//! Rust programs with async code do not need it: [`RecordingClient`](crate::RecordingClient) runs on the tokio runtime
//! that awaits it.

use std::future::Future;
use std::io;
use std::panic::catch_unwind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::Notify;

use crate::error::{FailureCause, RecordingError};
use crate::per_process::PerProcess;

/// The work is waiting for sockets: two threads carry thousands of calls.
const MOST_WORKERS: usize = 2;

static WORKERS_OF_PROCESS: PerProcess<Workers> = PerProcess::new();

struct Workers {
    handle: Handle,
    ended: AtomicBool,
    /// Only whoever ends it ever takes it out, and nobody looks in but those who carry it, so that the last reference is
    /// taken.
    runtime: ArcSwapOption<Runtime>,
    /// Where it has no threads of its own.
    carriers: Option<Carriers>,
}

impl Workers {
    fn start() -> Result<Self, RecordingError> {
        let local = |reason: String| RecordingError::not_sent(FailureCause::Local, reason);
        let unstartable = |error| local(format!("the runtime's threads can't be started: {error}"));
        // On one core, a second thread only takes turns with the first.
        let workers = thread::available_parallelism().map_or(MOST_WORKERS, |cores| cores.get().min(MOST_WORKERS));
        try_threads(workers).map_err(unstartable)?;
        let build = || {
            Builder::new_multi_thread().worker_threads(workers).thread_name("rongcloud-recording").enable_all().build()
        };
        let runtime = catch_unwind(build)
            .map_err(|_| local("the runtime's threads can't be started".to_owned()))?
            .map_err(unstartable)?;
        Ok(Self::of(runtime, None))
    }

    #[cfg(feature = "ffi")]
    fn carried() -> Result<Self, RecordingError> {
        let runtime = Builder::new_current_thread().thread_name("rongcloud-recording").enable_all().build();
        let runtime = runtime.map_err(|error| {
            RecordingError::not_sent(FailureCause::Local, format!("the runtime can't be started: {error}"))
        })?;
        Ok(Self::of(runtime, Some(Carriers::default())))
    }

    fn of(runtime: Runtime, carriers: Option<Carriers>) -> Self {
        let handle = runtime.handle().clone();
        Self { handle, ended: AtomicBool::new(false), runtime: ArcSwapOption::from_pointee(runtime), carriers }
    }

    /// Takes it out of use. Waits at most as long as given for those who carry it.
    fn take(&self, longest: Duration) -> Option<Runtime> {
        self.ended.store(true, Ordering::Release);
        let runtime = self.runtime.swap(None);
        if let Some(carriers) = &self.carriers {
            carriers.end(longest);
        }
        runtime.and_then(Arc::into_inner)
    }
}

/// Those who carry a runtime that has no threads of its own.
#[derive(Default)]
struct Carriers {
    state: Mutex<Carrying>,
    /// Somebody has left while others wait for that.
    left: Condvar,
    /// Everybody is to leave.
    leave: Notify,
}

#[derive(Default)]
struct Carrying {
    count: usize,
    is_ending: bool,
}

impl Carriers {
    fn end(&self, longest: Duration) {
        self.leave.notify_waiters();
        let mut state = self.state();
        state.is_ending = true;
        drop(self.left.wait_timeout_while(state, longest, |state| state.count > 0));
    }

    fn state(&self) -> MutexGuard<'_, Carrying> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts as one who carries until it is dropped.
#[cfg(feature = "ffi")]
struct Carrier<'a>(&'a Carriers);

#[cfg(feature = "ffi")]
impl<'a> Carrier<'a> {
    fn of(carriers: &'a Carriers) -> Self {
        carriers.state().count += 1;
        Self(carriers)
    }
}

#[cfg(feature = "ffi")]
impl Drop for Carrier<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.count -= 1;
        let is_awaited = state.is_ending;
        drop(state);
        // It is a system call, and everybody leaves with each call that has ended.
        if is_awaited {
            self.0.left.notify_all();
        }
    }
}

/// Whether the system has threads for the runtime: tokio panics where it can't start its first, and counts on the
/// others to come some time.
///
/// Asks for twice as many, because one that has ended counts for a moment yet.
fn try_threads(workers: usize) -> io::Result<()> {
    let tried: Vec<_> = (0..2 * workers).map(|_| thread::Builder::new().spawn(thread::park)).collect();
    let mut result = Ok(());
    for thread in tried {
        match thread {
            Ok(thread) => {
                thread.thread().unpark();
                let _ = thread.join();
            }
            Err(error) => result = Err(error),
        }
    }
    result
}

impl Drop for Workers {
    fn drop(&mut self) {
        // A runtime's own destructor would wait, which panics on an async thread.
        drop(Ending(self.take(Duration::ZERO)));
    }
}

/// Has this process's runtime carried by those who [`carry`] it, unless it has threads of its own already.
#[cfg(feature = "ffi")]
pub(crate) fn be_carried() -> Result<(), RecordingError> {
    WORKERS_OF_PROCESS.get_or_try_make(Workers::carried).map(drop)
}

/// Carries the runtime on this thread until the future has ended. Nothing where the runtime has threads of its own, or
/// has been shut down.
#[cfg(feature = "ffi")]
pub(crate) fn carry<F: Future>(future: F) -> Option<F::Output> {
    let workers = WORKERS_OF_PROCESS.get()?;
    let carriers = workers.carriers.as_ref()?;
    let _carrier = Carrier::of(carriers);
    // Before the runtime is looked for: whoever ends it takes it out first.
    let leave = carriers.leave.notified();
    let runtime = workers.runtime.load_full()?;
    let ended = runtime.block_on(async {
        tokio::select! {
            biased;
            () = leave => None,
            ended = future => Some(ended),
        }
    });
    // The last one ends it, where that is not whoever shuts it down.
    drop(Ending(Arc::into_inner(runtime)));
    ended
}

/// Spawns a future on the shared runtime.
pub(crate) fn spawn<F>(future: F) -> Result<tokio::task::JoinHandle<F::Output>, RecordingError>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let workers = WORKERS_OF_PROCESS.get_or_try_make(Workers::start)?;
    if workers.ended.load(Ordering::Acquire) {
        return Err(RecordingError::not_sent(
            FailureCause::ClientClosed,
            "the shared runtime of this process has been shut down",
        ));
    }
    Ok(workers.handle.spawn(future))
}

/// Shuts down the shared runtime of this process: calls in progress end as `Cancelled`, later ones fail as `NotSent`.
///
/// Waits at most the given time for the threads to end. It may be called on an async thread. It does nothing if no
/// runtime has been created. A forked child is another process and gets its own runtime.
pub fn shutdown(timeout: Duration) {
    let Some(runtime) = WORKERS_OF_PROCESS.get().and_then(|workers| workers.take(timeout)) else { return };
    // A thread of its own, because tokio forbids this wait on an async thread. Where none can be had, the runtime is
    // dropped with the closure, on whichever thread this is: then there is no waiting either.
    let ending = Ending(Some(runtime));
    if let Ok(thread) = thread::Builder::new().spawn(move || ending.wait(timeout)) {
        // The thread ends by itself; a panic in it has been reported by the panic hook.
        let _ = thread.join();
    }
}

/// A runtime that has been taken out of use, whose destructor never waits.
struct Ending(Option<Runtime>);

impl Ending {
    fn wait(mut self, timeout: Duration) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_timeout(timeout);
        }
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
