//! Callbacks that are late, doubled, out of order, lost or unwelcome.

use std::time::Duration;

use rongcloud_simulator::{CallbackState, Delivery, Simulator};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::control::{get, put};
use crate::support::client::{APP_KEY, Call, NOW, SECRET};
use crate::support::connection::Reply;
use crate::support::receiver::Receiver;

async fn simulator(receiver: &Receiver) -> Simulator {
    let builder = Simulator::builder().app(APP_KEY, SECRET).clock(|| NOW);
    builder.room_callback(receiver.url()).start().await.unwrap()
}

async fn post(sim: &Simulator, path: &str) -> Reply {
    Call::new("POST", &format!("/__simulator/callbacks/{path}")).send(sim).await
}

/// Makes `count` callbacks, about rooms numbered from 0.
fn make(sim: &Simulator, count: usize) {
    for number in 0..count {
        sim.set_room(number.to_string(), "aaa");
    }
}

/// The rooms that were told of, in the order received.
fn rooms(receiver: &Receiver) -> Vec<String> {
    receiver.bodies().iter().map(|it| it["roomId"].as_str().unwrap().to_owned()).collect()
}

fn states(sim: &Simulator) -> Vec<CallbackState> {
    sim.callbacks().into_iter().map(|it| it.state).collect()
}

#[tokio::test]
async fn callbacks_arrive_in_the_order_in_which_they_were_made() {
    let receiver = Receiver::start().await;
    let sim = simulator(&receiver).await;
    make(&sim, 5);
    sim.flush_callbacks().await;
    assert_eq!(rooms(&receiver), ["0", "1", "2", "3", "4"]);
    assert_eq!(states(&sim), [CallbackState::Delivered; 5]);
}

#[tokio::test]
async fn held_callbacks_wait_for_the_test() {
    let receiver = Receiver::start().await;
    let sim = simulator(&receiver).await;
    sim.set_delivery(Delivery::held()).unwrap();
    make(&sim, 2);
    sim.flush_callbacks().await;
    assert!(rooms(&receiver).is_empty());
    assert_eq!(states(&sim), [CallbackState::Held; 2]);
    sim.deliver_callbacks().await;
    assert_eq!(rooms(&receiver), ["0", "1"]);
}

#[tokio::test]
async fn callbacks_are_delivered_once() {
    let receiver = Receiver::start().await;
    let sim = simulator(&receiver).await;
    sim.set_delivery(Delivery::held()).unwrap();
    make(&sim, 1);
    sim.deliver_callbacks().await;
    sim.deliver_callbacks().await;
    assert_eq!(rooms(&receiver), ["0"]);
}

#[tokio::test]
async fn held_callbacks_stay_held_when_later_ones_are_immediate() {
    let receiver = Receiver::start().await;
    let sim = simulator(&receiver).await;
    sim.set_delivery(Delivery::held()).unwrap();
    make(&sim, 1);
    sim.set_delivery(Delivery::immediate()).unwrap();
    sim.set_room("later", "aaa");
    sim.flush_callbacks().await;
    assert_eq!(rooms(&receiver), ["later"]);
    sim.deliver_callbacks().await;
    assert_eq!(rooms(&receiver), ["0"]);
}

#[tokio::test]
async fn callbacks_can_be_doubled() {
    let receiver = Receiver::start().await;
    let sim = simulator(&receiver).await;
    sim.set_delivery(Delivery::immediate().duplicate(2)).unwrap();
    make(&sim, 2);
    sim.flush_callbacks().await;
    assert_eq!(rooms(&receiver), ["0", "0", "0", "1", "1", "1"]);
    assert_eq!(states(&sim).len(), 2);
}

#[tokio::test]
async fn callbacks_can_be_lost() {
    let receiver = Receiver::start().await;
    let sim = simulator(&receiver).await;
    sim.set_room("before", "aaa");
    sim.set_delivery(Delivery::immediate().lose([1, 2])).unwrap();
    make(&sim, 4);
    sim.flush_callbacks().await;
    assert_eq!(rooms(&receiver), ["before", "0", "3"]);
    assert_eq!(states(&sim)[2], CallbackState::Lost);
}

