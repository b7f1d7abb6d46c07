//! `POST /rtc/record/start.json`. docs: record/start.

use crate::fields::{Fields, Need, Problems};
use crate::reply::{Accepted, Answer, Code, Refusal};
use crate::service::{Endpoint, Signed};
use crate::state::Recording;
use crate::{headers, json, rules};

pub(crate) const ENDPOINT: Endpoint = Endpoint { path: "/rtc/record/start.json", answer };

const BODY: [&str; 3] = ["sessionId", "extra", "config"];

fn answer(request: &Signed<'_>) -> Answer {
    if request.body.is_empty() {
        return Err(Refusal::new(Code::EmptyPost, "body is empty"));
    }
    let recording = read(request)?;
    let (room_id, session_id) = (&recording.room_id, &recording.session_id);
    if !request.state.is_current(room_id, session_id) {
        let why = "Room-Id has no such current session";
        return Err(Refusal::new(Code::NoSuchRoom, why));
    }
    Ok(Accepted::recording(request.state.add_recording(recording)))
}

fn read(request: &Signed<'_>) -> Result<Recording, Refusal> {
    let mut problems = Problems::default();
    headers::content_type(request.headers, &mut problems);
    let request_id = headers::request_id(request.headers, &mut problems);
    let room_id = headers::room_id(request.headers, &mut problems).unwrap_or_default();

    let value = json::parse(request.body, &mut problems);
    let body = value.as_ref().and_then(|value| Fields::of(value, "", &BODY, &mut problems));
    let (mut session_id, mut extra) = ("", "");
    if let Some(body) = body {
        session_id = body.id("sessionId", Need::Required, &mut problems).unwrap_or_default();
        extra = body.string("extra", Need::Optional, &mut problems).unwrap_or_default();
        rules::check_config(&body, &mut problems);
    }
    if let Some(refusal) = problems.refusal() {
        return Err(refusal);
    }
    Ok(Recording {
        record_id: String::new(),
        app_key: request.app_key.to_owned(),
        room_id: room_id.to_owned(),
        session_id: session_id.to_owned(),
        extra: extra.to_owned(),
        config: value.as_ref().and_then(|value| value.get("config")).cloned().unwrap_or_default(),
        request_id,
    })
}
