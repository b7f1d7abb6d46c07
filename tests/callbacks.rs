//! Callbacks and trackers, beside what `tests/conformance` asks of every language: stores, divisions of signed texts, and
//! what a tracker takes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rongcloud_recording::callback::{
    CallbackError, CallbackOptions, CallbackReceiver, CallbackRequest, RecordingEvent, RecordingPhase,
    RecordingTracker, RefusalReason, ReplayGuard, TimestampUnit, check_replay, parse_recording_event, parse_room_event,
};
use rongcloud_recording::{Credentials, RecordType, Span, StartedRecording, Timestamp, signature};
use support::{APP_SECRET, credentials};

const MINUTE: Span = Span(60_000_000_000);

#[test]
fn every_kept_field_of_a_callback_can_be_read() {
    let body = r#"{"type":2,"recordId":"r","files":[{"name":"a.mkv","big":123456789012345678901234567890}]}"#;
    assert_eq!(parse_recording_event(body).unwrap().json, body);
    let body = r#"{"event":1,"channelId":"room1","roomType":7}"#;
    assert_eq!(parse_room_event(body).unwrap().json, body);
}

struct BrokenStore;

impl ReplayGuard for BrokenStore {
    fn remember(&self, _: &str, _: &str, _: Timestamp) -> Result<Option<String>, CallbackError> {
        Err(CallbackError::Refused { reason: RefusalReason::GuardFailed, explanation: "the store is down".to_owned() })
    }
}

#[test]
fn a_store_that_fails_refuses_the_callback_and_asks_for_another_try() {
    let receiver = receiver(CallbackOptions::default()).with_guard(Arc::new(BrokenStore));
    assert_eq!(receiver.recording_event(signed_now("1", EVENT)).unwrap_err().http_status(), 503);
}

const EVENT: &str = r#"{"type":1,"recordId":"r","appKey":"uwd1c0sxdlx2"}"#;

fn receiver(options: CallbackOptions) -> CallbackReceiver {
    CallbackReceiver::new(vec![Arc::new(credentials())], options).unwrap()
}

fn signed_now(nonce: &str, body: &str) -> CallbackRequest {
    let now = Timestamp::now().0.to_string();
    request(nonce, &now, &signature(APP_SECRET, nonce, &now), body)
}

fn request(nonce: &str, timestamp: &str, signed: &str, body: &str) -> CallbackRequest {
    CallbackRequest::new([("nonce", nonce), ("timestamp", timestamp), ("signature", signed)], body.to_owned())
}

#[test]
fn a_receiver_without_credentials_is_not_made() {
    assert!(CallbackReceiver::new(Vec::<Credentials>::new(), None).is_err());
}

#[test]
fn a_largest_body_of_nothing_is_a_violation() {
    for bytes in [0, -1, i64::MIN] {
        let options = CallbackOptions::default().largest_body(bytes);
        let error = CallbackReceiver::new(vec![Arc::new(credentials())], options).unwrap_err();
        assert_eq!(error.to_string(), "invalid input: largest_body: must be above zero [out_of_range]");
    }
}

#[test]
fn secrets_that_begin_with_one_another_are_a_violation() {
    let of = |app_key: &str, secret: &str| Arc::new(Credentials::new(app_key.to_owned(), secret.to_owned()).unwrap());
    let made = |credentials| CallbackReceiver::new(credentials, CallbackOptions::default());
    for pair in [[of("a", "secret"), of("b", "secret1")], [of("a", "secret"), of("b", "secret")]] {
        let error = made(pair.to_vec()).unwrap_err().to_string();
        assert!(error.contains("credentials[0]") && error.contains("[ambiguous]"), "{error}");
    }
    assert!(made(vec![of("a", "secret"), of("a", "secret")]).is_ok(), "the same twice is no other's");
}

