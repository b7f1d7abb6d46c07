//! Changing, stopping and asking: the golden vectors, and the whole life against the simulator.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::time::Duration;

use rongcloud_recording::{
    Corner, Host, Layout, LayoutUpdate, McuRecording, RecordType, RecordingClient, RecordingError, RecordingProfile,
    RecordingTarget, RenderMode, Room, SliceLength, StartOptions, StreamRef, Window, blocking,
};
use rongcloud_simulator::{Member, Simulator, Step, Stream};
use serde_json::{Value, json};
use support::{
    advice_as_json, as_json, client, members_as_json, milliseconds, profile, simulator, text, vectors, violations,
};

fn target(entry: &Value) -> RecordingTarget {
    RecordingTarget {
        room_id: text(entry, "room_id").to_owned(),
        session_id: text(entry, "session_id").to_owned(),
        record_type: entry["record_type"].as_str().map(|name| match name {
            "mcu" => RecordType::Mcu,
            "split_stream" => RecordType::SplitStream,
            other => panic!("{other}"),
        }),
    }
}

fn update(entry: &Value) -> LayoutUpdate {
    let number = |window: &Value, key: &str| window[key].as_f64().unwrap();
    let window = |window: &Value| {
        let position = (number(window, "x"), number(window, "y"));
        let size = (number(window, "width"), number(window, "height"));
        Window::new(text(window, "user_id"), text(window, "stream_id"), position, size)
    };
    LayoutUpdate {
        layout: match text(entry, "layout") {
            "floating" => Layout::Floating,
            "adaptive" => Layout::Adaptive,
            "custom" => Layout::Custom { windows: entry["windows"].as_array().unwrap().iter().map(window).collect() },
            other => panic!("{other}"),
        },
        render_mode: entry["render_mode"].as_str().map(|name| match name {
            "fill" => RenderMode::Fill,
            "fit" => RenderMode::Fit,
            other => panic!("{other}"),
        }),
        host: entry["host"]
            .as_object()
            .map(|_| Host::new(text(&entry["host"], "user_id"), text(&entry["host"], "stream_id"))),
    }
}

