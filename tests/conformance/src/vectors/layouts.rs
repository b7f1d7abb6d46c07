//! Layouts: how windows are arranged, how a running recording's layout is changed; and the other operations.

use rongcloud_simulator::Step;
use serde_json::{Value, json};

use super::calls::{nothing_is_sent, the_request};
use super::profiles::invalid;
use super::simulator;
use crate::Wrong;
use crate::compare::{field, list, same, text};
use crate::driver::Driver;

/// What languages may write differently of the same number.
const ROUNDING: f64 = 1e-9;

pub(super) async fn operation(driver: &mut Driver, entry: &Value) -> Result<(), Wrong> {
    let simulator = simulator(driver).await?;
    let of_entry = |names: &[&str]| -> Value {
        names.iter().map(|name| ((*name).to_owned(), entry[*name].clone())).collect::<serde_json::Map<_, _>>().into()
    };
    let recording = of_entry(&["room_id", "session_id", "record_type"]);
    let update = of_entry(&["layout", "windows", "render_mode", "host"]);
    let operation = text(entry, "operation")?;
    let arguments = match operation {
        "stop" => json!({"recording": recording}),
        "update_layout" => json!({"recording": recording, "update": update}),
        _ => field(entry, "arguments")?.clone(),
    };
    if let Some(advice) = entry.get("advice") {
        same("the advice", &driver.ask(&json!({"advice": update})).await?.done()?, advice)?;
    }
    simulator.next([Step::reply(200, r#"{"code":200,"sessionId":"s"}"#)]).map_err(|error| error.to_string())?;
    let outcome = driver.call(operation, &arguments).await?;
    if let Some(violations) = entry.get("violations") {
        invalid(&outcome.failed()?, violations)?;
        return nothing_is_sent(&simulator);
    }
    let answer = outcome.done()?;
    if let Some(id) = arguments.get("request_id") {
        same("the call's id", field(&answer, "call_id")?, id)?;
        same("the request's id", field(&answer, "request_id")?, id)?;
        let sent = simulator.requests().iter().filter_map(|it| it.header("X-Request-ID")).collect::<Value>();
        same("the ids that were sent", &sent, &json!([id]))?;
    }
    let (path, body) = the_request(&simulator)?;
    same("the path", &path.into(), field(entry, "path")?)?;
    same("the body", &body.into(), field(entry, "body")?)
}

pub(super) async fn arrangement(driver: &mut Driver, entry: &Value) -> Result<(), Wrong> {
    let count = field(entry, "streams")?.as_u64().ok_or("no number of streams")?;
    // Each another one, unless the entry says which is which.
    let numbers = entry.get("stream_numbers").cloned().unwrap_or_else(|| (0..count).collect());
    let numbers = numbers.as_array().cloned().unwrap_or_default();
    let streams: Vec<_> = numbers
        .iter()
        .map(|number| json!({"user_id": format!("u{number}"), "stream_id": format!("s{number}")}))
        .collect();
    let [arrangement, resolution, cameras, corner] =
        ["arrangement", "resolution", "cameras", "corner"].map(|name| &entry[name]);
    let command = json!({"arrange": {
        "arrangement": arrangement, "streams": streams, "resolution": resolution, "cameras": cameras, "corner": corner,
    }});
    let outcome = driver.ask(&command).await?;
    if let Some(violations) = entry.get("violations") {
        return invalid(&outcome.failed()?, violations);
    }
    let layout = outcome.done()?;
    let windows = list(&layout, "windows")?;
    let golden = list(entry, "windows")?;
    same("the number of windows", &windows.len().into(), &golden.len().into())?;
    for (index, (window, golden)) in windows.iter().zip(golden).enumerate() {
        same("a window's user", field(window, "user_id")?, &streams[index]["user_id"])?;
        same("a window's stream", field(window, "stream_id")?, &streams[index]["stream_id"])?;
        let golden = golden.as_array().ok_or("a window is no list")?;
        let is_near = |(side, golden): (&str, &Value)| match (window[side].as_f64(), golden.as_f64()) {
            (Some(own), Some(golden)) => (own - golden).abs() < ROUNDING,
            _ => false,
        };
        if golden.len() != 4 || !["x", "y", "width", "height"].into_iter().zip(golden).all(is_near) {
            return Err(format!("the window is\n  {window}\nnot\n  {golden:?}"));
        }
    }
    Ok(())
}