/// What a signature covers is one text, so every division of it has the same signature.
#[test]
fn no_other_division_of_a_signed_text_is_accepted_at_any_time_in_any_unit() {
    let Timestamp(now) = Timestamp::now();
    let mut random = fastrand::Rng::with_seed(11);
    for unit in [TimestampUnit::Milliseconds, TimestampUnit::Seconds] {
        for _ in 0..300 {
            let nonce: String = (0..random.usize(1..=18)).map(|_| random.alphanumeric()).collect();
            // Old and new ones, and those whose last digits are a time of today in the other unit.
            let time = match random.u8(0..4) {
                0 => now.to_string(),
                1 => (now / 1000).to_string(),
                2 => format!("179{}", now / 1000),
                _ => random.i64(1..=i64::MAX).to_string(),
            };
            let text = format!("{nonce}{time}");
            let signed = signature(APP_SECRET, &text, "");
            let options = CallbackOptions::default().timestamp_unit(unit);
            let divisions = (1..text.len()).filter(|at| {
                let (nonce, time) = text.split_at(*at);
                // A guard that has forgotten everything.
                receiver(options.clone()).recording_event(request(nonce, time, &signed, EVENT)).is_ok()
            });
            let accepted = divisions.count();
            let digits = if unit == TimestampUnit::Seconds { 10 } else { 13 };
            let is_of_now = text.len() > digits && {
                let time: i64 = text[text.len() - digits..].parse().unwrap_or_default();
                let time = if unit == TimestampUnit::Seconds { time * 1000 } else { time };
                (now - time).abs() < 290_000
            };
            assert_eq!(accepted, usize::from(is_of_now), "{text}");
        }
    }
}

#[tokio::test]
async fn the_signature_of_a_request_of_our_own_is_no_callbacks() {
    let simulator = support::simulator().await;
    let client = support::client(simulator.url());
    client.start("room1", "aaa", &support::profile(), None).await.unwrap();
    let sent = &simulator.requests()[0];
    let header = |name: &str| sent.header(name).unwrap().to_owned();
    // The simulator doesn't tell the signature that it got.
    let signed = signature(APP_SECRET, &header("Nonce"), &header("Timestamp"));
    let forged = request(&header("Nonce"), &header("Timestamp"), &signed, EVENT);
    let refused = receiver(CallbackOptions::default()).recording_event(forged).unwrap_err();
    assert!(matches!(refused, CallbackError::Refused { reason: RefusalReason::OwnRequest, .. }), "{refused}");
}

#[test]
fn a_callback_that_comes_again_is_accepted_again_with_the_same_fingerprint() {
    let receiver = receiver(CallbackOptions::default());
    let request = signed_now("1", EVENT);
    let first = receiver.recording_event(request.clone()).unwrap();
    let again = receiver.recording_event(request).unwrap();
    let (again_fingerprint, again_key) = (again.fingerprint, again.key);
    assert_eq!((&first.fingerprint, &first.key), (&again_fingerprint, &again_key));
    let anew = receiver.recording_event(signed_now("2", EVENT)).unwrap();
    assert_eq!((anew.fingerprint, anew.key != again_key), (again_fingerprint, true));
}

