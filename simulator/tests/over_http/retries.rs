//! Callbacks that are sent again: how often, how soon, and signed with what.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rongcloud_simulator::{CallbackState, Delivery, RetrySignature, Simulator, TimestampUnit};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::control::{get, put};
use crate::support::client::{APP_KEY, NOW, SECRET, sign};
use crate::support::connection::soon;
use crate::support::receiver::{Received, Receiver};

/// A simulator whose clock goes on with each look at it, so that no two timestamps are equal by chance.
async fn simulator(url: &str) -> Simulator {
    let now = Arc::new(AtomicU64::new(NOW));
    let clock = move || now.fetch_add(1000, Ordering::Relaxed);
    Simulator::builder().app(APP_KEY, SECRET).clock(clock).room_callback(url).start().await.unwrap()
}

async fn tell(sim: &Simulator) {
    sim.set_room("room1", "aaa");
    sim.flush_callbacks().await;
}

fn signed(received: &Received) -> [&str; 3] {
    ["nonce", "timestamp", "signature"].map(|name| received.header(name).unwrap())
}

fn same() -> Delivery {
    Delivery::immediate().retry_signature(RetrySignature::Same)
}

#[tokio::test]
async fn a_retry_can_be_the_same_request_to_the_byte() {
    let receiver = Receiver::start().await;
    let sim = simulator(&receiver.url()).await;
    sim.set_delivery(same()).unwrap();
    receiver.answer_status(500);
    receiver.answer_status(503);
    tell(&sim).await;
    let received = receiver.received();
    assert_eq!(received.len(), 3);
    for retry in &received[1..] {
        assert_eq!((&retry.line, signed(retry)), (&received[0].line, signed(&received[0])));
        assert_eq!(retry.body, received[0].body);
    }
}

#[tokio::test]
async fn each_callback_has_a_signature_of_its_own_all_the_same() {
    let receiver = Receiver::start().await;
    let sim = simulator(&receiver.url()).await;
    sim.set_delivery(same().duplicate(1)).unwrap();
    tell(&sim).await;
    let received = receiver.received();
    assert_ne!(signed(&received[0]), signed(&received[1]));
}

#[tokio::test]
async fn retries_are_signed_anew_unless_asked() {
    let receiver = Receiver::start().await;
    let sim = simulator(&receiver.url()).await;
    receiver.answer_status(500);
    tell(&sim).await;
    let received = receiver.received();
    let [first, second] = [signed(&received[0]), signed(&received[1])];
    assert!(first.iter().zip(second).all(|(first, second)| *first != second), "{first:?} {second:?}");
}

#[tokio::test]
async fn a_retry_after_a_timeout_can_be_the_same() {
    // The connections wait in its queue, and nobody answers.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let builder = Simulator::builder().app(APP_KEY, SECRET).room_callback(url);
    let sim = builder.callback_timeout(Duration::from_millis(1)).start().await.unwrap();
    sim.set_delivery(same()).unwrap();
    tell(&sim).await;
    let attempts = sim.callbacks().remove(0).attempts;
    assert_eq!(attempts.len(), 3);
    assert!(attempts.iter().all(|it| it.headers == attempts[0].headers), "{attempts:?}");
}

#[tokio::test]
async fn how_often_each_is_tried_can_be_set() {
    let receiver = Receiver::start().await;
    let sim = simulator(&receiver.url()).await;
    for attempts in [1, 5] {
        sim.set_delivery(Delivery::immediate().attempts(attempts)).unwrap();
        (0..attempts).for_each(|_| receiver.answer_status(500));
        sim.forget_callbacks();
        sim.set_room(format!("room{attempts}"), "aaa");
        sim.flush_callbacks().await;
        let callback = sim.callbacks().remove(0);
        assert_eq!((callback.attempts.len(), callback.state), (attempts as usize, CallbackState::Failed));
    }
}

