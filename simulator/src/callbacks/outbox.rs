//! The callbacks that were made: which are held, on their way, or done.

use std::sync::Arc;

use serde_json::Value;
use tokio::sync::{mpsc, watch};

use crate::callbacks::delivery::{Attempts, Delivery, When};
use crate::callbacks::failures::Failures;
use crate::callbacks::target::Target;
use crate::callbacks::{Attempt, Callback, CallbackKind, CallbackState, RoomCallbackVersion};
use crate::history::Log;

/// A copy of a callback, to be delivered.
#[derive(Clone)]
pub(crate) struct Job {
    pub(crate) ticket: u64,
    pub(crate) kind: CallbackKind,
    pub(crate) target: Arc<Target>,
    pub(crate) app_key: Arc<str>,
    pub(crate) body: Arc<str>,
    pub(crate) attempts: Attempts,
}

struct Entry {
    callback: Callback,
    /// Copies that are neither delivered nor given up.
    open: u32,
    failed: bool,
}

/// Where callbacks go.
pub(crate) struct Urls {
    pub(crate) recording: Option<Target>,
    pub(crate) room: Option<Target>,
}

pub(crate) struct Outbox {
    urls: [Option<Arc<Target>>; 2],
    pub(crate) version: RoomCallbackVersion,
    /// The app whose rooms they are. Rooms are shared by all apps, and one of them is told.
    pub(crate) room_app: Option<String>,
    delivery: Delivery,
    made_since: u64,
    failures: Failures,
    held: Vec<Job>,
    log: Log<Entry>,
    jobs: mpsc::UnboundedSender<Job>,
    pending: watch::Sender<usize>,
}

impl Outbox {
    pub(crate) fn new(version: RoomCallbackVersion, room_app: Option<String>) -> (Self, mpsc::UnboundedReceiver<Job>) {
        let (jobs, receiver) = mpsc::unbounded_channel();
        let outbox = Self {
            urls: [None, None],
            version,
            room_app,
            delivery: Delivery::immediate(),
            made_since: 0,
            failures: Failures::default(),
            held: Vec::new(),
            log: Log::default(),
            jobs,
            pending: watch::Sender::default(),
        };
        (outbox, receiver)
    }

    pub(crate) fn set_urls(&mut self, urls: Urls) {
        self.urls = [urls.recording.map(Arc::new), urls.room.map(Arc::new)];
    }

    fn target(&self, kind: CallbackKind) -> Option<Arc<Target>> {
        let [recording, room] = &self.urls;
        match kind {
            CallbackKind::Recording => recording.clone(),
            CallbackKind::Room => room.clone(),
        }
    }

    /// Those that are held stay so until they are delivered.
    pub(crate) fn set_delivery(&mut self, delivery: Delivery) {
        self.delivery = delivery;
        self.made_since = 0;
    }

    pub(crate) fn set_failures(&mut self, failures: Failures) {
        self.failures = failures;
    }

    pub(crate) fn wants(&self, kind: CallbackKind) -> bool {
        self.target(kind).is_some()
    }

    /// Makes no callback where there is no URL for it.
    pub(crate) fn add(&mut self, kind: CallbackKind, app_key: &str, mut body: Value) {
        let Some(target) = self.target(kind) else {
            return;
        };
        if kind == CallbackKind::Recording {
            self.failures.strike(&mut body);
        }
        let lost = self.delivery.lose.contains(&self.made_since);
        self.made_since += 1;
        let held = self.delivery.when == When::Held;
        let state = match (lost, held) {
            (true, _) => CallbackState::Lost,
            (false, true) => CallbackState::Held,
            (false, false) => CallbackState::Queued,
        };
        let text: Arc<str> = body.to_string().into();
        let callback = Callback { kind, url: target.url(&target.path(&[])), body, state, attempts: Vec::new() };
        let ticket = self.log.add(Entry { callback, open: 0, failed: false });
        let attempts = self.delivery.of_each();
        let job = Job { ticket, kind, target, app_key: app_key.into(), body: text, attempts };
        match state {
            CallbackState::Held => self.held.push(job),
            CallbackState::Queued => self.send(self.copies(vec![job])),
            _ => {}
        }
    }

    fn copies(&self, jobs: Vec<Job>) -> Vec<Job> {
        let copies = self.delivery.duplicate as usize + 1;
        jobs.into_iter().flat_map(|job| std::iter::repeat_n(job, copies)).collect()
    }

    fn send(&mut self, jobs: Vec<Job>) {
        for job in jobs {
            if let Some(entry) = self.log.get_mut(job.ticket) {
                entry.callback.state = CallbackState::Queued;
                entry.open += 1;
            }
            self.pending.send_modify(|pending| *pending += 1);
            // Fails only when the simulator ends.
            let _ = self.jobs.send(job);
        }
    }

    /// Sends what is held.
    pub(crate) fn deliver(&mut self) {
        let held = std::mem::take(&mut self.held);
        let mut jobs = self.copies(held);
        if let Some(seed) = self.delivery.shuffle {
            shuffle(&mut jobs, seed);
        }
        self.send(jobs);
    }

    /// How many are on their way.
    pub(crate) fn pending(&self) -> watch::Receiver<usize> {
        self.pending.subscribe()
    }

    pub(crate) fn note(&mut self, ticket: u64, attempt: Attempt) {
        if let Some(entry) = self.log.get_mut(ticket) {
            entry.callback.attempts.push(attempt);
        }
    }

    /// A copy was delivered or given up.
    pub(crate) fn settle(&mut self, ticket: u64, delivered: bool) {
        if let Some(entry) = self.log.get_mut(ticket) {
            entry.open -= 1;
            entry.failed |= !delivered;
            if entry.open == 0 {
                entry.callback.state = if entry.failed { CallbackState::Failed } else { CallbackState::Delivered };
            }
        }
        self.pending.send_modify(|pending| *pending -= 1);
    }

    pub(crate) fn all(&self) -> Vec<Callback> {
        self.log.iter().map(|entry| entry.callback.clone()).collect()
    }

    pub(crate) fn forget(&mut self) {
        self.log.forget();
    }
}

/// Fisher and Yates's shuffle, on numbers of the splitmix64 generator.
fn shuffle<T>(items: &mut [T], seed: u64) {
    let mut state = seed;
    for last in (1..items.len()).rev() {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        items.swap(last, (mixed % (last as u64 + 1)) as usize);
    }
}
