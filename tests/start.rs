//! Starting a recording: what the service sees, and what the caller learns.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use rongcloud_recording::{
    ClientOptions, Credentials, FailureCause, HeaderStyle, RecordingClient, RecordingError, RequestStamp, StampSource,
    StartOptions, blocking, signature,
};
use rongcloud_simulator::{Step, Verdict};
use support::{APP_KEY, APP_SECRET, client, credentials, profile, simulator};

#[tokio::test]
async fn a_start_returns_the_record_id_that_the_service_made() {
    let simulator = simulator().await;
    let started = client(simulator.url()).start("room1", "aaa", &profile(), StartOptions::default()).await.unwrap();
    assert_eq!(started.record_id, simulator.recordings()[0].record_id);
}

struct FixedStamps;

impl StampSource for FixedStamps {
    fn stamp(&self, _: &Credentials) -> Result<RequestStamp, String> {
        Ok(RequestStamp { nonce: "14314".to_owned(), timestamp_ms: 1_408_710_653_000, request_id: "r-1".to_owned() })
    }
}

async fn headers_sent(style: HeaderStyle) -> Vec<(String, String)> {
    let simulator = simulator().await;
    let options = ClientOptions::default().api_url(simulator.url()).header_style(style);
    let client = RecordingClient::with_stamps(credentials(), options, Arc::new(FixedStamps)).unwrap();
    // The published vector's timestamp is long past: the simulator refuses it, and has seen it.
    let _ = client.start("room1", "aaa", &profile(), StartOptions::default()).await;
    simulator.requests()[0].headers.clone()
}

fn value<'a>(headers: &'a [(String, String)], name: &str) -> &'a str {
    let mut values = headers.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    let value = values.next().unwrap_or_else(|| panic!("no {name} in {headers:?}"));
    assert!(values.next().is_none(), "{name} stands twice");
    value
}

#[tokio::test]
async fn the_headers_are_the_documented_ones() {
    let headers = headers_sent(HeaderStyle::Plain).await;
    let sent =
        ["App-Key", "Nonce", "Timestamp", "Room-Id", "X-Request-ID", "Content-Type"].map(|name| value(&headers, name));
    assert_eq!(sent, [APP_KEY, "14314", "1408710653000", "room1", "r-1", "application/json"]);
    assert!(value(&headers, "User-Agent").starts_with("rongcloud-recording/"));
}

#[tokio::test]
async fn the_prefixed_headers_take_the_place_of_the_plain_ones() {
    let headers = headers_sent(HeaderStyle::Prefixed).await;
    let sent = ["RC-App-Key", "RC-Nonce", "RC-Timestamp", "Room-Id"].map(|name| value(&headers, name));
    assert_eq!(sent, [APP_KEY, "14314", "1408710653000", "room1"]);
    assert!(
        !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("app-key") || name.eq_ignore_ascii_case("signature"))
    );
}

#[tokio::test]
async fn prefixed_headers_are_accepted_by_the_service() {
    let simulator = simulator().await;
    let options = ClientOptions::default().api_url(simulator.url()).header_style(HeaderStyle::Prefixed);
    let client = RecordingClient::new(credentials(), options).unwrap();
    client.start("room1", "aaa", &profile(), StartOptions::default()).await.unwrap();
}

#[test]
fn the_published_signature_verifies() {
    let signed = signature(APP_SECRET, "14314", "1408710653000");
    assert_eq!(signed, "30be0bbca9c9b2e27578701e9fda2358a814c88f");
}

#[tokio::test]
async fn a_wrong_secret_is_refused_with_401_and_1004_and_the_request_id_that_was_sent() {
    let simulator = simulator().await;
    let wrong = Credentials::new(APP_KEY, "not-the-secret").unwrap();
    let client = RecordingClient::new(wrong, ClientOptions::default().api_url(simulator.url())).unwrap();
    let error = client.start("room1", "aaa", &profile(), StartOptions::default()).await.unwrap_err();
    assert!(matches!(error, RecordingError::Refused { status: 401, code: Some(1004), .. }), "{error}");
    let seen = simulator.requests();
    assert_eq!(error.request_id().as_deref(), seen[0].header("X-Request-ID"));
}

