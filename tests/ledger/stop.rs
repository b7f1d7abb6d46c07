//! Stops, and what somebody finds out about a start.

use rongcloud_recording::LedgerState;
use rongcloud_recording::ledger::{LedgerResolution, OnUnknown};
use rongcloud_recording::{RecordingError, Timestamp};

use super::fleet::{
    FailingStore, Fault, conflict, entry, event, memory, process, process_with, signed, start, start_without_reply,
    starts,
};
use super::support::simulator;

#[tokio::test]
async fn a_stopped_recording_is_over_for_all() {
    let (simulator, store) = (simulator().await, memory());
    let started = start(&process(&simulator, &store)).await.unwrap();
    let other = process(&simulator, &store);
    let acknowledged = other.stop(&started.recording, None).await.unwrap();
    assert_eq!(acknowledged.record_id, Some(started.recording.record_id));
    assert_eq!(entry(&process(&simulator, &store)).await.state, LedgerState::Over);
}

#[tokio::test]
async fn a_stop_names_what_a_start_without_a_reply_had_begun() {
    let (simulator, store) = (simulator().await, memory());
    let ledger = process(&simulator, &store);
    start_without_reply(&simulator, &ledger).await;
    ledger.stop(("room1", "aaa"), None).await.unwrap();
    let entry = entry(&ledger).await;
    assert_eq!(entry.state, LedgerState::Over);
    assert_eq!(entry.record_id, Some(simulator.recordings()[0].record_id.clone()));
}

#[tokio::test]
async fn a_stop_is_sent_where_the_store_can_not_be_asked() {
    for fault in [Fault::Before, Fault::Hangs] {
        let (simulator, store) = (simulator().await, std::sync::Arc::<FailingStore>::default());
        let ledger = process(&simulator, &store);
        start(&ledger).await.unwrap();
        store.fail("load", fault, u32::MAX);
        ledger.stop(("room1", "aaa"), Some(std::time::Duration::from_millis(600))).await.unwrap();
        assert_eq!(simulator.executions().stop, 1, "{fault:?}");
    }
}

#[tokio::test]
async fn an_unknown_outcome_is_listed_until_somebody_says_what_became_of_it() {
    let (simulator, store) = (simulator().await, memory());
    let ledger = process(&simulator, &store);
    start_without_reply(&simulator, &ledger).await;
    let record_id = Some(simulator.recordings()[0].record_id.clone());
    let listed = process(&simulator, &store).unresolved(10).await.unwrap();
    assert_eq!(listed, [entry(&ledger).await]);

    let resolution = LedgerResolution::Started { record_id: record_id.clone() };
    let resolved = ledger.resolve("aaa", 1, resolution.clone()).await.unwrap();
    assert_eq!((resolved.state, &resolved.record_id), (LedgerState::Running, &record_id));
    assert_eq!(ledger.unresolved(10).await.unwrap(), []);
    assert_eq!(ledger.resolve("aaa", 1, resolution).await.unwrap(), resolved);
    let error = ledger.resolve("aaa", 1, LedgerResolution::NotStarted).await.unwrap_err();
    assert!(matches!(error, RecordingError::Conflict { .. }), "{error}");
    assert_eq!(Some(start(&ledger).await.unwrap().recording.record_id), record_id);
}

#[tokio::test]
async fn what_somebody_says_did_nothing_is_started_anew() {
    let (simulator, store) = (simulator().await, memory());
    let ledger = process_with(&simulator, &store, OnUnknown::Hold);
    start_without_reply(&simulator, &ledger).await;
    conflict(start(&ledger).await);
    ledger.resolve("aaa", 1, LedgerResolution::NotStarted).await.unwrap();
    let second = start(&ledger).await.unwrap();
    assert_eq!((second.is_mine, second.entry.generation, starts(&simulator)), (true, 2, 2));
}

#[tokio::test]
async fn nothing_is_to_be_resolved_of_a_session_that_nobody_knows() {
    let simulator = simulator().await;
    let error = process(&simulator, &memory()).resolve("bbb", 1, LedgerResolution::Over).await.unwrap_err();
    assert!(matches!(error, RecordingError::InvalidInput { .. }), "{error}");
}

#[tokio::test]
async fn what_is_on_record_is_listed_whatever_needs_a_look_soonest_first() {
    let (simulator, store) = (simulator().await, memory());
    let ledger = process(&simulator, &store);
    start(&ledger).await.unwrap();
    for (session_id, kind) in [("over", 1), ("over", 3), ("over", 4), ("running", 1)] {
        let mut body = event(kind, kind, session_id, "");
        body["sessionId"] = session_id.into();
        body["timestamp"] = Timestamp::now().0.into();
        ledger.take(signed(&body)).await.unwrap();
    }
    let listed = ledger.entries(10).await.unwrap();
    let sessions: Vec<_> = listed.iter().map(|entry| entry.session_id.as_str()).collect();
    assert_eq!((sessions.len(), sessions.last()), (3, Some(&"over")), "{sessions:?}");
    assert_eq!(ledger.entries(1).await.unwrap(), listed[..1]);
}
