//! The ledger: what all processes of an app know together of their recordings.
//!
//! One process never sends a start twice. A fleet does: two workers get the same job, a process dies between sending and
//! learning, a callback arrives at a host that knows nothing of the recording. The ledger is the memory that they share, in
//! a store that the app runs already.
//!
//! All that it promises is decided by two functions without any I/O, between a read of the store and its compare-and-set:
//! what becomes of a session's document by what somebody does (`transition`), and by all callbacks together (`news`). The
//! tests search every state that three workers, a reconciler and a user can get a session into, while answers of the store
//! and of the service are lost or late, callbacks come late, twice or not at all, and processes die at any step (`model`).
//! Taken for granted there are the store's compare-and-set, and that no request is on its way for longer than the grace.

#[cfg(feature = "blocking")]
pub mod blocking;
mod document;
mod follow;
mod keeper;
#[cfg(test)]
mod model;
mod news;
mod options;
mod reconcile;
mod start;
mod statistics;
pub mod store;
mod tag;
mod take;
mod transition;
mod watch;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::warn;

pub use follow::{Follow, FollowedRecording};
pub use options::{LedgerOptions, LedgerStartOptions, OnUnknown};
pub use reconcile::ReconcileReport;
pub use start::LedgerRecording;
pub use statistics::{LEDGER_METRICS, LedgerStatistics};
pub use take::{TakeError, TakenEvent};
pub use transition::LedgerResolution;

use self::keeper::{Keeper, LOOK_WITHIN, within};
use self::reconcile::Seen;
use self::start::{report_until, unasked};
use self::statistics::{CountedStore, Statistics};
use self::store::{LedgerStore, MemoryStore, SessionKey};
use self::transition::Input;
use self::watch::Watch;
use crate::callback::{CallbackOptions, CallbackReceiver};
use crate::client::RecordingClient;
use crate::entry::LedgerEntry;
use crate::error::{RecordingError, Violation};
use crate::model::RecordingTarget;
use crate::options::{ENV_LEDGER_URL, Environment, or_note};
use crate::per_process::PerProcess;
use crate::protocol::{Acknowledged, CallOptions, stop};
use crate::time::Timestamp;
use crate::transport::Progress;

/// How long a recording may be silent where its slice length is not known: that of the longest slice, and some, in
/// milliseconds.
const LONGEST_SLICE: i64 = 130 * 60_000;
/// How long a stop waits for a store that doesn't answer: what runs costs.
const LOOK_BEFORE_STOP: Duration = Duration::from_secs(1);

/// Starts, stops and follows recordings with one memory for all processes of an app.
///
/// **A new start of a session is sent only after one that provably did nothing, or by somebody's decision; each leaves at most
/// once.** So a session is never recorded twice without a decision, provided that the store loses nothing it has acknowledged,
/// that all who start recordings take the same store, that nobody decides wrongly, and that no process, system or proxy
/// holds a request back for longer than the grace. Time alone never lets a start be sent again. It can't be promised that a
/// recording happens, nor anything after the store was restored from a backup, nor protection from the console's automatic
/// trigger: a recording that it starts is only noticed.
///
/// Cheap to clone; all clones share everything. It runs on the tokio runtime that awaits it.
///
/// ```
/// use rongcloud_recording::ledger::{LedgerOptions, LedgerStartOptions, OnUnknown, RecordingLedger};
/// # use rongcloud_recording::{
/// #     AudioFormat, ClientOptions, Credentials, RecordingClient, RecordingProfile, SliceLength, SplitStreamRecording,
/// #     VideoFormat,
/// # };
/// # use rongcloud_simulator::Simulator;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let simulator = Simulator::builder().app("key", "secret").room("room1", "session1").start().await?;
/// # let credentials = Credentials::new("key", "secret")?;
/// # let client = RecordingClient::new(credentials, ClientOptions::default().api_url(simulator.url()))?;
/// # let recording = SplitStreamRecording::new(VideoFormat::Mp4, AudioFormat::Aac, SliceLength::Minutes60);
/// # let profile = RecordingProfile::new(recording)?;
/// let ledger = RecordingLedger::in_memory(client, OnUnknown::Hold, &LedgerOptions::default())?;
///
/// // Two workers were given the same job: one recording.
/// let options = LedgerStartOptions::default();
/// let first = ledger.start("room1", "session1", &profile, options.clone()).await?;
/// let second = ledger.start("room1", "session1", &profile, options.clone()).await?;
/// assert_eq!(first.recording.record_id, second.recording.record_id);
/// assert!(first.is_mine && !second.is_mine);
///
/// // A job that comes late, too. Only whoever names the recording that is over starts another one.
/// ledger.stop(&first.recording, None).await?;
/// let late = ledger.start("room1", "session1", &profile, options.clone()).await?;
/// assert_eq!(first.recording.record_id, late.recording.record_id);
/// let next = ledger.start("room1", "session1", &profile, options.after(first.entry.generation)).await?;
/// assert!(next.is_mine && next.entry.generation == 2);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct RecordingLedger {
    shared: Arc<Shared>,
}

