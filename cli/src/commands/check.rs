//! `check`: every violation and piece of advice of a config, nothing sent.

use clap::Args;
use rongcloud_recording::{Advice, RecordingError, RecordingProfile, Violation};
use serde_json::json;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::input;
use crate::json;
use crate::output::{Line, Mark, Output};

/// Finds every mistake of a config, and what is allowed but may not be meant; sends nothing
#[derive(Debug, Args)]
pub struct Check {
    /// The config as JSON, or the whole body of start.json; - is stdin
    #[arg(value_name = "FILE")]
    file: String,

    /// Takes advice for mistakes
    #[arg(long)]
    strict: bool,
}

impl Check {
    pub fn run(self, output: Output) -> Result<(), Failure> {
        let (violations, advice) = match RecordingProfile::from_json(input::text(&self.file)?) {
            Ok(profile) => (Vec::new(), profile.advice()),
            Err(RecordingError::InvalidInput { violations, .. }) => (violations, Vec::new()),
            Err(error) => return Err(error.into()),
        };
        let is_valid = violations.is_empty() && (advice.is_empty() || !self.strict);
        let as_json = || {
            json!({
                "is_valid": is_valid,
                "violations": violations,
                "advice": json::advice(&advice),
            })
        };
        output.data(as_json, || lines(&violations, &advice, self.strict))?;
        if is_valid { Ok(()) } else { Err(Failure::Told(Exit::InvalidInput)) }
    }
}

fn lines(violations: &[Violation], advice: &[Advice], is_strict: bool) -> Vec<Line> {
    let violation = |found: &Violation| Line::marked(Mark::Bad, "invalid:", found.to_string());
    let mark = if is_strict { Mark::Bad } else { Mark::Doubtful };
    let piece = |found: &Advice| Line::marked(mark, "advice:", found.to_string());
    let mut lines: Vec<_> = violations.iter().map(violation).chain(advice.iter().map(piece)).collect();
    if lines.is_empty() {
        lines.push(Line::marked(Mark::Good, "valid:", "no violation, and nothing to advise"));
    }
    lines
}
