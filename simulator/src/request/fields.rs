//! Reading typed fields of a JSON object, and collecting what is wrong with them by path.

use serde_json::{Map, Value};

use crate::reply::{Code, Problem, Refusal};

/// Enough to act on; a body can hold many thousand mistakes.
const NAMED: usize = 50;

/// How much of a client's own text is repeated to it.
const SHOWN: usize = 40;

/// Everything found wrong with one request.
#[derive(Default)]
pub(crate) struct Problems(Vec<Problem>);

impl Problems {
    pub(crate) fn add(&mut self, path: &str, sentence: impl AsRef<str>) {
        self.0.push(Problem::body(path, sentence.as_ref()));
    }

    pub(crate) fn add_header(&mut self, name: &str, sentence: &str) {
        self.0.push(Problem::header(name, sentence));
    }

    pub(crate) fn refusal(mut self) -> Option<Refusal> {
        if self.0.is_empty() {
            return None;
        }
        let more = self.0.len().saturating_sub(NAMED);
        self.0.truncate(NAMED);
        let more = if more > 0 { format!("; and {more} more") } else { String::new() };
        Some(Refusal::of(Code::Parameter, self.0, &more))
    }
}

pub(crate) fn join(path: &str, name: &str) -> String {
    let name = shown(name);
    if path.is_empty() { name } else { format!("{path}.{name}") }
}

fn shown(text: &str) -> String {
    let mut shown: String = text.escape_debug().take(SHOWN).collect();
    if text.escape_debug().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    Required,
    Optional,
}

impl Need {
    pub(crate) fn when(required: bool) -> Self {
        if required { Self::Required } else { Self::Optional }
    }
}

/// One object of a body, with its path. Every reader returns `None` for what is absent or wrong.
pub(crate) struct Fields<'v> {
    path: String,
    map: &'v Map<String, Value>,
}

impl<'v> Fields<'v> {
    /// Notes the keys that aren't among `known`.
    pub(crate) fn of(value: &'v Value, path: &str, known: &[&str], problems: &mut Problems) -> Option<Self> {
        let Value::Object(map) = value else {
            let path = if path.is_empty() { "body" } else { path };
            problems.add(path, wrong_type("an object", value));
            return None;
        };
        for name in map.keys().filter(|name| !known.contains(&name.as_str())) {
            problems.add(&join(path, name), "is unknown");
        }
        let path = path.to_owned();
        Some(Self { path, map })
    }

    pub(crate) fn path(&self, name: &str) -> String {
        join(&self.path, name)
    }

    pub(crate) fn value(&self, name: &str, need: Need, problems: &mut Problems) -> Option<&'v Value> {
        let value = self.map.get(name);
        if value.is_none() && need == Need::Required {
            problems.add(&self.path(name), "is required");
        }
        value
    }

    pub(crate) fn object(&self, name: &str, need: Need, known: &[&str], problems: &mut Problems) -> Option<Self> {
        let value = self.value(name, need, problems)?;
        Self::of(value, &self.path(name), known, problems)
    }

    fn typed<T>(
        &self,
        (name, need): (&str, Need),
        (expected, read): (&str, impl FnOnce(&'v Value) -> Option<T>),
        problems: &mut Problems,
    ) -> Option<T> {
        let value = self.value(name, need, problems)?;
        let typed = read(value);
        if typed.is_none() {
            problems.add(&self.path(name), wrong_type(expected, value));
        }
        typed
    }

    pub(crate) fn array(&self, name: &str, need: Need, problems: &mut Problems) -> Option<&'v [Value]> {
        self.typed((name, need), ("an array", |it| it.as_array().map(Vec::as_slice)), problems)
    }

    pub(crate) fn string(&self, name: &str, need: Need, problems: &mut Problems) -> Option<&'v str> {
        self.typed((name, need), ("a string", Value::as_str), problems)
    }

    pub(crate) fn integer(&self, name: &str, need: Need, problems: &mut Problems) -> Option<i64> {
        self.typed((name, need), ("an integer", Value::as_i64), problems)
    }

    pub(crate) fn number(&self, name: &str, need: Need, problems: &mut Problems) -> Option<f64> {
        self.typed((name, need), ("a number", Value::as_f64), problems)
    }

    pub(crate) fn id(&self, name: &str, need: Need, problems: &mut Problems) -> Option<&'v str> {
        let id = self.string(name, need, problems)?;
        if id.is_empty() {
            problems.add(&self.path(name), "must not be empty");
            return None;
        }
        Some(id)
    }

    pub(crate) fn word(&self, name: &str, need: Need, allowed: &[&str], problems: &mut Problems) {
        let Some(word) = self.string(name, need, problems) else {
            return;
        };
        if !allowed.contains(&word) {
            let sentence = format!("must be one of {}, not {}", allowed.join(", "), shown(word));
            problems.add(&self.path(name), sentence);
        }
    }

    pub(crate) fn choice(&self, name: &str, need: Need, allowed: &[i64], problems: &mut Problems) -> Option<i64> {
        let number = self.integer(name, need, problems)?;
        if allowed.contains(&number) {
            return Some(number);
        }
        let allowed: Vec<String> = allowed.iter().map(i64::to_string).collect();
        let sentence = format!("must be one of {}, not {number}", allowed.join(", "));
        problems.add(&self.path(name), sentence);
        None
    }
}

fn wrong_type(expected: &str, value: &Value) -> String {
    let found = match value {
        Value::Null => "null".to_owned(),
        Value::Bool(_) => "a boolean".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(_) => "a string".to_owned(),
        Value::Array(_) => "an array".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    };
    format!("must be {expected}, not {found}")
}
