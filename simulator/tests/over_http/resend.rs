//! Callbacks that are sent once more, as somebody asks.

use rongcloud_simulator::{CallbackState, Delivery, ResendError, RetrySignature, Simulator};
use serde_json::json;

use crate::control::get;
use crate::support::client::{APP_KEY, Call, NOW, SECRET};
use crate::support::connection::Reply;
use crate::support::receiver::{Received, Receiver};

async fn told(delivery: Delivery) -> (Receiver, Simulator) {
    let receiver = Receiver::start().await;
    let builder = Simulator::builder().app(APP_KEY, SECRET).clock(|| NOW);
    let sim = builder.room_callback(receiver.url()).start().await.unwrap();
    sim.set_delivery(delivery).unwrap();
    sim.set_room("room1", "aaa");
    sim.flush_callbacks().await;
    (receiver, sim)
}

async fn resend(sim: &Simulator, number: u64, signature: &str) -> Reply {
    let call = Call::new("POST", &format!("/__simulator/callbacks/{number}/resend"));
    let reply = call.json(&json!({ "signature": signature })).send(sim).await;
    sim.flush_callbacks().await;
    reply
}

fn stamp(received: &Received) -> [&str; 3] {
    ["nonce", "timestamp", "signature"].map(|name| received.header(name).unwrap())
}

#[tokio::test]
async fn the_same_bytes_are_sent_again() {
    let (receiver, sim) = told(Delivery::immediate()).await;
    assert_eq!(resend(&sim, 1, "same").await.status(), 204);
    let received = receiver.received();
    assert_eq!((received.len(), stamp(&received[0])), (2, stamp(&received[1])));
    assert_eq!(received[0].body, received[1].body);
}

#[tokio::test]
async fn the_bytes_are_those_of_the_latest_attempt() {
    let (receiver, sim) = told(Delivery::immediate()).await;
    resend(&sim, 1, "new").await;
    resend(&sim, 1, "same").await;
    let received = receiver.received();
    assert_ne!(stamp(&received[0]), stamp(&received[1]));
    assert_eq!(stamp(&received[1]), stamp(&received[2]));
}

#[tokio::test]
async fn its_state_is_that_of_the_new_attempt() {
    let (receiver, sim) = told(Delivery::immediate()).await;
    receiver.answer_status(500);
    resend(&sim, 1, "new").await;
    let callback = &sim.callbacks()[0];
    let statuses: Vec<_> = callback.attempts.iter().map(|it| it.status).collect();
    assert_eq!((callback.state, statuses), (CallbackState::Failed, vec![Some(200), Some(500)]));
    resend(&sim, 1, "same").await;
    assert_eq!(sim.callbacks()[0].state, CallbackState::Delivered);
}

#[tokio::test]
async fn the_receivers_answer_is_shown() {
    let (receiver, sim) = told(Delivery::immediate()).await;
    receiver.answer("HTTP/1.1 401 X\r\nContent-Length: 9\r\n\r\nwho's you");
    resend(&sim, 1, "new").await;
    let attempt = &get(&sim, "callbacks").await.json()[0]["attempts"][1];
    assert_eq!((&attempt["status"], &attempt["answer"]), (&json!(401), &json!("who's you")));
}

#[tokio::test]
async fn one_that_was_lost_is_signed_anew_only() {
    let (receiver, sim) = told(Delivery::immediate().lose([0])).await;
    let reply = resend(&sim, 1, "same").await;
    assert_eq!(reply.status(), 409, "{}", reply.json());
    assert_eq!(sim.resend_callback(1, RetrySignature::Same), Err(ResendError::NothingToRepeat));
    resend(&sim, 1, "new").await;
    assert_eq!((receiver.received().len(), sim.callbacks()[0].state), (1, CallbackState::Delivered));
}

#[tokio::test]
async fn one_that_is_held_stays_so() {
    let (receiver, sim) = told(Delivery::held()).await;
    assert_eq!(resend(&sim, 1, "new").await.status(), 409);
    assert_eq!((receiver.received().len(), sim.callbacks()[0].state), (0, CallbackState::Held));
}

#[tokio::test]
async fn one_that_is_not_there_is_told() {
    let (_receiver, sim) = told(Delivery::immediate()).await;
    for number in [0, 2] {
        assert_eq!(resend(&sim, number, "new").await.status(), 404);
    }
}

#[tokio::test]
async fn the_next_callbacks_can_be_lost() {
    let (receiver, sim) = told(Delivery::immediate()).await;
    receiver.received();
    sim.lose_callbacks(1);
    sim.sync_room("room1");
    sim.sync_room("room1");
    sim.flush_callbacks().await;
    let states: Vec<_> = sim.callbacks().iter().map(|it| it.state).collect();
    assert_eq!(states, [CallbackState::Delivered, CallbackState::Lost, CallbackState::Delivered]);
    assert_eq!(receiver.received().len(), 1);
}
