//! What somebody who looks on is shown: what has changed since they last looked.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Simulation;
use crate::callbacks::{Callback, Delivery, FailedEvent};
use crate::record::{SeenRequest, Verdict};
use crate::script::Step;
use crate::world::{RecordedFile, Recording, Room};

/// More than anybody reads; who looks for an older one has the lists.
const NEWEST: usize = 500;
const NEWEST_RECORDINGS: usize = 100;
const NEWEST_FILES: usize = 100;
const ROOMS: usize = 200;

/// What has changed since a revision. What is absent hasn't.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Changes {
    /// Another one for each simulation: what was seen of an earlier one counts for nothing.
    simulation: String,
    revision: u64,
    clock: Clock,
    requests: Newest<RequestLine>,
    callbacks: Newest<Callback>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rooms: Option<Rooms>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recordings: Option<Recordings>,
    faults: Faults,
    callback_urls: CallbackUrls,
}

/// Milliseconds; the time in rooms and recordings is `time_ms` and `ahead_ms` more, the service's `skew_ms`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Clock {
    time_ms: u64,
    ahead_ms: u64,
    skew_ms: i64,
}

#[derive(Serialize)]
struct Newest<T> {
    /// The number of the oldest that is still kept.
    oldest: u64,
    changed: Vec<T>,
}

/// A request without what only one who looks at it needs.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RequestLine {
    number: u64,
    time: u64,
    duration_ms: Option<u64>,
    method: String,
    path: String,
    room_id: Option<String>,
    #[serde(flatten)]
    verdict: Verdict,
    answer_status: Option<u16>,
}

impl From<&SeenRequest> for RequestLine {
    fn from(seen: &SeenRequest) -> Self {
        Self {
            number: seen.number,
            time: seen.time,
            duration_ms: seen.duration_ms,
            method: seen.method.clone(),
            path: seen.path.clone(),
            room_id: seen.header("room-id").map(str::to_owned),
            verdict: seen.verdict.clone(),
            answer_status: seen.answer.as_ref().map(|answer| answer.status),
        }
    }
}

#[derive(Serialize)]
struct Rooms {
    count: usize,
    first: BTreeMap<String, Room>,
}

#[derive(Serialize)]
struct Recordings {
    count: u64,
    running: usize,
    newest: Vec<RecordingWithFiles>,
}

/// A recording, and the newest of its files.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecordingWithFiles {
    #[serde(flatten)]
    recording: Recording,
    file_count: usize,
    files: Vec<RecordedFile>,
}

impl From<Recording> for RecordingWithFiles {
    fn from(recording: Recording) -> Self {
        let mut files = recording.files();
        let file_count = files.len();
        files.drain(..file_count.saturating_sub(NEWEST_FILES));
        Self { recording, file_count, files }
    }
}

/// What is still to go wrong.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Faults {
    next: Vec<Step>,
    lose_callbacks: u64,
    held_callbacks: usize,
    delivery: Delivery,
    failures: Vec<FailedEvent>,
}

#[derive(Serialize)]
struct CallbackUrls {
    recording: Option<String>,
    room: Option<String>,
}

impl Simulation {
    pub(crate) fn changes(&self, since: u64) -> Changes {
        let parts = &self.0;
        // Read first: what changes meanwhile is then told twice rather than never.
        let revision = parts.revision.now();
        let (oldest, changed) = parts.record.changed(since, NEWEST, |seen| RequestLine::from(seen));
        let requests = Newest { oldest, changed };
        let (clock, changed) = {
            let world = parts.world.lock();
            let clock = Clock {
                time_ms: parts.settings.clock_ms(),
                ahead_ms: world.ahead_ms(),
                skew_ms: parts.settings.skew_ms(),
            };
            let changed = world.has_changed_since(since).then(|| {
                let rooms = world.rooms().all();
                let rooms = Rooms { count: rooms.len(), first: rooms.into_iter().take(ROOMS).collect() };
                (rooms, world.recordings().counts(), world.recordings().newest(NEWEST_RECORDINGS))
            });
            (clock, changed)
        };
        // Outside of the lock: files are named here.
        let (rooms, recordings) = changed.map_or((None, None), |(rooms, (count, running), newest)| {
            let newest = newest.into_iter().map(RecordingWithFiles::from).collect();
            (Some(rooms), Some(Recordings { count, running, newest }))
        });
        let outbox = parts.outbox.lock();
        let (oldest, changed) = outbox.changed(since, NEWEST);
        Changes {
            simulation: parts.id.clone(),
            revision,
            clock,
            requests,
            callbacks: Newest { oldest, changed },
            rooms,
            recordings,
            faults: Faults {
                next: parts.script.to_come(),
                lose_callbacks: outbox.still_to_lose(),
                held_callbacks: outbox.held(),
                delivery: outbox.delivery().clone(),
                failures: outbox.failures.to_come(),
            },
            callback_urls: {
                let [recording, room] = outbox.urls.told();
                CallbackUrls { recording, room }
            },
        }
    }
}
