//! Where callbacks go, and where they carry their signature.

use rongcloud_simulator::{CallbackSignature, Simulator, StartError};
use serde_json::json;

use crate::control::put;
use crate::support::client::{Call, NOW, SECRET, sign};
use crate::support::receiver::{Received, Receiver};

async fn told_with(signature: CallbackSignature) -> (Received, Simulator) {
    let receiver = Receiver::start().await;
    let builder = Simulator::builder().app("app&key", SECRET).clock(|| NOW).callback_signature(signature);
    let sim = builder.room_callback(receiver.url()).start().await.unwrap();
    sim.set_room("room1", "aaa");
    sim.flush_callbacks().await;
    (receiver.received().remove(0), sim)
}

#[tokio::test]
async fn the_headers_can_have_other_names() {
    let names = ["RC-App-Key", "RC-Nonce", "RC-Timestamp", "RC-Signature"];
    let (received, sim) = told_with(CallbackSignature::headers().names(names)).await;
    let signature = sign(received.header("RC-Nonce").unwrap(), NOW);
    assert_eq!(received.header("RC-App-Key"), Some("app&key"));
    assert_eq!(received.header("RC-Signature"), Some(signature.as_str()));
    assert_eq!(received.header("signature"), None);
    assert!(!format!("{:?}", sim.callbacks()).contains(&signature));
}

#[tokio::test]
async fn the_signature_can_be_in_the_query() {
    let (received, sim) = told_with(CallbackSignature::query()).await;
    let query = received.line.split(['?', ' ']).nth(2).unwrap();
    let pairs: Vec<_> = query.split('&').filter_map(|it| it.split_once('=')).collect();
    let signature = sign(pairs[1].1, NOW);
    let now = NOW.to_string();
    let expected = [
        ("appKey", "app%26key"),
        ("nonce", pairs[1].1),
        ("signTimestamp", now.as_str()),
        ("signature", signature.as_str()),
    ];
    assert_eq!(pairs, expected);
    assert_eq!(received.header("signature"), None);
    assert!(!format!("{:?}", sim.callbacks()).contains(&signature));
}

#[tokio::test]
async fn a_query_of_the_url_is_kept() {
    let receiver = Receiver::start().await;
    let builder = Simulator::builder().app("a", SECRET).callback_signature(CallbackSignature::query());
    let sim = builder.room_callback(receiver.url() + "?x=1").start().await.unwrap();
    sim.set_room("room1", "aaa");
    sim.flush_callbacks().await;
    let line = &receiver.received()[0].line;
    assert!(line.starts_with("POST /told?x=1&appKey=a&nonce="), "{line}");
}

#[tokio::test]
async fn names_that_no_header_can_have_are_refused() {
    let signature = CallbackSignature::headers().names(["a", "b c", "d", "e"]);
    let error = Simulator::builder().callback_signature(signature).start().await.unwrap_err();
    assert_eq!(error.to_string(), "callbacks: b c can't name a header");
}

#[tokio::test]
async fn urls_that_others_may_own_are_refused() {
    let urls = [
        "http://192.0.2.1:80/",
        "http://example.com/",
        "http://localhost.example.com/",
        "http://127.0.0.1.example.com/",
        "http://[2001:db8::1]/",
        "http://127.0.0.1@example.com/",
        "http://user@127.0.0.1/",
        "http://127.0.0.1:99999/",
        "https://127.0.0.1/",
        "/told",
        "",
    ];
    for url in urls {
        let recording = Simulator::builder().recording_callback(url).start().await;
        assert!(matches!(recording, Err(StartError::Callback(_))), "{url}");
        let room = Simulator::builder().room_callback(url).start().await;
        assert!(matches!(room, Err(StartError::Callback(_))), "{url}");
    }
}

#[tokio::test]
async fn urls_of_this_machine_are_accepted() {
    for url in ["http://127.0.0.1", "http://127.9.9.9:8080/a?b=c", "http://[::1]:80/", "http://LOCALHOST:1/"] {
        let started = Simulator::builder().recording_callback(url).start().await;
        assert!(started.is_ok(), "{url} {started:?}");
    }
}

#[tokio::test]
async fn localhost_is_this_machine() {
    let receiver = Receiver::start().await;
    let url = receiver.url().replace("127.0.0.1", "localhost");
    let sim = Simulator::builder().app("a", SECRET).room_callback(url).start().await.unwrap();
    sim.set_room("room1", "aaa");
    sim.flush_callbacks().await;
    assert_eq!(receiver.bodies().len(), 1);
}

#[tokio::test]
async fn the_urls_can_be_set_while_running() {
    let receiver = Receiver::start().await;
    let sim = crate::support::client::simulator().await;
    let reply = put(&sim, "callbacks/urls", &json!({ "recording": receiver.url() })).await;
    assert_eq!(reply.status(), 204);
    Call::start().send(&sim).await;
    sim.set_room("room2", "aaa");
    sim.flush_callbacks().await;
    assert_eq!(receiver.bodies().len(), 1);
    sim.set_callback_urls(None, Some(&receiver.url())).unwrap();
    sim.set_room("room3", "aaa");
    Call::stop().send(&sim).await;
    sim.flush_callbacks().await;
    assert_eq!(receiver.bodies()[0]["roomId"], json!("room3"));
}

#[tokio::test]
async fn urls_that_others_may_own_are_refused_while_running() {
    let sim = crate::support::client::simulator().await;
    let reply = put(&sim, "callbacks/urls", &json!({ "room": "http://192.0.2.1/" })).await;
    let expected = "http://192.0.2.1/ is not of a loopback address; \
                    callbacks go to 127.0.0.0/8, ::1 or localhost only";
    assert_eq!((reply.status(), reply.json()), (400, json!({ "error": expected })));
    assert!(sim.set_callback_urls(Some("http://192.0.2.1/"), None).is_err());
}
