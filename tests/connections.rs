//! Connections as the service asks for them: how long each is idle, how many requests it serves, how many there are.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::HashMap;
use std::time::Duration;

use rongcloud_recording::{
    ClientOptions, ConnectionPolicy, FailureCause, RecordingClient, RecordingError, StartOptions,
};
use rongcloud_simulator::{Simulator, Step};
use support::{client, credentials, held, profile, simulator};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// Moves the clock on, which stands still only meanwhile: sockets need it to go.
async fn wait_for(time: Duration) {
    tokio::time::pause();
    tokio::time::advance(time).await;
    tokio::time::resume();
}

fn with(simulator: &Simulator, policy: ConnectionPolicy) -> RecordingClient {
    let options = ClientOptions::default().api_url(simulator.url()).connections(policy);
    RecordingClient::new(credentials(), options).unwrap()
}

async fn query(client: &RecordingClient) {
    client.query_room("room1", None).await.unwrap();
}

/// Which connection served each request.
fn connections(simulator: &Simulator) -> Vec<u64> {
    simulator.requests().iter().map(|request| request.connection).collect()
}

#[tokio::test]
async fn a_connection_serves_the_next_call() {
    let simulator = simulator().await;
    let client = client(simulator.url());
    query(&client).await;
    client.start("room1", "aaa", &profile(), StartOptions::default()).await.unwrap();
    query(&client).await;
    assert_eq!(connections(&simulator), [1, 1, 1]);
}

#[tokio::test]
async fn no_connection_serves_eighty_requests_and_no_call_fails_of_it() {
    let simulator = simulator().await;
    let client = client(simulator.url());
    for _ in 0..170 {
        query(&client).await;
    }
    let served = connections(&simulator);
    assert_eq!(served.iter().filter(|connection| **connection == 1).count(), 79);
    assert_eq!(served.iter().filter(|connection| **connection == 2).count(), 79);
    assert_eq!(served.last(), Some(&3));
}

#[tokio::test]
async fn the_last_request_of_a_connection_says_so() {
    let simulator = simulator().await;
    let client = with(&simulator, ConnectionPolicy::default().max_requests(2));
    for _ in 0..3 {
        query(&client).await;
    }
    let requests = simulator.requests();
    let said: Vec<_> = requests.iter().map(|request| request.header("connection")).collect();
    assert_eq!(said, [None, Some("close"), None]);
}

#[tokio::test]
async fn no_connection_is_used_after_fifty_seconds_idle() {
    let simulator = simulator().await;
    let client = client(simulator.url());
    query(&client).await;
    wait_for(Duration::from_secs(49)).await;
    query(&client).await;
    wait_for(Duration::from_secs(50)).await;
    query(&client).await;
    assert_eq!(connections(&simulator), [1, 1, 2]);
}

#[tokio::test]
async fn an_idle_connection_is_closed_in_time_without_another_call() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = client(&format!("http://{}", listener.local_addr().unwrap()));
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        support::answer(&mut stream, r#"{"code":200}"#).await;
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).await.unwrap();
        rest
    });
    client.stop(("room1", "aaa"), None).await.unwrap();
    wait_for(Duration::from_secs(50)).await;
    assert_eq!(server.await.unwrap(), b"", "closed in order, nothing more sent");
}

#[tokio::test]
async fn a_start_takes_only_a_connection_that_has_just_answered() {
    let simulator = simulator().await;
    let client = client(simulator.url());
    query(&client).await;
    wait_for(Duration::from_secs(1)).await;
    client.start("room1", "aaa", &profile(), StartOptions::default()).await.unwrap();
    wait_for(Duration::from_secs(2)).await;
    client.start("room1", "aaa", &profile(), StartOptions::default()).await.unwrap();
    assert_eq!(connections(&simulator), [1, 1, 2]);
}

#[tokio::test]
async fn without_keep_alive_each_request_has_a_connection_of_its_own() {
    let simulator = simulator().await;
    let client = with(&simulator, ConnectionPolicy::default().keep_alive(false));
    for _ in 0..3 {
        query(&client).await;
    }
    assert_eq!(connections(&simulator), [1, 2, 3]);
    assert!(simulator.requests().iter().all(|request| request.header("connection") == Some("close")));
}

#[tokio::test]
async fn under_load_no_connection_is_overused_and_no_call_fails() {
    let simulator = simulator().await;
    let client = client(simulator.url());
    let mut calls = JoinSet::new();
    for _ in 0..64 {
        let client = client.clone();
        calls.spawn(async move {
            for _ in 0..100 {
                query(&client).await;
            }
        });
    }
    calls.join_all().await;
    let mut served = HashMap::new();
    for connection in connections(&simulator) {
        *served.entry(connection).or_insert(0) += 1;
    }
    assert_eq!(served.values().sum::<u32>(), 6_400);
    assert!(served.values().all(|requests| *requests < 80), "{served:?}");
    // 64 at once, each replaced after 79 requests.
    assert!(served.len() <= 64 + 6_400 / 79 + 1, "{} connections", served.len());
}

