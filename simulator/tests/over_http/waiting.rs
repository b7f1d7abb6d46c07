//! Clients that leave, and tests that wait for them.

use rongcloud_simulator::{Step, Verdict};

use crate::support::client::{Call, simulator, verdicts};
use crate::support::connection::Connection;

#[tokio::test]
async fn a_client_that_leaves_during_a_hold_has_abandoned_its_request() {
    let sim = simulator().await;
    sim.next([Step::hold()]).unwrap();
    let connection = Call::start().open(sim.url()).await;
    sim.wait_for_requests(1).await.unwrap();
    drop(connection);
    sim.wait_for_abandoned(1).await.unwrap();
    assert_eq!(verdicts(&sim), [Verdict::Abandoned]);
}

#[tokio::test]
async fn an_abandoned_start_has_made_its_recording() {
    let sim = simulator().await;
    sim.next([Step::hold()]).unwrap();
    let connection = Call::start().open(sim.url()).await;
    sim.wait_for_requests(1).await.unwrap();
    drop(connection);
    sim.wait_for_abandoned(1).await.unwrap();
    assert_eq!(sim.recordings().len(), 1);
}

#[tokio::test]
async fn a_client_that_leaves_before_its_body_is_whole_has_abandoned_its_request() {
    let sim = simulator().await;
    let connection = Call::start().body("[1]").open_cut_short(sim.url()).await;
    drop(connection);
    sim.wait_for_abandoned(1).await.unwrap();
    assert_eq!(sim.requests()[0].body_text(), "[1");
}

#[tokio::test]
async fn a_request_counts_once_when_it_is_abandoned_later() {
    let sim = simulator().await;
    sim.next([Step::hold()]).unwrap();
    drop(Call::start().open(sim.url()).await);
    sim.wait_for_abandoned(1).await.unwrap();
    assert_eq!(sim.requests().len(), 1);
}

#[tokio::test]
async fn an_answered_request_is_not_abandoned_when_its_client_leaves() {
    let sim = simulator().await;
    let record_id = Some(Call::start().send(&sim).await.record_id());
    sim.next([Step::hold()]).unwrap();
    drop(Call::start_number(2).open(sim.url()).await);
    sim.wait_for_abandoned(1).await.unwrap();
    assert_eq!(verdicts(&sim)[0], Verdict::Accepted { record_id });
}

#[tokio::test]
async fn waiting_ends_at_once_for_what_has_happened() {
    let sim = simulator().await;
    Call::start().send(&sim).await;
    assert_eq!(sim.wait_for_requests(1).await, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn waiting_for_what_never_happens_fails() {
    let sim = simulator().await;
    let error = sim.wait_for_requests(1).await.unwrap_err();
    assert_eq!(error.reached.requests, 0);
}

#[tokio::test]
async fn forgotten_requests_are_gone() {
    let sim = simulator().await;
    Call::start().send(&sim).await;
    sim.forget_requests();
    assert!(sim.requests().is_empty());
}

#[tokio::test]
async fn forgotten_requests_no_longer_count() {
    let sim = simulator().await;
    sim.next([Step::hold()]).unwrap();
    let held = Call::start_number(1).open(sim.url()).await;
    sim.wait_for_requests(1).await.unwrap();
    sim.forget_requests();
    drop(held);
    sim.next([Step::hold()]).unwrap();
    drop(Call::start_number(2).open(sim.url()).await);
    sim.wait_for_abandoned(1).await.unwrap();
    assert_eq!(verdicts(&sim), [Verdict::Abandoned]);
}

#[tokio::test]
async fn old_requests_are_dropped_and_still_count() {
    let sim = simulator().await;
    let call = Call::new("GET", "/");
    let mut connection = Connection::to(&sim).await;
    for _ in 0..10_001 {
        connection.send(&call).await;
    }
    sim.wait_for_requests(10_001).await.unwrap();
    assert_eq!(sim.requests().len(), 10_000);
}

#[tokio::test]
async fn releasing_a_request_that_was_dropped_leaves_the_others_as_they_are() {
    let sim = simulator().await;
    sim.next([Step::hold()]).unwrap();
    let held = Call::start().open(sim.url()).await;
    sim.wait_for_requests(1).await.unwrap();
    let mut connection = Connection::to(&sim).await;
    for _ in 0..10_000 {
        connection.send(&Call::new("GET", "/")).await;
    }
    sim.release();
    held.reply().await;
    assert!(verdicts(&sim).iter().all(|verdict| matches!(verdict, Verdict::Refused { .. })));
}

#[tokio::test]
async fn dropping_the_simulator_ends_held_connections() {
    let sim = simulator().await;
    sim.next([Step::hold()]).unwrap();
    let connection = Call::start().open(sim.url()).await;
    sim.wait_for_requests(1).await.unwrap();
    drop(sim);
    connection.ended().await;
}

#[tokio::test]
async fn shutting_down_does_not_wait_for_held_replies() {
    let sim = simulator().await;
    sim.next([Step::hold()]).unwrap();
    let connection = Call::start().open(sim.url()).await;
    sim.wait_for_requests(1).await.unwrap();
    sim.shutdown().await;
    connection.ended().await;
}
