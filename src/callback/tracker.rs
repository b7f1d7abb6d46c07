//! What replies and callbacks of one recording add up to, in whatever order and however often they come.
//!
//! A tracker holds a set of facts that only grows, and everything it tells is worked out from the set: so no order and
//! no repetition can lead to another answer.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::event::{RecordingEvent, RecordingEventKind};
use super::replay::milliseconds;
use crate::error::{RecordingError, Violation, codes};
use crate::protocol::start::StartedRecording;

/// How far a recording has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, uniffi::Enum)]
#[non_exhaustive]
pub enum RecordingPhase {
    /// The service has accepted the start, and no callback has come yet; or nothing is known but the id.
    Requested,
    /// It has begun, or files of it are complete.
    Recording,
    /// It has ended; no file has been uploaded yet.
    Ended,
    /// It has ended and at least one file has been uploaded. How many there will be, the service doesn't say.
    Uploaded,
    /// It is not uploaded, and nothing has been heard for longer than you wait.
    Stale,
}

/// What is known of a recording.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct TrackedRecording {
    /// How far it has come.
    pub phase: RecordingPhase,
    /// The recording: `recordId`.
    pub record_id: String,
    /// When the start was accepted.
    pub requested_at: Option<SystemTime>,
    /// When it began.
    pub started_at: Option<SystemTime>,
    /// When it ended.
    pub ended_at: Option<SystemTime>,
    /// The files that are complete, by time.
    pub slices: Vec<RecordingEvent>,
    /// The uploads, by time.
    pub uploads: Vec<RecordingEvent>,
    /// Events of kinds that this library doesn't know, by time.
    pub others: Vec<RecordingEvent>,
    /// The latest of all these times.
    pub last_news_at: Option<SystemTime>,
}

/// Merges the replies and callbacks of one recording, which may come late, twice or out of order, into one answer.
#[derive(uniffi::Object)]
pub struct RecordingTracker {
    facts: Mutex<Facts>,
}

/// By time, kind and text: equal events are one.
type EventKey = (i64, i64, String);

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Facts {
    record_id: String,
    requested_at_ms: Option<i64>,
    events: BTreeMap<EventKey, RecordingEvent>,
}

#[derive(Serialize, Deserialize)]
struct Snapshot {
    version: u32,
    record_id: String,
    requested_at_ms: Option<i64>,
    events: Vec<String>,
}

const SNAPSHOT_VERSION: u32 = 1;

#[uniffi::export]
impl RecordingTracker {
    /// A tracker of one recording: its `recordId`, from the start's reply or from any callback.
    ///
    /// Errors: `InvalidInput` where the id is empty.
    #[uniffi::constructor]
    pub fn new(record_id: String) -> Result<Self, RecordingError> {
        if record_id.is_empty() {
            return invalid("record_id", codes::EMPTY, "must not be empty");
        }
        Ok(Self { facts: Mutex::new(Facts { record_id, ..Facts::default() }) })
    }

    /// A tracker as it was when the snapshot was taken.
    ///
    /// Errors: `InvalidInput` where the text is not a snapshot.
    #[uniffi::constructor]
    pub fn restore(snapshot: String) -> Result<Self, RecordingError> {
        let Ok(Snapshot { version: SNAPSHOT_VERSION, record_id, requested_at_ms, events }) =
            serde_json::from_str(&snapshot)
        else {
            return invalid("snapshot", codes::INVALID_JSON, "is not a snapshot of a tracker of this version");
        };
        let tracker = Self::new(record_id)?;
        tracker.facts().requested_at_ms = requested_at_ms;
        for text in events {
            match RecordingEvent::read(text.as_bytes()) {
                Ok(event) => tracker.record(event)?,
                Err(error) => return invalid("snapshot", codes::INVALID_JSON, error.to_string()),
            };
        }
        Ok(tracker)
    }

    /// Notes that the service accepted the start, and when.
    ///
    /// Errors: `InvalidInput` where it is another recording.
    pub fn requested(&self, started: StartedRecording, at: SystemTime) -> Result<(), RecordingError> {
        let mut facts = self.facts();
        facts.check(&started.record_id)?;
        let at = rounded_milliseconds(at);
        facts.requested_at_ms = Some(facts.requested_at_ms.map_or(at, |earlier| earlier.min(at)));
        Ok(())
    }

