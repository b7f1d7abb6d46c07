//! What is written by serde, and read again.

#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use std::fmt::Debug;

use rongcloud_recording::callback::{RecordingEvent, parse_recording_event};
use rongcloud_recording::{Failure, RecordType, RecordingConfig, RecordingError, RecordingProfile, StartedRecording};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, from_value, json, to_value};
use support::{client, profile, simulator};

#[track_caller]
fn is_read_as_it_was<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) -> Value {
    let written = to_value(value).unwrap();
    assert_eq!(&from_value::<T>(written.clone()).unwrap(), value);
    written
}

#[test]
fn a_config_is_written_as_the_api_spells_it_whatever_the_format() {
    let profile = profile();
    let written = to_value(profile.config()).unwrap();
    assert_eq!(written, serde_json::from_str::<Value>(profile.to_json()).unwrap());
    // What is always sent is in it from then on.
    is_read_as_it_was(&from_value::<RecordingConfig>(written.clone()).unwrap());
    assert_eq!(to_value(&profile).unwrap(), written);
    assert_eq!(from_value::<RecordingProfile>(written).unwrap().to_json(), profile.to_json());
}

#[test]
fn a_config_that_is_wrong_is_refused_with_all_that_is_wrong() {
    let wrong = json!({"recordType": 1, "mode": 4, "sliceMin": 61, "videoFormat": "mp4", "audioFormat": "wav"});
    let error = from_value::<RecordingConfig>(wrong).unwrap_err().to_string();
    assert!(error.contains("config.sliceMin") && error.contains("config.audioFormat"), "{error}");
}

#[test]
fn an_event_is_written_as_the_callback_that_it_came_with() {
    let body = json!({"type": 1, "recordId": "r-1", "timestamp": 1000, "unheard": [1]});
    let event = parse_recording_event(body.to_string()).unwrap();
    assert_eq!(to_value(&event).unwrap(), body);
    assert_eq!(from_value::<RecordingEvent>(body).unwrap(), event);
    assert!(from_value::<RecordingEvent>(json!({"type": 1})).is_err());
}

#[test]
fn what_was_started_can_be_kept() {
    let written = is_read_as_it_was(&StartedRecording::new("r-1", "room1", "aaa", RecordType::SplitStream));
    assert_eq!(written["record_type"], "split_stream");
}

#[tokio::test]
async fn an_error_is_written_as_all_that_is_known_of_it_and_made_again() {
    let simulator = simulator().await;
    let error = client(simulator.url()).query_room("nobody-is-here", None).await.unwrap_err();
    let failure = from_value::<Failure>(to_value(&error).unwrap()).unwrap();
    is_read_as_it_was(&failure);
    assert_eq!(RecordingError::try_from(failure).unwrap(), error);
}
