//! The API's JSON to a config. Every mistake is reported by its path, with a suggestion where one is near.

use std::collections::HashSet;
use std::fmt::Display;

use super::check_config;
use super::keys::{Body, CONFIG, Key, Object};
use super::kinds::Scalar;
use super::tree::Tree;
use crate::error::{Violation, codes, shown};
use crate::model::RecordingConfig;

/// Longer keys are no misspellings of the API's.
const LONGEST_KEY: usize = 40;

/// Reads a config from the `config` object alone or from the whole body of `start.json` around it.
///
/// The body's `sessionId` and `extra` belong to a call, not to a config, and are not kept.
pub(crate) fn read_config(text: &str) -> Result<RecordingConfig, Vec<Violation>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let tree: Tree = serde_json::from_str(text).map_err(|error| vec![not_json(&error)])?;
    let has_config = matches!(&tree, Tree::Object(entries) if entries.iter().any(|(key, _)| key == "config"));
    let body = if has_config { tree } else { Tree::Object(vec![("config".into(), tree)]) };
    let mut reader = Reader::default();
    let config = reader.object::<Body>("", &body).and_then(|body| body.config);
    // Harmless values stand in for unreadable ones, so that the rules can be checked for all others.
    for violation in config.iter().flat_map(check_config) {
        if !reader.found.iter().any(|earlier| concerns(&earlier.path, &violation.path)) {
            reader.found.push(violation);
        }
    }
    config.filter(|_| reader.found.is_empty()).ok_or(reader.found)
}

/// Whether a violation at one path makes another at the second pointless.
fn concerns(earlier: &str, later: &str) -> bool {
    later.strip_prefix(earlier).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

fn not_json(error: &serde_json::Error) -> Violation {
    let text = error.to_string();
    let place = format!("line {}, column {}", error.line(), error.column().max(1));
    let what = text.split(" at line ").next().unwrap_or(&text);
    let hint = if what.starts_with("expected `,`") { ": is a comma missing before it?" } else { "" };
    Violation::new(place, codes::INVALID_JSON, format!("not JSON: {what}{hint}"))
}

/// The entries of one object, misspelt keys under the name they most likely mean, so that one mistake isn't reported
/// again as a missing value.
pub(super) type Fields<'a> = [(&'a str, &'a Tree)];

/// Where a key's value stands, if it is there.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub at: &'a str,
    pub fields: &'a Fields<'a>,
    pub key: &'static Key,
    pub is_required: bool,
}

impl<'a> Place<'a> {
    pub(super) fn path(&self) -> String {
        join(self.at, self.key.name)
    }

    pub(super) fn value(&self) -> Option<&'a Tree> {
        find(self.fields, self.key.name)
    }

    /// The place of another key of the config.
    pub(super) fn of(&self, name: &str) -> Self {
        Self { key: CONFIG.iter().find(|key| key.name == name).unwrap_or(self.key), is_required: false, ..*self }
    }
}

#[derive(Default)]
pub(super) struct Reader {
    found: Vec<Violation>,
}

impl Reader {
    /// Reads an object of these keys, if it is one.
    pub(super) fn object<T: Object>(&mut self, at: &str, tree: &Tree) -> Option<T> {
        let fields = self.fields(at, tree, T::KEYS)?;
        Some(self.object_of(at, &fields))
    }

    pub(super) fn object_of<T: Object>(&mut self, at: &str, fields: &Fields<'_>) -> T {
        let mut object = T::stand_in();
        for (key, field) in T::fields() {
            (field.read)(self, Place { at, fields, key, is_required: false }, &mut object);
        }
        object
    }

