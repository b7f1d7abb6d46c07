//! What is answered, and what is remembered of it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use rongcloud_simulator::{Simulator, StartError, Verdict};
use serde_json::json;
use tokio::net::TcpStream;

use crate::support::client::{APP_KEY, Call, NOW, SIGNATURE, START, simulator, split_stream, verdicts};
use crate::support::connection::Connection;

#[tokio::test]
async fn success_has_the_documented_body() {
    let sim = simulator().await;
    let reply = Call::start().send(&sim).await;
    let expected = json!({ "code": 200, "errorMessage": "Success", "recordId": reply.record_id() });
    assert_eq!(reply.json(), expected);
}

#[tokio::test]
async fn success_has_the_documented_content_type() {
    let reply = Call::start().send(&simulator().await).await;
    let expected = Some("application/json; charset=utf-8");
    assert_eq!(reply.header("Content-Type"), expected);
}

#[tokio::test]
async fn a_record_id_is_32_lower_case_hex_characters() {
    let id = Call::start().send(&simulator().await).await.record_id();
    let hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    assert!(id.len() == 32 && id.bytes().all(hex), "{id}");
}

#[tokio::test]
async fn a_second_start_makes_a_second_recording() {
    let sim = simulator().await;
    let first = Call::start_number(1).send(&sim).await.record_id();
    let second = Call::start_number(2).send(&sim).await.record_id();
    assert_ne!(first, second);
    assert_eq!(sim.recordings().len(), 2);
}

#[tokio::test]
async fn a_recording_keeps_what_it_was_started_with() {
    let sim = simulator().await;
    let call = Call::start().with("X-Request-ID", "req-1");
    let record_id = call.send(&sim).await.record_id();
    let kept = serde_json::to_value(&sim.recordings()[0]).unwrap();
    let expected = json!({
        "recordId": record_id,
        "appKey": APP_KEY,
        "roomId": "room1",
        "sessionId": "aaa",
        "extra": "order 7",
        "config": split_stream()["config"],
        "requestId": "req-1",
        "state": "recording",
        "layout": {
            "mixLayout": 1,
            "renderMode": 1,
            "hostUserId": "abc",
            "hostStreamId": "111_RongCloudRTC",
            "input": split_stream()["config"]["input"]
        },
        "startTime": NOW,
        "stopTime": null,
        "slices": 0
    });
    assert_eq!(kept, expected);
}

#[tokio::test]
async fn an_unknown_room_is_told_in_the_body_only() {
    let call = Call::start().set("Room-Id", "another");
    assert_eq!(call.send(&simulator().await).await.codes(), (200, 40003));
}

#[tokio::test]
async fn a_session_that_is_not_the_rooms_current_one_is_refused() {
    let mut body = split_stream();
    body["sessionId"] = json!("bbb");
    let reply = Call::start().json(&body).send(&simulator().await).await;
    assert_eq!(reply.codes(), (200, 40003));
}

#[tokio::test]
async fn a_refused_start_makes_no_recording() {
    let sim = simulator().await;
    Call::start().set("Room-Id", "another").send(&sim).await;
    assert!(sim.recordings().is_empty());
}

#[tokio::test]
async fn a_room_can_be_added_while_running() {
    let sim = simulator().await;
    sim.set_room("room2", "aaa");
    let reply = Call::start().set("Room-Id", "room2").send(&sim).await;
    assert_eq!(reply.codes(), (200, 200));
}

#[tokio::test]
async fn a_room_can_be_removed_while_running() {
    let sim = simulator().await;
    assert!(sim.remove_room("room1"));
    assert_eq!(Call::start().send(&sim).await.codes(), (200, 40003));
}

#[tokio::test]
async fn another_method_is_not_allowed() {
    let reply = Call::start().method("PUT").send(&simulator().await).await;
    assert_eq!((reply.codes(), reply.header("Allow")), ((405, 405), Some("POST")));
}

#[tokio::test]
async fn another_path_is_not_found() {
    let call = Call::new("POST", "/rtc/record/start");
    assert_eq!(call.send(&simulator().await).await.codes(), (404, 404));
}

/// A body that is accepted, spaces after it.
fn body_of(length: usize) -> Vec<u8> {
    let mut body = split_stream().to_string().into_bytes();
    body.resize(length, b' ');
    body
}

