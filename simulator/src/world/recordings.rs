//! The recordings there were: what each was started with, whether it runs, and which slices it has closed.

use serde::Serialize;
use serde_json::{Map, Value};

use super::room::Member;
use super::rules::{self, LAYOUT};
use crate::history::History;
use crate::random;

/// A recording that was started.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Recording {
    /// The id that the start was answered with: 32 lower-case hex characters.
    pub record_id: String,
    /// The app that started it.
    pub app_key: String,
    /// The room.
    pub room_id: String,
    /// The session.
    pub session_id: String,
    /// The business tag; empty when the request had none.
    pub extra: String,
    /// The configuration, as it was sent.
    pub config: Value,
    /// The request's `X-Request-ID`.
    pub request_id: Option<String>,
    /// Whether it still runs.
    pub state: RecordingState,
    /// The layout now: of the configuration's fields the ones that a layout change sets. Null for an MCU recording.
    pub layout: Value,
    /// When it was started, in milliseconds since the Unix epoch, on the simulator's clock.
    pub start_time: u64,
    /// When it ended; `None` while it runs.
    pub stop_time: Option<u64>,
    /// How many slices it has closed. The file that its end closes isn't counted.
    pub slices: u64,
    /// Who is recorded apart, in the order in which they published; empty where all are mixed.
    #[serde(skip)]
    pub(crate) users: Vec<String>,
}

impl Recording {
    fn follow(&mut self, member: &Member) {
        let new = !member.streams.is_empty() && !self.users.contains(&member.user_id);
        if new && rules::is_per_user(&self.config) {
            self.users.push(member.user_id.clone());
        }
    }
}

/// Whether a recording runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum RecordingState {
    /// It runs.
    Recording,
    /// It was stopped, or its session has ended.
    Stopped,
}

/// A start that was found right.
pub(crate) struct Order {
    pub(crate) app_key: String,
    pub(crate) room_id: String,
    pub(crate) session_id: String,
    pub(crate) extra: String,
    pub(crate) config: Value,
    pub(crate) request_id: Option<String>,
}

pub(crate) enum NotRearranged {
    NothingRuns,
    McuOnly,
}

#[derive(Default)]
pub(crate) struct Recordings(History<Recording>);

impl Recordings {
    pub(crate) fn all(&self) -> Vec<Recording> {
        self.0.iter().cloned().collect()
    }

    /// How many were started, and how many run.
    pub(crate) fn counts(&self) -> (u64, usize) {
        (self.0.next(), self.0.iter().filter(|it| it.state == RecordingState::Recording).count())
    }

    /// The newest, newest first.
    pub(crate) fn newest(&self, count: usize) -> Vec<Recording> {
        self.0.iter().rev().take(count).cloned().collect()
    }

    /// The new recording.
    pub(super) fn add(&mut self, order: Order, members: &[Member], now: u64) -> &Recording {
        let mut recording = Recording {
            record_id: random::hex() + &random::hex(),
            app_key: order.app_key,
            room_id: order.room_id,
            session_id: order.session_id,
            extra: order.extra,
            layout: first_layout(&order.config),
            config: order.config,
            request_id: order.request_id,
            state: RecordingState::Recording,
            start_time: now,
            stop_time: None,
            slices: 0,
            users: Vec::new(),
        };
        members.iter().for_each(|member| recording.follow(member));
        self.0.push(recording)
    }

    pub(crate) fn publishes(&mut self, room_id: &str, session_id: &str, member: &Member) {
        for recording in self.running_in(room_id, session_id) {
            recording.follow(member);
        }
    }

    fn running(&mut self) -> impl Iterator<Item = &mut Recording> {
        self.0.iter_mut().filter(|it| it.state == RecordingState::Recording)
    }

    fn running_in(&mut self, room_id: &str, session_id: &str) -> impl Iterator<Item = &mut Recording> {
        self.running().filter(move |it| it.room_id == room_id && it.session_id == session_id)
    }

    /// Stops what runs in a session, all of it or only what one app has started, oldest first.
    pub(crate) fn stop(&mut self, app_key: Option<&str>, room_id: &str, session_id: &str, now: u64) -> Vec<Recording> {
        let mut stopped = Vec::new();
        for recording in self.running_in(room_id, session_id) {
            if app_key.is_none_or(|app_key| recording.app_key == app_key) {
                recording.state = RecordingState::Stopped;
                recording.stop_time = Some(now);
                stopped.push(recording.clone());
            }
        }
        stopped
    }

    /// Sets the layout of the split-stream recordings that an app has running in a session. Returns the newest's id.
    pub(crate) fn rearrange(
        &mut self,
        app_key: &str,
        room_id: &str,
        session_id: &str,
        layout: &Value,
    ) -> Result<String, NotRearranged> {
        let mut result = Err(NotRearranged::NothingRuns);
        for recording in self.running_in(room_id, session_id).filter(|it| it.app_key == app_key) {
            if rules::is_split_stream(&recording.config) {
                recording.layout = layout_of(layout);
                result = Ok(recording.record_id.clone());
            } else if result.is_err() {
                result = Err(NotRearranged::McuOnly);
            }
        }
        result
    }

    /// Closes the slices that are full by now: each with the time it closed, in the order of time.
    pub(crate) fn close_slices(&mut self, now: u64) -> Vec<(u64, Recording)> {
        let mut closed = Vec::new();
        for recording in self.running() {
            let slice_ms = rules::slice_ms(&recording.config);
            loop {
                let lasted_ms = slice_ms.checked_mul(recording.slices + 1);
                let full_at = lasted_ms.and_then(|it| recording.start_time.checked_add(it));
                let Some(full_at) = full_at.filter(|it| *it <= now) else {
                    break;
                };
                recording.slices += 1;
                closed.push((full_at, recording.clone()));
            }
        }
        closed.sort_by_key(|(full_at, _)| *full_at);
        closed
    }
}

fn first_layout(config: &Value) -> Value {
    if rules::is_split_stream(config) { layout_of(config) } else { Value::Null }
}

fn layout_of(fields: &Value) -> Value {
    let found = LAYOUT.iter().filter_map(|name| Some(((*name).to_owned(), fields.get(name)?.clone())));
    Value::Object(found.collect::<Map<_, _>>())
}
