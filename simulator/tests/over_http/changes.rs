//! What has changed since somebody last looked, and what is kept of each request for them.

use std::time::Duration;

use rongcloud_simulator::{Delivery, FailedEvent, Member, Part, Simulator, Step, Stream};
use serde_json::{Value, json};

use crate::control::{get, put};
use crate::support::bodies::with;
use crate::support::client::{APP_KEY, Call, NOW, SECRET, simulator};
use crate::support::receiver::Receiver;

async fn since(sim: &Simulator, revision: &Value) -> Value {
    get(sim, &format!("changes?since={revision}")).await.json()
}

async fn all(sim: &Simulator) -> Value {
    since(sim, &json!(0)).await
}

/// What of a list has changed, by one of its fields.
fn changed(changes: &Value, list: &str, field: &str) -> Value {
    changes[list]["changed"].as_array().unwrap().iter().map(|it| it[field].clone()).collect()
}

#[tokio::test]
async fn only_what_has_changed_is_told() {
    let sim = simulator().await;
    Call::start().send(&sim).await;
    let seen = all(&sim).await;
    assert_eq!(changed(&seen, "requests", "number"), json!([1]));
    let nothing = since(&sim, &seen["revision"]).await;
    assert_eq!(changed(&nothing, "requests", "number"), json!([]));
    assert!(nothing.get("rooms").is_none() && nothing.get("recordings").is_none(), "{nothing}");
    Call::start_number(2).body("{}").send(&sim).await;
    let more = since(&sim, &seen["revision"]).await;
    assert_eq!(changed(&more, "requests", "number"), json!([2]));
}

#[tokio::test]
async fn a_held_request_is_told_again_once_it_is_answered() {
    let sim = simulator().await;
    sim.next([Step::hold()]).unwrap();
    let connection = Call::start().open(sim.url()).await;
    sim.wait_for_requests(1).await.unwrap();
    let held = all(&sim).await;
    let found = ["verdict", "durationMs", "answerStatus"].map(|it| &held["requests"]["changed"][0][it]);
    assert_eq!(json!(found), json!(["held", null, 200]));
    sim.release();
    connection.reply().await;
    let answered = &since(&sim, &held["revision"]).await["requests"]["changed"][0];
    assert_eq!(answered["verdict"], json!("accepted"));
    assert!(answered["durationMs"].is_u64(), "{answered}");
}

#[tokio::test]
async fn a_request_is_shown_with_its_answer_and_where_it_is_wrong() {
    let sim = simulator().await;
    let mut body = with("/config/mode", json!(9));
    body["config"]["input"]["video"][1]["x"] = json!(2);
    let reply = Call::start().json(&body).send(&sim).await;
    let seen = get(&sim, "requests/1").await.json();
    let paths: Vec<&Value> = seen["problems"].as_array().unwrap().iter().map(|it| &it["path"]).collect();
    assert_eq!(json!(paths), json!(["config.mode", "config.input.video[1].x"]));
    let answer = json!({ "status": 400, "body": String::from_utf8(reply.body).unwrap() });
    assert_eq!((&seen["answer"], &seen["time"]), (&answer, &json!(NOW)));
}

#[tokio::test]
async fn a_wrong_header_is_named_as_the_place() {
    let sim = simulator().await;
    Call::start().signed("0123456789012345678", NOW).send(&sim).await;
    Call::start().without("Signature").send(&sim).await;
    Call::start().without("Room-Id").send(&sim).await;
    for (request, name) in sim.requests().iter().zip(["Nonce", "Signature", "Room-Id"]) {
        assert_eq!((request.problems[0].part, request.problems[0].path.as_str()), (Part::Header, name));
    }
    assert_eq!(sim.requests().len(), 3);
}

#[tokio::test]
async fn of_a_long_answer_the_beginning_is_kept() {
    let sim = simulator().await;
    sim.next([Step::reply(200, "é".repeat(20_000))]).unwrap();
    Call::start().send(&sim).await;
    let kept = sim.requests()[0].answer.clone().unwrap().body;
    assert!(kept.len() == 16 * 1024 && kept.starts_with("éé"), "{}", kept.len());
}

#[tokio::test]
async fn an_abandoned_request_has_no_answer() {
    let sim = simulator().await;
    sim.next([Step::hold()]).unwrap();
    drop(Call::start().open(sim.url()).await);
    sim.wait_for_abandoned(1).await.unwrap();
    assert_eq!(sim.requests()[0].answer, None);
}

#[tokio::test]
async fn a_request_that_is_not_there_is_told() {
    let sim = simulator().await;
    for number in [0, 1] {
        assert_eq!(get(&sim, &format!("requests/{number}")).await.status(), 404);
    }
}

