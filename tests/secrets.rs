//! Nothing that can be printed holds a secret.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::fmt::Write;
use std::sync::Arc;

use rongcloud_recording::ffi::{LogLevel, set_log_level, take_log_records};
use rongcloud_recording::{
    ClientOptions, Credentials, RecordingClient, RequestStamp, StampSource, StartOptions, signature,
};
use support::{APP_KEY, APP_SECRET, client, profile, simulator};

const STAMP: (&str, u64) = ("14314", 1_408_710_653_000);

struct FixedStamps;

impl StampSource for FixedStamps {
    fn stamp(&self, _: &Credentials) -> Result<RequestStamp, String> {
        Ok(RequestStamp { nonce: STAMP.0.to_owned(), timestamp_ms: STAMP.1, request_id: "r-1".to_owned() })
    }
}

#[tokio::test]
async fn secrets_stand_in_no_log_no_error_and_no_debug_text() {
    set_log_level(LogLevel::Debug).unwrap();
    let simulator = simulator().await;
    let credentials = Arc::new(Credentials::new(APP_KEY, APP_SECRET).unwrap());
    let options = ClientOptions::default().api_url(simulator.url());
    let stamped = RecordingClient::with_stamps(credentials.clone(), options, Arc::new(FixedStamps)).unwrap();
    let refused = stamped.start("room1", "aaa", &profile(), StartOptions::default()).await.unwrap_err();
    let normal = client(simulator.url());
    let started = normal.start("room1", "aaa", &profile(), StartOptions::default()).await.unwrap();
    let invalid = Credentials::new(String::new(), format!(" {APP_SECRET}")).unwrap_err();
    let lost = client("http://127.0.0.1:1").start("r", "s", &profile(), StartOptions::default()).await.unwrap_err();

    let mut text = String::new();
    for error in [&refused, &invalid, &lost] {
        writeln!(text, "{error} {error:?} {}", error.sentence()).unwrap();
    }
    writeln!(text, "{credentials:?} {stamped:?} {normal:?} {started:?}").unwrap();
    let records = take_log_records().unwrap();
    for record in &records {
        writeln!(text, "{record:?}").unwrap();
    }

    assert!(text.contains("/rtc/record/start.json"), "the log shows no request: {text}");
    let signed = signature(APP_SECRET, STAMP.0, &STAMP.1.to_string());
    for secret in [APP_SECRET, APP_KEY, signed.as_str()] {
        assert!(!text.contains(secret), "{secret} stands in {text}");
    }
}