async fn shuffled(seed: u64) -> Vec<String> {
    let receiver = Receiver::start().await;
    let sim = simulator(&receiver).await;
    sim.set_delivery(Delivery::held().shuffle(seed)).unwrap();
    make(&sim, 8);
    sim.deliver_callbacks().await;
    rooms(&receiver)
}

#[tokio::test]
async fn callbacks_can_be_shuffled() {
    let first = shuffled(1).await;
    let mut sorted = first.clone();
    sorted.sort();
    assert_eq!(sorted, ["0", "1", "2", "3", "4", "5", "6", "7"]);
    assert_ne!(first, sorted);
}

#[tokio::test]
async fn a_seed_always_shuffles_alike() {
    let first = shuffled(1).await;
    assert_eq!(first, shuffled(1).await);
    assert_ne!(first, shuffled(2).await);
}

#[tokio::test]
async fn all_of_it_works_over_http() {
    let receiver = Receiver::start().await;
    let sim = simulator(&receiver).await;
    let delivery = json!({ "delivery": "held", "duplicate": 1, "shuffle": 7, "lose": [0] });
    assert_eq!(put(&sim, "callbacks", &delivery).await.status(), 204);
    make(&sim, 3);
    assert_eq!(post(&sim, "flush").await.status(), 204);
    assert!(rooms(&receiver).is_empty());
    assert_eq!(post(&sim, "deliver").await.status(), 204);
    let mut found = rooms(&receiver);
    found.sort();
    assert_eq!(found, ["1", "1", "2", "2"]);
    let listed = get(&sim, "callbacks").await.json();
    let found: Vec<_> = listed.as_array().unwrap().iter().map(|it| it["state"].clone()).collect();
    assert_eq!(found, ["lost", "delivered", "delivered"]);
}

#[tokio::test]
async fn a_delivery_that_cannot_be_is_refused() {
    let receiver = Receiver::start().await;
    let sim = simulator(&receiver).await;
    for (delivery, why) in [
        (json!({ "shuffle": 1 }), "shuffle needs the delivery held"),
        (json!({ "duplicate": 101 }), "duplicate must be at most 100"),
    ] {
        let reply = put(&sim, "callbacks", &delivery).await;
        assert_eq!((reply.status(), reply.json()), (400, json!({ "error": why })));
    }
    assert_eq!(put(&sim, "callbacks", &json!({ "late": true })).await.status(), 400);
}

/// The statuses that the only callback was answered with, and what became of it.
fn result(sim: &Simulator) -> (Vec<Option<u16>>, CallbackState) {
    let callback = sim.callbacks().remove(0);
    (callback.attempts.iter().map(|it| it.status).collect(), callback.state)
}

#[tokio::test]
async fn a_callback_that_is_not_answered_with_200_is_tried_again() {
    let receiver = Receiver::start().await;
    let sim = simulator(&receiver).await;
    receiver.answer_status(500);
    receiver.answer_status(204);
    make(&sim, 1);
    sim.flush_callbacks().await;
    assert_eq!(result(&sim), (vec![Some(500), Some(204), Some(200)], CallbackState::Delivered));
}

#[tokio::test]
async fn a_callback_is_given_up_after_three_attempts() {
    let receiver = Receiver::start().await;
    let sim = simulator(&receiver).await;
    for _ in 0..3 {
        receiver.answer_status(503);
    }
    make(&sim, 1);
    sim.flush_callbacks().await;
    assert_eq!(result(&sim), (vec![Some(503); 3], CallbackState::Failed));
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let receiver = Receiver::start().await;
    let sim = simulator(&receiver).await;
    receiver.answer(&format!("HTTP/1.1 307 X\r\nLocation: {}/moved\r\nContent-Length: 0\r\n\r\n", receiver.url()));
    make(&sim, 1);
    sim.flush_callbacks().await;
    let lines: Vec<String> = receiver.received().into_iter().map(|it| it.line).collect();
    assert_eq!(lines, ["POST /told HTTP/1.1"; 2]);
}

