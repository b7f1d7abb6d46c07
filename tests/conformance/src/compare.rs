//! What was seen beside what was expected.

use serde_json::{Map, Value};

use crate::Wrong;

pub(crate) fn same(what: &str, seen: &Value, expected: &Value) -> Result<(), Wrong> {
    if seen == expected { Ok(()) } else { Err(format!("{what} is\n  {seen}\nnot\n  {expected}")) }
}

/// Each field of what is expected is in what was seen, which may have others.
pub(crate) fn has(what: &str, seen: &Value, expected: &Value) -> Result<(), Wrong> {
    let fields = expected.as_object().ok_or_else(|| format!("{what}: {expected} has no fields"))?;
    fields.iter().try_for_each(|(name, expected)| same(&format!("{what}'s {name}"), field(seen, name)?, expected))
}

/// What was seen has exactly the fields that are expected, but for those that are looked at elsewhere.
pub(crate) fn is(what: &str, seen: &Value, expected: &Value, but_for: &[&str]) -> Result<(), Wrong> {
    let fields = seen.as_object().ok_or_else(|| format!("{what}: {seen} has no fields"))?;
    let fields = fields.iter().filter(|(name, _)| !but_for.contains(&name.as_str()));
    let fields: Map<_, _> = fields.map(|(name, value)| (name.clone(), value.clone())).collect();
    same(what, &fields.into(), expected)
}

/// What was seen has what is expected, part by part; objects may have other fields, too. `$time` stands for any time of our
/// days, `$number` for any number that isn't negative, and `$text` for any text.
pub(crate) fn like(what: &str, seen: &Value, expected: &Value) -> Result<(), Wrong> {
    match (seen, expected) {
        (Value::Object(_), Value::Object(fields)) => fields
            .iter()
            .try_for_each(|(name, expected)| like(&format!("{what}'s {name}"), field(seen, name)?, expected)),
        (Value::Array(seen), Value::Array(expected)) if seen.len() == expected.len() => {
            seen.iter().zip(expected).try_for_each(|(seen, expected)| like(what, seen, expected))
        }
        (Value::Number(_), Value::String(any)) if any == "$time" && seen.as_i64() > Some(1_600_000_000_000) => Ok(()),
        (Value::Number(_), Value::String(any)) if any == "$number" && seen.as_f64() >= Some(0.0) => Ok(()),
        (Value::String(seen), Value::String(any)) if any == "$text" && !seen.is_empty() => Ok(()),
        _ => same(what, seen, expected),
    }
}

/// The same, without any other field.
pub(crate) fn exactly_like(what: &str, seen: &Value, expected: &Value) -> Result<(), Wrong> {
    like(what, seen, expected)?;
    same(&format!("all that {what} has"), &names(seen), &names(expected))
}

/// The fields alone.
fn names(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), names(value))).collect(),
        Value::Array(parts) => parts.iter().map(names).collect(),
        _ => Value::Null,
    }
}

pub(crate) fn field<'v>(value: &'v Value, name: &str) -> Result<&'v Value, Wrong> {
    value.get(name).ok_or_else(|| format!("there is no {name} in {value}"))
}

pub(crate) fn text<'v>(value: &'v Value, name: &str) -> Result<&'v str, Wrong> {
    field(value, name)?.as_str().ok_or_else(|| format!("{name} is no text in {value}"))
}

pub(crate) fn list<'v>(value: &'v Value, name: &str) -> Result<&'v [Value], Wrong> {
    field(value, name)?.as_array().map(Vec::as_slice).ok_or_else(|| format!("{name} is no list in {value}"))
}
