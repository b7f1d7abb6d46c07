//! `explain`: what a code means, offline, from the library's own tables.

use clap::Args;
use rongcloud_recording::{ADVICE, RULES, Rule, codes, service_codes};
use serde_json::{Value, json};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Line, Mark, Output};
use crate::text::nearest;

/// Says what a code means: the service's number, a violation's or advice's word, or an exit code. Without a code, all of
/// them
#[derive(Debug, Args)]
pub struct Explain {
    /// Such as 1004, outside_canvas or 7
    code: Option<String>,
}

/// One meaning of a code.
enum Meaning {
    Service { code: i32, name: &'static str, meaning: &'static str },
    Violation(Rule),
    Advice(Rule),
    Exit { code: u8, meaning: &'static str },
}

impl Explain {
    pub fn run(self, output: Output) -> Result<(), Failure> {
        let mut meanings = all();
        if let Some(code) = &self.code {
            let code = code.trim().to_lowercase();
            meanings.retain(|meaning| meaning.is_of(&code));
            if meanings.is_empty() {
                return Err(unknown(&code));
            }
        }
        let as_json = || json!({ "meanings": meanings.iter().map(Meaning::json).collect::<Value>() });
        output.data(as_json, || meanings.iter().map(Meaning::line).collect()).map(drop)
    }
}

fn all() -> Vec<Meaning> {
    let of_service = service_codes::ALL.iter().filter_map(|(name, code)| {
        service_codes::meaning(*code).map(|meaning| Meaning::Service { code: *code, name, meaning })
    });
    let violations = RULES.iter().map(|rule| Meaning::Violation(*rule));
    let advice = ADVICE.iter().map(|rule| Meaning::Advice(*rule));
    let exits = Exit::ALL.into_iter().map(|(exit, meaning)| Meaning::Exit { code: exit as u8, meaning });
    of_service.chain(violations).chain(advice).chain(exits).collect()
}

fn unknown(code: &str) -> Failure {
    let known: Vec<String> = all().iter().map(Meaning::code).collect();
    let reason = match nearest(code, known.iter().map(String::as_str)) {
        Some(meant) if code.parse::<i64>().is_err() => format!("is no code that is known: did you mean {meant}?"),
        _ => "is no code that is known. The service may have others, which are passed on unchanged".to_owned(),
    };
    Failure::input(code, codes::UNKNOWN_VALUE, reason)
}

impl Meaning {
    fn code(&self) -> String {
        match self {
            Self::Service { code, .. } => code.to_string(),
            Self::Violation(rule) | Self::Advice(rule) => rule.code.to_owned(),
            Self::Exit { code, .. } => code.to_string(),
        }
    }

    fn is_of(&self, code: &str) -> bool {
        let is_name = matches!(self, Self::Service { name, .. } if name.eq_ignore_ascii_case(code));
        is_name || self.code() == code
    }

    fn json(&self) -> Value {
        match self {
            Self::Service { code, name, meaning } => {
                json!({"of": "service", "code": code, "name": name, "meaning": meaning})
            }
            Self::Violation(rule) => of_rule("violation", rule),
            Self::Advice(rule) => of_rule("advice", rule),
            Self::Exit { code, meaning } => json!({"of": "exit", "code": code, "meaning": meaning}),
        }
    }

    fn line(&self) -> Line {
        let code = self.code();
        match self {
            Self::Service { name, meaning, .. } => {
                Line::marked(Mark::Aside, "service", format!("{code} {name}: {meaning}"))
            }
            Self::Violation(rule) => Line::marked(Mark::Bad, "violation", sentence(rule)),
            Self::Advice(rule) => Line::marked(Mark::Doubtful, "advice", sentence(rule)),
            Self::Exit { meaning, .. } => Line::marked(Mark::Aside, "exit code", format!("{code}: {meaning}")),
        }
    }
}

fn of_rule(of: &str, rule: &Rule) -> Value {
    json!({"of": of, "code": rule.code, "applies_to": rule.applies_to, "rule": rule.rule, "source": rule.source})
}

fn sentence(rule: &Rule) -> String {
    format!("{} ({}): {} [{}]", rule.code, rule.applies_to, rule.rule, rule.source)
}