#[tokio::test]
async fn every_attempt_has_a_nonce_of_its_own_and_the_same_body() {
    let receiver = Receiver::start().await;
    let sim = simulator(&receiver).await;
    receiver.answer_status(500);
    make(&sim, 1);
    sim.flush_callbacks().await;
    let received = receiver.received();
    assert_ne!(received[0].header("nonce"), received[1].header("nonce"));
    assert_eq!(received[0].body, received[1].body);
}

#[tokio::test]
async fn an_answer_that_is_no_http_is_told() {
    let receiver = Receiver::start().await;
    let sim = simulator(&receiver).await;
    receiver.answer("hello\r\n\r\n");
    make(&sim, 1);
    sim.flush_callbacks().await;
    let attempt = &sim.callbacks()[0].attempts[0];
    assert!(attempt.status.is_none() && attempt.error.is_some(), "{attempt:?}");
}

#[tokio::test]
async fn a_receiver_that_is_not_there_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let sim = Simulator::builder().app(APP_KEY, SECRET).room_callback(url).start().await.unwrap();
    make(&sim, 1);
    sim.flush_callbacks().await;
    assert_eq!(result(&sim), (vec![None; 3], CallbackState::Failed));
}

#[tokio::test]
async fn a_receiver_that_never_answers_is_not_waited_for() {
    // Connections wait in its queue, and nobody takes them.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let builder = Simulator::builder().app(APP_KEY, SECRET).room_callback(url);
    let sim = builder.callback_timeout(Duration::from_millis(1)).start().await.unwrap();
    make(&sim, 1);
    sim.flush_callbacks().await;
    assert_eq!(sim.callbacks()[0].attempts[2].error.as_deref(), Some("timed out"));
}

#[tokio::test]
async fn a_callback_is_listed_with_its_body_and_attempts() {
    let receiver = Receiver::start().await;
    let sim = simulator(&receiver).await;
    make(&sim, 1);
    sim.flush_callbacks().await;
    let listed = get(&sim, "callbacks").await.json()[0].clone();
    let found = ["kind", "url", "body", "state"].map(|it| &listed[it]);
    assert_eq!(json!(found), json!(["room", receiver.url(), receiver.bodies()[0], "delivered"]));
    let attempt = &listed["attempts"][0];
    assert_eq!((&attempt["status"], &attempt["url"]), (&json!(200), &json!(receiver.url())));
    let headers = attempt["headers"].as_array().unwrap();
    assert!(headers.contains(&json!(["signature", "(redacted)"])), "{headers:?}");
    assert!(headers.contains(&json!(["timestamp", NOW.to_string()])), "{headers:?}");
}

#[tokio::test]
async fn callbacks_can_be_forgotten_and_are_delivered_all_the_same() {
    let receiver = Receiver::start().await;
    let sim = simulator(&receiver).await;
    sim.set_delivery(Delivery::held()).unwrap();
    make(&sim, 1);
    assert_eq!(Call::new("DELETE", "/__simulator/callbacks").send(&sim).await.status(), 204);
    assert_eq!(get(&sim, "callbacks").await.json(), Value::Array(Vec::new()));
    sim.deliver_callbacks().await;
    assert_eq!(rooms(&receiver), ["0"]);
}

#[tokio::test]
async fn shutting_down_does_not_wait_for_a_receiver() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let builder = Simulator::builder().app(APP_KEY, SECRET).room_callback(url);
    let sim = builder.callback_timeout(Duration::from_secs(3600)).start().await.unwrap();
    make(&sim, 1);
    let arrived = listener.accept().await.unwrap();
    sim.shutdown().await;
    drop(arrived);
}
