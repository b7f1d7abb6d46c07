//! Changing, stopping and asking: the whole life against the simulator.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::time::Duration;

use rongcloud_recording::{
    Layout, LayoutUpdate, McuRecording, RecordingError, RecordingProfile, SliceLength, StartOptions, StreamRef,
    blocking,
};
use rongcloud_simulator::{Member, Simulator, Step, Stream};
use support::{client, profile, simulator};

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
    let profile = RecordingProfile::new(recording).unwrap();
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
