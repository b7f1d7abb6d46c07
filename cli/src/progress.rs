//! How a recording goes on, told as it changes: a line or a JSON value for each change.

use std::collections::HashSet;
use std::pin::pin;
use std::time::Duration;

use rongcloud_recording::Timestamp;
use rongcloud_recording::callback::{RecordingEvent, RecordingPhase};
use rongcloud_recording::ledger::{FollowedRecording, RecordingLedger};
use serde_json::{Map, Value};
use tokio::time::{Instant, sleep_until};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::json;
use crate::output::{Line, Mark, Output};
use crate::text::moment;

/// Follows a session's recording until nothing more is expected of it, or it is `interrupted`.
///
/// # Errors
/// Where the recording failed, the time is over, the ledger can't be asked, or somebody interrupts it.
pub async fn follow(
    ledger: &RecordingLedger,
    session_id: &str,
    settle: Option<Duration>,
    longest: Option<Duration>,
    interrupted: impl Future<Output = ()>,
    output: Output,
) -> Result<(), Failure> {
    let mut interrupted = pin!(interrupted);
    let mut changes = ledger.follow(session_id, settle.map(Into::into));
    let until = longest.map(|longest| Instant::now() + longest);
    let mut told = Told::default();
    let mut latest = None;
    loop {
        let late = async {
            match until {
                Some(until) => sleep_until(until).await,
                None => std::future::pending().await,
            }
        };
        let change = tokio::select! {
            change = changes.next() => change,
            () = late => {
                let reason = "the time is over, and the recording has not settled yet: follow it again";
                return Err(Failure::Unfinished(reason.to_owned()));
            }
            () = &mut interrupted => return Err(Failure::Interrupted),
        };
        let Some(change) = change else { break };
        let change = change?;
        let lines = told.news(&change);
        if !output.data(|| json::followed(&change), || lines)? {
            // Nobody reads any more.
            return Ok(());
        }
        latest = Some(change);
    }
    match latest {
        Some(change) if change.entry.has_failed => Err(Failure::Told(Exit::Refused)),
        _ => Ok(()),
    }
}

/// What has been told, so that each piece of news is told once.
#[derive(Default)]
struct Told {
    state: Option<String>,
    events: HashSet<String>,
}

impl Told {
    fn news(&mut self, change: &FollowedRecording) -> Vec<Line> {
        let mut lines = Vec::new();
        let state = json::name(change.entry.state);
        if self.state.as_ref() != Some(&state) {
            let mark = match state.as_str() {
                "uploaded" => Mark::Good,
                "unknown" => Mark::Doubtful,
                _ => Mark::Aside,
            };
            let record = change.entry.record_id.as_deref().map(|id| format!(", recording {id}")).unwrap_or_default();
            let why = change.entry.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
            lines.push(Line::marked(mark, "state", format!("{state}{record}{why}")));
            self.state = Some(state);
        }
        if let Some(recording) = &change.recording {
            let events = [("slice", &recording.slices), ("file", &recording.uploads), ("failure", &recording.failures)];
            for (what, events) in events {
                for event in events {
                    if self.events.insert(event.json.clone()) {
                        lines.push(event_line(what, event));
                    }
                }
            }
            if recording.phase == RecordingPhase::Failed && change.is_settled {
                lines.push(Line::marked(Mark::Bad, "failed", "the recording has failed"));
            }
        }
        if change.is_settled {
            lines.push(Line::marked(Mark::Good, "settled", "nothing more is expected"));
        }
        lines
    }
}

fn event_line(what: &'static str, event: &RecordingEvent) -> Line {
    let mark = if what == "failure" { Mark::Bad } else { Mark::Aside };
    let at = event.occurred_at.map(|time: Timestamp| format!(" at {}", moment(time))).unwrap_or_default();
    let message = event.error_message.as_deref().filter(|_| event.is_failure());
    let message = message.map(|message| format!(" {message}")).unwrap_or_default();
    Line::marked(mark, what, format!("{}{message}{at}", particulars(event)))
}

/// What an event says beside the fields that all have. What those are is not publicly documented, so all are shown.
pub fn particulars(event: &RecordingEvent) -> String {
    const COMMON: [&str; 12] = [
        "timestamp",
        "type",
        "appKey",
        "recordId",
        "roomId",
        "sessionId",
        "userId",
        "mode",
        "extra",
        "code",
        "errorMessage",
        "config",
    ];
    let body: Map<String, Value> = serde_json::from_str(&event.json).unwrap_or_default();
    let others = body.into_iter().filter(|(key, _)| !COMMON.contains(&key.as_str()));
    let shown: Vec<String> = others.map(|(key, value)| format!("{key} {}", unquoted(&value))).collect();
    shown.join(", ")
}

fn unquoted(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
