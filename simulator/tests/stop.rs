//! Stopping recordings.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code)] // Each suite uses a part.
mod support;

use rongcloud_simulator::{RecordingState, Simulator, Step};
use serde_json::json;

use crate::support::client::{APP_KEY, Call, NONCE, NOW, SECRET, STOP, simulator};

fn states(sim: &Simulator) -> Vec<RecordingState> {
    sim.recordings().into_iter().map(|it| it.state).collect()
}

#[tokio::test]
async fn a_stop_is_answered_like_the_start() {
    let sim = simulator().await;
    let started = Call::start().send(&sim).await.json();
    assert_eq!(Call::stop().send(&sim).await.json(), started);
}

#[tokio::test]
async fn a_stopped_recording_no_longer_runs() {
    let sim = simulator().await;
    Call::start().send(&sim).await;
    assert_eq!(states(&sim), [RecordingState::Recording]);
    Call::stop().send(&sim).await;
    assert_eq!(states(&sim), [RecordingState::Stopped]);
}

#[tokio::test]
async fn a_stop_without_a_running_recording_is_refused() {
    let reply = Call::stop().send(&simulator().await).await;
    let found = (reply.codes(), reply.error_message());
    let expected = "parameter error: sessionId has no running recording";
    assert_eq!(found, ((400, 1002), expected.to_owned()));
}

#[tokio::test]
async fn a_second_stop_is_refused() {
    let sim = simulator().await;
    Call::start().send(&sim).await;
    Call::stop().send(&sim).await;
    let reply = Call::stop().signed("again", NOW).send(&sim).await;
    assert_eq!(reply.codes(), (400, 1002));
}

#[tokio::test]
async fn a_stop_ends_all_recordings_of_the_session() {
    let sim = simulator().await;
    Call::start_number(1).send(&sim).await;
    Call::start_number(2).send(&sim).await;
    Call::stop().send(&sim).await;
    assert_eq!(states(&sim), [RecordingState::Stopped; 2]);
}

#[tokio::test]
async fn a_stop_of_several_is_answered_with_the_newest() {
    let sim = simulator().await;
    Call::start_number(1).send(&sim).await;
    let newest = Call::start_number(2).send(&sim).await.record_id();
    assert_eq!(Call::stop().send(&sim).await.record_id(), newest);
}

#[tokio::test]
async fn a_stop_leaves_other_rooms_alone() {
    let sim = simulator().await;
    sim.set_room("room2", "aaa");
    Call::start_number(1).send(&sim).await;
    Call::start_number(2).set("Room-Id", "room2").send(&sim).await;
    Call::stop().send(&sim).await;
    assert_eq!(states(&sim), [RecordingState::Stopped, RecordingState::Recording]);
}

#[tokio::test]
async fn a_stop_leaves_recordings_of_other_apps_alone() {
    let builder = Simulator::builder().app(APP_KEY, SECRET).app("other", SECRET).clock(|| NOW);
    let sim = builder.room("room1", "aaa").start().await.unwrap();
    Call::start().set("App-Key", "other").send(&sim).await;
    assert_eq!(Call::stop().send(&sim).await.codes(), (400, 1002));
    assert_eq!(states(&sim), [RecordingState::Recording]);
}

#[tokio::test]
async fn a_stop_in_an_unknown_room_is_told_in_the_body_only() {
    let reply = Call::stop().set("Room-Id", "no").send(&simulator().await).await;
    assert_eq!(reply.codes(), (200, 40003));
}

#[tokio::test]
async fn a_stop_of_another_session_is_refused() {
    let call = Call::stop().json(&json!({ "sessionId": "bbb" }));
    assert_eq!(call.send(&simulator().await).await.codes(), (200, 40003));
}

#[tokio::test]
async fn a_stop_takes_nothing_but_a_session() {
    for (body, problem) in [
        (json!({}), "sessionId is required"),
        (json!({ "sessionId": "" }), "sessionId must not be empty"),
        (json!({ "sessionId": "aaa", "recordId": "1" }), "recordId is unknown"),
    ] {
        let reply = Call::stop().json(&body).send(&simulator().await).await;
        assert_eq!(reply.error_message(), format!("parameter error: {problem}"));
    }
}

#[tokio::test]
async fn a_stop_must_be_signed() {
    let reply = Call::stop().set("Signature", "0").send(&simulator().await).await;
    assert_eq!(reply.codes(), (401, 1004));
}

#[tokio::test]
async fn a_stop_shares_its_nonces_with_starts() {
    let sim = simulator().await;
    Call::start().send(&sim).await;
    let reply = Call::stop().signed(NONCE, NOW).send(&sim).await;
    assert_eq!(reply.codes(), (401, 1004));
}

#[tokio::test]
async fn a_stop_needs_a_body_and_a_room() {
    let sim = simulator().await;
    assert_eq!(Call::stop().body("").send(&sim).await.codes(), (400, 1003));
    let reply = Call::to(STOP, "2", &json!({ "sessionId": "aaa" })).without("Room-Id").send(&sim).await;
    assert_eq!(reply.error_message(), "parameter error: Room-Id header is missing");
}

#[tokio::test]
async fn a_canned_reply_stops_nothing() {
    let sim = simulator().await;
    Call::start().send(&sim).await;
    sim.next([Step::reply(503, "")]).unwrap();
    Call::stop().send(&sim).await;
    assert_eq!(states(&sim), [RecordingState::Recording]);
}

#[tokio::test]
async fn recordings_end_with_their_room() {
    let sim = simulator().await;
    Call::start().send(&sim).await;
    sim.remove_room("room1");
    assert_eq!(states(&sim), [RecordingState::Stopped]);
}

#[tokio::test]
async fn recordings_end_when_the_room_has_another_session() {
    let sim = simulator().await;
    Call::start().send(&sim).await;
    sim.set_room("room1", "bbb");
    assert_eq!(states(&sim), [RecordingState::Stopped]);
}

#[tokio::test]
async fn recordings_go_on_when_the_session_is_the_same() {
    let sim = simulator().await;
    Call::start().send(&sim).await;
    sim.set_room("room1", "aaa");
    assert_eq!(states(&sim), [RecordingState::Recording]);
}
