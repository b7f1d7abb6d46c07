//! Rooms and their members, as tests make them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rongcloud_simulator::{Member, Room, Simulation, Simulator, Stream};
use serde_json::{Value, json};

use crate::control::{get, put};
use crate::support::client::{APP_KEY, Call, NOW, QUERY, SECRET, simulator};
use crate::support::connection::Reply;

async fn delete(sim: &Simulator, path: &str) -> Reply {
    Call::new("DELETE", &format!("/__simulator/{path}")).send(sim).await
}

/// The rest of a room as the service tells it.
async fn queried(sim: &Simulator) -> Value {
    Call::to(QUERY, "query", &json!({ "roomId": "room1" })).send(sim).await.json()
}

fn publishing(user_id: &str) -> Member {
    Member::new(user_id).stream(Stream::video(format!("{user_id}_RongCloudRTC")))
}

#[tokio::test]
async fn a_room_can_be_set_with_members_and_streams() {
    let sim = simulator().await;
    let room = json!({ "sessionId": "aaa", "members": [{ "userId": "111", "streams": [
        { "streamId": "111_RongCloudRTC", "mediaType": 1, "uri": "u", "tag": "t" }
    ] }] });
    assert_eq!(put(&sim, "rooms/room1", &room).await.status(), 204);
    let expected = json!([{ "userId": "111", "joinTime": NOW, "data": { "uris": [
        { "mediaType": 1, "msid": "111_RongCloudRTC", "uri": "u", "tag": "t" }
    ] } }]);
    assert_eq!(queried(&sim).await["members"], expected);
}

#[tokio::test]
async fn a_clone_of_the_simulation_is_the_same_one_and_outlives_the_server() {
    let sim = simulator().await;
    let simulation = Simulation::clone(&sim);
    simulation.set_room("room2", "bbb");
    assert_eq!(get(&sim, "rooms/room2").await.json()["sessionId"], "bbb");
    sim.shutdown().await;
    assert_eq!(simulation.room("room2").unwrap().session_id, "bbb");
}

#[tokio::test]
async fn a_room_is_told_as_it_can_be_set() {
    let sim = simulator().await;
    sim.set_room("room1", Room::new("aaa").member(publishing("111")));
    let told = get(&sim, "rooms/room1").await.json();
    let before = sim.room("room1");
    sim.remove_room("room1");
    put(&sim, "rooms/room1", &told).await;
    assert_eq!(sim.room("room1"), before);
}

#[tokio::test]
async fn telling_a_room_that_is_not_there_says_so() {
    assert_eq!(get(&simulator().await, "rooms/no").await.status(), 404);
}

#[tokio::test]
async fn a_stream_without_a_uri_gets_one_of_its_own() {
    let sim = simulator().await;
    let streams = Member::new("1").stream(Stream::audio("1_RongCloudRTC")).stream(Stream::video("1_RongCloudRTC"));
    sim.join("room1", streams);
    let members = sim.room("room1").unwrap().members;
    let uris = [&members[0].streams[0].uri, &members[0].streams[1].uri];
    assert!(!uris[0].is_empty() && uris[0] != uris[1], "{uris:?}");
}

#[tokio::test]
async fn a_member_can_join() {
    let sim = simulator().await;
    let reply = put(&sim, "rooms/room1/members/111", &json!({})).await;
    assert_eq!(reply.status(), 204);
    let expected = json!([{ "userId": "111", "joinTime": NOW, "data": { "uris": [] } }]);
    assert_eq!(queried(&sim).await["members"], expected);
}

#[tokio::test]
async fn a_member_can_leave() {
    let sim = simulator().await;
    sim.join("room1", Member::new("111"));
    sim.join("room1", Member::new("222"));
    assert_eq!(delete(&sim, "rooms/room1/members/111").await.status(), 204);
    assert_eq!(sim.room("room1").unwrap().members[0].user_id, "222");
}

#[tokio::test]
async fn leaving_without_being_there_is_told() {
    let sim = simulator().await;
    assert_eq!(delete(&sim, "rooms/room1/members/111").await.status(), 404);
    assert!(!sim.leave("room1", "111"));
}

#[tokio::test]
async fn joining_a_room_that_is_not_there_is_told() {
    let sim = simulator().await;
    assert_eq!(put(&sim, "rooms/no/members/111", &json!({})).await.status(), 404);
    assert!(!sim.join("no", Member::new("111")));
}

#[tokio::test]
async fn a_media_type_outside_the_documented_ones_is_refused() {
    let streams = json!({ "streams": [{ "streamId": "s", "mediaType": 2 }] });
    let reply = put(&simulator().await, "rooms/room1/members/111", &streams).await;
    assert_eq!(reply.status(), 400);
}