#[test]
fn a_store_of_ones_own_is_asked_between_verifying_and_believing() {
    let receiver = receiver(CallbackOptions::default());
    let request = signed_now("1", EVENT);
    let forged = CallbackRequest { body: EVENT.replace(r#""r""#, r#""f""#).into(), ..request.clone() };
    let first = receiver.verify_recording_event(request).unwrap();
    assert!(SystemTime::from(first.expires_at) > SystemTime::now() + Duration::from_secs(300));
    check_replay(&first.fingerprint, None).unwrap();
    check_replay(&first.fingerprint, Some(&first.fingerprint)).unwrap();
    let second = receiver.verify_recording_event(forged).unwrap();
    assert_eq!(second.key, first.key);
    let refused = check_replay(&second.fingerprint, Some(&first.fingerprint)).unwrap_err();
    assert!(matches!(refused, CallbackError::Refused { reason: RefusalReason::Replayed, .. }), "{refused}");
}

#[test]
fn a_tracker_refuses_what_is_another_recordings() {
    let tracker = RecordingTracker::new("r-1").unwrap();
    assert!(tracker.record(event(r#"{"type":1,"recordId":"r-2"}"#)).is_err());
}

fn event(body: &str) -> RecordingEvent {
    parse_recording_event(body).unwrap()
}

#[test]
fn a_tracker_by_extra_takes_its_own_callbacks_only_and_learns_the_record_id() {
    let tracker = RecordingTracker::by_extra("order-7", None).unwrap();
    assert!(tracker.record(event(r#"{"type":1,"recordId":"r-2","extra":"order-8"}"#)).is_err());
    assert!(tracker.record(event(r#"{"type":1,"recordId":"r-1","extra":"order-7"}"#)).unwrap());
    assert!(tracker.record(event(r#"{"type":3,"recordId":"r-2","extra":"order-7"}"#)).is_err(), "an extra twice");
    assert!(tracker.record(event(r#"{"type":3,"recordId":"r-1"}"#)).unwrap());
    let state = tracker.state(MINUTE, None).unwrap();
    assert_eq!((state.phase, state.record_id.as_deref()), (RecordingPhase::Ended, Some("r-1")));
}

#[test]
fn a_start_that_is_unknown_becomes_stale_where_no_callback_comes() {
    let tracker = RecordingTracker::by_extra("order-7", Some(Timestamp(1_000_000))).unwrap();
    let is_stale = |now| tracker.state(MINUTE, Some(Timestamp(now))).unwrap().is_stale;
    assert_eq!([is_stale(1_060_000), is_stale(1_060_001)], [false, true]);
}

#[test]
fn a_start_is_taken_to_be_accepted_now_where_no_time_is_given() {
    let started = StartedRecording::new("r-1", "room1", "aaa", RecordType::SplitStream);
    let tracker = RecordingTracker::new("r-1").unwrap();
    let before = Timestamp::now();
    tracker.requested(&started, None).unwrap();
    let requested_at = tracker.state(MINUTE, None).unwrap().requested_at.unwrap();
    assert!((before..=Timestamp::now()).contains(&requested_at), "{requested_at:?}");
}

#[test]
fn a_negative_time_to_wait_for_news_is_refused() {
    let tracker = RecordingTracker::new("r-1").unwrap();
    let error = tracker.state(Span(-1), None).unwrap_err();
    assert_eq!(error.to_string(), "invalid input: stale_after: must not be negative [out_of_range]");
    assert!(tracker.state(Span(0), None).is_ok());
}

#[test]
fn trackers_merge_by_record_id_or_by_extra_and_not_otherwise() {
    let by_id = || RecordingTracker::new("r-1").unwrap();
    let by_extra = || RecordingTracker::by_extra("order-7", None).unwrap();
    assert!(by_id().merge(&RecordingTracker::new("r-2").unwrap()).is_err());
    assert!(by_id().merge(&by_extra()).is_err(), "nothing shows that they are of the same recording");
    let heard = by_id();
    heard.record(event(r#"{"type":1,"recordId":"r-1","extra":"order-7"}"#)).unwrap();
    let merged = by_extra();
    merged.merge(&heard).unwrap();
    let state = merged.state(MINUTE, None).unwrap();
    assert_eq!((state.record_id.as_deref(), state.phase), (Some("r-1"), RecordingPhase::Recording));
}

#[test]
fn an_event_made_by_hand_is_noted_only_where_its_json_says_the_same() {
    let tracker = RecordingTracker::new("r-1").unwrap();
    let genuine = event(r#"{"type":1,"recordId":"r-1","timestamp":1000}"#);
    let made = |change: fn(&mut RecordingEvent)| {
        let mut made = genuine.clone();
        change(&mut made);
        made
    };
    for made in [
        made(|event| event.json = String::new()),
        made(|event| event.json = r#"{"type":1,"recordId":"r-2"}"#.to_owned()),
        made(|event| event.code = Some(500)),
        made(|event| event.occurred_at = None),
    ] {
        let error = tracker.record(made).unwrap_err().to_string();
        assert!(error.contains("event.json"), "{error}");
    }
    assert!(tracker.record(genuine).unwrap());
    let restored = RecordingTracker::restore(tracker.snapshot().unwrap()).unwrap();
    assert_eq!(restored.snapshot().unwrap(), tracker.snapshot().unwrap());
}

#[test]
fn text_that_is_no_snapshot_is_refused() {
    for text in [
        "",
        "{}",
        r#"{"version":3,"record_id":"r","requested_at_ms":null,"events":[]}"#,
        r#"{"version":2,"record_id":null,"extra":null,"requested_at_ms":null,"events":[]}"#,
        r#"{"version":2,"record_id":"","requested_at_ms":null,"events":[]}"#,
    ] {
        assert!(RecordingTracker::restore(text).is_err(), "{text}");
    }
}

#[test]
fn a_snapshot_of_the_version_without_extra_is_restored() {
    let snapshot =
        r#"{"version":1,"record_id":"r-1","requested_at_ms":900,"events":["{\"type\":1,\"recordId\":\"r-1\"}"]}"#;
    let state = RecordingTracker::restore(snapshot).unwrap().state(Span(i64::MAX), None).unwrap();
    assert_eq!((state.record_id.as_deref(), state.phase), (Some("r-1"), RecordingPhase::Recording));
}
