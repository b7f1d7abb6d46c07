//! `/__simulator/` obeys programs of this machine, and no web page that a developer looks at meanwhile.

use std::net::{Ipv4Addr, Ipv6Addr};

use rongcloud_simulator::{DoorOptions, DoorTls, Simulator, StartError};
use serde_json::{Value, json};

use crate::support::client::{Call, simulator};
use crate::support::connection::Reply;
use crate::tls;

fn port(url: &str) -> &str {
    url.rsplit(':').next().unwrap()
}

/// What each page would like to do.
fn calls() -> [Call; 6] {
    [
        Call::new("GET", "/__simulator/requests"),
        Call::new("POST", "/__simulator/clock").json(&json!({ "advanceMs": 1 })),
        Call::new("POST", "/__simulator/release"),
        Call::new("POST", "/__simulator/doors"),
        Call::new("POST", "/__simulator/callbacks/deliver"),
        Call::new("DELETE", "/__simulator/rooms/room1"),
    ]
}

fn assert_refused(reply: &Reply, status: u16, part: &str) {
    let body = reply.json();
    let why = body["error"].as_str().unwrap();
    assert!(reply.status() == status && why.contains(part), "{} {why}", reply.status());
}

/// Every call with this header is refused, and none has an effect.
async fn refuses(name: &str, value: &str) {
    let sim = simulator().await;
    let own = sim.url().strip_prefix("http://").unwrap();
    let value = value.replace("OWN", own).replace("PORT", port(own));
    for call in calls() {
        assert_refused(&call.with(name, &value).send(&sim).await, 403, name);
    }
    assert!(sim.room("room1").is_some());
    let doors = Call::new("GET", "/__simulator/doors/1").send(&sim).await;
    assert_eq!(doors.status(), 404);
}

#[tokio::test]
async fn a_name_that_was_made_to_mean_this_machine_is_refused() {
    for host in ["evil.example:PORT", "127.0.0.1.evil.example:PORT", "localhost.evil.example:PORT", "192.0.2.1:PORT"] {
        refuses("Host", host).await;
    }
}

#[tokio::test]
async fn a_host_with_another_port_or_with_more_than_a_port_is_refused() {
    for host in ["127.0.0.1", "127.0.0.1:1", "user@OWN", "OWN.", ""] {
        refuses("Host", host).await;
    }
}

#[tokio::test]
async fn pages_of_other_origins_are_refused() {
    for origin in ["https://evil.example", "http://127.0.0.1:1", "http://127.0.0.1", "null", "OWN", "http://OWN.evil"] {
        refuses("Origin", origin).await;
    }
}

#[tokio::test]
async fn requests_that_the_browser_says_are_of_other_sites_are_refused() {
    for site in ["cross-site", "same-site", "new-site"] {
        refuses("Sec-Fetch-Site", site).await;
    }
}

#[tokio::test]
async fn a_header_given_twice_is_refused() {
    let sim = simulator().await;
    let own = sim.url().strip_prefix("http://").unwrap();
    let call = Call::new("GET", "/__simulator/requests").with("Host", own).with("Host", "evil.example");
    assert_refused(&call.send(&sim).await, 403, "Host is given twice");
}

#[tokio::test]
async fn an_absolute_target_of_another_host_is_refused() {
    let sim = simulator().await;
    let own = sim.url().strip_prefix("http://").unwrap();
    let call = Call::new("GET", "http://evil.example/__simulator/requests").with("Host", own);
    assert_refused(&call.send(&sim).await, 403, "Host evil.example");
}

#[tokio::test]
async fn a_body_needs_the_type_that_pages_must_ask_for() {
    let sim = simulator().await;
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""] {
        for call in calls() {
            let call = call.set("Content-Type", content_type);
            assert_refused(&call.send(&sim).await, 415, "Content-Type must be application/json");
        }
    }
    let without = Call::new("POST", "/__simulator/clock").body(r#"{"advanceMs":1}"#);
    assert_refused(&without.send(&sim).await, 415, "Content-Type must be application/json");
}

#[tokio::test]
async fn a_body_sent_in_chunks_needs_it_too() {
    let sim = simulator().await;
    let own = sim.url().strip_prefix("http://").unwrap();
    let mut connection = crate::support::connection::Connection::to(&sim).await;
    let request = format!("POST /__simulator/doors HTTP/1.1\r\nHost: {own}\r\nTransfer-Encoding: chunked\r\n\r\n");
    connection.write(request.as_bytes()).await.unwrap();
    connection.write(b"2\r\n{}\r\n0\r\n\r\n").await.unwrap();
    assert_refused(&connection.reply().await, 415, "Content-Type must be application/json");
}

async fn get(sim: &Simulator, headers: &[(&str, &str)]) -> u16 {
    let call = Call::new("GET", "/__simulator/requests");
    let call = headers.iter().fold(call, |call, (name, value)| call.with(name, value));
    call.send(sim).await.status()
}

