//! `--set path=value`: one value of a body put in the place of another. A path that is not there is an error.

use rongcloud_recording::codes;
use serde_json::Value;

use crate::failure::Failure;
use crate::text::nearest;

/// Puts the value in the place of the one at the path: as text where that is text, else as JSON.
///
/// # Errors
/// Where the path leads nowhere, or the value can't be read.
pub fn set(body: &mut Value, assignment: &str) -> Result<(), Failure> {
    let (path, value) = assignment
        .split_once('=')
        .ok_or_else(|| Failure::input(format!("--set {assignment}"), codes::INVALID_SHAPE, "is not path=value"))?;
    let place = find(body, path)?;
    *place = if place.is_string() {
        Value::String(value.to_owned())
    } else {
        serde_json::from_str(value).map_err(|error| {
            Failure::input(path, codes::WRONG_TYPE, format!("takes JSON, as {place} is, and this is none: {error}"))
        })?
    };
    Ok(())
}

fn find<'a>(body: &'a mut Value, path: &str) -> Result<&'a mut Value, Failure> {
    let mut found = body;
    for step in path.split('.').flat_map(|part| part.split('[')) {
        let name = step.strip_suffix(']').unwrap_or(step);
        let known: Vec<String> = match &*found {
            Value::Object(fields) => fields.keys().cloned().collect(),
            Value::Array(items) => (0..items.len()).map(|index| index.to_string()).collect(),
            _ => Vec::new(),
        };
        let next = match found {
            Value::Object(fields) => fields.get_mut(name),
            Value::Array(items) => name.parse().ok().and_then(|index: usize| items.get_mut(index)),
            _ => None,
        };
        found = next.ok_or_else(|| {
            let meant = nearest(name, known.iter().map(String::as_str));
            let meant = meant.map(|meant| format!(": did you mean {meant}?")).unwrap_or_default();
            Failure::input(path, codes::UNKNOWN_FIELD, format!("is not in the event: there is no {name}{meant}"))
        })?;
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn after(assignment: &str) -> Option<Value> {
        let mut body = json!({"code": 200, "roomId": "a", "members": [{"userId": "1"}]});
        set(&mut body, assignment).ok().map(|()| body)
    }

    #[test]
    fn a_value_takes_the_place_of_another() {
        assert_eq!(after("code=500").map(|body| body["code"].clone()), Some(json!(500)));
        assert_eq!(after("roomId=a=b").map(|body| body["roomId"].clone()), Some(json!("a=b")));
        assert_eq!(after("members[0].userId=2").map(|body| body["members"].clone()), Some(json!([{"userId": "2"}])));
    }

    #[test]
    fn a_path_that_is_not_there_is_an_error() {
        for assignment in ["Code=1", "roomId", "roomId.x=1", "members[1].userId=2", "code=x", "=1", "members[=1"] {
            assert_eq!(after(assignment), None, "{assignment}");
        }
    }
}