    /// The entries of an object, if it is one. What is unknown or stands twice is noted.
    pub(super) fn fields<'a>(&mut self, at: &str, tree: &'a Tree, known: &[Key]) -> Option<Vec<(&'a str, &'a Tree)>> {
        let Tree::Object(entries) = tree else {
            self.wrong_type(at.to_owned(), "an object", tree);
            return None;
        };
        let known: Vec<&'static str> = known.iter().map(|key| key.name).collect();
        let mut fields: Vec<(&str, &Tree)> = Vec::with_capacity(entries.len());
        let present: HashSet<&str> = entries.iter().map(|(key, _)| &**key).collect();
        let mut seen = HashSet::with_capacity(entries.len());
        for (key, value) in entries {
            let path = join(at, key);
            if !seen.insert(key) {
                self.violation(path, codes::DUPLICATE_FIELD, "occurs twice: keep one");
            } else if !known.contains(&&**key) {
                let meant = nearest(key, &known);
                let advice = meant.map_or_else(|| format!("known are {}", known.join(", ")), did_you_mean);
                self.violation(path, codes::UNKNOWN_FIELD, format!("is not a field of the API: {advice}"));
                if let Some(meant) = meant.filter(|meant| !present.contains(meant)) {
                    fields.push((meant, value));
                    continue;
                }
            }
            fields.push((key, value));
        }
        Some(fields)
    }

    /// What stands at the place, if it is what it should be.
    pub(super) fn scalar<V: Scalar>(&mut self, place: &Place<'_>) -> Option<V> {
        let name = |(_, word): &'static (V, Tree)| if let Tree::Text(name) = word { Some(&**name) } else { None };
        let names: Vec<&str> = V::ALL.iter().filter_map(name).collect();
        let allowed = if names.is_empty() { place.key.allowed.to_owned() } else { names.join(", ") };
        let Some(tree) = place.value() else {
            if place.is_required {
                self.missing(place.path(), allowed);
            }
            return None;
        };
        let value = V::read(tree);
        match tree {
            _ if value.is_some() => {}
            Tree::Float(number) if V::TYPE == i32::TYPE => self.violation(
                place.path(),
                codes::WRONG_TYPE,
                format!("must be a whole number, written without a fraction, not {number:?}"),
            ),
            _ if !tree.types().contains(&V::TYPE) => self.wrong_type(place.path(), V::TYPE, tree),
            _ => {
                let meant = if let Tree::Text(text) = tree { nearest(text, &names) } else { None };
                let advice = meant.map_or(allowed, did_you_mean);
                let reason = format!("{} is not a documented value: {advice}", tree.shown());
                self.violation(place.path(), codes::UNKNOWN_VALUE, reason);
            }
        }
        value
    }

    pub(super) fn missing(&mut self, path: String, what: impl Display) {
        self.violation(path, codes::REQUIRED, format!("is missing: {what}"));
    }

    pub(super) fn wrong_type(&mut self, path: String, wanted: &str, given: &Tree) {
        let given = given.types().last().copied().unwrap_or_default();
        self.violation(path, codes::WRONG_TYPE, format!("must be {wanted}, not {given}"));
    }

    pub(super) fn violation(&mut self, path: String, code: &'static str, reason: impl Into<String>) {
        self.found.push(Violation::new(path, code, reason));
    }
}

pub(super) fn join(at: &str, key: &str) -> String {
    let is_plain = key.len() <= LONGEST_KEY && !key.chars().any(char::is_control);
    let key = &if is_plain { key.to_owned() } else { shown(key) };
    if at.is_empty() { key.to_owned() } else { format!("{at}.{key}") }
}

pub(super) fn find<'a>(fields: &Fields<'a>, key: &str) -> Option<&'a Tree> {
    fields.iter().find(|(name, _)| *name == key).map(|(_, value)| *value)
}

/// The known word that a mistyped one most likely means, letter case and separators aside.
fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    if word.len() > LONGEST_KEY {
        return None;
    }
    let plain = |text: &str| text.to_lowercase().replace(['_', '-'], "");
    let word = plain(word);
    known
        .iter()
        .map(|candidate| (strsim::damerau_levenshtein(&word, &plain(candidate)), *candidate))
        .filter(|(distance, candidate)| *distance <= candidate.len() / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

fn did_you_mean(candidate: &str) -> String {
    format!("did you mean {candidate}?")
}
