//! Following a recording.

use std::sync::Arc;
use std::time::Duration;

use rongcloud_recording::ledger::{Follow, RecordingLedger};
use rongcloud_recording::{LedgerState, RecordingError, Span};
use rongcloud_simulator::Step;
use tokio::time::{sleep, timeout};

use super::fleet::{
    FailingStore, Fault, LONG, SHORT, entry, event, found, memory, process, signed, start, start_within,
};
use super::support::simulator;

/// How long it has to be quiet here.
const SETTLE: Duration = Duration::from_millis(20);

async fn take(ledger: &RecordingLedger, kinds: &[i64], record_id: &str) {
    for kind in kinds {
        ledger.take(signed(&event(*kind, *kind, record_id, ""))).await.unwrap();
    }
}

#[tokio::test]
async fn nothing_is_known_of_a_session_that_nobody_started() {
    let simulator = simulator().await;
    let ledger = process(&simulator, &memory());
    assert_eq!(found(&ledger).await, None);
    assert_eq!(ledger.next_change("aaa", 0, None, Duration::from_millis(5).into()).await.unwrap(), None);
}

#[tokio::test]
async fn whoever_follows_learns_of_each_change_that_another_process_makes() {
    let (simulator, store) = (simulator().await, memory());
    let (one, other) = (process(&simulator, &store), process(&simulator, &store));
    let record_id = start(&one).await.unwrap().recording.record_id;
    let mut seen = entry(&one).await.version;
    for (kind, state) in [(1, LedgerState::Running), (3, LedgerState::Ended), (4, LedgerState::Uploaded)] {
        let following = tokio::spawn({
            let one = one.clone();
            async move { one.next_change("aaa", seen, Some(LONG.into()), LONG.into()).await.unwrap().unwrap() }
        });
        take(&other, &[kind], &record_id).await;
        let followed = following.await.unwrap();
        assert_eq!(followed.entry.state, state);
        assert!(followed.entry.version > seen);
        seen = followed.entry.version;
    }
}

#[tokio::test]
async fn an_uploaded_recording_is_settled_once_it_has_been_quiet() {
    let (simulator, store) = (simulator().await, memory());
    let ledger = process(&simulator, &store);
    let record_id = start(&ledger).await.unwrap().recording.record_id;
    let waiting = tokio::spawn({
        let ledger = ledger.clone();
        async move { ledger.wait_until_uploaded("aaa", Some(SETTLE.into()), LONG.into()).await.unwrap().unwrap() }
    });
    take(&ledger, &[1, 4, 3], &record_id).await;
    let uploaded = waiting.await.unwrap();
    assert!(uploaded.is_settled);
    assert_eq!((uploaded.entry.state, uploaded.recording.unwrap().uploads.len()), (LedgerState::Uploaded, 1));
}

#[tokio::test]
async fn whoever_waits_longer_than_it_may_is_told_what_is_known() {
    let (simulator, store) = (simulator().await, memory());
    let ledger = process(&simulator, &store);
    let record_id = start(&ledger).await.unwrap().recording.record_id;
    take(&ledger, &[1, 3, 4], &record_id).await;
    let waited = ledger.wait_until_uploaded("aaa", Some(LONG.into()), SHORT.into()).await.unwrap().unwrap();
    assert_eq!((waited.is_settled, waited.entry.state), (false, LedgerState::Uploaded));
    let version = waited.entry.version;
    let unchanged = ledger.next_change("aaa", version, Some(LONG.into()), SHORT.into()).await.unwrap().unwrap();
    assert_eq!(unchanged.entry.version, version);
}

#[tokio::test]
async fn closing_the_ledger_ends_all_waiting() {
    let (simulator, store) = (simulator().await, memory());
    let ledger = process(&simulator, &store);
    start(&ledger).await.unwrap();
    let waiting = tokio::spawn({
        let ledger = ledger.clone();
        async move { ledger.wait_until_uploaded("aaa", None, Span::from(LONG * 1_000)).await.unwrap().unwrap() }
    });
    tokio::task::yield_now().await;
    ledger.close();
    assert!(!waiting.await.unwrap().is_settled);
}

