//! Delivery: what is tried again, where, and what is known at the end.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::time::{Duration, Instant};

use rongcloud_recording::{
    ClientOptions, ConnectionPolicy, FailoverPolicy, FailureCause, RecordingClient, RecordingError, RetryPolicy,
    StartOptions, StartedRecording,
};
use rongcloud_simulator::{Simulator, Step};
use support::{APP_KEY, APP_SECRET, answer, credentials, profile, read_request, simulator};
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};

const ROOM: (&str, &str) = ("room1", "aaa");

/// Far more than a stop needs.
const DEADLINE: Duration = Duration::from_secs(5);

/// Repetitions that hardly wait.
fn at_once() -> RetryPolicy {
    RetryPolicy::default().first_backoff(Duration::from_millis(1))
}

fn at(url: &str) -> ClientOptions {
    ClientOptions::default().api_url(url).retry(at_once())
}

fn client(options: ClientOptions) -> RecordingClient {
    RecordingClient::new(credentials(), options).unwrap()
}

async fn start(client: &RecordingClient) -> Result<StartedRecording, RecordingError> {
    client.start("room1", "aaa", &profile(), StartOptions::default()).await
}

/// An address where nothing listens.
async fn dead() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

/// A server that does the same with each connection after it has read its request, and counts them.
async fn each(what: fn(&mut tokio::net::TcpStream)) -> (String, JoinHandle<u32>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let mut count = 0;
        while let Ok(Ok((mut stream, _))) = tokio::time::timeout(Duration::from_millis(500), listener.accept()).await {
            read_request(&mut stream).await;
            what(&mut stream);
            count += 1;
        }
        count
    });
    (url, server)
}

fn overloaded() -> Step {
    Step::reply(503, "<html>down</html>").content_type("text/html")
}

