//! `callback verify`: each step of the check, what was found and what is expected.

use clap::Args;
use rongcloud_recording::callback::{CallbackCheck, CallbackError, CheckOutcome};
use serde_json::{Value, json};

use super::capture;
use super::expected::Expected;
use crate::failure::Failure;
use crate::input;
use crate::json;
use crate::output::{Line, Mark, Output};
use crate::receive::is_of_room;

/// Verifies a callback that was captured, step by step; shows the shape of what was found, never a signature
#[derive(Debug, Args)]
pub struct Verify {
    /// What arrived: a request line, if there is one, headers, an empty line, the body; - is stdin
    #[arg(value_name = "FILE")]
    file: String,

    #[command(flatten)]
    expected: Expected,
}

impl Verify {
    pub fn run(self, output: Output) -> Result<(), Failure> {
        let receiver = self.expected.receiver()?;
        let request = capture::read(&self.file, &input::bytes(&self.file)?)?;
        let is_room = is_of_room(&request.body);
        let checks =
            if is_room { receiver.inspect_room_event(&request) } else { receiver.inspect_recording_event(&request) };
        let refusal = checks.iter().find_map(refusal_of).cloned();
        let as_json = || {
            json!({
                "is_accepted": refusal.is_none(),
                "about": if is_room { "room" } else { "recording" },
                "steps": checks.iter().map(step).collect::<Value>(),
            })
        };
        output.data(as_json, || checks.iter().map(line).collect())?;
        // Told above, step by step; the exit code is that of the first.
        refusal.map_or(Ok(()), |refusal| Err(Failure::Told(Failure::from(refusal).exit())))
    }
}

fn refusal_of(check: &CallbackCheck) -> Option<&CallbackError> {
    match &check.outcome {
        CheckOutcome::Refused(error) => Some(error),
        _ => None,
    }
}

fn step(check: &CallbackCheck) -> Value {
    let outcome = match &check.outcome {
        CheckOutcome::Passed => "passed",
        CheckOutcome::Refused(_) => "refused",
        CheckOutcome::NotReached => "not_reached",
    };
    let (reason, explanation) = match refusal_of(check) {
        Some(CallbackError::Refused { reason, explanation }) => (Some(json::name(reason)), Some(explanation.as_str())),
        _ => (None, None),
    };
    json!({
        "step": json::name(check.step),
        "outcome": outcome,
        "found": check.found,
        "expected": check.expected,
        "reason": reason,
        "explanation": explanation,
    })
}

fn line(check: &CallbackCheck) -> Line {
    let step = json::name(check.step).replace('_', " ");
    let shapes = format!("found {}, expected {}", check.found, check.expected);
    match &check.outcome {
        CheckOutcome::Passed => Line::marked(Mark::Good, "ok     ", format!("{step}: {}", check.found)),
        CheckOutcome::NotReached => Line::marked(Mark::Aside, "-      ", format!("{step}: can't be said")),
        CheckOutcome::Refused(CallbackError::Refused { explanation, .. }) => {
            Line::marked(Mark::Bad, "refused", format!("{step}: {explanation}; {shapes}"))
        }
        CheckOutcome::Refused(_) => Line::marked(Mark::Bad, "refused", format!("{step}: {shapes}")),
    }
}
