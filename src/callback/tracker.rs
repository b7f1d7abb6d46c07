//! What replies and callbacks of one recording add up to, in whatever order and however often they come.
//!
//! A tracker holds a set of facts that only grows, and everything it tells is worked out from the set: so no order and
//! no repetition can lead to another answer.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::event::{RecordingEvent, RecordingEventKind};
use crate::error::{RecordingError, Violation, checked_length, codes};
use crate::protocol::start::StartedRecording;
use crate::time::{Span, Timestamp};

/// How far a recording has progressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum RecordingPhase {
    /// No callback has arrived yet. The service has accepted the start, or may have.
    Requested,
    /// The recording has begun, or some of its files are complete.
    Recording,
    /// A file has been uploaded, and no end has been reported: the recording continues, or the callback of its end is
    /// late or lost.
    PartlyUploaded,
    /// The recording has ended, and no file has been uploaded yet.
    Ended,
    /// The recording has ended, and at least one file has been uploaded. The service doesn't say how many files there
    /// will be.
    Uploaded,
    /// A callback reports a failure (a `code` other than 200): see [`TrackedRecording::failures`].
    Failed,
}

/// What is known about a recording.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct TrackedRecording {
    /// How far it has progressed.
    pub phase: RecordingPhase,
    /// Whether the recording is not uploaded and nothing has been heard for longer than you are willing to wait. Always
    /// false while `last_news_at` is absent: if the outcome of a start is unknown and no callback has reported it, keep
    /// track of the time yourself.
    pub is_stale: bool,
    /// The recording: `recordId`. Absent if only its `extra` is known.
    pub record_id: Option<String>,
    /// The tag given at the start: `extra`. Absent if neither the tracker nor an event has one.
    pub extra: Option<String>,
    /// When the start was accepted, or sent.
    pub requested_at: Option<Timestamp>,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// The events of the files that are complete, by time.
    pub slices: Vec<RecordingEvent>,
    /// The events of the uploads that succeeded, by time.
    pub uploads: Vec<RecordingEvent>,
    /// The events of any kind that report a failure, by time: `code` and `error_message` say which.
    pub failures: Vec<RecordingEvent>,
    /// Events of kinds that this library doesn't know, by time.
    pub others: Vec<RecordingEvent>,
    /// The latest of all these times.
    pub last_news_at: Option<Timestamp>,
}

/// Merges the replies and callbacks of one recording, which may arrive late, twice or out of order, into one answer.
///
/// If two workers restored the same snapshot, recorded one event each and saved, one of the events would be lost. So
/// save with [`merge`](Self::merge), under a lock or with a compare-and-swap, or store the events and build the tracker
/// from them.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use rongcloud_recording::callback::{RecordingPhase, RecordingTracker, parse_recording_event};
///
/// let tracker = RecordingTracker::new("r-1")?;
/// // As a receiver gives it, or as it was read again from your store.
/// let event = parse_recording_event(r#"{"type": 1, "recordId": "r-1", "timestamp": 1700000000000}"#)?;
/// assert!(tracker.record(event)?);
/// let known = tracker.state(Duration::from_secs(600), None)?;
/// assert_eq!(known.phase, RecordingPhase::Recording);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[cfg_attr(feature = "ffi", derive(uniffi::Object))]
pub struct RecordingTracker {
    facts: Mutex<Facts>,
}

/// By time, kind and text: equal events are one.
type EventKey = (Timestamp, i64, String);

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Facts {
    record_id: Option<String>,
    /// As given; an event's own is looked up in the events.
    extra: Option<String>,
    requested_at: Option<Timestamp>,
    events: BTreeMap<EventKey, RecordingEvent>,
}

#[derive(Serialize, Deserialize)]
struct Snapshot {
    version: u32,
    record_id: Option<String>,
    #[serde(default)]
    extra: Option<String>,
    requested_at_ms: Option<i64>,
    events: Vec<String>,
}

const SNAPSHOT_VERSION: u32 = 2;
/// Version 1 had no `extra`.
const READABLE_VERSIONS: RangeInclusive<u32> = 1..=SNAPSHOT_VERSION;

impl RecordingTracker {
    /// Creates a tracker of one recording.
    ///
    /// # Errors
    /// `InvalidInput` if the id is empty.
    pub fn new(record_id: impl Into<String>) -> Result<Self, RecordingError> {
        let record_id = record_id.into();
        if record_id.is_empty() {
            return invalid("record_id", codes::EMPTY, "must not be empty");
        }
        Ok(Self::of(Facts { record_id: Some(record_id), ..Facts::default() }))
    }

