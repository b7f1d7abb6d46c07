//! What a call tells of its attempts, and under which ids it is known.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use rongcloud_recording::{
    CallOptions, ClientOptions, Credentials, RecordingClient, RetryPolicy, Span, StartOptions, codes,
};
use rongcloud_simulator::{Simulator, Step};
use serde_json::json;
use support::{APP_KEY, APP_SECRET, credentials, profile, simulator, violations};

const ROOM: (&str, &str) = ("room1", "aaa");

/// One that doesn't wait for long before another attempt.
fn client(simulator: &Simulator) -> RecordingClient {
    let retry = RetryPolicy::default().first_backoff(Span(2_000_000));
    RecordingClient::new(credentials(), ClientOptions::default().api_url(simulator.url()).retry(retry)).unwrap()
}

fn down() -> Step {
    Step::reply(503, "<html>down</html>").content_type("text/html")
}

/// The ids under which the simulator was asked, in order.
fn asked(simulator: &Simulator) -> Vec<String> {
    let requests = simulator.requests();
    requests.iter().map(|request| request.header("X-Request-ID").unwrap().to_owned()).collect()
}

#[tokio::test]
async fn an_answer_tells_every_attempt_that_led_to_it() {
    let simulator = simulator().await;
    simulator.next([down().times(2)]).unwrap();
    let room = client(&simulator).query_room("room1", None).await.unwrap();
    let told: Vec<_> = room.attempts.iter().map(|it| (it.status, it.code, it.connection_reused)).collect();
    assert_eq!(told, [(Some(503), None, false), (Some(503), None, true), (Some(200), Some(200), true)]);
    assert_eq!(room.attempts.iter().map(|attempt| attempt.request_id.clone()).collect::<Vec<_>>(), asked(&simulator));
    assert_eq!(room.call_id, room.attempts[0].request_id);
    assert_eq!(room.request_id, room.attempts[2].request_id);
    let [first, _, last] = &*room.attempts else { panic!("{:?}", room.attempts) };
    assert!(first.reason.contains("503") && last.reason.is_empty(), "{:?}", room.attempts);
    assert_eq!((first.reply_head.as_deref(), last.reply_head.as_deref()), (Some("<html>down</html>"), None));
    assert!(last.took > Span(0) && first.waited < Span(1_000_000_000), "{:?}", room.attempts);
}

#[tokio::test]
async fn what_was_waited_before_an_attempt_is_the_time_that_the_service_asked_for() {
    let simulator = simulator().await;
    simulator.next([Step::reply(429, r#"{"code":1008}"#).header("Retry-After", "1")]).unwrap();
    let stopped = client(&simulator).stop(ROOM, None).await;
    // Nothing runs there: what is told is of a refusal.
    let call = stopped.unwrap_err().call().unwrap();
    let [first, second] = &*call.attempts else { panic!("{call:?}") };
    assert!(first.waited < Span(1_000_000_000) && second.waited >= Span(1_000_000_000), "{call:?}");
}

#[tokio::test]
async fn an_unusable_reply_is_shown_as_far_as_it_is_short_and_without_secrets() {
    let simulator = simulator().await;
    let told = format!("key {APP_KEY}, secret {APP_SECRET}, {}", "录".repeat(1_000));
    simulator.next([Step::reply(200, told)]).unwrap();
    let error = client(&simulator).start("room1", "aaa", &profile(), StartOptions::default()).await.unwrap_err();
    let head = error.call().unwrap().attempts[0].reply_head.clone().unwrap();
    assert!(head.starts_with("key [redacted], secret [redacted], "), "{head}");
    assert_eq!(head.chars().count(), 512);
}

#[tokio::test]
async fn a_call_has_the_id_that_it_was_given_and_its_first_attempt_is_sent_with_it() {
    let simulator = simulator().await;
    simulator.next([down()]).unwrap();
    let options = || CallOptions::default().request_id("order-7/query");
    let room = client(&simulator).query_room("room1", options()).await.unwrap();
    let asked = asked(&simulator);
    assert_eq!((room.call_id.as_str(), asked[0].as_str()), ("order-7/query", "order-7/query"));
    assert_eq!((room.request_id.as_str(), asked[1].len()), (asked[1].as_str(), 32));

    simulator.next([down().times(10)]).unwrap();
    let start = StartOptions::default().request_id("order-7/start");
    let error = client(&simulator).start_in_room("room1", &profile(), start).await.unwrap_err();
    assert_ne!(error.call().unwrap().call_id.as_deref(), Some("order-7/start"), "the query has one of its own");
}

#[tokio::test]
async fn an_id_that_a_header_cannot_carry_is_refused_before_anything_is_sent() {
    let simulator = simulator().await;
    for (id, code) in [
        ("", codes::EMPTY),
        ("会议", codes::NOT_HEADER_SAFE),
        ("a\nb", codes::NOT_HEADER_SAFE),
        ("0123456789012345678901234567890123456", codes::TOO_LONG),
    ] {
        let error = client(&simulator).stop(ROOM, CallOptions::default().request_id(id)).await.unwrap_err();
        let found: Vec<_> = violations(&error).iter().map(|it| (it.path.as_str(), it.code.as_str())).collect();
        assert_eq!(found, [("X-Request-ID", code)], "{id:?}");
        let start = StartOptions::default().request_id(id);
        let error = client(&simulator).start_in_room("room1", &profile(), start).await.unwrap_err();
        assert_eq!(violations(&error)[0].code, code, "{id:?}");
    }
    assert_eq!(simulator.requests().len(), 0);
}

#[tokio::test]
async fn an_attempt_over_a_connection_that_the_service_had_closed_is_one_over_a_new_one() {
    let simulator = simulator().await;
    let client = client(&simulator);
    let reused = async || client.query_room("room1", None).await.unwrap().attempts[0].connection_reused;
    assert_eq!([reused().await, reused().await], [false, true]);
    simulator
        .next([Step::reply(200, json!({"code": 200, "sessionId": "aaa"}).to_string()).header("Connection", "close")])
        .unwrap();
    assert_eq!([reused().await, reused().await], [true, false]);
}

#[tokio::test]
async fn an_attempt_that_found_nobody_was_made_over_no_connection_of_before() {
    let simulator = simulator().await;
    let client = client(&simulator);
    client.query_room("room1", None).await.unwrap();
    simulator.shutdown().await;
    let error = client.query_room("room1", None).await.unwrap_err();
    let attempts = &error.call().unwrap().attempts;
    assert!(attempts.iter().all(|it| !it.connection_reused && it.reason.contains("refused")), "{attempts:?}");
    assert_eq!(client.statistics().connections_reused, 0);
}

#[tokio::test]
async fn an_error_has_the_attempts_of_its_call_and_none_where_nothing_was_asked() {
    let simulator = simulator().await;
    let client = client(&simulator);
    simulator.next([Step::reply(400, r#"{"code":1002}"#)]).unwrap();
    let refused = client.query_room("room1", None).await.unwrap_err();
    assert_eq!(refused.attempts().iter().map(|it| it.code).collect::<Vec<_>>(), [Some(1002)]);
    let of_no_request = client.query_room("", None).await.unwrap_err();
    let of_no_call = Credentials::new("", "").unwrap_err();
    assert!(of_no_request.call().is_some() && of_no_request.attempts().is_empty(), "{of_no_request:?}");
    assert!(of_no_call.call().is_none() && of_no_call.attempts().is_empty(), "{of_no_call:?}");
}