fn too_often() -> Step {
    Step::reply(429, r#"{"code":1008,"errorMessage":"too often"}"#)
}

#[tokio::test]
async fn a_call_that_may_be_repeated_survives_a_failing_service() {
    let simulator = simulator().await;
    simulator.next([overloaded().times(3)]).unwrap();
    client(at(simulator.url())).query_room("room1", None).await.unwrap();
    assert_eq!(simulator.requests().len(), 4);
}

#[tokio::test]
async fn every_attempt_has_a_nonce_and_a_request_id_of_its_own() {
    let simulator = simulator().await;
    simulator.next([overloaded().times(2)]).unwrap();
    client(at(simulator.url())).query_room("room1", None).await.unwrap();
    for name in ["nonce", "x-request-id", "signature"] {
        let requests = simulator.requests();
        let mut values: Vec<_> = requests.iter().filter_map(|request| request.header(name)).collect();
        values.sort_unstable();
        values.dedup();
        // Signatures are redacted, all alike.
        assert_eq!(values.len(), if name == "signature" { 1 } else { 3 }, "{name}");
    }
}

#[tokio::test]
async fn a_start_is_sent_once_however_the_service_fails() {
    for step in [overloaded(), too_often(), Step::reply(500, r#"{"code":1000}"#)] {
        let simulator = simulator().await;
        simulator.next([step]).unwrap();
        start(&client(at(simulator.url()))).await.unwrap_err();
        assert_eq!(simulator.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_start_that_never_left_is_tried_again_and_recorded_once() {
    let simulator = simulator().await;
    let client = client(at(&dead().await).backup_api_url(simulator.url()));
    start(&client).await.unwrap();
    assert_eq!(simulator.recordings().len(), 1);
}

#[tokio::test]
async fn a_start_of_unknown_outcome_is_found_again_by_its_extra() {
    let (url, server) = each(|_| {}).await;
    let options = StartOptions::default().extra("order-7");
    let error = client(at(&url)).start("room1", "aaa", &profile(), options).await.unwrap_err();
    assert!(error.to_string().contains("wait for its callback, which has the same extra, or stop"), "{error}");
    assert_eq!(server.await.unwrap(), 1);
}

#[tokio::test]
async fn a_start_whose_outcome_is_unknown_does_not_cross_over() {
    let (url, server) = each(|_| {}).await;
    let backup = simulator().await;
    let error = start(&client(at(&url).backup_api_url(backup.url()))).await.unwrap_err();
    assert!(matches!(error, RecordingError::OutcomeUnknown { cause: FailureCause::ConnectionLost, .. }), "{error:?}");
    assert!(error.to_string().ends_with(
        "a recording may be running: wait for its callback, or stop the session's recording, before starting another"
    ));
    assert!(backup.requests().is_empty());
    assert_eq!(server.await.unwrap(), 1);
}

#[tokio::test]
async fn a_stop_whose_outcome_is_unknown_crosses_over_at_once() {
    let (url, server) = each(|_| {}).await;
    let backup = simulator().await;
    start(&client(at(backup.url()))).await.unwrap();
    // A wait would show: it would be longer than the timeout.
    let slow = RetryPolicy::default().first_backoff(Duration::from_secs(3600));
    client(at(&url).backup_api_url(backup.url()).retry(slow)).stop(ROOM, None).await.unwrap();
    assert_eq!(server.await.unwrap(), 1);
}

#[tokio::test]
async fn calls_stay_with_the_domain_that_works() {
    let simulator = simulator().await;
    let primary = dead().await;
    let options = at(&primary).backup_api_url(simulator.url());
    client(options.clone()).query_room("room1", None).await.unwrap();
    // Now something listens there, which nobody asks: another client of the process knows it as failing.
    let listener = TcpListener::bind(primary.trim_start_matches("http://")).await.unwrap();
    client(options).query_room("room1", None).await.unwrap();
    assert!(tokio::time::timeout(Duration::from_millis(50), listener.accept()).await.is_err());
}

#[tokio::test]
async fn calls_return_to_the_primary_once_one_that_may_be_repeated_has_found_it_well() {
    let (primary, backup) = (simulator().await, simulator().await);
    // In nothing of a time the primary is due to be tried again.
    let failover = FailoverPolicy::default().after_failures(1).probe_after(Duration::from_nanos(1));
    let client = client(at(primary.url()).backup_api_url(backup.url()).failover(failover));
    primary.next([overloaded()]).unwrap();
    start(&client).await.unwrap_err();
    start(&client).await.unwrap();
    assert_eq!(backup.recordings().len(), 1, "a start goes where it is safe");
    client.query_room("room1", None).await.unwrap();
    start(&client).await.unwrap();
    assert_eq!((primary.recordings().len(), primary.requests().len()), (1, 3));
}

#[tokio::test]
async fn with_the_primary_hanging_every_stop_ends_well_within_its_deadline() {
    // Accepted by the kernel, and never read.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let backup = simulator().await;
    let retry = at_once().attempt_timeout(Duration::from_millis(200));
    let client = client(at(&url).backup_api_url(backup.url()).retry(retry));
    let unharmed = self::client(at(backup.url()));
    let mut calls = JoinSet::new();
    for room in 0..100 {
        let room_id = format!("room-{room}");
        backup.set_room(&room_id, "aaa");
        unharmed.start(&room_id, "aaa", &profile(), StartOptions::default()).await.unwrap();
        let client = client.clone();
        calls.spawn(async move {
            let begun = Instant::now();
            let stopped = client.stop((room_id.as_str(), "aaa"), Some(DEADLINE)).await;
            (begun.elapsed(), stopped.is_ok())
        });
    }
    let mut ended = calls.join_all().await;
    ended.sort();
    assert!(ended.iter().all(|(_, is_stopped)| *is_stopped), "{ended:?}");
    assert!(ended[98].0 < DEADLINE, "the 99th percentile: {:?}", ended[98].0);
}

#[tokio::test]
async fn with_the_primary_hanging_no_start_is_doubled() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let backup = simulator().await;
    let client = client(at(&url).backup_api_url(backup.url()).timeout(Duration::from_millis(200)));
    for _ in 0..3 {
        // These hang, and are lost.
        let error = start(&client).await.unwrap_err();
        assert!(matches!(error, RecordingError::OutcomeUnknown { cause: FailureCause::Timeout, .. }), "{error:?}");
    }
    for _ in 0..3 {
        start(&client).await.unwrap();
    }
    assert_eq!(backup.recordings().len(), 3);
}

#[tokio::test]
async fn a_service_that_was_called_too_often_is_asked_again_after_the_time_it_names() {
    let simulator = simulator().await;
    simulator.next([too_often().header("Retry-After", "0")]).unwrap();
    client(at(simulator.url())).query_room("room1", None).await.unwrap();
    assert_eq!(simulator.requests().len(), 2);
}

#[tokio::test]
async fn a_wait_beyond_the_deadline_is_not_begun() {
    let simulator = simulator().await;
    let year = Duration::from_secs(86_400 * 365);
    for (named, read) in [("3600", Duration::from_secs(3600)), ("18446744073709551615", year)] {
        simulator.forget_requests();
        simulator.next([too_often().header("Retry-After", named)]).unwrap();
        let error = client(at(simulator.url())).query_room("room1", None).await.unwrap_err();
        assert!(matches!(error, RecordingError::Refused { code: Some(1008), .. }), "{error:?}");
        assert_eq!(error.retry_after(), Some(read));
        assert_eq!(simulator.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_used_up_budget_ends_repetitions() {
    let simulator = simulator().await;
    simulator.next([overloaded().times(100)]).unwrap();
    let retry = at_once().budget(4);
    let client = client(at(simulator.url()).retry(retry));
    for _ in 0..3 {
        client.query_room("room1", None).await.unwrap_err();
    }
    assert_eq!(simulator.requests().len(), 4 + 2 + 1);
}

#[tokio::test]
async fn a_refused_repetition_says_that_an_earlier_attempt_may_have_done_it() {
    let simulator = simulator().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        read_request(&mut listener.accept().await.unwrap().0).await;
    });
    // Nothing runs there, as after a stop.
    let error = client(at(&url).backup_api_url(simulator.url())).stop(ROOM, None).await.unwrap_err();
    assert!(matches!(error, RecordingError::Refused { code: Some(1002), .. }), "{error:?}");
    assert!(error.earlier_may_have_acted(), "{error:?}");
    let attempts = error.call().unwrap().attempts;
    let told: Vec<_> = attempts.iter().map(|attempt| (attempt.maybe_sent, attempt.cause, attempt.code)).collect();
    assert_eq!(told, [(true, Some(FailureCause::ConnectionLost), None), (true, None, Some(1002))]);
    assert_eq!(
        attempts.iter().map(|attempt| format!("http://{}", attempt.host)).collect::<Vec<_>>(),
        [url, simulator.url().to_owned()]
    );
    assert!(error.to_string().contains("an earlier attempt whose outcome is unknown may have done it"), "{error}");
}

#[tokio::test]
async fn an_outcome_once_unknown_stays_so_where_the_last_attempt_never_left() {
    let (url, server) = each(|_| {}).await;
    let error = client(at(&url).backup_api_url(dead().await)).stop(ROOM, None).await.unwrap_err();
    assert!(matches!(error, RecordingError::OutcomeUnknown { retryable: true, .. }), "{error:?}");
    assert!(error.maybe_sent() && error.to_string().contains("tried "), "{error}");
    let told: Vec<_> = error.call().unwrap().attempts.iter().map(|attempt| attempt.maybe_sent).collect();
    assert!(told.contains(&true) && told.contains(&false), "{told:?}");
    server.await.unwrap();
}

#[tokio::test]
async fn a_signature_refused_for_the_clock_names_it() {
    let simulator = Simulator::builder()
        .app(APP_KEY, APP_SECRET)
        .room("room1", "aaa")
        .clock(|| 1_408_710_653_000)
        .start()
        .await
        .unwrap();
    let error = client(at(simulator.url())).query_room("room1", None).await.unwrap_err();
    assert!(matches!(error, RecordingError::Refused { code: Some(1004), .. }), "{error:?}");
}

#[tokio::test]
async fn a_closed_client_ends_a_call_that_waits_for_its_next_attempt() {
    let simulator = simulator().await;
    simulator.next([too_often().header("Retry-After", "10")]).unwrap();
    let client = client(at(simulator.url()));
    let call = tokio::spawn({
        let client = client.clone();
        async move { client.query_room("room1", None).await }
    });
    simulator.wait_for_requests(1).await.unwrap();
    client.close();
    let error = call.await.unwrap().unwrap_err();
    assert!(matches!(error, RecordingError::Cancelled { sent: true, .. }), "{error:?}");
    assert!(error.request_id().is_some());
}

#[tokio::test]
async fn a_reply_in_time_needs_no_second_attempt() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        answer(&mut stream, r#"{"code":200}"#).await;
    });
    let connections = ConnectionPolicy::default().keep_alive(false);
    client(at(&url).connections(connections)).stop(ROOM, None).await.unwrap();
    server.await.unwrap();
}
