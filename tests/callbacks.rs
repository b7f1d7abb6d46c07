//! Callbacks: the golden vectors, an attack corpus among them, and what trackers make of events in any order.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rongcloud_recording::callback::{
    CallbackError, CallbackHeader, CallbackOptions, CallbackReceiver, CallbackRequest, RecordingEvent,
    RecordingEventKind, RecordingPhase, RecordingTracker, RefusalReason, ReplayGuard, RoomEvent, RoomEventKind,
    TrackedRecording, parse_recording_event, parse_room_event,
};
use rongcloud_recording::{Credentials, RecordType, StartedRecording, signature};
use serde_json::{Value, json};
use support::{APP_KEY, APP_SECRET, credentials, members_as_json, milliseconds, text, vectors};

/// The fields of a signature, put into the places where a vector names them.
struct Signed {
    secret: String,
    nonce: String,
    timestamp: String,
}

impl Signed {
    fn of(entry: &Value) -> Self {
        let sign = &entry["sign"];
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as i64;
        let time = now + sign["offset_ms"].as_i64().unwrap();
        let time = if text(sign, "unit") == "s" { time / 1000 } else { time };
        Self {
            secret: text(sign, "secret").to_owned(),
            nonce: text(sign, "nonce").to_owned(),
            timestamp: time.to_string(),
        }
    }

    fn fill(&self, template: &str) -> String {
        if let Some(signed) = template.strip_prefix("{signature:").and_then(|rest| rest.strip_suffix('}')) {
            return signature(&self.secret, signed, "");
        }
        let signed = signature(&self.secret, &self.nonce, &self.timestamp);
        // One digit moves from the front of the timestamp to the end of the nonce: both sign the same text.
        let (first, rest) = self.timestamp.split_at(1);
        let nonce = if template == "{nonce}1" { format!("{}{first}", self.nonce) } else { self.nonce.clone() };
        template
            .replace("{nonce}1", &nonce)
            .replace("{nonce}", &self.nonce)
            .replace("{timestamp-1}", rest)
            .replace("{timestamp}", &self.timestamp)
            .replace("{signature}", &signed)
            .replace("{SIGNATURE}", &signed.to_uppercase())
    }
}

fn body(delivery: &Value) -> Vec<u8> {
    if let Some(hexadecimal) = delivery["body_hex"].as_str() {
        return (0..hexadecimal.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&hexadecimal[at..at + 2], 16).unwrap())
            .collect();
    }
    if let Some(times) = delivery["body_times"].as_array() {
        return times[0].as_str().unwrap().repeat(times[1].as_u64().unwrap() as usize).into_bytes();
    }
    text(delivery, "body").as_bytes().to_vec()
}

fn refusal_as_json(error: &CallbackError) -> Value {
    let CallbackError::Refused { reason, .. } = error else { panic!("{error}") };
    let name = match reason {
        RefusalReason::MissingSignature => "missing_signature",
        RefusalReason::MalformedSignature => "malformed_signature",
        RefusalReason::WrongSignature => "wrong_signature",
        RefusalReason::OutsideTimeWindow => "outside_time_window",
        RefusalReason::Replayed => "replayed",
        RefusalReason::UnknownApp => "unknown_app",
        RefusalReason::TooLarge => "too_large",
        RefusalReason::UnreadableBody => "unreadable_body",
        other => panic!("{other:?}"),
    };
    json!({"refusal": name, "http_status": error.http_status()})
}

fn recording_event_as_json(event: &RecordingEvent) -> Value {
    let kind = match event.kind {
        RecordingEventKind::Started => "started",
        RecordingEventKind::Sliced => "sliced",
        RecordingEventKind::Ended => "ended",
        RecordingEventKind::Uploaded => "uploaded",
        _ => "other",
    };
    json!({
        "kind": kind, "kind_number": event.kind_number, "occurred_at_ms": milliseconds(event.occurred_at),
        "app_key": event.app_key, "record_id": event.record_id, "room_id": event.room_id,
        "session_id": event.session_id, "user_id": event.user_id, "mode": event.mode, "extra": event.extra,
        "code": event.code, "error_message": event.error_message,
    })
}