    /// Creates a tracker of one recording from the `extra` of its start, for a start whose outcome is unknown. No other
    /// start may have the same `extra`. The tracker learns the `recordId` from the first event that has the tag, or
    /// from the start's reply.
    ///
    /// `since` is when the start was sent, as its error's call says: from then on the recording may become stale. Without
    /// it, nothing is stale before the first news.
    ///
    /// # Errors
    /// `InvalidInput` if the tag is empty.
    pub fn by_extra(extra: impl Into<String>, since: impl Into<Option<Timestamp>>) -> Result<Self, RecordingError> {
        let extra = extra.into();
        if extra.is_empty() {
            return invalid("extra", codes::EMPTY, "must not be empty");
        }
        Ok(Self::of(Facts { extra: Some(extra), requested_at: since.into(), ..Facts::default() }))
    }

    /// Restores a tracker from a snapshot.
    ///
    /// # Errors
    /// `InvalidInput` if the text is not a snapshot.
    pub fn restore(snapshot: impl AsRef<str>) -> Result<Self, RecordingError> {
        let read: Option<Snapshot> = serde_json::from_str(snapshot.as_ref()).ok();
        let Some(Snapshot { record_id, extra, requested_at_ms, events, .. }) =
            read.filter(|read| READABLE_VERSIONS.contains(&read.version))
        else {
            return invalid("snapshot", codes::INVALID_JSON, "is not a snapshot of a tracker of this version");
        };
        let (record_id, extra) = (record_id.filter(|id| !id.is_empty()), extra.filter(|extra| !extra.is_empty()));
        if record_id.is_none() && extra.is_none() {
            return invalid("snapshot", codes::INVALID_JSON, "names neither a recording nor an extra");
        }
        let tracker =
            Self::of(Facts { record_id, extra, requested_at: requested_at_ms.map(Timestamp), ..Facts::default() });
        for text in events {
            match RecordingEvent::read(text.as_bytes()) {
                Ok(event) => tracker.record(event)?,
                Err(error) => return invalid("snapshot", codes::INVALID_JSON, error.to_string()),
            };
        }
        Ok(tracker)
    }

    /// Records that the service accepted the start, and when; now, where no time is given.
    ///
    /// # Errors
    /// `InvalidInput` if it is another recording.
    pub fn requested(
        &self,
        started: &StartedRecording,
        at: impl Into<Option<Timestamp>>,
    ) -> Result<(), RecordingError> {
        let mut facts = self.facts();
        facts.check_id(&started.record_id)?;
        facts.record_id = Some(started.record_id.clone());
        facts.requested_at(at.into().unwrap_or_else(Timestamp::now));
        Ok(())
    }

    /// Records an event. Returns true if it is new.
    ///
    /// # Errors
    /// `InvalidInput` if the event is another recording's, or if it was made by hand and its `json` doesn't
    /// agree with its fields: a snapshot keeps the `json`.
    pub fn record(&self, event: RecordingEvent) -> Result<bool, RecordingError> {
        let event = as_its_json_says(event)?;
        let mut facts = self.facts();
        facts.check_event(&event)?;
        facts.record_id.get_or_insert_with(|| event.record_id.clone());
        Ok(facts.events.insert(key(&event), event).is_none())
    }

    /// Adds everything that another tracker of the same recording has recorded. This is a union: the order doesn't
    /// matter, and nothing is lost. The other tracker stays unchanged.
    ///
    /// # Errors
    /// `InvalidInput` if the other tracker is another recording's, or if nothing shows that it is the same one.
    pub fn merge(&self, other: &Self) -> Result<(), RecordingError> {
        // Not both locks at once.
        let other = other.facts().clone();
        let mut facts = self.facts();
        if !facts.is_same_recording(&other) {
            return invalid("other", codes::NOT_APPLICABLE, "is another recording's: use a tracker for each");
        }
        facts.record_id = facts.record_id.take().or(other.record_id);
        facts.extra = facts.extra.take().or(other.extra);
        if let Some(at) = other.requested_at {
            facts.requested_at(at);
        }
        facts.events.extend(other.events);
        Ok(())
    }

    /// Returns what is known now, or at the time given. `stale_after` is how long you wait for news before you look into it.
    ///
    /// # Errors
    /// `InvalidInput` for a negative `stale_after`.
    pub fn state(
        &self,
        stale_after: impl Into<Span>,
        now: impl Into<Option<Timestamp>>,
    ) -> Result<TrackedRecording, RecordingError> {
        let mut found = Vec::new();
        let stale_after = checked_length("stale_after", stale_after.into(), &mut found);
        RecordingError::from_violations(found)?;
        Ok(self.facts().state(now.into().unwrap_or_else(Timestamp::now), stale_after))
    }

    /// Everything recorded so far, as a text that you can store and pass to `restore`. Equal facts give equal texts.
    ///
    /// # Errors
    /// `Internal`, which is not expected.
    pub fn snapshot(&self) -> Result<String, RecordingError> {
        let facts = self.facts();
        serde_json::to_string(&Snapshot {
            version: SNAPSHOT_VERSION,
            record_id: facts.record_id.clone(),
            extra: facts.extra.clone(),
            requested_at_ms: facts.requested_at.map(|Timestamp(milliseconds)| milliseconds),
            events: facts.events.values().map(|event| event.json.clone()).collect(),
        })
        .map_err(|error| RecordingError::internal(error.to_string()))
    }
}

