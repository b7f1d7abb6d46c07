//! Calls of the service: what is sent, what is refused before, and how its replies are understood.

use rongcloud_simulator::{Simulator, Step};
use serde_json::{Value, json};

use super::profiles::invalid;
use super::{PROFILE, ROOM, SESSION, simulator};
use crate::Wrong;
use crate::compare::{field, has, is, like, list, same, text};
use crate::driver::Driver;

pub(super) async fn refused_start(driver: &mut Driver, entry: &Value) -> Result<(), Wrong> {
    let simulator = simulator(driver).await?;
    let arguments = json!({"room_id": entry["room_id"], "session_id": entry["session_id"], "profile": PROFILE});
    let failure = driver.call("start", &arguments).await?.failed()?;
    invalid(&failure, field(entry, "violations")?)?;
    nothing_is_sent(&simulator)
}

pub(super) fn nothing_is_sent(simulator: &Simulator) -> Result<(), Wrong> {
    same("the number of requests", &simulator.requests().len().into(), &0.into())
}

pub(super) async fn body(driver: &mut Driver, entry: &Value) -> Result<(), Wrong> {
    let simulator = simulator(driver).await?;
    let session_id = text(entry, "session_id")?;
    simulator.set_room(ROOM, session_id);
    let arguments =
        json!({"room_id": ROOM, "session_id": session_id, "profile": entry["config"], "extra": entry["extra"]});
    driver.call("start", &arguments).await?.done()?;
    same("the body", &the_request(&simulator)?.1.into(), field(entry, "body")?)
}

/// Path and body of the one request that was seen.
pub(super) fn the_request(simulator: &Simulator) -> Result<(String, String), Wrong> {
    match simulator.requests().as_slice() {
        [request] => Ok((request.path.clone(), request.body_text())),
        requests => Err(format!("{} requests were sent", requests.len())),
    }
}

/// The id by which the vendor finds the request is the one that was sent, and the only attempt is told with it.
fn has_its_id(told: &Value, reply_head: Option<&str>, simulator: &Simulator) -> Result<(), Wrong> {
    let requests = simulator.requests();
    let sent = requests.last().and_then(|request| request.header("X-Request-ID")).ok_or("no request id was sent")?;
    has("the call", told, &json!({"request_id": sent, "call_id": sent}))?;
    let [attempt] = list(told, "attempts")? else { return Err(format!("one attempt was made, and not {told}")) };
    let expected = json!({
        "request_id": sent, "maybe_sent": true, "connection_reused": false, "reply_head": reply_head, "sent_at_ms": "$time",
        "took_ms": "$number", "waited_ms": "$number", "host": "$text", "status": "$number",
    });
    like("the attempt", attempt, &expected)
}

pub(super) async fn reply(driver: &mut Driver, entry: &Value) -> Result<(), Wrong> {
    let simulator = simulator(driver).await?;
    let status = field(entry, "status")?.as_u64().and_then(|status| status.try_into().ok()).ok_or("no status")?;
    let step = Step::reply(status, text(entry, "body")?).content_type(text(entry, "content_type")?);
    simulator.next([step]).map_err(|error| error.to_string())?;
    let arguments = json!({"room_id": ROOM, "session_id": SESSION, "profile": PROFILE});
    let outcome = driver.call("start", &arguments).await?;
    let Some(expected) = entry.get("error") else {
        let started = outcome.done()?;
        has("the recording", &started, &json!({"record_id": field(entry, "record_id")?, "room_id": ROOM}))?;
        return has_its_id(&started, None, &simulator);
    };
    understood(&outcome.failed()?, expected, text(entry, "body")?, &simulator)
}

fn understood(failure: &Value, expected: &Value, body: &str, simulator: &Simulator) -> Result<(), Wrong> {
    has("the failure", failure, expected)?;
    let head: String = body.chars().take(512).collect();
    has_its_id(field(failure, "call")?, Some(&head), simulator)
}

pub(super) async fn room(driver: &mut Driver, entry: &Value) -> Result<(), Wrong> {
    let simulator = simulator(driver).await?;
    let body = text(entry, "body")?;
    simulator.next([Step::reply(200, body)]).map_err(|error| error.to_string())?;
    let outcome = driver.call("query_room", &json!({"room_id": ROOM})).await?;
    if let Some(expected) = entry.get("error") {
        return understood(&outcome.failed()?, expected, body, &simulator);
    }
    let room = outcome.done()?;
    is("the room", &room, field(entry, "room")?, &["room_id", "request_id", "call_id", "attempts", "json"])?;
    same("the room's id", field(&room, "room_id")?, &ROOM.into())?;
    has_its_id(&room, None, &simulator)?;
    let read = |text: &str| serde_json::from_str::<Value>(text).map_err(|error| error.to_string());
    same("what is kept of the reply", &read(text(&room, "json")?)?, &read(body)?)
}
