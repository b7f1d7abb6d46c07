//! `/__simulator/`, as tests in other languages use it.

use rongcloud_simulator::{Simulator, Step};
use serde_json::{Value, json};

use crate::support::client::{APP_KEY, Call, simulator, split_stream};
use crate::support::connection::Reply;

pub async fn get(sim: &Simulator, path: &str) -> Reply {
    Call::new("GET", &format!("/__simulator/{path}")).send(sim).await
}

pub async fn put(sim: &Simulator, path: &str, body: &Value) -> Reply {
    let call = Call::new("PUT", &format!("/__simulator/{path}"));
    call.json(body).send(sim).await
}

#[tokio::test]
async fn a_mistake_in_path_query_or_method_is_told_as_json() {
    let sim = simulator().await;
    for (method, path, status, said) in [
        ("GET", "requests/first", 400, "first"),
        ("GET", "changes?sinse=1", 400, "sinse"),
        ("GET", "wait?requests=some", 400, "requests"),
        ("DELETE", "executions", 405, "method not allowed"),
        ("GET", "nowhere", 404, "manual"),
    ] {
        let reply = Call::new(method, &format!("/__simulator/{path}")).send(&sim).await;
        let told = reply.json()["error"].as_str().unwrap().to_owned();
        assert!(reply.status() == status && told.contains(said), "{method} {path}: {} {told}", reply.status());
    }
}

#[tokio::test]
async fn requests_are_listed() {
    let sim = simulator().await;
    let record_id = Call::start().send(&sim).await.record_id();
    let listed = &get(&sim, "requests").await.json()[0];
    let found = ["connection", "method", "path", "body", "verdict", "recordId"].map(|it| &listed[it]);
    let body = split_stream().to_string();
    let expected = json!([1, "POST", "/rtc/record/start.json", body, "accepted", record_id]);
    assert_eq!(json!(found), expected);
}

#[tokio::test]
async fn headers_are_listed_as_pairs() {
    let sim = simulator().await;
    Call::start().send(&sim).await;
    let listed = get(&sim, "requests").await.json();
    let headers = listed[0]["headers"].as_array().unwrap().clone();
    assert!(headers.contains(&json!(["app-key", APP_KEY])), "{headers:?}");
}

#[tokio::test]
async fn a_refusal_is_listed_with_its_reason() {
    let sim = simulator().await;
    let why = Call::start().body("").send(&sim).await.error_message();
    let listed = &get(&sim, "requests").await.json()[0];
    let found = ["verdict", "status", "code", "why"].map(|it| &listed[it]);
    assert_eq!(json!(found), json!(["refused", 400, 1003, why]));
}

#[tokio::test]
async fn its_own_requests_are_not_listed() {
    let sim = simulator().await;
    get(&sim, "requests").await;
    assert_eq!(get(&sim, "requests").await.json(), json!([]));
}

#[tokio::test]
async fn requests_can_be_forgotten() {
    let sim = simulator().await;
    Call::start().send(&sim).await;
    let reply = Call::new("DELETE", "/__simulator/requests").send(&sim).await;
    assert_eq!((reply.status(), sim.requests().len()), (204, 0));
}

#[tokio::test]
async fn recordings_are_listed() {
    let sim = simulator().await;
    let record_id = Call::start().send(&sim).await.record_id();
    let listed = get(&sim, "recordings").await.json();
    assert_eq!(listed[0]["recordId"], json!(record_id));
}

#[tokio::test]
async fn a_room_can_be_set() {
    let sim = simulator().await;
    let reply = put(&sim, "rooms/a%2Fb", &json!({ "sessionId": "aaa" })).await;
    assert_eq!(reply.status(), 204);
    let reply = Call::start().set("Room-Id", "a/b").send(&sim).await;
    assert_eq!(reply.codes(), (200, 200));
}

#[tokio::test]
async fn a_room_can_be_removed() {
    let sim = simulator().await;
    let reply = Call::new("DELETE", "/__simulator/rooms/room1").send(&sim).await;
    assert_eq!(reply.status(), 204);
    assert_eq!(Call::start().send(&sim).await.codes(), (200, 40003));
}

