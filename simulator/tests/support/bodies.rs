//! Bodies with a mistake, and what is said about it.

use serde_json::Value;

use super::client::{Call, simulator, split_stream};
use super::connection::Reply;

pub async fn send(body: &Value) -> Reply {
    Call::start().json(body).send(&simulator().await).await
}

/// The split-stream body with one value put in the place of another.
pub fn with(pointer: &str, value: Value) -> Value {
    let mut body = split_stream();
    put(&mut body, pointer, value);
    body
}

pub fn put(body: &mut Value, pointer: &str, value: Value) {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    body.pointer_mut(parent).unwrap()[name] = value;
}

pub fn remove(body: &mut Value, pointer: &str) {
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = body.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    parent.remove(name).expect("something to remove");
}

pub fn without(pointer: &str) -> Value {
    let mut body = split_stream();
    remove(&mut body, pointer);
    body
}

pub async fn accepts(body: &Value) {
    let reply = send(body).await;
    assert_eq!(reply.error_message(), "Success", "{body}");
}

pub async fn refuses(body: &Value, problem: &str) {
    let reply = send(body).await;
    let found = (reply.codes(), reply.error_message());
    assert_eq!(found, ((400, 1002), format!("parameter error: {problem}")), "{body}");
}

pub async fn refuses_text(body: &str, problem: &str) {
    let reply = Call::start().body(body).send(&simulator().await).await;
    let found = (reply.codes(), reply.error_message());
    assert_eq!(found, ((400, 1002), format!("parameter error: {problem}")));
}

pub async fn refuses_header(call: Call, problem: &str) {
    let reply = call.send(&simulator().await).await;
    let found = (reply.codes(), reply.error_message());
    assert_eq!(found, ((400, 1002), format!("parameter error: {problem}")));
}
