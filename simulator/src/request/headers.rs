//! Reading request headers: each at most once, and the ones every endpoint looks at.

use axum::http::HeaderMap;

use super::fields::{Need, Problems};

/// docs: auth, X-Request-ID.
const MAX_REQUEST_ID: usize = 36;

/// What one header, under any of its names, was found to be.
pub(crate) enum Found<'h> {
    Nothing,
    Once(&'h str),
    Wrong(&'static str),
}

pub(crate) fn find<'h>(headers: &'h HeaderMap, names: &[&str]) -> Found<'h> {
    let mut values = names.iter().flat_map(|name| headers.get_all(*name));
    let Some(value) = values.next() else {
        return Found::Nothing;
    };
    if values.next().is_some() {
        return Found::Wrong("given twice");
    }
    match std::str::from_utf8(value.as_bytes()) {
        Ok(text) => Found::Once(text),
        Err(_) => Found::Wrong("not UTF-8"),
    }
}

/// docs: record/start, request example; the room isn't in the body.
pub(crate) fn room_id<'h>(headers: &'h HeaderMap, need: Need, problems: &mut Problems) -> Option<&'h str> {
    let room_id = optional(headers, "Room-Id", problems)?;
    match room_id {
        None if need == Need::Required => problems.add_header("Room-Id", "header is missing"),
        None => {}
        Some("") => problems.add_header("Room-Id", "must not be empty"),
        Some(room_id) => return Some(room_id),
    }
    None
}

pub(crate) fn request_id(headers: &HeaderMap, problems: &mut Problems) -> Option<String> {
    let request_id = optional(headers, "X-Request-ID", problems)??;
    if request_id.chars().count() > MAX_REQUEST_ID {
        problems.add_header("X-Request-ID", "must have at most 36 characters");
    }
    Some(request_id.to_owned())
}

pub(crate) fn content_type(headers: &HeaderMap, problems: &mut Problems) {
    let Some(found) = optional(headers, "Content-Type", problems) else {
        return;
    };
    if !is_json(found.unwrap_or_default()) {
        problems.add_header("Content-Type", "must be application/json, in utf-8");
    }
}

/// Whether a content type is JSON, in UTF-8.
pub(crate) fn is_json(content_type: &str) -> bool {
    let compact: String = content_type.split_whitespace().collect::<String>().to_ascii_lowercase();
    let known = ["application/json", "application/json;charset=utf-8", "application/json;charset=\"utf-8\""];
    known.contains(&compact.as_str())
}

/// `None` when the header was wrong, which is then among the problems.
fn optional<'h>(headers: &'h HeaderMap, name: &str, problems: &mut Problems) -> Option<Option<&'h str>> {
    match find(headers, &[name]) {
        Found::Nothing => Some(None),
        Found::Once(value) => Some(Some(value)),
        Found::Wrong(why) => {
            problems.add_header(name, why);
            None
        }
    }
}
