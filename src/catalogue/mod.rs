//! Every code that an error, a piece of advice or a refused callback may have: what it means, whether anything was sent, what
//! to do, and whether that is documented. Read from the code's own tables; `docs/errors.md` and `explain` tell it.

mod remedies;

use self::remedies::{Remedy, of_cause, of_conflict, of_kind, of_refusal};
use crate::callback::{CallbackError, RefusalReason};
use crate::constant::{Declared, Value};
use crate::documented::Variant;
use crate::entry::LedgerState;
use crate::error::{FailureCause, FailureKind, codes};
use crate::model::{ADVICE, RULES, Rule};
use crate::protocol::service_codes;

/// What codes are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// [`FailureKind`].
    Kind,
    /// [`FailureCause`].
    Cause,
    /// The service's numbers.
    Service,
    /// The rules that input can break.
    Violation,
    /// What input may be meant otherwise.
    Advice,
    /// What a ledger has on record where it refuses a call.
    Conflict,
    /// [`RefusalReason`].
    Refusal,
}

impl Group {
    /// Every group, in the order in which whoever meets an error asks for them.
    pub const ALL: [Self; 7] =
        [Self::Kind, Self::Cause, Self::Service, Self::Violation, Self::Advice, Self::Conflict, Self::Refusal];

    /// The word that stands for it, in anchors too.
    pub fn word(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Cause => "cause",
            Self::Service => "service",
            Self::Violation => "violation",
            Self::Advice => "advice",
            Self::Conflict => "conflict",
            Self::Refusal => "refusal",
        }
    }

    /// Its heading, and what is true of all of it.
    pub fn title(self) -> (&'static str, &'static str) {
        match self {
            Self::Kind => (
                "Kinds of failure",
                "What is known about the request: the variant, class, subclass or case of the error, and `kind` in its record.",
            ),
            Self::Cause => (
                "Causes",
                "The stage at which a request failed: `cause` of an error that was not sent or whose outcome is unknown.",
            ),
            Self::Service => (
                "The service's codes",
                "`code` of an error, from the body of the service's reply. The RTC pages publish no list. The service may \
                 send others, which are passed on unchanged.",
            ),
            Self::Violation => (
                "Violations",
                "`code` of each violation of invalid input, whose `path` says where and whose `reason` says what to do. \
                 Nothing is sent.",
            ),
            Self::Advice => {
                ("Advice", "`code` of a piece of advice: what no page forbids and may not be meant. It stops nothing.")
            }
            Self::Conflict => (
                "Conflicts of a ledger",
                "`state` of the `entry` that a conflict has: what is on record of the session. The call itself sent nothing.",
            ),
            Self::Refusal => (
                "Refused callbacks",
                "`reason` of a callback that must not be trusted. Answer with the HTTP status and nothing more: the \
                 explanation is for your log.",
            ),
        }
    }
}

/// Where it is known from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// From a page of the service's, or a standard.
    Documented(&'static str),
    /// From what pages, examples, public copies or other programs of the vendor's suggest.
    Inferred(&'static str),
    /// It is this library's own.
    Library,
}

impl Basis {
    /// As a rule's source tells it.
    pub fn of(rule: &Rule) -> Self {
        let source = rule.source;
        if source.starts_with("this library") {
            Self::Library
        } else if ["inferred", "follows from", "silent", "not required"].iter().any(|word| source.contains(word)) {
            Self::Inferred(source)
        } else {
            Self::Documented(source)
        }
    }
}

/// One code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it is about.
    pub group: Group,
    /// As it is compared with: `out_of_range`, `1004`, `not_sent`.
    pub code: String,
    /// The constant's or variant's name in Rust: `OUT_OF_RANGE`, `INVALID_SIGNATURE`, `NotSent`.
    pub name: &'static str,
    /// What it means, in sentences.
    pub meaning: String,
    /// Whether the service may have seen a request.
    pub sent: &'static str,
    /// What to do, in sentences.
    pub to_do: String,
    /// Where that is known from. Of violations and advice, each rule has its own.
    pub basis: Basis,
    /// The rules that have this code.
    pub rules: Vec<Rule>,
}

impl Entry {
    /// Where it stands in `docs/errors.md`. It never changes.
    pub fn anchor(&self) -> String {
        format!("{}-{}", self.group.word(), self.code)
    }
}

/// Every code, by group.
pub fn entries() -> Vec<Entry> {
    let is_in = |table: &[Rule], code: &Declared| table.iter().any(|rule| is_of(code, rule));
    // What only one object can break has a row in no table.
    let violations = codes::DECLARED.iter().filter(|code| is_in(RULES, code) || !is_in(ADVICE, code));
    let advice = codes::DECLARED.iter().filter(|code| is_in(ADVICE, code));
    let kinds = FailureKind::DECLARED.iter().map(|it| of_variant(Group::Kind, it, of_kind(it.value)));
    let causes = FailureCause::DECLARED.iter().map(|it| of_variant(Group::Cause, it, of_cause(it.value)));
    let conflicts = LedgerState::DECLARED.iter().map(|it| of_variant(Group::Conflict, it, of_conflict(it.value)));
    kinds
        .chain(causes)
        .chain(service_codes::DECLARED.iter().filter_map(of_service))
        .chain(violations.map(|code| of_rules(Group::Violation, code, RULES, remedies::of_violation)))
        .chain(advice.map(|code| of_rules(Group::Advice, code, ADVICE, remedies::of_advice)))
        .chain(conflicts)
        .chain(RefusalReason::DECLARED.iter().map(refusal))
        .collect()
}

fn of_variant<T>(group: Group, variant: &Variant<T>, remedy: Remedy) -> Entry {
    Entry {
        group,
        code: snake(variant.name),
        name: variant.name,
        meaning: plain(variant.doc),
        sent: remedy.sent,
        to_do: remedy.to_do.to_owned(),
        basis: Basis::Library,
        rules: Vec::new(),
    }
}

