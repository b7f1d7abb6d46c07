//! A store that fails: nothing is sent without a claim, nothing that was done is lost, and every call ends in time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rongcloud_recording::{FailureCause, LedgerState, RecordingError};
use rongcloud_simulator::Step;

use super::fleet::{FailingStore, Fault, LONG, conflict, entry, found, process, start, start_within, starts, until};
use super::support::simulator;

const FAULTS: [Fault; 4] = [Fault::Before, Fault::After, Fault::Hangs, Fault::HangsAfter];
const TIMEOUT: Duration = Duration::from_millis(400);
/// What a call may take beyond its timeout, on a machine that is busy.
const SLACK: Duration = Duration::from_secs(3);

fn store() -> Arc<FailingStore> {
    Arc::default()
}

fn assert_store_failed(error: &RecordingError) {
    assert!(matches!(error, RecordingError::NotSent { cause: FailureCause::Store, .. }), "{error}");
    assert!(error.is_retryable() && !error.may_be_recording(), "{error}");
}

#[tokio::test]
async fn without_a_claim_nothing_is_sent_and_the_call_ends_in_time() {
    for operation in ["load", "swap"] {
        for fault in FAULTS {
            let (simulator, store) = (simulator().await, store());
            let ledger = process(&simulator, &store);
            store.fail(operation, fault, u32::MAX);
            let begun = Instant::now();
            let is_seen = (operation, fault) == ("swap", Fault::After);
            let result = start_within(&ledger, if is_seen { LONG } else { TIMEOUT }).await;
            if is_seen {
                // It is on record that this start may be sent: what was done is seen when it is tried again.
                assert!(result.unwrap().is_mine);
                continue;
            }
            assert_store_failed(&result.unwrap_err());
            assert!(begun.elapsed() < TIMEOUT + SLACK, "{operation} {fault:?}: {:?}", begun.elapsed());
            assert!(simulator.requests().is_empty(), "{operation} {fault:?}");

            store.recover();
            assert!(start(&ledger).await.unwrap().is_mine, "{operation} {fault:?}");
            assert_eq!(starts(&simulator), 1, "{operation} {fault:?}");
        }
    }
}

#[tokio::test]
async fn a_claim_whose_answer_is_lost_is_one_all_the_same() {
    for (operation, fault) in [("swap", Fault::Before), ("swap", Fault::After), ("load", Fault::Before)] {
        let (simulator, store) = (simulator().await, store());
        let ledger = process(&simulator, &store);
        store.fail(operation, fault, 1);
        let started = start(&ledger).await.unwrap();
        assert_eq!((started.is_mine, started.entry.generation, starts(&simulator)), (true, 1, 1), "{fault:?}");
    }
}

async fn assert_outcome_comes_on_record(operation: &'static str, fault: Fault) {
    let (simulator, store) = (simulator().await, store());
    let (ledger, other) = (process(&simulator, &store), process(&simulator, &store));
    simulator.next([Step::hold()]).unwrap();
    let call = tokio::spawn(async move { start_within(&ledger, SLACK).await });
    simulator.wait_for_requests(1).await.unwrap();
    store.fail(operation, fault, u32::MAX);
    simulator.release();
    let started = call.await.unwrap().unwrap();
    assert!(started.is_mine, "{operation} {fault:?}");
    assert_eq!(started.entry.state, LedgerState::Running, "{operation} {fault:?}");
    store.recover();
    let entry = until(&other, LedgerState::Running).await;
    assert_eq!(entry.record_id, Some(started.recording.record_id), "{operation} {fault:?}");
}

#[tokio::test]
async fn what_became_of_a_start_comes_on_record_once_the_store_works_again() {
    tokio::join!(
        assert_outcome_comes_on_record("load", Fault::Before),
        assert_outcome_comes_on_record("load", Fault::Hangs),
        assert_outcome_comes_on_record("swap", Fault::Before),
        assert_outcome_comes_on_record("swap", Fault::After),
    );
}

#[tokio::test]
async fn a_start_that_is_cancelled_before_it_was_sent_frees_its_claim() {
    let (simulator, store) = (simulator().await, store());
    let (ledger, other) = (process(&simulator, &store), process(&simulator, &store));
    store.fail("swap", Fault::HangsAfter, 1);
    let call = tokio::spawn(async move { start_within(&ledger, TIMEOUT).await });
    while found(&other).await.is_none() {
        tokio::task::yield_now().await;
    }
    assert_eq!(entry(&other).await.state, LedgerState::Sending);
    call.abort();
    until(&other, LedgerState::Free).await;
    assert!(simulator.requests().is_empty());
    let next = start(&other).await.unwrap();
    assert_eq!((next.is_mine, next.entry.generation), (true, 2));
}

#[tokio::test]
async fn a_process_that_sleeps_past_its_time_once_it_has_its_claim_sends_nothing() {
    let (simulator, store) = (simulator().await, store());
    let ledger = process(&simulator, &store);
    store.fail("swap", Fault::Sleeps(TIMEOUT), 1);
    let error = start_within(&ledger, TIMEOUT).await.unwrap_err();
    assert!(error.to_string().contains("over before the start was sent"), "{error}");
    until(&ledger, LedgerState::Free).await;
    assert!(simulator.requests().is_empty());
}

#[tokio::test]
async fn a_process_that_died_while_sending_leaves_an_unknown_outcome_behind() {
    let (simulator, store) = (simulator().await, store());
    let ledger = process(&simulator, &store);
    simulator.next([Step::hold()]).unwrap();
    // All that this process could do ends with its runtime.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.spawn(async move { start_within(&ledger, TIMEOUT).await });
    simulator.wait_for_requests(1).await.unwrap();
    runtime.shutdown_background();

    let other = process(&simulator, &store);
    let (entry, _) = conflict(start_within(&other, Duration::from_secs(5)).await);
    assert_eq!((entry.state, entry.holder.as_str()), (LedgerState::Unknown, "host-a:1"));
    assert_eq!(other.unresolved(10).await.unwrap(), [entry]);
    assert_eq!(starts(&simulator), 1);
}

#[tokio::test]
async fn each_question_says_that_the_store_failed() {
    let (simulator, store) = (simulator().await, store());
    let ledger = process(&simulator, &store);
    start(&ledger).await.unwrap();
    store.fail("load", Fault::Before, u32::MAX);
    assert_store_failed(&ledger.get("aaa").await.unwrap_err());
    assert_store_failed(&ledger.next_change("aaa", 0, None, TIMEOUT.into()).await.unwrap_err());
    assert_store_failed(&ledger.wait_until_uploaded("aaa", None, TIMEOUT.into()).await.unwrap_err());
    store.recover();
    for operation in ["due", "forget_expired"] {
        store.fail(operation, Fault::Before, u32::MAX);
        assert_store_failed(&ledger.reconcile(10, None).await.unwrap_err());
        store.recover();
    }
    store.fail("unresolved", Fault::Before, u32::MAX);
    assert_store_failed(&ledger.unresolved(10).await.unwrap_err());
    assert_eq!(entry(&ledger).await.state, LedgerState::Running);
}