#[tokio::test]
async fn what_was_forgotten_is_told_by_the_oldest_that_is_left() {
    let sim = simulator().await;
    Call::start().send(&sim).await;
    let seen = all(&sim).await;
    sim.forget_requests();
    let forgotten = since(&sim, &seen["revision"]).await;
    assert_eq!((&seen["requests"]["oldest"], &forgotten["requests"]["oldest"]), (&json!(1), &json!(2)));
    assert!(forgotten["revision"].as_u64() > seen["revision"].as_u64());
}

#[tokio::test]
async fn rooms_and_recordings_are_told_when_one_of_them_changes() {
    let sim = simulator().await;
    sim.join("room1", Member::new("111").stream(Stream::video("111_RongCloudRTC")));
    Call::start().json(&with("/config/mode", json!(1))).send(&sim).await;
    let seen = all(&sim).await;
    sim.advance(Duration::from_secs(3600));
    Call::stop().send(&sim).await;
    let changes = since(&sim, &seen["revision"]).await;
    assert_eq!(changes["rooms"]["first"]["room1"]["members"][0]["userId"], json!("111"));
    let recording = &changes["recordings"]["newest"][0];
    let id = recording["recordId"].as_str().unwrap();
    let files = json!([
        { "fileName": format!("{id}_1_1.mkv"), "userId": "111", "slice": 1 },
        { "fileName": format!("{id}_1_2.mkv"), "userId": "111", "slice": 2 },
    ]);
    let found = ["state", "stopTime", "files"].map(|it| &recording[it]);
    assert_eq!(json!(found), json!(["stopped", NOW + 3_600_000, files]));
    let counts = ["count", "running"].map(|it| &changes["recordings"][it]);
    assert_eq!(json!(counts), json!([1, 0]));
    assert_eq!(changes["clock"], json!({ "timeMs": NOW, "aheadMs": 3_600_000, "skewMs": 0 }));
}

#[tokio::test]
async fn what_is_still_to_go_wrong_is_told() {
    let sim = simulator().await;
    put(&sim, "next", &json!({ "status": 429 })).await;
    Call::new("POST", "/__simulator/next").json(&json!([{ "times": 2, "hold": true }])).send(&sim).await;
    put(&sim, "callbacks/lose", &json!({ "times": 3 })).await;
    sim.set_delivery(Delivery::held().duplicate(1)).unwrap();
    sim.fail_events([FailedEvent::new(4, 500)]).unwrap();
    sim.set_skew_ms(-600_000);
    let faults = &all(&sim).await["faults"];
    assert_eq!(faults["next"][0]["status"], json!(429));
    assert_eq!((&faults["next"][1]["hold"], &faults["next"][1]["times"]), (&json!(true), &json!(2)));
    assert_eq!(faults["loseCallbacks"], json!(3));
    assert_eq!((&faults["delivery"]["delivery"], &faults["delivery"]["duplicate"]), (&json!("held"), &json!(1)));
    assert_eq!(faults["failures"][0]["code"], json!(500));
}

#[tokio::test]
async fn what_is_told_of_what_goes_wrong_can_be_set_again() {
    let sim = simulator().await;
    sim.next([Step::reply(503, "down").header("Retry-After", "1").times(2)]).unwrap();
    sim.set_delivery(Delivery::held().shuffle(7).lose([2]).backoff_ms(5)).unwrap();
    sim.fail_events([FailedEvent::new(4, 500).times(2)]).unwrap();
    let before = all(&sim).await["faults"].clone();
    for (path, name) in [("next", "next"), ("callbacks", "delivery"), ("callbacks/failures", "failures")] {
        assert_eq!(put(&sim, path, &before[name]).await.status(), 204, "{}", before[name]);
    }
    assert_eq!(all(&sim).await["faults"], before);
}

#[tokio::test]
async fn all_rooms_can_be_listed() {
    let sim = simulator().await;
    sim.set_room("room0", "bbb");
    let listed = get(&sim, "rooms").await.json();
    let sessions: Vec<_> = listed.as_object().unwrap().iter().map(|(id, room)| (id, &room["sessionId"])).collect();
    assert_eq!(json!(sessions), json!([["room0", "bbb"], ["room1", "aaa"]]));
}

#[tokio::test]
async fn no_secret_and_no_signature_is_told() {
    let receiver = Receiver::start().await;
    let builder = Simulator::builder().app(APP_KEY, SECRET).room("room1", "aaa").clock(|| NOW);
    let sim = builder.recording_callback(receiver.url()).start().await.unwrap();
    let call = Call::start();
    call.send(&sim).await;
    sim.flush_callbacks().await;
    let sent = receiver.received().remove(0).header("signature").unwrap().to_owned();
    let told = [all(&sim).await, get(&sim, "requests/1").await.json(), get(&sim, "callbacks").await.json()];
    let told = json!(told).to_string();
    for secret in [SECRET, &sent, &crate::support::client::sign(crate::support::client::NONCE, NOW)] {
        assert!(!told.contains(secret));
    }
    assert!(told.contains(APP_KEY));
}
