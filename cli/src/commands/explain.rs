//! `explain`: what a code means, offline, from the library's own tables.

use clap::Args;
use rongcloud_recording::catalogue::{Basis, Entry, Group, entries};
use rongcloud_recording::{Rule, codes};
use serde_json::{Value, json};

use crate::catalogue::{told_basis, told_rule};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Line, Mark, Output};
use crate::text::nearest;

/// Says what a code means and what to do: the service's number, a violation's or advice's word, a kind or cause of failure, a
/// ledger's conflict, why a callback was refused, or an exit code. Without a code, all of them
#[derive(Debug, Args)]
pub struct Explain {
    /// Such as 1004, outside_canvas, OutcomeUnknown, replayed or 7
    code: Option<String>,
}

/// One meaning of a code.
enum Meaning {
    Error(Entry),
    Exit { code: u8, meaning: &'static str },
}

impl Explain {
    pub fn run(self, output: Output) -> Result<(), Failure> {
        let mut meanings = all();
        let is_one = self.code.is_some();
        if let Some(code) = &self.code {
            let asked = bare(code);
            meanings.retain(|meaning| meaning.is_of(&asked));
            if meanings.is_empty() {
                return Err(unknown(code.trim()));
            }
        }
        let as_json = || json!({ "meanings": meanings.iter().map(Meaning::json).collect::<Value>() });
        let lines = || meanings.iter().flat_map(|meaning| meaning.lines(is_one)).collect();
        output.data(as_json, lines).map(drop)
    }
}

fn all() -> Vec<Meaning> {
    let exits = Exit::ALL.into_iter().map(|(exit, meaning)| Meaning::Exit { code: exit as u8, meaning });
    entries().into_iter().map(Meaning::Error).chain(exits).collect()
}

fn unknown(code: &str) -> Failure {
    let known: Vec<String> = all().iter().map(Meaning::code).collect();
    let reason = match nearest(&code.to_lowercase(), known.iter().map(String::as_str)) {
        Some(meant) if code.parse::<i64>().is_err() => format!("is no code that is known: did you mean {meant}?"),
        _ => "is no code that is known. The service may have others, which are passed on unchanged".to_owned(),
    };
    Failure::input(code, codes::UNKNOWN_VALUE, reason)
}

/// A code however a language spells it: `NotSent`, `NOT_SENT` and `.notSent` are `not_sent`.
fn bare(code: &str) -> String {
    code.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

impl Meaning {
    fn code(&self) -> String {
        match self {
            Self::Error(entry) => entry.code.clone(),
            Self::Exit { code, .. } => code.to_string(),
        }
    }

    fn is_of(&self, asked: &str) -> bool {
        let is_name =
            matches!(self, Self::Error(entry) if [entry.name, &entry.anchor()].map(bare).contains(&asked.to_owned()));
        is_name || bare(&self.code()) == asked
    }

    fn json(&self) -> Value {
        let entry = match self {
            Self::Error(entry) => entry,
            Self::Exit { code, meaning } => return json!({"of": "exit", "code": code, "meaning": meaning}),
        };
        let code =
            if entry.group == Group::Service { json!(entry.code.parse::<i64>().ok()) } else { json!(entry.code) };
        let (basis, source) = match entry.basis {
            Basis::Documented(source) => ("documented", Some(source)),
            Basis::Inferred(source) => ("inferred", Some(source)),
            Basis::Library => ("library", None),
        };
        let rule = |rule: &Rule| json!({"applies_to": rule.applies_to, "rule": rule.rule, "source": rule.source});
        json!({
            "of": entry.group.word(),
            "code": code,
            "name": entry.name,
            "meaning": entry.meaning,
            "sent": entry.sent,
            "to_do": entry.to_do,
            "basis": basis,
            "source": source,
            "rules": entry.rules.iter().map(rule).collect::<Value>(),
            "page": page(entry),
        })
    }

    /// One line, or all that is known.
    fn lines(&self, is_whole: bool) -> Vec<Line> {
        let entry = match self {
            Self::Error(entry) => entry,
            Self::Exit { code, meaning } => {
                return vec![Line::marked(Mark::Aside, "exit code", format!("{code}: {meaning}"))];
            }
        };
        let mark = match entry.group {
            Group::Violation | Group::Kind | Group::Refusal => Mark::Bad,
            Group::Advice | Group::Cause | Group::Conflict => Mark::Doubtful,
            Group::Service => Mark::Aside,
        };
        let name =
            if entry.group == Group::Service { format!("{} {}", entry.code, entry.name) } else { entry.code.clone() };
        let mut lines = vec![Line::marked(mark, entry.group.word(), format!("{name}: {}", entry.meaning))];
        if is_whole {
            lines.push(Line::new(format!("  sent: {}", entry.sent)));
            lines.push(Line::new(format!("  what to do: {}", entry.to_do)));
            lines.extend(entry.rules.iter().map(|rule| Line::new(format!("  {}", told_rule(rule)))));
            if entry.rules.is_empty() {
                lines.push(Line::new(format!("  source: {}", told_basis(&entry.basis))));
            }
            lines.push(Line::new(format!("  {}", page(entry))));
        }
        lines
    }
}

/// Where the documentation has it.
fn page(entry: &Entry) -> String {
    format!("docs/errors.md#{}", entry.anchor())
}