#[tokio::test]
async fn removing_a_room_that_is_not_there_is_told() {
    let reply = Call::new("DELETE", "/__simulator/rooms/no").send(&simulator().await).await;
    assert_eq!(reply.status(), 404);
}

#[tokio::test]
async fn a_reply_can_be_scripted() {
    let sim = simulator().await;
    let step =
        json!({ "status": 503, "body": "<html>", "contentType": "text/html", "headers": { "Retry-After": "1" } });
    assert_eq!(put(&sim, "next", &step).await.status(), 204);
    let reply = Call::start().send(&sim).await;
    let found = (reply.status(), reply.body.as_slice(), reply.header("Content-Type"), reply.header("Retry-After"));
    assert_eq!(found, (503, b"<html>".as_slice(), Some("text/html"), Some("1")));
}

#[tokio::test]
async fn several_steps_can_be_scripted_at_once() {
    let sim = simulator().await;
    let steps = json!([{ "times": 2, "status": 500 }, { "padBytes": 5000 }]);
    assert_eq!(put(&sim, "next", &steps).await.status(), 204);
    let first = Call::start_number(1).send(&sim).await.status();
    let second = Call::start_number(2).send(&sim).await.status();
    let third = Call::start_number(3).send(&sim).await.body.len();
    assert_eq!((first, second, third > 5000), (500, 500, true));
}

#[tokio::test]
async fn a_script_with_an_unknown_field_is_refused() {
    let reply = put(&simulator().await, "next", &json!({ "delay": 1 })).await;
    assert_eq!(reply.status(), 400);
}

#[tokio::test]
async fn a_script_with_an_impossible_status_is_refused() {
    let reply = put(&simulator().await, "next", &json!({ "status": 99 })).await;
    assert_eq!(reply.json(), json!({ "error": "status must be 200 to 599" }));
}

#[tokio::test]
async fn held_replies_can_be_released() {
    let sim = simulator().await;
    put(&sim, "next", &json!({ "hold": true })).await;
    let connection = Call::start().open(sim.url()).await;
    get(&sim, "wait?requests=1").await;
    let reply = Call::new("POST", "/__simulator/release").send(&sim).await;
    assert_eq!(reply.status(), 204);
    assert_eq!(connection.reply().await.codes(), (200, 200));
}

#[tokio::test]
async fn waiting_tells_what_was_reached() {
    let sim = simulator().await;
    Call::start().send(&sim).await;
    let reply = get(&sim, "wait?requests=1").await;
    assert_eq!(reply.json(), json!({ "requests": 1, "abandoned": 0 }));
}

#[tokio::test]
async fn counts_begin_again_when_requests_are_forgotten() {
    let sim = simulator().await;
    Call::start().send(&sim).await;
    sim.forget_requests();
    let reply = get(&sim, "wait").await;
    assert_eq!(reply.json(), json!({ "requests": 0, "abandoned": 0 }));
}

#[tokio::test]
async fn waiting_ends_when_a_request_is_abandoned() {
    let sim = simulator().await;
    sim.next([Step::hold()]).unwrap();
    let connection = Call::start().open(sim.url()).await;
    sim.wait_for_requests(1).await.unwrap();
    let waiting = Call::new("GET", "/__simulator/wait?abandoned=1").open(sim.url()).await;
    drop(connection);
    assert_eq!(waiting.reply().await.json(), json!({ "requests": 1, "abandoned": 1 }));
}

#[tokio::test]
async fn waiting_has_an_end() {
    let reply = get(&simulator().await, "wait?requests=1&timeoutMs=1").await;
    assert_eq!(reply.status(), 504);
}

#[tokio::test]
async fn what_is_not_there_is_told_in_json() {
    let reply = get(&simulator().await, "nothing").await;
    assert!(reply.status() == 404 && reply.json()["error"].is_string());
}

#[tokio::test]
async fn it_can_be_left_out() {
    let sim = Simulator::builder().control(false).start().await.unwrap();
    let reply = get(&sim, "requests").await;
    assert_eq!((reply.codes(), sim.requests().len()), ((404, 404), 1));
}
