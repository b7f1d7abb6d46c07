//! The callbacks that were made: which are held, on their way, or done.

use std::sync::Arc;

use serde_json::Value;
use tokio::sync::{mpsc, watch};

use super::bodies;
use super::callback::{Attempt, Callback, CallbackKind, CallbackState};
use super::delivery::{Delivery, RetrySignature, When};
use super::failures::Failures;
use super::resend::ResendError;
use super::stamp::Stamp;
use super::target::Target;
use crate::history::History;
use crate::invalid::InvalidCallback;
use crate::revision::Revision;
use crate::settings::Settings;
use crate::shared::Shared;
use crate::world::{Change, Event, Recording, Witness};

/// A copy of a callback, to be delivered.
#[derive(Clone)]
pub(crate) struct Job {
    pub(crate) ticket: u64,
    pub(crate) kind: CallbackKind,
    pub(crate) target: Arc<Target>,
    pub(crate) app_key: Arc<str>,
    pub(crate) body: Arc<str>,
    pub(crate) delivery: Arc<Delivery>,
    /// What it is signed with at first; of its own where it has none.
    pub(super) stamp: Option<Stamp>,
}

struct Entry {
    callback: Callback,
    /// What it is sent again with, and what it was sent with last.
    job: Job,
    stamp: Option<Stamp>,
    /// Copies that are neither delivered nor given up.
    open: u32,
    failed: bool,
}

/// Where callbacks go.
pub(crate) struct Urls([Option<Arc<Target>>; 2]);

impl Urls {
    pub(crate) fn parse(recording: Option<&str>, room: Option<&str>) -> Result<Self, InvalidCallback> {
        let target = |url: Option<&str>| Ok(url.map(Target::parse).transpose()?.map(Arc::new));
        Ok(Self([target(recording)?, target(room)?]))
    }

    /// Those that there are, about recordings and about rooms.
    pub(crate) fn told(&self) -> [Option<String>; 2] {
        self.0.each_ref().map(|target| target.as_ref().map(|it| it.url(&it.path(&[]))))
    }

    fn of(&self, kind: CallbackKind) -> Option<&Arc<Target>> {
        let [recording, room] = &self.0;
        match kind {
            CallbackKind::Recording => recording.as_ref(),
            CallbackKind::Room => room.as_ref(),
        }
    }
}

pub(crate) struct Outbox {
    settings: Arc<Settings>,
    pub(crate) urls: Urls,
    delivery: Arc<Delivery>,
    made_since: u64,
    lose_next: u64,
    pub(crate) failures: Failures,
    held: Vec<Job>,
    log: History<Entry>,
    jobs: mpsc::UnboundedSender<Job>,
    pending: watch::Sender<usize>,
    revision: Revision,
}

impl Outbox {
    pub(crate) fn new(settings: Arc<Settings>, revision: Revision) -> (Self, mpsc::UnboundedReceiver<Job>) {
        let (jobs, receiver) = mpsc::unbounded_channel();
        let outbox = Self {
            settings,
            urls: Urls([None, None]),
            delivery: Arc::default(),
            made_since: 0,
            lose_next: 0,
            failures: Failures::default(),
            held: Vec::new(),
            log: History::default(),
            jobs,
            pending: watch::Sender::default(),
            revision,
        };
        (outbox, receiver)
    }

    /// Those that are held stay so until they are delivered.
    pub(crate) fn set_delivery(&mut self, delivery: Delivery) {
        self.delivery = Arc::new(delivery);
        self.made_since = 0;
    }