#[tokio::test]
async fn times_that_can_not_be_are_refused_together() {
    let simulator = simulator().await;
    let error = process(&simulator, &memory()).next_change("aaa", 0, Some(Span(-1)), Span(0)).await.unwrap_err();
    let RecordingError::InvalidInput { violations, .. } = &error else { panic!("{error}") };
    let paths: Vec<_> = violations.iter().map(|violation| violation.path.as_str()).collect();
    assert_eq!(paths, ["settle", "timeout"]);
}

#[tokio::test]
async fn whoever_follows_learns_that_nobody_reports_the_outcome_of_a_start() {
    let (simulator, store) = (simulator().await, memory());
    let (one, other) = (process(&simulator, &store), process(&simulator, &store));
    let mut following = other.follow("aaa", None);
    simulator.next([Step::hold()]).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.spawn(async move { start_within(&one, Duration::from_secs(1)).await });
    simulator.wait_for_requests(1).await.unwrap();
    runtime.shutdown_background();

    let sending = following.next().await.unwrap().unwrap().entry;
    let lost = following.next().await.unwrap().unwrap().entry;
    assert_eq!((sending.state, lost.state), (LedgerState::Sending, LedgerState::Unknown));
    assert_eq!(lost.version, sending.version + 1);
}

/// One that follows a session which somebody else records, and has seen what is known.
async fn following(ledger: &RecordingLedger, session_id: &str) -> Follow {
    let mut started = event(1, 1, "r1", "");
    started["sessionId"] = session_id.into();
    ledger.take(signed(&started)).await.unwrap();
    let mut follow = ledger.follow(session_id, None);
    assert_eq!(follow.next().await.unwrap().unwrap().entry.state, LedgerState::Running);
    follow
}

#[tokio::test(start_paused = true)]
async fn whoever_follows_a_recording_asks_nothing_of_their_own_while_nothing_changes() {
    let (simulator, store) = (simulator().await, Arc::<FailingStore>::default());
    let ledger = process(&simulator, &store);
    for number in 0..20 {
        let mut follow = following(&ledger, &format!("session{number}")).await;
        tokio::spawn(async move { follow.next().await });
    }
    sleep(Duration::from_secs(60)).await;
    let (loads, reports) = (store.asked("load"), store.asked("reported"));
    sleep(Duration::from_secs(600)).await;
    assert_eq!(store.asked("reported"), reports);
    // One question for all, every 3.75 seconds at the most often.
    let asked = store.asked("load") - loads;
    assert!((1..=160).contains(&asked), "{asked}");
}

#[tokio::test(start_paused = true)]
async fn whoever_follows_a_recording_learns_that_the_store_fails() {
    let (simulator, store) = (simulator().await, Arc::<FailingStore>::default());
    let mut follow = following(&process(&simulator, &store), "aaa").await;
    store.fail("load", Fault::Before, u32::MAX);
    let failed = timeout(Duration::from_secs(60), follow.next()).await.unwrap().unwrap();
    assert!(matches!(failed, Err(RecordingError::NotSent { .. })), "{failed:?}");
}

#[tokio::test(start_paused = true)]
async fn of_many_who_begin_to_follow_at_once_some_wait_until_others_have_been_answered() {
    let (simulator, store) = (simulator().await, Arc::<FailingStore>::default());
    let ledger = process(&simulator, &store);
    store.fail("load", Fault::Hangs, u32::MAX);
    for number in 0..1_000 {
        let mut follow = ledger.follow(&format!("session{number}"), None);
        tokio::spawn(async move { follow.next().await });
    }
    sleep(Duration::from_millis(100)).await;
    assert_eq!(store.asked("load"), 256);
}