fn room_event_as_json(event: &RoomEvent) -> Value {
    let kind = match event.kind {
        RoomEventKind::Synchronized => "synchronized",
        RoomEventKind::Created => "created",
        RoomEventKind::Destroyed => "destroyed",
        RoomEventKind::MemberJoined => "member_joined",
        RoomEventKind::MemberLeft => "member_left",
        RoomEventKind::StreamsChanged => "streams_changed",
        _ => "other",
    };
    json!({
        "kind": kind, "kind_number": event.kind_number, "occurred_at_ms": milliseconds(event.occurred_at),
        "app_key": event.app_key, "room_id": event.room_id, "session_id": event.session_id,
        "user_id": event.user_id, "lasted_ms": event.lasted.map(|lasted| lasted.as_millis()),
        "members": members_as_json(&event.members),
    })
}

#[test]
fn callbacks_are_accepted_or_refused_as_the_golden_ones() {
    for entry in vectors("callbacks.json") {
        let credentials = entry["credentials"].as_array().unwrap().iter().map(|pair| {
            let part = |index: usize| pair[index].as_str().unwrap().to_owned();
            Arc::new(Credentials::new(part(0), part(1)).unwrap())
        });
        let receiver = CallbackReceiver::new(credentials.collect(), CallbackOptions::default(), None).unwrap();
        let signed = Signed::of(&entry);
        let header = |pair: &Value| CallbackHeader {
            name: pair[0].as_str().unwrap().to_owned(),
            value: signed.fill(pair[1].as_str().unwrap()),
        };
        let headers: Vec<_> = entry["headers"].as_array().unwrap().iter().map(header).collect();
        for delivery in entry["deliveries"].as_array().unwrap() {
            let request = CallbackRequest {
                headers: headers.clone(),
                body: body(delivery),
                query: signed.fill(text(&entry, "query")),
            };
            let outcome = match text(&entry, "kind") {
                "recording" => receiver.recording_event(request).map(|received| {
                    json!({"event": recording_event_as_json(&received.event), "is_repeat": received.is_repeat})
                }),
                "room" => receiver.room_event(request).map(|received| {
                    json!({"event": room_event_as_json(&received.event), "is_repeat": received.is_repeat})
                }),
                other => panic!("{other}"),
            };
            let seen = outcome.unwrap_or_else(|error| refusal_as_json(&error));
            assert_eq!(seen, delivery["expect"], "{}", entry["name"]);
        }
    }
}

#[test]
fn every_kept_field_of_a_callback_can_be_read() {
    let body = r#"{"type":2,"recordId":"r","files":[{"name":"a.mkv","big":123456789012345678901234567890}]}"#;
    assert_eq!(parse_recording_event(body.into()).unwrap().json, body);
    let body = r#"{"event":1,"channelId":"room1","roomType":7}"#;
    assert_eq!(parse_room_event(body.into()).unwrap().json, body);
}

struct BrokenStore;

impl ReplayGuard for BrokenStore {
    fn remember(&self, _: String, _: String, _: i64) -> Result<Option<String>, CallbackError> {
        Err(CallbackError::Refused { reason: RefusalReason::GuardFailed, explanation: "the store is down".to_owned() })
    }
}

#[test]
fn a_store_that_fails_refuses_the_callback_and_asks_for_another_try() {
    let receiver =
        CallbackReceiver::new(vec![Arc::new(credentials())], CallbackOptions::default(), Some(Arc::new(BrokenStore)));
    let now = milliseconds(Some(SystemTime::now())).unwrap().to_string();
    let signed = signature(APP_SECRET, "1", &now);
    let request = CallbackRequest::new(
        [("nonce", "1"), ("timestamp", &now), ("signature", &signed)],
        format!(r#"{{"type":1,"recordId":"r","appKey":"{APP_KEY}"}}"#),
    );
    assert_eq!(receiver.unwrap().recording_event(request).unwrap_err().http_status(), 503);
}

#[test]
fn a_receiver_without_credentials_is_not_made() {
    assert!(CallbackReceiver::new(Vec::new(), CallbackOptions::default(), None).is_err());
}

fn time(milliseconds: &Value) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(milliseconds.as_u64().unwrap())
}

