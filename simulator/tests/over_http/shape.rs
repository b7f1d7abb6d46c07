//! The headers of a start, and the shape of its JSON.

use serde_json::json;

use crate::support::bodies::{put, refuses, refuses_header, refuses_text, remove, send, with, without};
use crate::support::client::{Call, simulator, split_stream};

#[tokio::test]
async fn a_missing_room_is_refused() {
    refuses_header(Call::start().without("Room-Id"), "Room-Id header is missing").await;
}

#[tokio::test]
async fn an_empty_room_is_refused() {
    refuses_header(Call::start().set("Room-Id", ""), "Room-Id must not be empty").await;
}

#[tokio::test]
async fn a_room_given_twice_is_refused() {
    refuses_header(Call::start().with("Room-Id", "room1"), "Room-Id given twice").await;
}

#[tokio::test]
async fn a_missing_content_type_is_refused() {
    let problem = "Content-Type must be application/json, in utf-8";
    refuses_header(Call::start().without("Content-Type"), problem).await;
}

#[tokio::test]
async fn a_form_is_refused() {
    let problem = "Content-Type must be application/json, in utf-8";
    let call = Call::start().set("Content-Type", "application/x-www-form-urlencoded");
    refuses_header(call, problem).await;
}

#[tokio::test]
async fn a_content_type_may_name_utf_8() {
    let call = Call::start().set("Content-Type", "application/json; charset=UTF-8");
    assert_eq!(call.send(&simulator().await).await.codes(), (200, 200));
}

#[tokio::test]
async fn a_request_id_of_36_characters_is_accepted() {
    let call = Call::start().with("X-Request-ID", &"r".repeat(36));
    assert_eq!(call.send(&simulator().await).await.codes(), (200, 200));
}

#[tokio::test]
async fn a_request_id_of_37_characters_is_refused() {
    let call = Call::start().with("X-Request-ID", &"r".repeat(37));
    refuses_header(call, "X-Request-ID must have at most 36 characters").await;
}

#[tokio::test]
async fn an_empty_body_has_a_code_of_its_own() {
    let reply = Call::start().body("").send(&simulator().await).await;
    assert_eq!(reply.codes(), (400, 1003));
}

#[tokio::test]
async fn the_missing_comma_of_the_documented_example_is_refused() {
    let body = r#"{"config":{"mcuConfig":{"mode": 6 "videoResolution":"640x480"}}}"#;
    let problem = "body is not JSON: expected `,` or `}` at line 1 column 35";
    refuses_text(body, problem).await;
}

#[tokio::test]
async fn text_after_the_json_is_refused() {
    let body = format!("{} {{}}", split_stream());
    let reply = Call::start().body(body).send(&simulator().await).await;
    assert_eq!(reply.codes(), (400, 1002));
}

#[tokio::test]
async fn bytes_that_are_not_utf_8_are_refused() {
    let body = b"{\"sessionId\":\"\xff\"}";
    let reply = Call::start().body(body).send(&simulator().await).await;
    assert_eq!(reply.codes(), (400, 1002));
}

#[tokio::test]
async fn json_nested_without_end_is_refused() {
    let body = "[".repeat(100_000);
    let reply = Call::start().body(body).send(&simulator().await).await;
    assert_eq!(reply.codes(), (400, 1002));
}

#[tokio::test]
async fn a_body_that_is_no_object_is_refused() {
    refuses_text("null", "body must be an object, not null").await;
}

#[tokio::test]
async fn an_unknown_field_is_refused() {
    refuses(&with("/roomId", json!("room1")), "roomId is unknown").await;
}

#[tokio::test]
async fn an_unknown_field_of_the_config_is_refused() {
    let body = with("/config/model", json!(3));
    refuses(&body, "config.model is unknown").await;
}

#[tokio::test]
async fn an_unknown_field_of_a_window_is_refused() {
    let mut body = split_stream();
    body["config"]["input"]["video"][1]["z"] = json!(1);
    refuses(&body, "config.input.video[1].z is unknown").await;
}

#[tokio::test]
async fn a_key_given_twice_is_refused() {
    let body = split_stream().to_string();
    let body = body.replace("\"sessionId\"", "\"sessionId\":\"b\",\"sessionId\"");
    refuses_text(&body, "sessionId given twice").await;
}

#[tokio::test]
async fn a_key_given_twice_in_a_window_is_refused() {
    let body = split_stream().to_string();
    let body = body.replacen("\"width\":0.5", "\"width\":0.5,\"width\":0.5", 1);
    refuses_text(&body, "config.input.video[0].width given twice").await;
}

#[tokio::test]
async fn all_problems_are_named_at_once() {
    let mut body = split_stream();
    remove(&mut body, "/sessionId");
    put(&mut body, "/config/sliceMin", json!(45));
    let problem = "sessionId is required; config.sliceMin must be one of 30, 60, 90, 120, not 45";
    refuses(&body, problem).await;
}

#[tokio::test]
async fn problems_of_headers_and_body_are_named_together() {
    let call = Call::start().without("Room-Id").json(&without("/sessionId"));
    refuses_header(call, "Room-Id header is missing; sessionId is required").await;
}

#[tokio::test]
async fn a_great_many_problems_are_counted_rather_than_named() {
    let mut body = split_stream();
    body["config"]["input"]["video"] = json!(vec![1; 60]);
    let message = send(&body).await.error_message();
    assert!(message.ends_with("; and 10 more"), "{message}");
}
