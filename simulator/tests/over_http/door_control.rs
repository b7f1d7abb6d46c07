//! Doors, as tests in other languages use them: over HTTP.

use rongcloud_simulator::Simulator;
use serde_json::{Value, json};

use crate::control::{get, put};
use crate::support::client::{Call, simulator};
use crate::support::connection::{Connection, Ended, Reply};

async fn post(sim: &Simulator, path: &str, body: &Value) -> Reply {
    Call::new("POST", &format!("/__simulator/{path}")).json(body).send(sim).await
}

/// The URL of a door, which is the simulator's first.
async fn open(sim: &Simulator) -> String {
    let opened = post(sim, "doors", &json!({})).await.json();
    assert_eq!(opened["door"], json!(1));
    opened["url"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_door_can_be_opened() {
    let sim = simulator().await;
    let url = open(&sim).await;
    assert_eq!(Call::start().send_to(&url).await.codes(), (200, 200));
}

#[tokio::test]
async fn a_door_can_be_opened_without_a_body() {
    let sim = simulator().await;
    let reply = Call::new("POST", "/__simulator/doors").send(&sim).await;
    assert_eq!(reply.status(), 200);
}

#[tokio::test]
async fn an_unknown_option_is_refused() {
    let reply = post(&simulator().await, "doors", &json!({ "tsl": "none" })).await;
    assert_eq!(reply.status(), 400);
}

#[tokio::test]
async fn the_65th_door_is_refused() {
    let sim = simulator().await;
    for _ in 0..64 {
        assert_eq!(post(&sim, "doors", &json!({})).await.status(), 200);
    }
    assert_eq!(post(&sim, "doors", &json!({})).await.status(), 409);
}

#[tokio::test]
async fn each_fault_has_a_form_in_json() {
    let sim = simulator().await;
    open(&sim).await;
    let faults = json!([
        { "connection": "reset" },
        { "connection": "close", "times": 2 },
        { "connection": "hang" },
        { "requestBytes": 0, "then": "reset" },
        { "replyBytes": 12, "then": "hang", "times": 1 },
        { "dripMs": 5 }
    ]);
    assert_eq!(put(&sim, "doors/1/faults", &faults).await.status(), 204);
}

#[tokio::test]
async fn a_fault_is_injected() {
    let sim = simulator().await;
    let url = open(&sim).await;
    put(&sim, "doors/1/faults", &json!({ "replyBytes": 12, "then": "close" })).await;
    let (bytes, ended) = Call::start().open(&url).await.rest().await;
    assert_eq!((bytes.as_slice(), ended), (b"HTTP/1.1 200".as_slice(), Ended::Closed));
}

#[tokio::test]
async fn what_is_no_fault_is_refused() {
    let sim = simulator().await;
    open(&sim).await;
    for fault in [
        json!({}),
        json!({ "connection": "slam" }),
        json!({ "connection": "reset", "then": "reset" }),
        json!({ "requestBytes": 3 }),
        json!({ "requestBytes": -1, "then": "reset" }),
        json!({ "requestBytes": 3, "replyBytes": 3, "then": "reset" }),
        json!({ "dripMs": 1001 }),
        json!({ "dripMs": 1, "times": 0 }),
        json!({ "delayMs": 1 }),
    ] {
        assert_eq!(put(&sim, "doors/1/faults", &fault).await.status(), 400, "{fault}");
    }
}

#[tokio::test]
async fn a_door_tells_of_its_connections() {
    let sim = simulator().await;
    let url = open(&sim).await;
    let call = Call::start();
    let reply = call.send_to(&url).await;
    let waited = get(&sim, "doors/1/wait?connections=1&requests=1&open=0").await.json();
    assert_eq!(waited, json!({ "connections": 1, "requests": 1, "open": 0 }));
    let expected = json!({
        "url": url,
        "connections": [{
            "connection": 2,
            "requests": 1,
            "open": false,
            "ended": "client",
            "requestBytes": call.bytes().len(),
            "replyBytes": reply.length()
        }],
        "open": 0
    });
    assert_eq!(get(&sim, "doors/1").await.json(), expected);
}

#[tokio::test]
async fn an_open_connection_has_not_ended() {
    let sim = simulator().await;
    let url = open(&sim).await;
    let mut connection = Connection::at(&url).await;
    connection.send(&Call::start()).await;
    let told = get(&sim, "doors/1").await.json();
    assert_eq!((&told["open"], &told["connections"][0]["ended"]), (&json!(1), &Value::Null));
}

#[tokio::test]
async fn waiting_at_a_door_has_an_end() {
    let sim = simulator().await;
    open(&sim).await;
    assert_eq!(get(&sim, "doors/1/wait?connections=1&timeoutMs=1").await.status(), 504);
}

#[tokio::test]
async fn a_door_can_be_shut_and_reopened() {
    let sim = simulator().await;
    let url = open(&sim).await;
    assert_eq!(put(&sim, "doors/1", &json!({ "shut": true })).await.status(), 204);
    let address = url.strip_prefix("http://").unwrap();
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
    assert_eq!(put(&sim, "doors/1", &json!({ "shut": false })).await.status(), 204);
    assert_eq!(Call::start().send_to(&url).await.codes(), (200, 200));
}

#[tokio::test]
async fn a_door_can_be_closed_for_good() {
    let sim = simulator().await;
    open(&sim).await;
    let close = Call::new("DELETE", "/__simulator/doors/1");
    assert_eq!(close.send(&sim).await.status(), 204);
    assert_eq!(close.send(&sim).await.status(), 404);
}

#[tokio::test]
async fn a_door_that_is_not_there_is_told() {
    let sim = simulator().await;
    let shut = put(&sim, "doors/1", &json!({ "shut": true })).await.status();
    let faults = put(&sim, "doors/1/faults", &json!([])).await.status();
    assert_eq!((get(&sim, "doors/1").await.status(), shut, faults), (404, 404, 404));
}

#[tokio::test]
async fn the_control_api_is_served_through_doors_too() {
    let sim = simulator().await;
    let url = open(&sim).await;
    assert_eq!(Call::new("GET", "/__simulator/requests").send_to(&url).await.status(), 200);
}

#[tokio::test]
async fn a_door_can_speak_tls_with_any_certificate() {
    let sim = simulator().await;
    for tls in ["valid", "expired", "wrong-host", "untrusted"] {
        let url = post(&sim, "doors", &json!({ "tls": tls })).await.json()["url"].clone();
        assert!(url.as_str().unwrap().starts_with("https://localhost:"), "{tls}: {url}");
    }
}

#[tokio::test]
async fn a_door_without_tls_can_be_asked_for() {
    let url = post(&simulator().await, "doors", &json!({ "tls": "none" })).await.json()["url"].clone();
    assert!(url.as_str().unwrap().starts_with("http://127.0.0.1:"), "{url}");
}
