//! What is called back about recordings.

use std::time::Duration;

use rongcloud_simulator::{Builder, Member, Room, Simulator, Stream};
use serde_json::{Value, json};

use crate::support::bodies::{put, with};
use crate::support::client::{APP_KEY, Call, NOW, SECRET, START, mcu, sign, split_stream};
use crate::support::receiver::Receiver;

const MINUTE: u64 = 60_000;

fn builder(receiver: &Receiver) -> Builder {
    Simulator::builder().app(APP_KEY, SECRET).room("room1", "aaa").clock(|| NOW).recording_callback(receiver.url())
}

async fn simulator(receiver: &Receiver) -> Simulator {
    builder(receiver).start().await.unwrap()
}

fn advance(sim: &Simulator, minutes: u64) {
    sim.advance(Duration::from_millis(minutes * MINUTE));
}

async fn told(sim: &Simulator, receiver: &Receiver) -> Vec<Value> {
    sim.flush_callbacks().await;
    receiver.bodies()
}

/// One field of each.
fn each(bodies: &[Value], name: &str) -> Value {
    bodies.iter().map(|body| body[name].clone()).collect()
}

#[tokio::test]
async fn a_start_is_told_with_the_documented_fields() {
    let receiver = Receiver::start().await;
    let sim = simulator(&receiver).await;
    let record_id = Call::start().send(&sim).await.record_id();
    let expected = json!({
        "timestamp": NOW,
        "type": 1,
        "appKey": APP_KEY,
        "recordId": record_id,
        "roomId": "room1",
        "sessionId": "aaa",
        "userId": "",
        "mode": 3,
        "extra": "order 7",
        "code": 200,
        "errorMessage": "Success",
        "config": split_stream()["config"]
    });
    assert_eq!(told(&sim, &receiver).await, [expected]);
}

#[tokio::test]
async fn callbacks_are_json_posts_to_the_url() {
    let receiver = Receiver::start().await;
    let sim = simulator(&receiver).await;
    Call::start().send(&sim).await;
    sim.flush_callbacks().await;
    let received = &receiver.received()[0];
    let found = (received.line.as_str(), received.header("content-type"));
    assert_eq!(found, ("POST /told HTTP/1.1", Some("application/json")));
}

#[tokio::test]
async fn callbacks_are_signed_in_three_headers() {
    let receiver = Receiver::start().await;
    let sim = simulator(&receiver).await;
    Call::start().send(&sim).await;
    sim.flush_callbacks().await;
    let received = &receiver.received()[0];
    let nonce = received.header("nonce").unwrap();
    let expected = (Some(NOW.to_string()), Some(sign(nonce, NOW)), None);
    let header = |name| received.header(name).map(str::to_owned);
    assert_eq!((header("timestamp"), header("signature"), header("appKey")), expected);
    assert!(nonce.len() <= 18, "{nonce}");
}

#[tokio::test]
async fn signatures_have_the_clocks_time_and_events_the_time_moved_ahead() {
    let receiver = Receiver::start().await;
    let sim = simulator(&receiver).await;
    advance(&sim, 5);
    Call::start().send(&sim).await;
    sim.flush_callbacks().await;
    let received = &receiver.received()[0];
    let found = (received.header("timestamp"), &received.body["timestamp"]);
    assert_eq!(found, (Some(NOW.to_string().as_str()), &json!(NOW + 5 * MINUTE)));
}

#[tokio::test]
async fn callbacks_are_signed_as_the_app_that_started() {
    let receiver = Receiver::start().await;
    let sim = builder(&receiver).app("other", "another secret").start().await.unwrap();
    let nonce_and_now = format!("9{NOW}");
    let signature = |secret: &str, rest: &str| sha1_smol::Sha1::from(format!("{secret}{rest}")).digest().to_string();
    let call = Call::start().set("App-Key", "other").signed("9", NOW);
    call.set("Signature", &signature("another secret", &nonce_and_now)).send(&sim).await;
    sim.flush_callbacks().await;
    let received = &receiver.received()[0];
    let signed = format!("{}{NOW}", received.header("nonce").unwrap());
    assert_eq!(received.header("signature"), Some(signature("another secret", &signed).as_str()));
    assert_eq!(received.body["appKey"], json!("other"));
}

#[tokio::test]
async fn without_a_url_nothing_is_made() {
    let sim = crate::support::client::simulator().await;
    Call::start().send(&sim).await;
    assert!(sim.callbacks().is_empty());
}

#[tokio::test]
async fn a_refused_start_is_not_told() {
    let receiver = Receiver::start().await;
    let sim = simulator(&receiver).await;
    Call::start().set("Room-Id", "no").send(&sim).await;
    assert!(told(&sim, &receiver).await.is_empty());
}

#[tokio::test]
async fn each_slice_is_told_with_the_time_at_which_it_closed() {
    let receiver = Receiver::start().await;
    let sim = simulator(&receiver).await;
    let record_id = Call::start().send(&sim).await.record_id();
    told(&sim, &receiver).await;
    advance(&sim, 130);
    let bodies = told(&sim, &receiver).await;
    assert_eq!(each(&bodies, "type"), json!([2, 2]));
    assert_eq!(each(&bodies, "timestamp"), json!([NOW + 60 * MINUTE, NOW + 120 * MINUTE]));
    assert_eq!(each(&bodies, "fileName"), json!([format!("{record_id}_1.mkv"), format!("{record_id}_2.mkv")]));
}

