//! The log that foreign languages fetch.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::Arc;
use std::thread;

use rongcloud_recording::ffi::{
    CompletionQueue, LogLevel, LogRecord, NativeClient, Request, set_log_level, take_log_records,
};
use rongcloud_recording::{ClientOptions, Span, StartOptions};
use rongcloud_simulator::{Simulator, Step};
use serde_json::json;
use support::{client, credentials, profile, simulator};

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

    it_says_of_a_start_without_a_recording_what_is_known(&simulator).await;
    no_text_from_outside_can_forge_a_line(&simulator).await;
    whoever_waits_for_calls_is_told_of_records_which_name_their_call(&simulator).await;
}

async fn it_says_of_a_start_without_a_recording_what_is_known(simulator: &Simulator) {
    let client = client(simulator.url());
    let profile = profile();
    set_log_level(LogLevel::Info).unwrap();
    let said = || take_log_records().unwrap().into_iter().map(|record| record.text).collect::<Vec<_>>();
    for (status, body, text) in [
        (401, r#"{"code":1004}"#, "recording not started"),
        (502, "", "outcome unknown: may be recording"),
        (200, "not json", "outcome unknown: may be recording"),
    ] {
        simulator.next([Step::reply(status, body)]).unwrap();
        client.start("room1", "aaa", &profile, StartOptions::default()).await.unwrap_err();
        assert_eq!(said(), [text]);
    }

    // The first may have stopped it, and the second be refused for that.
    for (first, text) in [(502, "outcome unknown: the recording may have stopped"), (429, "recording not stopped")] {
        simulator.next([Step::reply(first, ""), Step::reply(400, r#"{"code":40003}"#)]).unwrap();
        client.stop(("room1", "aaa"), None).await.unwrap_err();
        assert_eq!(said(), ["attempt failed, to be made again", text]);
    }

    let before = simulator.requests().len() as u64;
    simulator.next([Step::hold()]).unwrap();
    let carried_out = tokio::spawn({
        let (client, profile) = (client.clone(), profile.clone());
        async move { client.start("room1", "aaa", &profile, StartOptions::default()).await }
    });
    simulator.wait_for_requests(before + 1).await.unwrap();
    carried_out.abort();
    carried_out.await.unwrap_err();
    assert_eq!(said(), ["outcome unknown: may be recording"], "a start that was cancelled after it had left");
}

async fn no_text_from_outside_can_forge_a_line(simulator: &Simulator) {
    let client = client(simulator.url());
    set_log_level(LogLevel::Debug).unwrap();
    let forged = "a\u{1b}[31m\n2026 ERROR forged";
    let replies = [
        json!({"code": 200, "recordId": forged}),
        json!({"code": 1002, "errorMessage": forged}),
        json!({"code": 200, "recordId": "r", "errorMessage": forged}),
    ];
    for reply in replies {
        simulator.next([Step::reply(200, reply.to_string())]).unwrap();
        let _ = client.start("room1", "aaa", &profile(), StartOptions::default().extra(forged)).await;
    }
    for record in take_log_records().unwrap() {
        // The headers are listed by us, one in each line.
        let texts = record.fields.iter().filter(|field| field.name != "headers").map(|field| &field.value);
        for text in texts.chain([&record.text]) {
            assert!(!text.contains(char::is_control), "{text:?}");
        }
    }
}

async fn whoever_waits_for_calls_is_told_of_records_which_name_their_call(simulator: &Simulator) {
    const LONG: Span = Span(60_000_000_000);
    set_log_level(LogLevel::Info).unwrap();
    let queue = Arc::new(CompletionQueue::new().unwrap());
    let waiting = thread::spawn({
        let queue = queue.clone();
        move || queue.wait(LONG).unwrap()
    });
    tracing::info!(target: "rongcloud_recording", "news");
    let told = tokio::task::spawn_blocking(|| waiting.join().unwrap()).await.unwrap();
    assert!(told.is_log_waiting && told.ended.is_empty(), "{told:?}");
    assert!(queue.take().unwrap().is_log_waiting, "until they are fetched");
    assert_eq!(take_log_records().unwrap().into_iter().map(|record| record.call).collect::<Vec<_>>(), [None]);
    assert!(!queue.take().unwrap().is_log_waiting);

    let options = ClientOptions::default().api_url(simulator.url());
    let client = NativeClient::new(Some(Arc::new(credentials())), options, "rust".to_owned()).unwrap();
    let request = Request::QueryRoom { room_id: "room1".to_owned(), timeout: None, request_id: None };
    let number = client.begin(queue.clone(), request).unwrap();
    // It returns for the log, too.
    let ended = move || while queue.wait(LONG).unwrap().ended.is_empty() {};
    tokio::task::spawn_blocking(ended).await.unwrap();
    assert_eq!(take_log_records().unwrap().into_iter().map(|record| record.call).collect::<Vec<_>>(), [Some(number)]);
}