/// Returns once the only callback has had so many attempts.
async fn attempted(sim: &Simulator, count: usize) {
    soon(async {
        while sim.callbacks()[0].attempts.len() < count {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn the_pause_between_attempts_ends_when_the_time_is_moved_and_doubles() {
    let receiver = Receiver::start().await;
    let builder = Simulator::builder().app(APP_KEY, SECRET).clock(|| NOW).room_callback(receiver.url());
    let sim = builder.start().await.unwrap();
    sim.set_delivery(Delivery::immediate().backoff_ms(60_000)).unwrap();
    receiver.answer_status(500);
    receiver.answer_status(500);
    sim.set_room("room1", "aaa");
    attempted(&sim, 1).await;
    for (advance_ms, attempts, state) in [
        (59_999, 1, CallbackState::Queued),
        (1, 2, CallbackState::Queued),
        (119_999, 2, CallbackState::Queued),
        (1, 3, CallbackState::Delivered),
    ] {
        sim.advance(Duration::from_millis(advance_ms));
        attempted(&sim, attempts).await;
        if state == CallbackState::Delivered {
            sim.flush_callbacks().await;
        }
        let callback = sim.callbacks().remove(0);
        assert_eq!((callback.attempts.len(), callback.state), (attempts, state));
    }
}

#[tokio::test]
async fn the_pause_between_attempts_passes_by_itself() {
    let receiver = Receiver::start().await;
    let sim = Simulator::builder().app(APP_KEY, SECRET).room_callback(receiver.url()).start().await.unwrap();
    sim.set_delivery(Delivery::immediate().backoff_ms(1)).unwrap();
    receiver.answer_status(500);
    soon(tell(&sim)).await;
    assert_eq!(receiver.received().len(), 2);
}

#[tokio::test]
async fn shutting_down_does_not_wait_for_a_retry() {
    let receiver = Receiver::start().await;
    let builder = Simulator::builder().app(APP_KEY, SECRET).clock(|| NOW).room_callback(receiver.url());
    let sim = builder.start().await.unwrap();
    sim.set_delivery(Delivery::immediate().backoff_ms(60_000)).unwrap();
    receiver.answer_status(500);
    sim.set_room("room1", "aaa");
    attempted(&sim, 1).await;
    soon(sim.shutdown()).await;
}

#[tokio::test]
async fn all_of_it_works_over_http_and_the_attempts_are_listed() {
    let receiver = Receiver::start().await;
    let sim = simulator(&receiver.url()).await;
    let delivery = json!({ "attempts": 2, "retrySignature": "same", "backoffMs": 1, "timestampUnit": "seconds" });
    assert_eq!(put(&sim, "callbacks", &delivery).await.status(), 204);
    receiver.answer_status(500);
    tell(&sim).await;
    let listed = get(&sim, "callbacks").await.json()[0].clone();
    let statuses: Vec<_> = listed["attempts"].as_array().unwrap().iter().map(|it| it["status"].clone()).collect();
    assert_eq!((statuses, &listed["state"]), (vec![json!(500), json!(200)], &json!("delivered")));
    assert_eq!(listed["attempts"][0]["headers"], listed["attempts"][1]["headers"]);
}

#[tokio::test]
async fn a_retry_that_cannot_be_is_refused() {
    let sim = crate::support::client::simulator().await;
    for (delivery, why) in [
        (json!({ "attempts": 0 }), "attempts must be 1 to 10"),
        (json!({ "attempts": 11 }), "attempts must be 1 to 10"),
        (json!({ "backoffMs": 60_001 }), "backoffMs must be at most 60000"),
    ] {
        let reply = put(&sim, "callbacks", &delivery).await;
        assert_eq!((reply.status(), reply.json()), (400, json!({ "error": why })));
    }
    for delivery in [json!({ "retrySignature": "none" }), json!({ "timestampUnit": "minutes" })] {
        assert_eq!(put(&sim, "callbacks", &delivery).await.status(), 400, "{delivery}");
    }
}

#[tokio::test]
async fn a_timestamp_has_13_digits_and_a_nonce_at_most_18_letters_and_digits() {
    let receiver = Receiver::start().await;
    let builder = Simulator::builder().app(APP_KEY, SECRET).room_callback(receiver.url());
    let sim = builder.clock(|| 1).start().await.unwrap();
    for room in 0..20 {
        sim.set_room(room.to_string(), "aaa");
    }
    sim.flush_callbacks().await;
    for received in receiver.received() {
        let [nonce, timestamp, _] = signed(&received);
        assert_eq!(timestamp, "0000000000001");
        let is_plain = nonce.bytes().all(|byte| byte.is_ascii_alphanumeric());
        assert!((1..=18).contains(&nonce.len()) && is_plain, "{nonce}");
    }
}

#[tokio::test]
async fn the_signed_timestamp_can_be_in_seconds_and_the_bodys_stays_in_milliseconds() {
    let receiver = Receiver::start().await;
    let builder = Simulator::builder().app(APP_KEY, SECRET).clock(|| NOW).room_callback(receiver.url());
    let sim = builder.start().await.unwrap();
    sim.set_delivery(Delivery::immediate().timestamp_unit(TimestampUnit::Seconds)).unwrap();
    tell(&sim).await;
    let received = receiver.received().remove(0);
    let [nonce, timestamp, signature] = signed(&received);
    let seconds = NOW / 1000;
    assert_eq!((timestamp, signature), (seconds.to_string().as_str(), sign(nonce, seconds).as_str()));
    assert_eq!(received.body["timestamp"], Value::from(NOW));
}
