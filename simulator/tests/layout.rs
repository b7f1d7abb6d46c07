//! Changing the layout of a running recording.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code)] // Each suite uses a part.
mod support;

use rongcloud_simulator::Simulator;
use serde_json::{Value, json};

use crate::support::bodies::{put, remove};
use crate::support::client::{APP_KEY, Call, LAYOUT, NOW, SECRET, START, mcu, simulator};
use crate::support::connection::Reply;

fn floating() -> Value {
    json!({
        "sessionId": "aaa",
        "mixLayout": 2,
        "renderMode": 2,
        "hostUserId": "111",
        "hostStreamId": "111_RongCloudRTC"
    })
}

fn custom() -> Value {
    json!({
        "sessionId": "aaa",
        "mixLayout": 1,
        "renderMode": 1,
        "input": { "video": [
            { "userId": "111", "streamId": "111_RongCloudRTC", "x": 0, "y": 0, "width": 1, "height": 0.5 }
        ] }
    })
}

/// A simulator with one split-stream recording.
async fn recording() -> Simulator {
    let sim = simulator().await;
    Call::start().send(&sim).await;
    sim
}

async fn send(sim: &Simulator, body: &Value) -> Reply {
    Call::to(LAYOUT, "layout", body).send(sim).await
}

async fn refuses(body: &Value, problem: &str) {
    let reply = send(&recording().await, body).await;
    let found = (reply.codes(), reply.error_message());
    assert_eq!(found, ((400, 1002), format!("parameter error: {problem}")), "{body}");
}

#[tokio::test]
async fn a_layout_change_is_answered_with_the_recording() {
    let sim = simulator().await;
    let started = Call::start().send(&sim).await.json();
    assert_eq!(send(&sim, &floating()).await.json(), started);
}

#[tokio::test]
async fn a_layout_change_is_remembered() {
    let sim = recording().await;
    send(&sim, &floating()).await;
    let mut expected = floating();
    remove(&mut expected, "/sessionId");
    assert_eq!(sim.recordings()[0].layout, expected);
}

#[tokio::test]
async fn a_layout_change_replaces_all_of_the_layout() {
    let sim = recording().await;
    send(&sim, &custom()).await;
    assert_eq!(sim.recordings()[0].layout["hostUserId"], Value::Null);
}

#[tokio::test]
async fn a_layout_change_leaves_the_configuration_as_it_was_sent() {
    let sim = recording().await;
    send(&sim, &floating()).await;
    assert_eq!(sim.recordings()[0].config["mixLayout"], json!(1));
}

#[tokio::test]
async fn a_custom_layout_may_leave_out_the_host() {
    assert_eq!(send(&recording().await, &custom()).await.codes(), (200, 200));
}

#[tokio::test]
async fn the_other_layouts_need_a_host() {
    for layout in [2, 3] {
        for name in ["hostUserId", "hostStreamId"] {
            let mut body = floating();
            put(&mut body, "/mixLayout", json!(layout));
            remove(&mut body, &format!("/{name}"));
            refuses(&body, &format!("{name} is required")).await;
        }
    }
}

#[tokio::test]
async fn a_host_that_may_be_absent_may_not_be_empty() {
    let mut body = custom();
    put(&mut body, "/hostUserId", json!(""));
    refuses(&body, "hostUserId must not be empty").await;
}

#[tokio::test]
async fn each_field_that_is_always_required_is_missed() {
    for name in ["sessionId", "mixLayout", "renderMode"] {
        let mut body = custom();
        remove(&mut body, &format!("/{name}"));
        refuses(&body, &format!("{name} is required")).await;
    }
}

#[tokio::test]
async fn a_custom_layout_needs_windows() {
    let mut body = custom();
    remove(&mut body, "/input");
    refuses(&body, "input is required").await;
    refuses(&json!({ "sessionId": "aaa", "mixLayout": 1, "renderMode": 1, "input": {} }), "input.video is required")
        .await;
}

#[tokio::test]
async fn windows_are_checked_like_those_of_a_start() {
    let mut body = custom();
    body["input"]["video"][0]["width"] = json!(1.5);
    refuses(&body, "input.video[0].width must be within 0 and 1, not 1.5").await;
}

#[tokio::test]
async fn values_outside_the_documented_ones_are_refused() {
    let mut body = custom();
    put(&mut body, "/renderMode", json!(3));
    refuses(&body, "renderMode must be one of 1, 2, not 3").await;
    let mut body = custom();
    put(&mut body, "/mixLayout", json!(4));
    refuses(&body, "mixLayout must be one of 1, 2, 3, not 4").await;
}

#[tokio::test]
async fn the_keys_are_flat() {
    let body = json!({ "sessionId": "aaa", "config": custom() });
    refuses(&body, "config is unknown; mixLayout is required; renderMode is required").await;
}

#[tokio::test]
async fn an_mcu_recording_keeps_its_layout() {
    let sim = simulator().await;
    Call::to(START, "1", &mcu()).send(&sim).await;
    let reply = send(&sim, &floating()).await;
    let found = (reply.codes(), reply.error_message());
    let expected = "parameter error: the layout of an MCU recording can't be changed";
    assert_eq!(found, ((400, 1002), expected.to_owned()));
    assert_eq!(sim.recordings()[0].layout, Value::Null);
}

#[tokio::test]
async fn beside_an_mcu_recording_the_split_stream_one_is_changed() {
    let sim = simulator().await;
    let changed = Call::start().send(&sim).await.record_id();
    Call::to(START, "1", &mcu()).send(&sim).await;
    assert_eq!(send(&sim, &floating()).await.record_id(), changed);
}

#[tokio::test]
async fn a_layout_change_without_a_running_recording_is_refused() {
    let sim = recording().await;
    Call::stop().send(&sim).await;
    let reply = send(&sim, &floating()).await;
    let found = (reply.codes(), reply.error_message());
    let expected = "parameter error: sessionId has no running recording";
    assert_eq!(found, ((400, 1002), expected.to_owned()));
}

#[tokio::test]
async fn a_layout_change_leaves_recordings_of_other_apps_and_rooms_alone() {
    let builder = Simulator::builder().app(APP_KEY, SECRET).app("other", SECRET).clock(|| NOW);
    let sim = builder.room("room1", "aaa").room("room2", "aaa").start().await.unwrap();
    Call::start_number(1).set("App-Key", "other").send(&sim).await;
    Call::start_number(2).set("Room-Id", "room2").send(&sim).await;
    assert_eq!(send(&sim, &floating()).await.codes(), (400, 1002));
    let layouts: Vec<_> = sim.recordings().iter().map(|it| it.layout["mixLayout"].clone()).collect();
    assert_eq!(layouts, [1, 1]);
}

#[tokio::test]
async fn a_layout_change_in_an_unknown_room_is_told_in_the_body_only() {
    let call = Call::to(LAYOUT, "1", &floating()).set("Room-Id", "no");
    assert_eq!(call.send(&recording().await).await.codes(), (200, 40003));
}

#[tokio::test]
async fn a_layout_change_needs_a_room_in_its_header() {
    let call = Call::to(LAYOUT, "1", &floating()).without("Room-Id");
    let reply = call.send(&recording().await).await;
    assert_eq!(reply.error_message(), "parameter error: Room-Id header is missing");
}

#[tokio::test]
async fn a_layout_change_must_be_signed() {
    let call = Call::to(LAYOUT, "1", &floating()).set("Signature", "0");
    assert_eq!(call.send(&recording().await).await.codes(), (401, 1004));
}
