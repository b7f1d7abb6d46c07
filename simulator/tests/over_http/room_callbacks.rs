//! What is called back about rooms.

use std::time::Duration;

use rongcloud_simulator::{Builder, Member, Room, RoomCallbackVersion, Simulator, Stream};
use serde_json::{Value, json};

use crate::control::put;
use crate::support::client::{APP_KEY, Call, NOW, SECRET, sign};
use crate::support::receiver::Receiver;

fn builder(receiver: &Receiver) -> Builder {
    Simulator::builder().app(APP_KEY, SECRET).app("other", "other").clock(|| NOW).room_callback(receiver.url())
}

async fn told(sim: &Simulator, receiver: &Receiver) -> Vec<Value> {
    sim.flush_callbacks().await;
    receiver.bodies()
}

/// What was told, as events with their users.
async fn events(sim: &Simulator, receiver: &Receiver) -> Value {
    told(sim, receiver).await.iter().map(|it| json!([it["event"], it["userId"]])).collect()
}

fn publishing() -> Member {
    Member::new("111").stream(Stream::video("111_RongCloudRTC").uri("u").tag("t"))
}

/// A simulator where room1 was created, and the receiver told of it.
async fn with_room(receiver: &Receiver) -> Simulator {
    let sim = builder(receiver).start().await.unwrap();
    sim.set_room("room1", "aaa");
    told(&sim, receiver).await;
    sim
}

#[tokio::test]
async fn a_room_over_http_is_told_from_its_creation_to_its_end() {
    let receiver = Receiver::start().await;
    let sim = builder(&receiver).start().await.unwrap();
    let streams = json!({ "streams": [{ "streamId": "111_RongCloudRTC", "mediaType": 0 }] });
    put(&sim, "rooms/room1", &json!({ "sessionId": "aaa", "members": [{ "userId": "222" }] })).await;
    put(&sim, "rooms/room1/members/111", &streams).await;
    Call::new("DELETE", "/__simulator/rooms/room1/members/222").send(&sim).await;
    Call::new("POST", "/__simulator/rooms/room1/sync").send(&sim).await;
    Call::new("DELETE", "/__simulator/rooms/room1").send(&sim).await;
    let expected = json!([[2, ""], [11, "222"], [11, "111"], [20, "111"], [12, "222"], [1, ""], [12, "111"], [3, ""]]);
    assert_eq!(events(&sim, &receiver).await, expected);
}

#[tokio::test]
async fn version_1_1_has_room_and_session() {
    let receiver = Receiver::start().await;
    let sim = with_room(&receiver).await;
    sim.join("room1", Member::new("111"));
    let expected = json!({
        "appKey": APP_KEY,
        "roomId": "room1",
        "sessionId": "aaa",
        "event": 11,
        "userId": "111",
        "timestamp": NOW,
        "token": "",
        "members": [{ "userId": "111", "data": { "uris": "[]" } }]
    });
    assert_eq!(told(&sim, &receiver).await, [expected]);
}

#[tokio::test]
async fn version_1_0_has_a_channel_and_no_session() {
    let receiver = Receiver::start().await;
    let sim = builder(&receiver).room_callback_version(RoomCallbackVersion::V1_0).start().await.unwrap();
    sim.set_room("room1", "aaa");
    let expected = json!({
        "appKey": APP_KEY,
        "channelId": "room1",
        "event": 2,
        "userId": "",
        "timestamp": NOW,
        "token": "",
        "members": []
    });
    assert_eq!(told(&sim, &receiver).await, [expected]);
}

#[tokio::test]
async fn what_is_published_is_told_as_json_in_a_string() {
    let receiver = Receiver::start().await;
    let sim = with_room(&receiver).await;
    sim.join("room1", publishing());
    let told = told(&sim, &receiver).await;
    let uris = told[1]["members"][0]["data"]["uris"].as_str().unwrap();
    let uris: Value = serde_json::from_str(uris).unwrap();
    assert_eq!(uris, json!([{ "mediaType": 1, "msid": "111_RongCloudRTC", "uri": "u", "tag": "t" }]));
}

#[tokio::test]
async fn publishing_the_same_again_is_not_told() {
    let receiver = Receiver::start().await;
    let sim = with_room(&receiver).await;
    sim.join("room1", publishing());
    told(&sim, &receiver).await;
    sim.join("room1", publishing());
    assert_eq!(events(&sim, &receiver).await, json!([]));
}