async fn carry_out(client: &RecordingClient, entry: &Value) -> Result<(), RecordingError> {
    match text(entry, "operation") {
        "stop" => client.stop(target(entry), None).await.map(drop),
        "update_layout" => client.update_layout(target(entry), &update(entry), None).await.map(drop),
        "query_room" => client.query_room(text(entry, "room_id"), None).await.map(drop),
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn operations_are_sent_or_refused_as_the_golden_ones() {
    for entry in vectors("operations.json") {
        let simulator = simulator().await;
        simulator.next([Step::reply(200, r#"{"code":200,"sessionId":"s"}"#)]).unwrap();
        let outcome = carry_out(&client(simulator.url()), &entry).await;
        let seen = simulator.requests();
        match outcome {
            Ok(()) => {
                let arrived = (seen[0].path.as_str(), seen[0].body_text());
                assert_eq!(arrived, (text(&entry, "path"), text(&entry, "body").to_owned()), "{}", entry["name"]);
            }
            Err(error) => {
                assert_eq!(as_json(violations(&error)), entry["violations"], "{}", entry["name"]);
                assert!(seen.is_empty(), "{}", entry["name"]);
            }
        }
    }
}

#[test]
fn advice_about_layout_updates_is_the_golden_one() {
    for entry in vectors("operations.json").iter().filter(|entry| entry["operation"] == "update_layout") {
        assert_eq!(advice_as_json(&update(entry).advice()), entry["advice"], "{}", entry["name"]);
    }
}

fn room_as_json(room: &Room) -> Value {
    let videos = room.video_streams();
    let videos = videos.iter().map(|video| json!({"user_id": video.user_id, "stream_id": video.stream_id}));
    json!({
        "session_id": room.session_id,
        "created_at_ms": milliseconds(room.created_at),
        "members": members_as_json(&room.members),
        "video_streams": videos.collect::<Value>(),
    })
}

#[tokio::test]
async fn rooms_are_understood_as_the_golden_ones() {
    let simulator = simulator().await;
    let client = client(simulator.url());
    for entry in vectors("rooms.json") {
        simulator.next([Step::reply(200, text(&entry, "body"))]).unwrap();
        match client.query_room("room1", None).await {
            Ok(room) => {
                assert_eq!(room_as_json(&room), entry["room"], "{}", entry["name"]);
                let kept: Value = serde_json::from_str(&room.json).unwrap();
                assert_eq!(kept, serde_json::from_str::<Value>(text(&entry, "body")).unwrap(), "{}", entry["name"]);
            }
            Err(error) => {
                let (kind, reason) = match &error {
                    RecordingError::Refused { reason, .. } => ("refused", reason),
                    RecordingError::UnreadableReply { reason, .. } => ("unreadable_reply", reason),
                    other => panic!("{other}"),
                };
                let seen = json!({"kind": kind, "status": error.status(), "code": error.code(), "reason": reason});
                assert_eq!(seen, entry["error"], "{}", entry["name"]);
            }
        }
    }
}

#[test]
fn arrangements_are_the_golden_ones() {
    const ROUNDING: f64 = 1e-9;
    for entry in vectors("arrangements.json") {
        let count = entry["streams"].as_u64().unwrap();
        let numbers: Vec<u64> = match entry["stream_numbers"].as_array() {
            Some(numbers) => numbers.iter().map(|number| number.as_u64().unwrap()).collect(),
            None => (0..count).collect(),
        };
        let streams: Vec<_> =
            numbers.iter().map(|number| StreamRef::new(format!("u{number}"), format!("s{number}"))).collect();
        let resolution = entry["resolution"].as_str();
        let layout = match text(&entry, "arrangement") {
            "grid" => match entry["cameras"].as_str() {
                Some(cameras) => Layout::grid_for(&streams, resolution, cameras),
                None => Layout::grid(&streams, resolution),
            },
            "side_by_side" => Layout::side_by_side(&streams, resolution),
            "spotlight" => Layout::spotlight(&streams[0], &streams[1..], resolution),
            "picture_in_picture" => {
                let corner = match text(&entry, "corner") {
                    "top_left" => Corner::TopLeft,
                    "bottom_right" => Corner::BottomRight,
                    other => panic!("{other}"),
                };
                Layout::picture_in_picture(&streams[0], &streams[1], corner)
            }
            other => panic!("{other}"),
        };
        match layout {
            Ok(Layout::Custom { windows }) => {
                let golden = entry["windows"].as_array().unwrap();
                assert_eq!(windows.len(), golden.len(), "{}", entry["name"]);
                for (index, (window, golden)) in windows.iter().zip(golden).enumerate() {
                    assert_eq!(window.user_id, format!("u{index}"));
                    let own = [window.x, window.y, window.width, window.height];
                    let near = |(side, own): (usize, f64)| (own - golden[side].as_f64().unwrap()).abs() < ROUNDING;
                    assert!(own.into_iter().enumerate().all(near), "{}: {own:?} {golden}", entry["name"]);
                }
            }
            Ok(other) => panic!("{other:?}"),
            Err(error) => assert_eq!(as_json(violations(&error)), entry["violations"], "{}", entry["name"]),
        }
    }
}

/// Two members who publish audio and video come into the room.
fn two_join(simulator: &Simulator) {
    for user_id in ["111", "2222"] {
        let stream_id = format!("{user_id}_RongCloudRTC");
        let member = Member::new(user_id).stream(Stream::audio(&stream_id)).stream(Stream::video(&stream_id));
        assert!(simulator.join("room1", member));
    }
}

#[tokio::test]
async fn a_recording_lives_from_the_room_to_its_stop() {
    let simulator = simulator().await;
    two_join(&simulator);
    let client = client(simulator.url());

    let room = client.query_room("room1", None).await.unwrap();
    let started = client.start("room1", &room.session_id, &profile(), StartOptions::default()).await.unwrap();
    let layout = Layout::side_by_side(&room.video_streams(), None).unwrap();
    let changed = client.update_layout(&started, &LayoutUpdate::new(layout), None).await.unwrap();
    let stopped = client.stop(&started, None).await.unwrap();

    assert_eq!(changed.record_id.as_ref(), Some(&started.record_id));
    assert_eq!(stopped.record_id.as_ref(), Some(&started.record_id));
}

#[tokio::test]
async fn a_start_by_room_alone_takes_the_rooms_session() {
    let simulator = simulator().await;
    let started = client(simulator.url()).start_in_room("room1", &profile(), StartOptions::default()).await.unwrap();
    assert_eq!(started.session_id, "aaa");
}

#[tokio::test]
async fn a_start_by_a_room_that_does_not_exist_is_refused_before_anything_is_started() {
    let simulator = simulator().await;
    let client = client(simulator.url());
    let error = client.start_in_room("room2", &profile(), StartOptions::default()).await.unwrap_err();
    assert_eq!(error.code(), Some(40003));
    assert!(simulator.recordings().is_empty());
}

#[tokio::test]
async fn an_mcu_recordings_layout_is_not_changed_where_its_kind_is_known() {
    let simulator = simulator().await;
    let client = client(simulator.url());
    let recording = McuRecording::new(
        rongcloud_recording::VideoFormat::Mp4,
        rongcloud_recording::AudioFormat::Aac,
        SliceLength::Minutes60,
    );
    let profile = RecordingProfile::new(recording.into()).unwrap();
    let started = client.start("room1", "aaa", &profile, StartOptions::default()).await.unwrap();
    let layout = Layout::grid(&[StreamRef::new("u", "s")], None).unwrap();
    let error = client.update_layout(&started, &LayoutUpdate::new(layout), None).await.unwrap_err();
    assert!(matches!(error, RecordingError::InvalidInput { .. }), "{error}");
    assert_eq!(simulator.requests().len(), 1);
}

#[tokio::test]
async fn a_stop_whose_outcome_is_unknown_may_be_repeated() {
    let simulator = simulator().await;
    simulator.next([Step::hold()]).unwrap();
    let client = client(simulator.url());
    let error = client.stop(("room1", "aaa"), Some(Duration::from_millis(150))).await.unwrap_err();
    assert!(matches!(error, RecordingError::OutcomeUnknown { .. }), "{error}");
    assert!(error.is_retryable() && error.maybe_sent());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_blocking_client_has_the_same_operations() {
    let simulator = simulator().await;
    two_join(&simulator);
    let client = blocking::RecordingClient::from(client(simulator.url()));
    let started = client.start_in_room("room1", &profile(), StartOptions::default().extra("tag")).unwrap();
    let layout = Layout::grid(&client.query_room("room1", None).unwrap().video_streams(), None).unwrap();
    client.update_layout(&started, &LayoutUpdate::new(layout), None).unwrap();
    let stopped = client.stop(&started, None).unwrap();
    assert_eq!(stopped.record_id, Some(started.record_id));
}