#[tokio::test]
async fn a_body_at_the_limit_is_read() {
    let body = body_of(1024 * 1024);
    let reply = Call::start().body(body).send(&simulator().await).await;
    assert_eq!(reply.codes(), (200, 200));
}

#[tokio::test]
async fn a_body_above_the_limit_is_refused() {
    let body = body_of(1024 * 1024 + 1);
    let reply = Call::start().body(body).send(&simulator().await).await;
    assert_eq!(reply.codes(), (400, 1005));
}

#[tokio::test]
async fn an_accepted_request_is_remembered_with_its_recording() {
    let sim = simulator().await;
    let record_id = Some(Call::start().send(&sim).await.record_id());
    assert_eq!(verdicts(&sim), [Verdict::Accepted { record_id }]);
}

#[tokio::test]
async fn a_refused_request_is_remembered_with_the_reason() {
    let sim = simulator().await;
    let reply = Call::start().without("Room-Id").send(&sim).await;
    let expected = Verdict::Refused { status: 400, code: 1002, why: reply.error_message() };
    assert_eq!(verdicts(&sim), [expected]);
}

#[tokio::test]
async fn a_request_is_remembered_with_its_method_and_whole_path() {
    let sim = simulator().await;
    Call::new("PATCH", "/some/where?x=1").send(&sim).await;
    let seen = &sim.requests()[0];
    assert_eq!((seen.method.as_str(), seen.path.as_str()), ("PATCH", "/some/where?x=1"));
}

#[tokio::test]
async fn a_request_is_remembered_with_its_exact_body() {
    let sim = simulator().await;
    Call::start().body(*b"{ \xff\x00\n").send(&sim).await;
    assert_eq!(&*sim.requests()[0].body, b"{ \xff\x00\n");
}

#[tokio::test]
async fn headers_are_remembered_in_their_order() {
    let sim = simulator().await;
    Call::new("POST", START).with("B", "1").with("A", "2").send(&sim).await;
    let expected = [("host", "simulator"), ("b", "1"), ("a", "2"), ("content-length", "0")];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(sim.requests()[0].headers, expected);
}

#[tokio::test]
async fn a_signature_is_not_remembered() {
    let sim = simulator().await;
    Call::start().send(&sim).await;
    assert!(!format!("{:?}", sim.requests()).contains(SIGNATURE));
}

#[tokio::test]
async fn a_prefixed_signature_is_not_remembered() {
    let sim = simulator().await;
    Call::start().renamed("Signature", "RC-Signature").send(&sim).await;
    assert_eq!(sim.requests()[0].header("RC-Signature"), Some("(redacted)"));
}

#[tokio::test]
async fn requests_of_one_connection_are_remembered_as_such() {
    let sim = simulator().await;
    let mut connection = Connection::to(&sim).await;
    connection.send(&Call::start_number(1)).await;
    connection.send(&Call::start_number(2)).await;
    Call::start_number(3).send(&sim).await;
    let connections: Vec<u64> = sim.requests().iter().map(|it| it.connection).collect();
    assert_eq!(connections, [1, 1, 2]);
}

#[tokio::test]
async fn an_address_that_others_can_reach_is_refused() {
    let host = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    let started = Simulator::builder().host(host).start().await;
    assert!(matches!(started, Err(StartError::NotLoopback(refused)) if refused == host));
}

#[tokio::test]
async fn the_loopback_address_of_ip_version_6_is_accepted() {
    let host = IpAddr::V6(Ipv6Addr::LOCALHOST);
    let started = Simulator::builder().host(host).start().await;
    // Containers often have no IPv6; the address was not refused then.
    match started {
        Ok(sim) => assert!(sim.url().starts_with("http://[::1]:")),
        Err(error) => assert!(matches!(error, StartError::Bind(_))),
    }
}

#[tokio::test]
async fn after_a_shutdown_the_port_is_closed() {
    let sim = simulator().await;
    let address = sim.url().strip_prefix("http://").unwrap().to_owned();
    sim.shutdown().await;
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn neither_settings_nor_simulator_show_the_secret() {
    let builder = Simulator::builder().app(APP_KEY, "hush");
    let shown = format!("{builder:?}");
    let shown = shown + &format!("{:?}", builder.start().await);
    assert!(!shown.contains("hush"), "{shown}");
}