#[tokio::test]
async fn publishing_no_more_is_told() {
    let receiver = Receiver::start().await;
    let sim = with_room(&receiver).await;
    sim.join("room1", publishing());
    told(&sim, &receiver).await;
    sim.join("room1", Member::new("111"));
    let told = told(&sim, &receiver).await;
    assert_eq!((&told[0]["event"], &told[0]["members"][0]["data"]["uris"]), (&json!(20), &json!("[]")));
}

#[tokio::test]
async fn how_long_a_member_stayed_and_a_room_lasted_is_told() {
    let receiver = Receiver::start().await;
    let sim = with_room(&receiver).await;
    sim.advance(Duration::from_millis(300));
    sim.join("room1", Member::new("111"));
    sim.advance(Duration::from_millis(50));
    sim.remove_room("room1");
    let told = told(&sim, &receiver).await;
    let durations: Vec<_> = told.iter().map(|it| it.get("durationTime")).collect();
    assert_eq!(durations, [None, Some(&json!(50)), Some(&json!(350))]);
}

#[tokio::test]
async fn another_session_is_told_as_an_end_and_a_creation() {
    let receiver = Receiver::start().await;
    let sim = with_room(&receiver).await;
    sim.set_room("room1", "bbb");
    let told = told(&sim, &receiver).await;
    let found: Vec<_> = told.iter().map(|it| json!([it["event"], it["sessionId"]])).collect();
    assert_eq!(json!(found), json!([[3, "aaa"], [2, "bbb"]]));
}

#[tokio::test]
async fn the_same_session_is_told_as_the_difference() {
    let receiver = Receiver::start().await;
    let sim = with_room(&receiver).await;
    sim.join("room1", Member::new("222"));
    sim.join("room1", Member::new("333"));
    told(&sim, &receiver).await;
    sim.set_room("room1", Room::new("aaa").member(Member::new("333")).member(publishing()));
    assert_eq!(events(&sim, &receiver).await, json!([[12, "222"], [11, "111"], [20, "111"]]));
}

#[tokio::test]
async fn all_members_are_told_when_a_test_asks() {
    let receiver = Receiver::start().await;
    let sim = with_room(&receiver).await;
    sim.join("room1", Member::new("222"));
    sim.join("room1", publishing());
    told(&sim, &receiver).await;
    assert!(sim.sync_room("room1"));
    let members = told(&sim, &receiver).await[0]["members"].clone();
    assert_eq!(json!([members[0]["userId"], members[1]["userId"]]), json!(["222", "111"]));
}

#[tokio::test]
async fn syncing_a_room_that_is_not_there_is_told() {
    let receiver = Receiver::start().await;
    let sim = builder(&receiver).start().await.unwrap();
    let reply = Call::new("POST", "/__simulator/rooms/no/sync").send(&sim).await;
    assert_eq!((reply.status(), sim.sync_room("no")), (404, false));
}

#[tokio::test]
async fn the_rooms_at_the_start_are_not_told() {
    let receiver = Receiver::start().await;
    let sim = builder(&receiver).room("room1", Room::new("aaa").member(publishing())).start().await.unwrap();
    assert_eq!(events(&sim, &receiver).await, json!([]));
}

#[tokio::test]
async fn room_callbacks_are_signed_in_four_headers_by_the_first_app() {
    let receiver = Receiver::start().await;
    let sim = builder(&receiver).start().await.unwrap();
    sim.set_room("room1", "aaa");
    sim.flush_callbacks().await;
    let received = &receiver.received()[0];
    let header = |name| received.header(name).map(str::to_owned);
    let signature = sign(received.header("nonce").unwrap(), NOW);
    let expected = (Some(APP_KEY.to_owned()), Some(NOW.to_string()), Some(signature));
    assert_eq!((header("appKey"), header("timestamp"), header("signature")), expected);
}

#[tokio::test]
async fn recordings_are_not_told_to_the_rooms_receiver() {
    let receiver = Receiver::start().await;
    let sim = with_room(&receiver).await;
    Call::start().send(&sim).await;
    assert_eq!(events(&sim, &receiver).await, json!([]));
}