#[tokio::test]
async fn slices_of_several_recordings_are_told_in_the_order_of_time() {
    let receiver = Receiver::start().await;
    let sim = simulator(&receiver).await;
    Call::start_number(1).json(&with("/config/sliceMin", json!(90))).send(&sim).await;
    Call::start_number(2).json(&with("/config/sliceMin", json!(30))).send(&sim).await;
    told(&sim, &receiver).await;
    advance(&sim, 91);
    let found = each(&told(&sim, &receiver).await, "timestamp");
    let expected = [30, 60, 90, 90].map(|minutes| NOW + minutes * MINUTE);
    assert_eq!(found, json!(expected));
}

#[tokio::test]
async fn a_stop_is_told_as_the_end_and_the_upload_of_each_file() {
    let receiver = Receiver::start().await;
    let sim = simulator(&receiver).await;
    let record_id = Call::start().send(&sim).await.record_id();
    advance(&sim, 70);
    Call::stop().send(&sim).await;
    let bodies = told(&sim, &receiver).await;
    assert_eq!(each(&bodies, "type"), json!([1, 2, 3, 4, 4]));
    let url = |file| format!("https://storage.invalid/{record_id}_{file}.mkv");
    assert_eq!(each(&bodies[3..], "fileUrl"), json!([url(1), url(2)]));
    assert_eq!(bodies[3]["fileName"], bodies[1]["fileName"]);
}

#[tokio::test]
async fn a_recording_that_ends_with_its_session_is_told() {
    let receiver = Receiver::start().await;
    let sim = simulator(&receiver).await;
    Call::start().send(&sim).await;
    sim.remove_room("room1");
    assert_eq!(each(&told(&sim, &receiver).await, "type"), json!([1, 3, 4]));
}

#[tokio::test]
async fn a_slice_that_is_full_when_it_stops_is_told_before_the_end() {
    let receiver = Receiver::start().await;
    let now = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(NOW));
    let clock = std::sync::Arc::clone(&now);
    let clock = move || clock.load(std::sync::atomic::Ordering::Relaxed);
    let sim = builder(&receiver).clock(clock).start().await.unwrap();
    Call::start().send(&sim).await;
    let later = NOW + 60 * MINUTE;
    now.store(later, std::sync::atomic::Ordering::Relaxed);
    Call::stop().signed("1", later).send(&sim).await;
    assert_eq!(each(&told(&sim, &receiver).await, "type"), json!([1, 2, 3, 4, 4]));
}

fn publishing(user_id: &str) -> Member {
    Member::new(user_id).stream(Stream::video(format!("{user_id}_RongCloudRTC")))
}

/// The users of the events of a recording in this mode, with two users who publish and one who doesn't.
async fn users_of(mode: u8) -> Value {
    let receiver = Receiver::start().await;
    let sim = simulator(&receiver).await;
    sim.set_room("room1", Room::new("aaa").member(publishing("1")).member(Member::new("2")).member(publishing("3")));
    Call::start().json(&with("/config/mode", json!(mode))).send(&sim).await;
    each(&told(&sim, &receiver).await, "userId")
}

#[tokio::test]
async fn users_who_are_recorded_apart_are_told_apart() {
    for mode in [0, 1, 2, 6] {
        assert_eq!(users_of(mode).await, json!(["1", "3"]), "{mode}");
    }
}

#[tokio::test]
async fn users_who_are_mixed_are_not_told() {
    for mode in [3, 4, 5] {
        assert_eq!(users_of(mode).await, json!([""]), "{mode}");
    }
}

#[tokio::test]
async fn a_user_who_publishes_later_is_told_from_then_on() {
    let receiver = Receiver::start().await;
    let sim = simulator(&receiver).await;
    sim.join("room1", publishing("1"));
    Call::start().json(&with("/config/mode", json!(0))).send(&sim).await;
    sim.join("room1", publishing("2"));
    sim.leave("room1", "1");
    Call::stop().send(&sim).await;
    let found = told(&sim, &receiver).await;
    let found: Vec<_> = found.iter().map(|it| json!([it["type"], it["userId"]])).collect();
    assert_eq!(json!(found), json!([[1, "1"], [3, "1"], [3, "2"], [4, "1"], [4, "2"]]));
}

#[tokio::test]
async fn files_of_users_recorded_apart_have_names_of_their_own() {
    let receiver = Receiver::start().await;
    let sim = simulator(&receiver).await;
    sim.set_room("room1", Room::new("aaa").member(publishing("a/b")).member(publishing("c")));
    let call = Call::start().json(&with("/config/mode", json!(0)));
    let record_id = call.send(&sim).await.record_id();
    Call::stop().send(&sim).await;
    let found = each(&told(&sim, &receiver).await[4..], "fileName");
    assert_eq!(found, json!([format!("{record_id}_1_1.mkv"), format!("{record_id}_2_1.mkv")]));
}

async fn first_file_of(body: Value) -> String {
    let receiver = Receiver::start().await;
    let sim = simulator(&receiver).await;
    Call::to(START, "1", &body).send(&sim).await;
    Call::stop().send(&sim).await;
    told(&sim, &receiver).await[2]["fileName"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn file_names_end_in_the_format() {
    let mut audio = with("/config/mode", json!(5));
    put(&mut audio, "/config/audioFormat", json!("mp3"));
    assert!(first_file_of(audio).await.ends_with("_1.mp3"));
    assert!(first_file_of(mcu()).await.ends_with("_1.m3u8"));
}

#[tokio::test]
async fn an_mcu_recording_is_told_as_mixed() {
    let receiver = Receiver::start().await;
    let sim = simulator(&receiver).await;
    sim.join("room1", publishing("1"));
    let mut body = mcu();
    body["config"]["mode"] = json!(0);
    Call::to(START, "1", &body).send(&sim).await;
    let told = &told(&sim, &receiver).await[0];
    assert_eq!((&told["mode"], &told["userId"]), (&json!(3), &json!("")));
}