#[tokio::test]
async fn a_room_that_does_not_exist_is_refused_by_its_code() {
    let simulator = simulator().await;
    let error = client(simulator.url()).start("room2", "aaa", &profile(), StartOptions::default()).await.unwrap_err();
    assert_eq!((error.status(), error.code()), (Some(200), Some(40003)));
}

#[tokio::test]
async fn a_thousand_starts_at_once_all_arrive_with_nonces_and_request_ids_of_their_own() {
    let simulator = simulator().await;
    let (client, profile) = (client(simulator.url()), profile());
    let calls: Vec<_> = (0..1_000)
        .map(|_| {
            let (client, profile) = (client.clone(), profile.clone());
            tokio::spawn(async move { client.start("room1", "aaa", &profile, StartOptions::default()).await })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    let seen = simulator.requests();
    for name in ["Nonce", "X-Request-ID"] {
        let different: HashSet<_> = seen.iter().map(|request| request.header(name).unwrap()).collect();
        assert_eq!(different.len(), 1_000, "{name}");
    }
}

#[tokio::test]
async fn a_deadline_that_passes_after_sending_leaves_the_outcome_unknown() {
    let simulator = simulator().await;
    simulator.next([Step::hold()]).unwrap();
    let options = StartOptions::default().timeout(Duration::from_millis(150));
    let error = client(simulator.url()).start("room1", "aaa", &profile(), options).await.unwrap_err();
    assert!(matches!(error, RecordingError::OutcomeUnknown { cause: FailureCause::Timeout, .. }), "{error}");
    assert!(error.maybe_sent() && !error.is_retryable());
    simulator.wait_for_abandoned(1).await.unwrap();
}

#[tokio::test]
async fn dropping_a_start_ends_its_connection() {
    let simulator = simulator().await;
    simulator.next([Step::hold()]).unwrap();
    let (client, profile) = (client(simulator.url()), profile());
    let call = tokio::spawn(async move { client.start("room1", "aaa", &profile, StartOptions::default()).await });
    simulator.wait_for_requests(1).await.unwrap();
    call.abort();
    simulator.wait_for_abandoned(1).await.unwrap();
    assert!(matches!(simulator.requests()[0].verdict, Verdict::Abandoned));
}

#[tokio::test]
async fn closing_the_client_ends_a_start_under_way_as_cancelled_and_sent() {
    let simulator = simulator().await;
    simulator.next([Step::hold()]).unwrap();
    let (client, profile) = (client(simulator.url()), profile());
    let call = tokio::spawn({
        let client = client.clone();
        async move { client.start("room1", "aaa", &profile, StartOptions::default()).await }
    });
    simulator.wait_for_requests(1).await.unwrap();
    client.close();
    let error = call.await.unwrap().unwrap_err();
    assert!(matches!(error, RecordingError::Cancelled { sent: true, .. }), "{error}");
    assert_eq!(error.request_id().as_deref(), simulator.requests()[0].header("X-Request-ID"));
}

#[tokio::test]
async fn a_closed_client_sends_nothing() {
    let simulator = simulator().await;
    let client = client(simulator.url());
    client.close();
    let error = client.start("room1", "aaa", &profile(), StartOptions::default()).await.unwrap_err();
    assert!(matches!(error, RecordingError::NotSent { cause: FailureCause::ClientClosed, .. }), "{error}");
    assert!(!error.is_retryable());
    assert!(simulator.requests().is_empty());
}

#[tokio::test]
async fn a_timeout_of_nothing_is_invalid_for_one_call_too() {
    let simulator = simulator().await;
    let options = StartOptions::default().timeout(Duration::ZERO);
    let error = client(simulator.url()).start("room1", "aaa", &profile(), options).await.unwrap_err();
    assert!(matches!(error, RecordingError::InvalidInput { .. }), "{error}");
    assert!(simulator.requests().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_blocking_client_works_even_on_an_async_thread() {
    let simulator = simulator().await;
    let options = ClientOptions::default().api_url(simulator.url());
    let client = blocking::RecordingClient::new(credentials(), options).unwrap();
    let started = client.start("room1", "aaa", &profile(), StartOptions::default().extra("tag")).unwrap();
    let recordings = simulator.recordings();
    assert_eq!((&started.record_id, recordings[0].extra.as_str()), (&recordings[0].record_id, "tag"));
}