#[tokio::test]
async fn a_thousand_starts_at_once_are_recorded_once_each() {
    let simulator = simulator().await;
    let client = client(simulator.url());
    let mut calls = JoinSet::new();
    for _ in 0..1_000 {
        let client = client.clone();
        calls.spawn(async move {
            client.start("room1", "aaa", &profile(), StartOptions::default()).await.unwrap().request_id
        });
    }
    let mut started = calls.join_all().await;
    let mut recorded: Vec<_> =
        simulator.recordings().into_iter().filter_map(|recording| recording.request_id).collect();
    started.sort();
    recorded.sort();
    assert_eq!(started, recorded);
    recorded.dedup();
    assert_eq!(recorded.len(), 1_000);
}

#[tokio::test]
async fn more_calls_than_may_be_under_way_wait_for_their_turn() {
    let simulator = simulator().await;
    let client = with(&simulator, ConnectionPolicy::default().max_concurrent(2));
    simulator.next([Step::hold().times(2)]).unwrap();
    let mut calls = JoinSet::new();
    for _ in 0..5 {
        let client = client.clone();
        calls.spawn(async move { query(&client).await });
    }
    simulator.wait_for_requests(2).await.unwrap();
    simulator.release();
    calls.join_all().await;
    let used = connections(&simulator);
    assert_eq!(used.len(), 5);
    assert!(used.iter().all(|connection| *connection <= 2), "{used:?}");
}

#[tokio::test]
async fn more_calls_than_may_wait_fail_at_once_and_are_not_sent() {
    let simulator = simulator().await;
    let policy = ConnectionPolicy::default().max_concurrent(1).max_waiting(1);
    let client = with(&simulator, policy);
    let held = held(&client, &simulator).await;
    let waiting = client.query_room("room1", None);
    let surplus = client.query_room("room1", None);
    tokio::pin!(waiting);
    let error = tokio::select! {
        biased;
        _ = &mut waiting => panic!("it had no turn"),
        result = surplus => result.unwrap_err(),
    };
    assert!(matches!(error, RecordingError::NotSent { cause: FailureCause::Overloaded, .. }), "{error:?}");
    assert!(error.is_retryable() && !error.maybe_sent());
    simulator.release();
    waiting.await.unwrap();
    held.await.unwrap().unwrap();
    assert_eq!(simulator.requests().len(), 2);
}

#[tokio::test]
async fn a_call_without_a_turn_in_time_is_not_sent() {
    let simulator = simulator().await;
    let client = with(&simulator, ConnectionPolicy::default().max_concurrent(1));
    let held = held(&client, &simulator).await;
    let error = client.query_room("room1", Some(Duration::from_millis(50))).await.unwrap_err();
    assert!(matches!(error, RecordingError::NotSent { cause: FailureCause::Overloaded, .. }), "{error:?}");
    simulator.release();
    held.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_connection_whose_call_was_dropped_is_closed() {
    let simulator = simulator().await;
    let client = client(simulator.url());
    let call = held(&client, &simulator).await;
    call.abort();
    simulator.wait_for_abandoned(1).await.unwrap();
    query(&client).await;
    assert_eq!(connections(&simulator), [1, 2]);
}

#[tokio::test]
async fn a_connection_that_a_start_finds_too_old_gives_way_to_its_own() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = client(&format!("http://{}", listener.local_addr().unwrap()));
    let server = tokio::spawn(async move {
        let (mut first, _) = listener.accept().await.unwrap();
        support::answer(&mut first, r#"{"code":200}"#).await;
        let (mut second, _) = listener.accept().await.unwrap();
        first.read_to_end(&mut Vec::new()).await.unwrap();
        support::answer(&mut second, r#"{"code":200,"recordId":"a"}"#).await;
    });
    client.stop(("room1", "aaa"), None).await.unwrap();
    wait_for(Duration::from_secs(2)).await;
    client.start("room1", "aaa", &profile(), StartOptions::default()).await.unwrap();
    server.await.unwrap();
}

#[tokio::test]
async fn closing_a_client_closes_its_idle_connections() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = client(&format!("http://{}", listener.local_addr().unwrap()));
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        support::answer(&mut stream, r#"{"code":200}"#).await;
        stream.read_to_end(&mut Vec::new()).await.unwrap();
    });
    client.stop(("room1", "aaa"), None).await.unwrap();
    client.close();
    server.await.unwrap();
}
