//! Asking who is in a room.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code)] // Each suite uses a part.
mod support;

use rongcloud_simulator::{Member, Room, Simulator, Stream};
use serde_json::{Value, json};

use crate::support::client::{APP_KEY, Call, NOW, QUERY, SECRET};

async fn simulator() -> Simulator {
    let streams = [
        Stream::audio("111_RongCloudRTC").uri("uri-a").tag("RongCloudRTC"),
        Stream::video("111_RongCloudRTC").uri("uri-v").tag("RongCloudRTC"),
    ];
    let member = streams.into_iter().fold(Member::new("111").join_time(NOW - 5), Member::stream);
    let room = Room::new("aaa").create_time(NOW - 9).member(member).member(Member::new("222"));
    Simulator::builder().app(APP_KEY, SECRET).room("room1", room).clock(|| NOW).start().await.unwrap()
}

fn query() -> Call {
    Call::to(QUERY, "1", &json!({ "roomId": "room1" }))
}

#[tokio::test]
async fn a_room_is_told_with_its_members_and_their_streams() {
    let expected = json!({
        "code": 200,
        "roomId": "room1",
        "sessionId": "aaa",
        "createTime": NOW - 9,
        "members": [
            { "userId": "111", "joinTime": NOW - 5, "data": { "uris": [
                { "mediaType": 0, "msid": "111_RongCloudRTC", "uri": "uri-a", "tag": "RongCloudRTC" },
                { "mediaType": 1, "msid": "111_RongCloudRTC", "uri": "uri-v", "tag": "RongCloudRTC" }
            ] } },
            { "userId": "222", "joinTime": NOW, "data": { "uris": [] } }
        ]
    });
    assert_eq!(query().send(&simulator().await).await.json(), expected);
}

#[tokio::test]
async fn a_room_that_is_not_there_is_told_in_the_body_only() {
    let call = Call::to(QUERY, "1", &json!({ "roomId": "no" })).set("Room-Id", "no");
    assert_eq!(call.send(&simulator().await).await.codes(), (200, 40003));
}

#[tokio::test]
async fn a_removed_room_is_not_there() {
    let sim = simulator().await;
    sim.remove_room("room1");
    assert_eq!(query().send(&sim).await.codes(), (200, 40003));
}

#[tokio::test]
async fn the_room_may_be_absent_from_the_headers() {
    let reply = query().without("Room-Id").send(&simulator().await).await;
    assert_eq!(reply.codes(), (200, 200));
}

#[tokio::test]
async fn another_room_in_the_headers_is_refused() {
    let reply = query().set("Room-Id", "room2").send(&simulator().await).await;
    let found = (reply.codes(), reply.error_message());
    assert_eq!(found, ((400, 1002), "parameter error: roomId must be equal to Room-Id".to_owned()));
}

#[tokio::test]
async fn an_empty_room_in_the_headers_is_refused() {
    let reply = query().set("Room-Id", "").send(&simulator().await).await;
    assert_eq!(reply.error_message(), "parameter error: Room-Id must not be empty");
}

#[tokio::test]
async fn a_query_takes_nothing_but_a_room() {
    for (body, problem) in [
        (json!({}), "roomId is required"),
        (json!({ "roomId": "" }), "roomId must not be empty"),
        (json!({ "roomId": "room1", "sessionId": "aaa" }), "sessionId is unknown"),
        (Value::Null, "body must be an object, not null"),
    ] {
        let reply = query().json(&body).send(&simulator().await).await;
        assert_eq!(reply.error_message(), format!("parameter error: {problem}"));
    }
}

#[tokio::test]
async fn a_query_must_be_signed() {
    let reply = query().set("Signature", "0").send(&simulator().await).await;
    assert_eq!(reply.codes(), (401, 1004));
}

#[tokio::test]
async fn a_query_is_remembered_without_a_recording() {
    let sim = simulator().await;
    query().send(&sim).await;
    let seen = serde_json::to_value(&sim.requests()[0]).unwrap();
    assert_eq!((&seen["verdict"], seen.get("recordId")), (&json!("accepted"), None));
}
