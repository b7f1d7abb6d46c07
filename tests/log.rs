//! The log that foreign languages fetch.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use rongcloud_recording::StartOptions;
use rongcloud_recording::ffi::{LogLevel, LogRecord, set_log_level, take_log_records};
use support::{client, profile, simulator};

fn field<'a>(record: &'a LogRecord, name: &str) -> Option<&'a str> {
    record.fields.iter().find(|field| field.name == name).map(|field| field.value.as_str())
}

// One test, because the log belongs to the process.
#[tokio::test]
async fn the_log_keeps_what_its_level_asks_for_and_every_line_has_the_request_id() {
    let simulator = simulator().await;
    let client = client(simulator.url());
    let profile = profile();
    let start = async || client.start("room1", "aaa", &profile, StartOptions::default()).await.unwrap().request_id;

    start().await;
    assert_eq!(take_log_records().unwrap(), [], "off by default");

    set_log_level(LogLevel::Debug).unwrap();
    let request_id = start().await;
    let records = take_log_records().unwrap();
    let texts: Vec<_> = records.iter().map(|record| record.text.as_str()).collect();
    assert_eq!(texts, ["request", "reply", "recording started"]);
    for record in &records {
        assert_eq!(field(record, "request_id"), Some(request_id.as_str()), "{record:?}");
    }
    assert_eq!(field(&records[0], "body"), Some(simulator.requests()[1].body_text().as_str()));

    set_log_level(LogLevel::Info).unwrap();
    start().await;
    let levels: Vec<_> = take_log_records().unwrap().into_iter().map(|record| record.level).collect();
    assert_eq!(levels, [LogLevel::Info]);

    for _ in 0..5_000 {
        tracing::info!(target: "rongcloud_recording", "filler");
    }
    assert_eq!(take_log_records().unwrap().len(), 4_096, "the queue is bounded");

    set_log_level(LogLevel::Off).unwrap();
    start().await;
    assert_eq!(take_log_records().unwrap(), []);
}