fn state_as_json(state: &TrackedRecording) -> Value {
    let phase = match state.phase {
        RecordingPhase::Requested => "requested",
        RecordingPhase::Recording => "recording",
        RecordingPhase::Ended => "ended",
        RecordingPhase::Uploaded => "uploaded",
        RecordingPhase::Stale => "stale",
        other => panic!("{other:?}"),
    };
    let texts = |events: &[RecordingEvent]| -> Value { events.iter().map(|event| event.json.clone()).collect() };
    json!({
        "phase": phase,
        "requested_at_ms": milliseconds(state.requested_at),
        "started_at_ms": milliseconds(state.started_at),
        "ended_at_ms": milliseconds(state.ended_at),
        "slices": texts(&state.slices),
        "uploads": texts(&state.uploads),
        "others": texts(&state.others),
        "last_news_at_ms": milliseconds(state.last_news_at),
    })
}

fn tracker(entry: &Value, events: &[Value]) -> RecordingTracker {
    let tracker = RecordingTracker::new(text(entry, "record_id").to_owned()).unwrap();
    for event in events {
        tracker.record(parse_recording_event(event.as_str().unwrap().into()).unwrap()).unwrap();
    }
    if entry["requested_at_ms"].is_u64() {
        let started = StartedRecording {
            record_id: text(entry, "record_id").to_owned(),
            room_id: "room1".to_owned(),
            session_id: "aaa".to_owned(),
            request_id: "q".to_owned(),
            record_type: RecordType::SplitStream,
        };
        tracker.requested(started, time(&entry["requested_at_ms"])).unwrap();
    }
    tracker
}

fn state(entry: &Value, tracker: &RecordingTracker) -> Value {
    let stale_after = Duration::from_millis(entry["stale_after_ms"].as_u64().unwrap());
    state_as_json(&tracker.state(time(&entry["now_ms"]), stale_after).unwrap())
}

#[test]
fn trackers_tell_what_the_golden_ones_tell() {
    for entry in vectors("trackers.json") {
        let tracker = tracker(&entry, entry["events"].as_array().unwrap());
        assert_eq!(state(&entry, &tracker), entry["state"], "{}", entry["name"]);
    }
}

#[test]
fn a_thousand_shuffled_and_duplicated_sequences_end_in_the_same_state_and_snapshot() {
    let mut random = fastrand::Rng::with_seed(7);
    let entries = vectors("trackers.json");
    for round in 0..1_000 {
        let entry = &entries[round % entries.len()];
        let ordered = entry["events"].as_array().unwrap();
        let mut events = ordered.clone();
        for _ in 0..random.usize(0..=ordered.len() * 2) {
            events.extend(random.choice(ordered).cloned());
        }
        random.shuffle(&mut events);
        let shuffled = tracker(entry, &events);
        assert_eq!(state(entry, &shuffled), entry["state"], "round {round}: {events:?}");
        assert_eq!(shuffled.snapshot().unwrap(), tracker(entry, ordered).snapshot().unwrap());
    }
}

#[test]
fn a_tracker_comes_back_from_its_snapshot() {
    for entry in vectors("trackers.json") {
        let snapshot = tracker(&entry, entry["events"].as_array().unwrap()).snapshot().unwrap();
        let restored = RecordingTracker::restore(snapshot).unwrap();
        assert_eq!(state(&entry, &restored), entry["state"], "{}", entry["name"]);
    }
}

#[test]
fn a_tracker_refuses_what_is_another_recordings() {
    let tracker = RecordingTracker::new("r-1".to_owned()).unwrap();
    let event = parse_recording_event(br#"{"type":1,"recordId":"r-2"}"#.to_vec()).unwrap();
    assert!(tracker.record(event).is_err());
}

#[test]
fn text_that_is_no_snapshot_is_refused() {
    for text in ["", "{}", r#"{"version":2,"record_id":"r","requested_at_ms":null,"events":[]}"#] {
        assert!(RecordingTracker::restore(text.to_owned()).is_err(), "{text}");
    }
}