    /// Notes an event. True where it is new.
    ///
    /// Errors: `InvalidInput` where it is another recording's.
    pub fn record(&self, event: RecordingEvent) -> Result<bool, RecordingError> {
        let mut facts = self.facts();
        facts.check(&event.record_id)?;
        let time = event.occurred_at.map(rounded_milliseconds).unwrap_or_default();
        let key = (time, event.kind_number, event.json.clone());
        Ok(facts.events.insert(key, event).is_none())
    }

    /// What is known now. `stale_after`: how long you wait for news before you look into it.
    ///
    /// Errors: none are expected; every call across the language boundary may report `Internal`.
    pub fn state(&self, now: SystemTime, stale_after: Duration) -> Result<TrackedRecording, RecordingError> {
        Ok(self.facts().state(now, stale_after))
    }

    /// Everything noted, as a text to be stored and given to `restore`. Equal facts give equal texts.
    ///
    /// Errors: none are expected; every call across the language boundary may report `Internal`.
    pub fn snapshot(&self) -> Result<String, RecordingError> {
        let facts = self.facts();
        serde_json::to_string(&Snapshot {
            version: SNAPSHOT_VERSION,
            record_id: facts.record_id.clone(),
            requested_at_ms: facts.requested_at_ms,
            events: facts.events.values().map(|event| event.json.clone()).collect(),
        })
        .map_err(|error| RecordingError::Internal { reason: error.to_string() })
    }
}

impl RecordingTracker {
    fn facts(&self) -> MutexGuard<'_, Facts> {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Facts {
    fn check(&self, record_id: &str) -> Result<(), RecordingError> {
        if record_id == self.record_id {
            return Ok(());
        }
        invalid("record_id", codes::NOT_APPLICABLE, "is another recording's: use a tracker for each")
    }

    fn state(&self, now: SystemTime, stale_after: Duration) -> TrackedRecording {
        let of = |kind: RecordingEventKind| self.events.values().filter(move |event| event.kind == kind);
        let first = |kind| of(kind).find_map(|event| event.occurred_at);
        let all = |kind| of(kind).cloned().collect::<Vec<_>>();
        let requested_at = self.requested_at_ms.and_then(time);
        let last_news_at = self.events.values().filter_map(|event| event.occurred_at).chain(requested_at).max();
        let has = |kind| of(kind).next().is_some();
        let phase = if has(RecordingEventKind::Ended) {
            if has(RecordingEventKind::Uploaded) { RecordingPhase::Uploaded } else { RecordingPhase::Ended }
        } else if self.events.is_empty() {
            RecordingPhase::Requested
        } else {
            RecordingPhase::Recording
        };
        let is_silent =
            last_news_at.is_some_and(|last| now.duration_since(last).is_ok_and(|silence| silence > stale_after));
        TrackedRecording {
            phase: if is_silent && phase != RecordingPhase::Uploaded { RecordingPhase::Stale } else { phase },
            record_id: self.record_id.clone(),
            requested_at,
            started_at: first(RecordingEventKind::Started),
            ended_at: first(RecordingEventKind::Ended),
            slices: all(RecordingEventKind::Sliced),
            uploads: all(RecordingEventKind::Uploaded),
            others: all(RecordingEventKind::Other),
            last_news_at,
        }
    }
}

/// A time that has come through another language may be some nanoseconds before its millisecond. Not more is added, so
/// that no time lies in the future.
fn rounded_milliseconds(time: SystemTime) -> i64 {
    milliseconds(time.checked_add(LOST_ON_THE_WAY).unwrap_or(time))
}

const LOST_ON_THE_WAY: Duration = Duration::from_micros(1);

fn time(milliseconds: i64) -> Option<SystemTime> {
    UNIX_EPOCH.checked_add(Duration::from_millis(u64::try_from(milliseconds).ok()?))
}

fn invalid<T>(path: &str, code: &'static str, reason: impl Into<String>) -> Result<T, RecordingError> {
    Err(RecordingError::InvalidInput { violations: vec![Violation::new(path, code, reason)] })
}