struct Shared {
    client: RecordingClient,
    receiver: Arc<CallbackReceiver>,
    keeper: Keeper,
    on_unknown: OnUnknown,
    grace: Option<Duration>,
    /// Where none is given, whichever process it is that asks: it may have been forked.
    holder: Option<String>,
    has_tags: bool,
    local: PerProcess<Local>,
    statistics: Statistics,
}

/// What this process alone knows: a forked child begins with nothing.
#[derive(Default)]
struct Local {
    watch: Arc<Watch>,
    seen: Seen,
    closed: CancellationToken,
}

impl RecordingLedger {
    /// A ledger of the given client, with the store that the options name, or else the environment's `RONGCLOUD_LEDGER_URL`.
    ///
    /// Nothing is opened yet: a program starts while its store is down, and each call fails until it can be reached.
    ///
    /// # Errors
    /// `InvalidInput` where no store is named, or one that this program has no engine for, and for unusable options.
    pub fn open(
        client: RecordingClient,
        on_unknown: OnUnknown,
        options: &LedgerOptions,
    ) -> Result<Self, RecordingError> {
        let mut found = Vec::new();
        let url = Environment::PROCESS.text("store", options.store.clone(), ENV_LEDGER_URL, &mut found);
        let store = url.and_then(|(path, url)| {
            let store = store::open(&url, options.ca_certificates.as_deref());
            or_note(store.map_err(|violation| named(violation, path)), &mut found)
        });
        options.checked_grace(&mut found);
        match store {
            Some(store) if found.is_empty() => Self::new(client, store, on_unknown, options),
            _ => Err(RecordingError::InvalidInput { violations: found, call: None }),
        }
    }