fn refusal(variant: &Variant<RefusalReason>) -> Entry {
    let remedy = of_refusal(variant.value);
    let refused = CallbackError::Refused { reason: variant.value, explanation: String::new() };
    let to_do = format!("Answer with HTTP {}. {}", refused.http_status(), remedy.to_do);
    Entry { to_do, ..of_variant(Group::Refusal, variant, remedy) }
}

fn of_service(declared: &Declared) -> Option<Entry> {
    let Value::Number(number) = declared.value else { return None };
    let code = i32::try_from(number).ok()?;
    let (_, to_do) = service_codes::TO_DO.iter().find(|(known, _)| *known == code)?;
    let meaning = service_codes::meaning(code)?;
    let is_of_signalling = number >= 40_000;
    Some(Entry {
        group: Group::Service,
        code: number.to_string(),
        name: declared.name,
        meaning: sentence(meaning),
        sent: "yes",
        to_do: (*to_do).to_owned(),
        basis: Basis::Inferred(if is_of_signalling {
            "the codes of RTC signalling"
        } else {
            "the general table of the vendor's gateway, from public copies"
        }),
        rules: Vec::new(),
    })
}

fn of_rules(group: Group, declared: &Declared, table: &[Rule], remedy: fn(&str) -> Remedy) -> Entry {
    let rules: Vec<Rule> = table.iter().filter(|rule| is_of(declared, rule)).copied().collect();
    let remedy = remedy(text(declared));
    Entry {
        group,
        code: text(declared).to_owned(),
        name: declared.name,
        meaning: plain(declared.doc),
        sent: remedy.sent,
        to_do: remedy.to_do.to_owned(),
        basis: rules.first().map_or(Basis::Library, Basis::of),
        rules,
    }
}

fn is_of(declared: &Declared, rule: &Rule) -> bool {
    text(declared) == rule.code
}

fn text(declared: &Declared) -> &'static str {
    match declared.value {
        Value::Text(text) => text,
        Value::Number(_) => "",
    }
}

/// `NotSent` as `not_sent`.
fn snake(name: &str) -> String {
    let mut snake = String::new();
    for (index, letter) in name.char_indices() {
        if letter.is_uppercase() && index > 0 {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// Documentation on one line, and without links, which only rustdoc can follow.
fn plain(doc: &str) -> String {
    let lines: Vec<&str> = doc.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let line = lines.join(" ");
    let mut text = String::new();
    let mut rest = line.as_str();
    while let Some((before, link)) = rest.split_once('[') {
        let shown = link.split_once("](").and_then(|(shown, target)| Some((shown, target.split_once(')')?.1)));
        let Some((shown, after)) = shown.or_else(|| link.split_once(']')) else { break };
        text.push_str(before);
        text.push_str(shown);
        rest = after;
    }
    text + rest
}

/// A part of a sentence as a whole one.
fn sentence(part: &str) -> String {
    let mut letters = part.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    let end = if part.ends_with(['.', '?']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn of(group: Group) -> Vec<Entry> {
        entries().into_iter().filter(|entry| entry.group == group).collect()
    }

    #[test]
    fn every_code_that_is_declared_is_in_it() {
        assert_eq!(of(Group::Service).len(), service_codes::ALL.len());
        let groups = |code: &str| {
            let of_code = entries().into_iter().filter(|entry| entry.code == code);
            of_code.map(|entry| entry.group.word()).collect::<Vec<_>>()
        };
        for (code, told) in [
            (codes::OVERLAPPING, &["advice"][..]),
            (codes::DUPLICATE_STREAM, &["violation", "advice"]),
            (codes::AMBIGUOUS, &["violation"]),
        ] {
            assert_eq!(groups(code), told, "{code}");
        }
    }

    #[test]
    fn every_code_has_whole_sentences_and_an_anchor_of_its_own() {
        let mut anchors = HashSet::new();
        for entry in entries() {
            for text in [&entry.meaning, &entry.to_do] {
                assert!(text.ends_with(['.', '?']), "{entry:?}");
                assert!(!text.contains("](") && !text.contains('['), "{entry:?}");
            }
            assert!(!entry.sent.is_empty(), "{entry:?}");
            assert!(anchors.insert(entry.anchor()), "{}", entry.anchor());
        }
    }

    #[test]
    fn a_variant_tells_its_own_documentation() {
        let overloaded = of(Group::Cause).into_iter().find(|entry| entry.code == "overloaded");
        assert_eq!(
            overloaded.map(|entry| entry.meaning),
            Some(
                "This client has too many calls in progress or waiting for a permit: see `ConnectionPolicy`."
                    .to_owned()
            )
        );
    }

    #[test]
    fn a_rules_source_says_whether_it_is_documented() {
        let of_code = |code: &str, applies_to: &str| {
            let mut rules = RULES.iter().chain(ADVICE);
            rules.find(|rule| rule.code == code && rule.applies_to.starts_with(applies_to)).map(Basis::of)
        };
        assert_eq!(of_code(codes::INSECURE_URL, "api_url"), Some(Basis::Library));
        assert!(matches!(of_code(codes::HOST_REQUIRED, "hostUserId"), Some(Basis::Documented(_))));
        assert!(matches!(of_code(codes::OUT_OF_RANGE, "x, y"), Some(Basis::Inferred(_))));
        assert!(matches!(of_code(codes::OVERLAPPING, "config"), Some(Basis::Inferred(_))));
    }

    #[test]
    fn links_are_told_by_their_text() {
        assert_eq!(plain("See [`A`](super::A)\n and [`B`].\n"), "See `A` and `B`.");
    }
}
