//! Any bytes as a callback: unsigned ones are refused, and signed ones are read or refused.

#![no_main]

use std::sync::{Arc, LazyLock};
use std::time::{Duration, UNIX_EPOCH};

use libfuzzer_sys::fuzz_target;
use rongcloud_recording::callback::{
    CallbackHeader, CallbackOptions, CallbackReceiver, CallbackRequest, RecordingTracker, parse_recording_event,
    parse_room_event,
};
use rongcloud_recording::{Credentials, Span, Timestamp, signature};

const SECRET: &str = "Y1W2MeFwwwRxa0";

static RECEIVER: LazyLock<CallbackReceiver> = LazyLock::new(|| {
    let credentials = Credentials::new("key", SECRET).expect("valid");
    CallbackReceiver::new(vec![Arc::new(credentials)], CallbackOptions::default())
        .expect("valid")
        .with_clock(|| UNIX_EPOCH + Duration::from_secs(1_408_710_653))
});

fuzz_target!(|input: (Vec<(String, String)>, String, Vec<u8>)| {
    let (headers, query, body) = input;
    let mut headers: Vec<_> = headers.into_iter().map(|(name, value)| CallbackHeader { name, value }).collect();
    let unsigned = CallbackRequest { headers: headers.clone(), query: query.clone(), body: body.clone() };
    if !unsigned.headers.iter().any(|header| header.value.contains("30be0bbca9c9b2e27578701e9fda2358a814c88f")) {
        assert!(RECEIVER.room_event(unsigned.clone()).is_err());
        assert!(RECEIVER.recording_event(unsigned).is_err());
    }

    let signed = signature(SECRET, "14314", "1408710653000");
    for (name, value) in [("nonce", "14314"), ("timestamp", "1408710653000"), ("signature", signed.as_str())] {
        headers.push(CallbackHeader { name: name.to_owned(), value: value.to_owned() });
    }
    let _ = RECEIVER.recording_event(CallbackRequest { headers, query, body: body.clone() });

    let _ = parse_room_event(&body);
    if let Ok(event) = parse_recording_event(body) {
        let tracker = RecordingTracker::new(event.record_id.clone()).expect("a read event has an id");
        tracker.record(event).expect("its own event");
        let restored = RecordingTracker::restore(tracker.snapshot().expect("a snapshot")).expect("a snapshot of ours");
        let state = |tracker: &RecordingTracker| tracker.state(Span(0), Timestamp(0));
        assert_eq!(state(&restored), state(&tracker));
    }
});