#[tokio::test]
async fn every_name_of_this_machine_is_accepted() {
    let sim = simulator().await;
    let port = port(sim.url());
    for host in ["127.0.0.1", "localhost", "LOCALHOST", "[::1]", "127.9.9.9"] {
        assert_eq!(get(&sim, &[("Host", &format!("{host}:{port}"))]).await, 200, "{host}");
    }
}

#[tokio::test]
async fn the_simulators_own_pages_and_what_the_developer_types_are_accepted() {
    let sim = simulator().await;
    for site in ["same-origin", "none"] {
        assert_eq!(get(&sim, &[("Sec-Fetch-Site", site), ("Origin", sim.url())]).await, 200, "{site}");
    }
}

#[tokio::test]
async fn the_address_that_it_was_bound_to_is_accepted() {
    for host in ["127.0.0.2".parse().unwrap(), Ipv6Addr::LOCALHOST.into()] {
        let sim = Simulator::builder().host(host).start().await.unwrap();
        assert_eq!(get(&sim, &[]).await, 200, "{host}");
    }
}

/// Whether a simulator that listens on all addresses lets itself be controlled by this name.
async fn exposed(host: &str) -> u16 {
    let sim = Simulator::builder().listen(Ipv4Addr::UNSPECIFIED.into()).start().await.unwrap();
    let port = port(sim.url());
    let call = Call::new("GET", "/__simulator/requests").with("Host", &format!("{host}:{port}"));
    call.send_to(&format!("http://127.0.0.1:{port}")).await.status()
}

#[tokio::test]
async fn one_that_listens_on_all_addresses_is_called_by_any_of_them_and_by_no_name() {
    for host in ["192.0.2.1", "[2001:db8::1]", "0.0.0.0", "localhost"] {
        assert_eq!(exposed(host).await, 200, "{host}");
    }
    for host in ["evil.example", "192.0.2.1.evil.example", "[evil]"] {
        assert_eq!(exposed(host).await, 403, "{host}");
    }
}

#[tokio::test]
async fn one_that_listens_on_all_addresses_obeys_no_page_of_others_either() {
    let sim = Simulator::builder().listen(Ipv4Addr::UNSPECIFIED.into()).start().await.unwrap();
    let url = format!("http://127.0.0.1:{}", port(sim.url()));
    for (name, value) in [("Origin", "http://192.0.2.1"), ("Sec-Fetch-Site", "cross-site")] {
        assert_refused(&Call::new("POST", "/__simulator/release").with(name, value).send_to(&url).await, 403, name);
    }
}

#[tokio::test]
async fn an_address_that_others_can_reach_must_be_asked_for_as_such() {
    let error = Simulator::builder().host(Ipv4Addr::UNSPECIFIED.into()).start().await.unwrap_err();
    assert!(matches!(error, StartError::NotLoopback(_)), "{error}");
}

#[tokio::test]
async fn a_door_is_called_by_its_own_port_and_guarded_too() {
    let sim = simulator().await;
    let door = sim.open_door(DoorOptions::default()).unwrap();
    let call = || Call::new("GET", "/__simulator/requests");
    assert_eq!(call().send_to(door.url()).await.status(), 200);
    let other = sim.url().strip_prefix("http://").unwrap();
    assert_refused(&call().with("Host", other).send_to(door.url()).await, 403, "Host");
    assert_refused(&call().with("Origin", sim.url()).send_to(door.url()).await, 403, "Origin");
}

#[tokio::test]
async fn a_door_with_tls_is_its_own_origin() {
    let sim = simulator().await;
    let door = sim.open_door(DoorOptions::default().tls(DoorTls::Valid)).unwrap();
    let mut connection = tls::connect_to(sim.ca_pem(), door.url(), "localhost").await.unwrap();
    let call = Call::new("GET", "/__simulator/requests").with("Origin", door.url());
    assert_eq!(connection.send(&call).await.status(), 200);
}

#[tokio::test]
async fn answers_are_for_nobody_else_to_embed_or_read() {
    let sim = simulator().await;
    for call in [Call::new("GET", "/__simulator/requests"), Call::new("GET", "/__simulator/ca.pem").with("Host", "x")] {
        let reply = call.send(&sim).await;
        let found = ["Cross-Origin-Resource-Policy", "X-Content-Type-Options", "Access-Control-Allow-Origin"]
            .map(|name| reply.header(name).map(str::to_owned));
        assert_eq!(json!(found), json!(["same-origin", "nosniff", Value::Null]));
    }
}

#[tokio::test]
async fn a_preflight_is_not_answered_as_pages_would_like() {
    let sim = simulator().await;
    let call = Call::new("OPTIONS", "/__simulator/rooms/room1").with("Origin", "https://evil.example");
    let reply = call.with("Access-Control-Request-Method", "DELETE").send(&sim).await;
    assert_eq!((reply.status(), reply.header("Access-Control-Allow-Methods")), (403, None));
}

#[tokio::test]
async fn the_service_itself_has_any_name() {
    let sim = simulator().await;
    let call = Call::start().with("Host", "api.example").with("Origin", "https://evil.example");
    assert_eq!(call.send(&sim).await.codes(), (200, 200));
}
