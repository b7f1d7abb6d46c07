//! The log: a line for each request, which does nothing to the terminal that shows it.

use std::sync::{Arc, Mutex};

use rongcloud_simulator::{Builder, Simulator, Step};
use serde_json::json;

use crate::support::bodies::with;
use crate::support::client::{APP_KEY, Call, NOW, SECRET};
use crate::support::receiver::Receiver;

/// Red from here on, in the two ways that a terminal knows, and backwards.
const HOSTILE: &str = "a\u{1b}[31m\u{9b}31m\r\n\u{202e}\u{7}b";

fn logged() -> (Builder, Arc<Mutex<Vec<String>>>) {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let all = Arc::clone(&lines);
    let builder = Simulator::builder().app(APP_KEY, SECRET).room("room1", "aaa").clock(|| NOW);
    (builder.log(move |line| all.lock().unwrap().push(line.to_owned())), lines)
}

fn assert_harmless(lines: &Mutex<Vec<String>>, count: usize) {
    let lines = lines.lock().unwrap();
    assert_eq!(lines.len(), count, "{lines:?}");
    for line in lines.iter() {
        assert!(!line.contains(|char: char| char.is_control() || char == '\u{202e}'), "{line:?}");
    }
}

#[tokio::test]
async fn what_a_client_sends_is_escaped() {
    let (builder, lines) = logged();
    let sim = builder.start().await.unwrap();
    // A header can't carry the first kind.
    Call::start_number(1).set("Room-Id", "a\u{9b}31m").send(&sim).await;
    let mut hostile = with("/config/mode", json!(HOSTILE));
    hostile[HOSTILE] = json!(1);
    hostile["extra"] = json!(HOSTILE);
    hostile["sessionId"] = json!(HOSTILE);
    Call::start_number(2).json(&hostile).send(&sim).await;
    Call::new("POST", "/\u{9b}31m").send(&sim).await;
    Call::new("GET", "/__simulator/requests").with("Host", "a\u{9b}31m").send(&sim).await;
    Call::new("GET", "/__simulator/requests").with("Origin", "\u{9b}31m\u{202e}").send(&sim).await;
    assert_harmless(&lines, 5);
}

#[tokio::test]
async fn what_a_receiver_answers_is_escaped() {
    let receiver = Receiver::start().await;
    let (builder, lines) = logged();
    let sim = builder.recording_callback(receiver.url()).start().await.unwrap();
    (0..3).for_each(|_| receiver.answer(&format!("{HOSTILE}\r\n\r\n")));
    sim.next([Step::normal()]).unwrap();
    Call::start().json(&with("/extra", json!(HOSTILE))).send(&sim).await;
    sim.flush_callbacks().await;
    assert_harmless(&lines, 4);
}

#[tokio::test]
async fn quotes_and_other_languages_stay_readable() {
    let (builder, lines) = logged();
    let sim = builder.start().await.unwrap();
    Call::start().set("Room-Id", "会议室").send(&sim).await;
    assert!(lines.lock().unwrap()[0].contains("room=会议室"), "{lines:?}");
}

#[tokio::test]
async fn a_control_request_that_is_refused_is_told_with_its_reason() {
    let (builder, lines) = logged();
    let sim = builder.start().await.unwrap();
    Call::new("POST", "/__simulator/release").with("Origin", "https://evil.example").send(&sim).await;
    let expected = "refused POST /__simulator/release 403 \
                    Origin https://evil.example is not the simulator: web pages may not control it";
    assert_eq!(*lines.lock().unwrap(), [expected]);
}