    /// Makes no callback where there is no URL for it.
    fn add(&mut self, kind: CallbackKind, app_key: &str, mut body: Value) {
        let Some(target) = self.urls.of(kind).cloned() else {
            return;
        };
        if kind == CallbackKind::Recording {
            self.failures.strike(&mut body);
        }
        let lost = self.delivery.lose.contains(&self.made_since) || self.lose_next > 0;
        self.lose_next = self.lose_next.saturating_sub(1);
        self.made_since += 1;
        let held = self.delivery.when == When::Held;
        let state = match (lost, held) {
            (true, _) => CallbackState::Lost,
            (false, true) => CallbackState::Held,
            (false, false) => CallbackState::Queued,
        };
        let text: Arc<str> = body.to_string().into();
        let ticket = self.log.next();
        let callback = Callback {
            number: ticket + 1,
            kind,
            url: target.url(&target.path(&[])),
            body,
            state,
            attempts: Vec::new(),
            revision: self.revision.next(),
        };
        let delivery = Arc::clone(&self.delivery);
        let job = Job { ticket, kind, target, app_key: app_key.into(), body: text, delivery, stamp: None };
        self.log.add(Entry { callback, job: job.clone(), stamp: None, open: 0, failed: false });
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
            if let Some(entry) = self.change(job.ticket) {
                entry.callback.state = CallbackState::Queued;
                entry.open += 1;
            }
            self.pending.send_modify(|pending| *pending += 1);
            // Fails only when the simulator ends.
            let _ = self.jobs.send(job);
        }
    }

    /// An entry that will be another one than before.
    fn change(&mut self, ticket: u64) -> Option<&mut Entry> {
        let entry = self.log.get_mut(ticket)?;
        entry.callback.revision = self.revision.next();
        Some(entry)
    }

    /// Loses so many of those to come, beside what the delivery says.
    pub(crate) fn lose_next(&mut self, times: u64) {
        self.lose_next = times;
    }

    pub(crate) fn still_to_lose(&self) -> u64 {
        self.lose_next
    }

    /// Sends one once more, whatever became of it.
    pub(crate) fn resend(&mut self, number: u64, signature: RetrySignature) -> Result<(), ResendError> {
        let entry = number.checked_sub(1).and_then(|ticket| self.log.get_mut(ticket)).ok_or(ResendError::NotThere)?;
        if matches!(entry.callback.state, CallbackState::Held | CallbackState::Queued) {
            return Err(ResendError::NotSentYet);
        }
        let stamp = match signature {
            RetrySignature::New => None,
            RetrySignature::Same => Some(entry.stamp.clone().ok_or(ResendError::NothingToRepeat)?),
        };
        entry.failed = false;
        let once = Arc::new(entry.job.delivery.once());
        let job = Job { stamp, delivery: once, ..entry.job.clone() };
        self.send(vec![job]);
        Ok(())
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

    pub(crate) fn note(&mut self, ticket: u64, attempt: Attempt, stamp: Stamp) {
        if let Some(entry) = self.change(ticket) {
            entry.callback.attempts.push(attempt);
            entry.stamp = Some(stamp);
        }
    }

    /// A copy was delivered or given up.
    pub(crate) fn settle(&mut self, ticket: u64, delivered: bool) {
        if let Some(entry) = self.change(ticket) {
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

    /// Those of the newest that have changed since a revision, newest first, and the number of the oldest that is kept.
    pub(crate) fn changed(&self, since: u64, newest: usize) -> (u64, Vec<Callback>) {
        let newest = self.log.iter().rev().take(newest).map(|entry| &entry.callback);
        (self.log.first() + 1, newest.filter(|it| it.revision > since).cloned().collect())
    }

    pub(crate) fn delivery(&self) -> &Delivery {
        &self.delivery
    }

    /// How many are held.
    pub(crate) fn held(&self) -> usize {
        self.held.len()
    }

    pub(crate) fn forget(&mut self) {
        self.log.forget();
        self.revision.next();
    }
}

impl Witness for Shared<Outbox> {
    fn recording(&mut self, recording: &Recording, event: Event, at: u64) {
        let mut outbox = self.lock();
        // Most simulators have no receiver, and a load test would pay for the bodies.
        if outbox.urls.of(CallbackKind::Recording).is_some() {
            for body in bodies::of_recording(recording, event, at) {
                outbox.add(CallbackKind::Recording, &recording.app_key, body);
            }
        }
    }

    fn room(&mut self, change: &Change, at: u64) {
        let mut outbox = self.lock();
        let settings = Arc::clone(&outbox.settings);
        if let Some(app_key) = &settings.first_app {
            let body = bodies::of_room(change, app_key, settings.room_callback_version, at);
            outbox.add(CallbackKind::Room, app_key, body);
        }
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
