//! What a client counts, beside what the service has seen.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use rongcloud_recording::{
    CLIENT_METRICS, CallCount, ClientOptions, ClientStatistics, FailureKind, OperationKind, RecordingClient,
    RetryPolicy, Span, StartOptions,
};
use rongcloud_simulator::{Simulator, Step};
use support::{credentials, held, profile, simulator};

const ROOM: (&str, &str) = ("room1", "aaa");

fn client(simulator: &Simulator) -> RecordingClient {
    let retry = RetryPolicy::default().first_backoff(Span(0));
    RecordingClient::new(credentials(), ClientOptions::default().api_url(simulator.url()).retry(retry)).unwrap()
}

fn down() -> Step {
    Step::reply(503, "down")
}

/// How many calls ended so.
fn count(statistics: &ClientStatistics, operation: OperationKind, failure: Option<FailureKind>) -> i64 {
    let is_meant = |calls: &&CallCount| (calls.operation, calls.failure) == (operation, failure);
    statistics.calls.iter().find(is_meant).map_or(0, |calls| calls.count)
}

#[tokio::test]
async fn what_a_client_counts_is_what_the_service_has_seen() {
    let simulator = simulator().await;
    let client = client(&simulator);
    let profile = profile();
    let start = async || client.start("room1", "aaa", &profile, StartOptions::default()).await;
    start().await.unwrap();
    simulator.next([down()]).unwrap();
    client.stop(ROOM, None).await.unwrap();
    client.stop(ROOM, None).await.unwrap_err();
    simulator.next([down()]).unwrap();
    start().await.unwrap_err();
    client.start("", "aaa", &profile, StartOptions::default()).await.unwrap_err();
    client.query_room("room1", None).await.unwrap();

    let counted = client.statistics();
    let seen = simulator.requests().len() as i64;
    assert_eq!((counted.attempts, counted.retries, seen), (6, 1, 6));
    let made = simulator.connections().seen as i64;
    assert_eq!((counted.connections_made, counted.connections_reused), (made, seen - made));
    assert_eq!((counted.connections_open, counted.connections_idle), (1, 1));
    let of = |operation, failure| count(&counted, operation, failure);
    assert_eq!(of(OperationKind::Start, None) as u64, simulator.executions().start);
    assert_eq!(of(OperationKind::Stop, None) as u64, simulator.executions().stop);
    assert_eq!(of(OperationKind::QueryRoom, None) as u64, simulator.executions().query);
    assert_eq!(of(OperationKind::Stop, Some(FailureKind::Refused)), 1);
    assert_eq!(of(OperationKind::Start, Some(FailureKind::OutcomeUnknown)), 1);
    assert_eq!(counted.calls.iter().map(|calls| calls.count).sum::<i64>(), 5, "what isn't valid is no call");
    assert!(counted.calls.iter().all(|calls| calls.duration > Span(0)), "{counted:?}");
    assert_eq!((counted.calls_in_flight, counted.calls_waiting, counted.requests_in_flight), (0, 0, 0));
    assert_eq!(counted.retries_left, 99, "one was made, and ten successes give one back");
}

#[tokio::test]
async fn what_is_going_on_is_counted_until_it_ends() {
    let simulator = simulator().await;
    let client = client(&simulator);
    let held = held(&client, &simulator).await;
    let counted = client.statistics();
    assert_eq!((counted.calls_in_flight, counted.requests_in_flight, counted.connections_open), (1, 1, 1));
    assert_eq!((counted.connections_idle, counted.calls.len()), (0, 0));
    held.abort();
    held.await.unwrap_err();
    let counted = client.statistics();
    assert_eq!((counted.calls_in_flight, counted.requests_in_flight, counted.connections_open), (0, 0, 0));
    assert_eq!(count(&counted, OperationKind::QueryRoom, Some(FailureKind::Cancelled)), 1);
}

#[tokio::test]
async fn a_domain_that_fails_no_longer_leads() {
    let simulator = simulator().await;
    let gone = simulator.open_door(Default::default()).unwrap();
    let url = gone.url().to_owned();
    gone.shut().await.unwrap();
    let options = ClientOptions::default().api_url(&url).backup_api_url(simulator.url());
    let client = RecordingClient::new(credentials(), options).unwrap();
    let led = || client.statistics().domains.into_iter().map(|it| (it.is_leading, it.is_well)).collect::<Vec<_>>();
    assert_eq!(led(), [(true, true), (false, true)]);
    client.query_room("room1", None).await.unwrap();
    assert_eq!(led(), [(false, false), (true, true)]);
    assert_eq!(client.statistics().failovers, 1);
    let hosts = client.statistics().domains.into_iter().map(|it| format!("http://{}", it.host)).collect::<Vec<_>>();
    assert_eq!(hosts, [url, simulator.url().to_owned()]);
}

#[tokio::test]
async fn every_metric_of_the_table_has_a_value_and_none_names_a_room() {
    let simulator = simulator().await;
    let client = client(&simulator);
    client.query_room("room1", None).await.unwrap();
    client.query_room("another", None).await.unwrap_err();
    let measured = client.statistics().measurements();
    for metric in CLIENT_METRICS {
        let values: Vec<_> = measured.iter().filter(|it| it.name == metric.name).collect();
        assert!(!values.is_empty(), "{}", metric.name);
        for value in values {
            assert_eq!((value.kind, value.unit.as_str()), (metric.kind, metric.unit));
            for attribute in &value.attributes {
                assert!(metric.attributes.contains(&attribute.name.as_str()), "{value:?}");
                assert!(!["room1", "another", "aaa"].contains(&attribute.value.as_str()), "{value:?}");
            }
        }
    }
    let refused = measured.iter().find(|it| it.attributes.iter().any(|attribute| attribute.value == "refused"));
    assert_eq!(refused.map(|it| (it.name.as_str(), it.value)), Some(("rongcloud.recording.client.calls", 1.0)));
}