    /// A ledger of the given client and store, whatever store the options name.
    ///
    /// Callbacks are verified with the client's credentials; [`with_receiver`](Self::with_receiver) gives others.
    ///
    /// # Errors
    /// `InvalidInput` for unusable options.
    pub fn new(
        client: RecordingClient,
        store: Arc<dyn LedgerStore>,
        on_unknown: OnUnknown,
        options: &LedgerOptions,
    ) -> Result<Self, RecordingError> {
        let mut found = Vec::new();
        let grace = options.checked_grace(&mut found);
        RecordingError::from_violations(found)?;
        let receiver = CallbackReceiver::new(vec![client.credentials()], CallbackOptions::default())?;
        let statistics = Statistics::default();
        let store = Arc::new(CountedStore { store, statistics: statistics.clone() });
        let keeper = Keeper { store, stamps: client.stamps(), now: Timestamp::now };
        let shared = Shared {
            client,
            receiver: Arc::new(receiver),
            keeper,
            on_unknown,
            grace,
            holder: options.holder.clone(),
            has_tags: options.tags.unwrap_or(true),
            local: PerProcess::new(),
            statistics,
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// A ledger in memory, for tests and for programs of one process.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn in_memory(
        client: RecordingClient,
        on_unknown: OnUnknown,
        options: &LedgerOptions,
    ) -> Result<Self, RecordingError> {
        Self::new(client, Arc::new(MemoryStore::default()), on_unknown, options)
    }

    /// The same ledger, which verifies callbacks by a receiver of your own: for several apps, for old credentials during a
    /// rotation, or where the headers are named otherwise. Only before the ledger is cloned or used.
    #[must_use]
    pub fn with_receiver(mut self, receiver: Arc<CallbackReceiver>) -> Self {
        if let Some(shared) = Arc::get_mut(&mut self.shared) {
            shared.receiver = receiver;
        }
        self
    }

    /// The same ledger, whose time comes from the given function, for tests. Only before the ledger is cloned or used.
    #[must_use]
    pub fn with_clock(mut self, now: fn() -> Timestamp) -> Self {
        if let Some(shared) = Arc::get_mut(&mut self.shared) {
            shared.keeper.now = now;
        }
        self
    }

    /// Stops recording a session: `POST /rtc/record/stop.json`, and puts on record that it is over.
    ///
    /// It is sent whatever is on record, and where the store can't be asked, too. The files follow later, by callback.
    /// Source: record/stop.
    ///
    /// # Errors
    /// As [`RecordingClient::stop`].
    ///
    /// # Cancel safety
    /// Dropping the future cancels the call. The stop may have reached the service, and the ledger may not have it on record
    /// yet: a callback, or another stop, puts it there.
    pub async fn stop(
        &self,
        recording: impl Into<RecordingTarget>,
        options: impl Into<CallOptions>,
    ) -> Result<Acknowledged, RecordingError> {
        self.stop_observed(recording.into(), options.into(), Arc::default()).await
    }

    pub(crate) async fn stop_observed(
        &self,
        recording: RecordingTarget,
        options: CallOptions,
        progress: Arc<Progress>,
    ) -> Result<Acknowledged, RecordingError> {
        let shared = &self.shared;
        let key = shared.key(&recording.session_id);
        let mut operation = stop::operation(&recording, &options)?;
        let longest = operation.timeout.unwrap_or(shared.client.timeout());
        let deadline = Instant::now() + longest;
        // Read before it is sent: another start may be allowed meanwhile, which this stop is not about.
        let before = within(Instant::now() + LOOK_BEFORE_STOP.min(longest / 2), shared.keeper.read(&key)).await;
        operation.timeout = Some(deadline.saturating_duration_since(Instant::now()));
        let acknowledged = shared.client.run(operation, &progress).await?;
        let record_id = acknowledged.record_id.clone();
        let input = before.map(|document| document.and_then(|document| Input::stopped(&document, record_id)));
        let noted = match input {
            Ok(None) => Ok(()),
            Ok(Some(input)) => shared.keeper.apply(&key, &input, report_until(deadline)).await.map(drop),
            Err(error) => Err(error),
        };
        match noted {
            Ok(()) => shared.tell(&key),
            // A callback tells of its end, too.
            Err(error) => warn!(session_id = key.session_id, error = error.to_string(), "stop not on record"),
        }
        Ok(acknowledged)
    }

    /// What is on record whose outcome nobody knows, the oldest first; at most as many as given.
    ///
    /// # Errors
    /// `NotSent`, cause `Store`.
    ///
    /// # Cancel safety
    /// Dropping the future changes nothing.
    pub async fn unresolved(&self, most: usize) -> Result<Vec<LedgerEntry>, RecordingError> {
        let keeper = &self.shared.keeper;
        keeper.unknown(self.shared.client.app_key(), most).await.map_err(|error| unasked(&error))
    }

    /// What is on record, whatever needs to be looked at soonest first: unknown outcomes and what is running before what is
    /// over; at most as many as given.
    ///
    /// # Errors
    /// `NotSent`, cause `Store`.
    ///
    /// # Cancel safety
    /// Dropping the future changes nothing.
    pub async fn entries(&self, most: usize) -> Result<Vec<LedgerEntry>, RecordingError> {
        let keeper = &self.shared.keeper;
        keeper.soonest(self.shared.client.app_key(), most).await.map_err(|error| unasked(&error))
    }

    /// Puts on record what became of a start whose outcome is unknown: somebody has found out, or decides.
    ///
    /// # Errors
    /// `Conflict` where the outcome of that generation is not unknown, but for what is on record already; `InvalidInput`
    /// where nothing is on record of the session; `NotSent`, cause `Store`.
    ///
    /// # Cancel safety
    /// Dropping the future may leave the decision on record or not; the same again is no harm, for it names the generation.
    pub async fn resolve(
        &self,
        session_id: &str,
        generation: i64,
        resolution: LedgerResolution,
    ) -> Result<LedgerEntry, RecordingError> {
        let shared = &self.shared;
        let key = shared.key(session_id);
        let input = Input::Resolved { generation, resolution };
        let outcome = shared.keeper.apply(&key, &input, Instant::now() + LOOK_WITHIN).await;
        let outcome = outcome.map_err(|error| unasked(&error))?;
        shared.tell(&key);
        let Some(document) = outcome.document else {
            return Err(follow::nothing_on_record());
        };
        let entry = document.entry.seen_at(shared.keeper.now());
        if outcome.is_denied {
            let reason = format!("there is no unknown outcome of generation {generation} to be resolved");
            return Err(RecordingError::Conflict { entry: Box::new(entry), reason, call: None });
        }
        Ok(entry)
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.shared.local().closed.is_cancelled()
    }

    /// Ends what the ledger does by itself: following, waiting and keeping up. The client stays open; what is on its way is
    /// put on record.
    pub fn close(&self) {
        self.shared.local().closed.cancel();
    }
}

impl Shared {
    fn key(&self, session_id: &str) -> SessionKey {
        SessionKey::new(self.client.app_key(), session_id)
    }

    fn holder(&self) -> String {
        self.holder.clone().unwrap_or_else(this_process)
    }

    fn local(&self) -> Arc<Local> {
        self.local.get_or_make(Local::default)
    }

    /// Tells those of this process who follow the session that something has changed.
    fn tell(&self, key: &SessionKey) {
        self.local().watch.tell(key);
    }
}

impl fmt::Debug for RecordingLedger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordingLedger")
            .field("client", &self.shared.client)
            .field("on_unknown", &self.shared.on_unknown)
            .field("holder", &self.shared.holder())
            .finish_non_exhaustive()
    }
}

/// The same, where it is about the address, by the name under which that was given.
fn named(violation: Violation, path: &str) -> Violation {
    if violation.path == store::ADDRESS { Violation { path: path.to_owned(), ..violation } } else { violation }
}

/// Host name and process id, as well as this machine tells them.
fn this_process() -> String {
    let host = std::env::var("HOSTNAME").ok().or_else(|| std::fs::read_to_string("/proc/sys/kernel/hostname").ok());
    let host = host.map(|host| host.trim().to_owned()).filter(|host| !host.is_empty());
    format!("{}:{}", host.unwrap_or_else(|| "host".to_owned()), std::process::id())
}
