//! A client that is closed after its calls.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::time::Duration;

use rongcloud_recording::{FailureCause, RecordingError};
use support::{client, held, simulator};

const LONG: Duration = Duration::from_secs(60);

#[tokio::test]
async fn calls_in_progress_end_by_themselves_while_later_ones_are_refused() {
    let simulator = simulator().await;
    let client = client(simulator.url());
    let call = held(&client, &simulator).await;
    let mut draining = tokio::spawn({
        let client = client.clone();
        async move { client.drain(LONG).await }
    });
    // From when on they are refused is seen by asking: each of these is short.
    let refused = loop {
        match client.query_room("room1", None).await {
            Ok(_) => tokio::task::yield_now().await,
            Err(error) => break error,
        }
    };
    assert!(matches!(refused, RecordingError::NotSent { cause: FailureCause::ClientClosed, .. }), "{refused}");
    assert!(!draining.is_finished());
    simulator.release();
    assert!((&mut draining).await.unwrap());
    call.await.unwrap().unwrap();
    assert_eq!(client.statistics().connections_open, 0);
}

#[tokio::test]
async fn calls_that_take_longer_than_the_time_given_are_cancelled() {
    let simulator = simulator().await;
    let client = client(simulator.url());
    let call = held(&client, &simulator).await;
    assert!(!client.drain(Duration::ZERO).await);
    let error = call.await.unwrap().unwrap_err();
    assert!(matches!(error, RecordingError::Cancelled { sent: true, .. }), "{error}");
}

#[tokio::test]
async fn a_client_without_calls_is_closed_at_once_and_stays_so() {
    let simulator = simulator().await;
    let client = client(simulator.url());
    client.query_room("room1", None).await.unwrap();
    assert!(client.drain(LONG).await);
    assert!(!client.drain(LONG).await, "it was closed already");
    client.query_room("room1", None).await.unwrap_err();
}

#[tokio::test]
async fn who_gives_up_draining_leaves_the_client_open() {
    let simulator = simulator().await;
    let client = client(simulator.url());
    let call = held(&client, &simulator).await;
    tokio::time::timeout(Duration::from_millis(1), client.drain(LONG)).await.unwrap_err();
    client.query_room("room1", None).await.unwrap();
    simulator.release();
    call.await.unwrap().unwrap();
}