/// What it is about and how much it knows: events have ids of users in them.
impl fmt::Debug for RecordingTracker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let facts = self.facts();
        f.debug_struct("RecordingTracker")
            .field("record_id", &facts.record_id)
            .field("extra", &facts.extra)
            .field("events", &facts.events.len())
            .finish_non_exhaustive()
    }
}

impl RecordingTracker {
    fn of(facts: Facts) -> Self {
        Self { facts: Mutex::new(facts) }
    }

    fn facts(&self) -> MutexGuard<'_, Facts> {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Facts {
    fn check_id(&self, record_id: &str) -> Result<(), RecordingError> {
        if self.record_id.as_deref().is_none_or(|own| own == record_id) {
            return Ok(());
        }
        invalid("record_id", codes::NOT_APPLICABLE, "is another recording's: use a tracker for each")
    }

    fn check_event(&self, event: &RecordingEvent) -> Result<(), RecordingError> {
        if self.record_id.is_none() && self.extra.as_deref().is_some_and(|extra| extra != event.extra) {
            return invalid("extra", codes::NOT_APPLICABLE, "is another start's: use a tracker for each");
        }
        self.check_id(&event.record_id)
    }

    fn requested_at(&mut self, at: Timestamp) {
        self.requested_at = Some(self.requested_at.map_or(at, |earlier| earlier.min(at)));
    }

    fn extra(&self) -> Option<&str> {
        let of_event = || self.events.values().map(|event| event.extra.as_str()).find(|extra| !extra.is_empty());
        self.extra.as_deref().or_else(of_event)
    }

    /// By the record id, or where one of the two has none yet, by the `extra`.
    fn is_same_recording(&self, other: &Self) -> bool {
        match (&self.record_id, &other.record_id) {
            (Some(own), Some(other)) => own == other,
            _ => self.extra().is_some() && self.extra() == other.extra(),
        }
    }

    fn state(&self, now: Timestamp, stale_after: Duration) -> TrackedRecording {
        let of = |kind: RecordingEventKind| {
            self.events.values().filter(move |event| event.kind == kind && !event.is_failure())
        };
        let has = |kind| of(kind).next().is_some();
        let first = |kind| of(kind).find_map(|event| event.occurred_at);
        let all = |kind| of(kind).cloned().collect::<Vec<_>>();
        let failures: Vec<_> = self.events.values().filter(|event| event.is_failure()).cloned().collect();
        let last_news_at = self.events.values().filter_map(|event| event.occurred_at).chain(self.requested_at).max();
        let phase = match (has(RecordingEventKind::Ended), has(RecordingEventKind::Uploaded)) {
            _ if !failures.is_empty() => RecordingPhase::Failed,
            (true, true) => RecordingPhase::Uploaded,
            (true, false) => RecordingPhase::Ended,
            (false, true) => RecordingPhase::PartlyUploaded,
            (false, false) if self.events.is_empty() => RecordingPhase::Requested,
            (false, false) => RecordingPhase::Recording,
        };
        let is_silent = last_news_at.is_some_and(|last| now.since(last) > stale_after);
        TrackedRecording {
            phase,
            is_stale: is_silent && phase != RecordingPhase::Uploaded,
            record_id: self.record_id.clone(),
            extra: self.extra().map(str::to_owned),
            requested_at: self.requested_at,
            started_at: first(RecordingEventKind::Started),
            ended_at: first(RecordingEventKind::Ended),
            slices: all(RecordingEventKind::Sliced),
            uploads: all(RecordingEventKind::Uploaded),
            failures,
            others: all(RecordingEventKind::Other),
            last_news_at,
        }
    }
}

fn key(event: &RecordingEvent) -> EventKey {
    (event.occurred_at.unwrap_or_default(), event.kind_number, event.json.clone())
}

/// The event as its `json` says it, which is what a snapshot keeps.
fn as_its_json_says(event: RecordingEvent) -> Result<RecordingEvent, RecordingError> {
    const ADVICE: &str = "give an event as a receiver returns it, or as it is read from what was stored";
    let read = RecordingEvent::read(event.json.as_bytes()).or_else(|error| {
        invalid("event.json", codes::INVALID_JSON, format!("is not a recording callback's body ({error}): {ADVICE}"))
    })?;
    let said = |event: &RecordingEvent| {
        let RecordingEvent { record_id, room_id, session_id, extra, code, .. } = event.clone();
        (key(event), record_id, room_id, session_id, extra, code)
    };
    if said(&read) == said(&event) {
        return Ok(read);
    }
    invalid("event.json", codes::NOT_APPLICABLE, format!("doesn't agree with the event's fields: {ADVICE}"))
}

fn invalid<T>(path: &str, code: &'static str, reason: impl Into<String>) -> Result<T, RecordingError> {
    Err(RecordingError::InvalidInput { violations: vec![Violation::new(path, code, reason)], call: None })
}