#[tokio::test]
async fn a_misspelt_field_of_a_room_is_refused() {
    let reply = put(&simulator().await, "rooms/room1", &json!({ "sessionId": "aaa", "member": [] })).await;
    assert_eq!(reply.status(), 400);
}

#[tokio::test]
async fn a_member_given_twice_is_there_once() {
    let sim = simulator().await;
    sim.set_room("room1", Room::new("aaa").member(Member::new("111")).member(publishing("111")));
    let members = sim.room("room1").unwrap().members;
    assert_eq!((members.len(), members[0].streams.len()), (1, 1));
}

/// A simulator with a clock that a test moves.
async fn at(now: &Arc<AtomicU64>) -> Simulator {
    let now = Arc::clone(now);
    let builder = Simulator::builder().app(APP_KEY, SECRET).room("room1", Room::new("aaa").member(Member::new("111")));
    builder.clock(move || now.load(Ordering::Relaxed)).start().await.unwrap()
}

#[tokio::test]
async fn publishing_later_leaves_the_join_time() {
    let now = Arc::new(AtomicU64::new(NOW));
    let sim = at(&now).await;
    now.store(NOW + 7, Ordering::Relaxed);
    sim.join("room1", publishing("111"));
    assert_eq!(sim.room("room1").unwrap().members[0].join_time, Some(NOW));
}

#[tokio::test]
async fn setting_the_same_session_leaves_times_and_members_that_stay() {
    let now = Arc::new(AtomicU64::new(NOW));
    let sim = at(&now).await;
    now.store(NOW + 7, Ordering::Relaxed);
    sim.set_room("room1", Room::new("aaa").member(publishing("222")).member(Member::new("111")));
    let room = sim.room("room1").unwrap();
    let members: Vec<_> = room.members.iter().map(|it| (it.user_id.as_str(), it.join_time)).collect();
    assert_eq!((room.create_time, members), (Some(NOW), vec![("111", Some(NOW)), ("222", Some(NOW + 7))]));
}

#[tokio::test]
async fn setting_another_session_begins_anew() {
    let now = Arc::new(AtomicU64::new(NOW));
    let sim = at(&now).await;
    now.store(NOW + 7, Ordering::Relaxed);
    sim.set_room("room1", "bbb");
    assert_eq!(sim.room("room1").unwrap(), Room::new("bbb").create_time(NOW + 7));
}

#[tokio::test]
async fn the_time_can_be_moved_ahead() {
    let sim = simulator().await;
    let advance = Call::new("POST", "/__simulator/clock").json(&json!({ "advanceMs": 1500 }));
    assert_eq!(advance.send(&sim).await.status(), 204);
    sim.advance(Duration::from_millis(500));
    sim.set_room("room2", "bbb");
    assert_eq!(sim.room("room2").unwrap().create_time, Some(NOW + 2000));
}

#[tokio::test]
async fn timestamps_of_requests_are_still_held_against_the_clock() {
    let sim = simulator().await;
    sim.advance(Duration::from_secs(3600));
    assert_eq!(Call::start().send(&sim).await.codes(), (200, 200));
}

#[tokio::test]
async fn the_time_is_not_moved_by_more_than_30_days_at_once() {
    let sim = simulator().await;
    let advance = Call::new("POST", "/__simulator/clock").json(&json!({ "advanceMs": 2_592_000_001_u64 }));
    assert_eq!(advance.send(&sim).await.status(), 400);
    sim.advance(Duration::MAX);
    sim.set_room("room2", "bbb");
    assert_eq!(sim.room("room2").unwrap().create_time, Some(NOW + 2_592_000_000));
}

/// How many slices the first recording has closed.
async fn slices_after(sim: &Simulator, minutes: u64) -> u64 {
    sim.advance(Duration::from_secs(minutes * 60));
    sim.recordings()[0].slices
}

#[tokio::test]
async fn slices_close_as_time_goes_by() {
    let sim = simulator().await;
    Call::start().send(&sim).await;
    let found = [slices_after(&sim, 59).await, slices_after(&sim, 1).await, slices_after(&sim, 150).await];
    assert_eq!(found, [0, 1, 3]);
}

#[tokio::test]
async fn a_stopped_recording_closes_no_more_slices() {
    let sim = simulator().await;
    Call::start().send(&sim).await;
    Call::stop().send(&sim).await;
    assert_eq!(slices_after(&sim, 600).await, 0);
}
