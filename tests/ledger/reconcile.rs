//! What is left behind, and what becomes of it.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use rongcloud_recording::ledger::store::MemoryStore;
use rongcloud_recording::ledger::{LedgerOptions, OnUnknown, ReconcileReport, RecordingLedger};
use rongcloud_recording::{LedgerState, RecordingError, Span, Timestamp};
use rongcloud_simulator::{RecordingState, Simulator, Step};

use super::fleet::{
    FailingStore, LONG, SHORT, conflict, entry, event, found, memory, process, process_with, signed, start,
    start_within, start_without_reply, starts, until,
};
use super::support::{client, simulator};

const HOUR: i64 = 3_600_000;

fn in_three_hours() -> Timestamp {
    Timestamp(Timestamp::now().0 + 3 * HOUR)
}

fn in_two_months() -> Timestamp {
    Timestamp(Timestamp::now().0 + 62 * 24 * HOUR)
}

fn in_a_month() -> Timestamp {
    Timestamp(Timestamp::now().0 + 31 * 24 * HOUR)
}

async fn reconcile(ledger: &RecordingLedger) -> ReconcileReport {
    ledger.reconcile(100, Some(LONG.into())).await.unwrap()
}

/// How many of the service's recordings run.
fn running(simulator: &Simulator) -> usize {
    simulator.recordings().iter().filter(|recording| recording.state == RecordingState::Recording).count()
}

#[tokio::test]
async fn an_unknown_outcome_is_held_where_that_was_chosen() {
    let (simulator, store) = (simulator().await, memory());
    let ledger = process(&simulator, &store);
    start_without_reply(&simulator, &ledger).await;
    let report = reconcile(&ledger).await;
    let since = entry(&ledger).await.changed_at;
    assert_eq!((report.unknown, report.waiting, report.oldest_unknown_at), (1, 0, Some(since)));
    assert_eq!((entry(&ledger).await.state, running(&simulator)), (LedgerState::Unknown, 1));
}

#[tokio::test]
async fn what_may_be_running_is_stopped_where_that_was_chosen_and_not_started_again() {
    let (simulator, store) = (simulator().await, memory());
    let ledger = process_with(&simulator, &store, OnUnknown::Stop);
    start_without_reply(&simulator, &ledger).await;
    let report = reconcile(&ledger).await;
    assert_eq!((report.stopped, report.failed, running(&simulator)), (1, 0, 0));
    let over = start(&ledger).await.unwrap();
    assert_eq!((over.is_mine, over.entry.state, starts(&simulator)), (false, LedgerState::Over, 1));
    assert_eq!(over.recording.record_id, simulator.recordings()[0].record_id);
}

#[tokio::test]
async fn what_was_stopped_is_started_again_where_that_was_chosen_whatever_is_heard_of_it_later() {
    let (simulator, store) = (simulator().await, memory());
    let ledger = process_with(&simulator, &store, OnUnknown::StopThenRestart);
    start_without_reply(&simulator, &ledger).await;
    assert_eq!(reconcile(&ledger).await.stopped, 1);
    let stopped = simulator.recordings()[0].clone();
    for kind in [1, 3] {
        ledger.take(signed(&event(kind, kind, &stopped.record_id, &stopped.extra))).await.unwrap();
        assert_eq!(entry(&ledger).await.state, LedgerState::Free);
    }
    let second = start(&ledger).await.unwrap();
    assert_eq!((second.is_mine, second.entry.generation, running(&simulator)), (true, 2, 1));
    assert_eq!(second.entry.other_record_ids, [stopped.record_id]);
}

#[tokio::test]
async fn a_start_that_left_nothing_behind_is_over_once_its_stop_finds_nothing() {
    let (simulator, store) = (simulator().await, memory());
    let ledger = process_with(&simulator, &store, OnUnknown::StopThenRestart);
    simulator.next([Step::reply(500, "gone")]).unwrap();
    assert!(start_within(&ledger, SHORT).await.unwrap_err().may_be_recording());
    assert_eq!(reconcile(&ledger).await.stopped, 1);
    assert!(start(&ledger).await.unwrap().is_mine);
}

#[tokio::test]
async fn a_stop_that_is_refused_for_another_reason_says_nothing_of_a_recording() {
    for reply in [Step::reply(401, r#"{"code":1004}"#), Step::reply(403, "a proxy's page")] {
        let (simulator, store) = (simulator().await, memory());
        let ledger = process_with(&simulator, &store, OnUnknown::StopThenRestart);
        start_without_reply(&simulator, &ledger).await;
        // The room is asked for first.
        simulator.next([Step::normal(), reply]).unwrap();
        let report = reconcile(&ledger).await;
        assert_eq!((report.stopped, report.failed, running(&simulator)), (0, 1, 1));
        conflict(start(&ledger).await);
        // It makes room for others for a while.
        assert_eq!(reconcile(&ledger).await.looked_at, 0);
        let later = process_with(&simulator, &store, OnUnknown::StopThenRestart).with_clock(in_three_hours);
        assert_eq!(reconcile(&later).await.stopped, 1);
    }
}

#[tokio::test]
async fn nothing_is_done_before_the_unknown_outcome_was_seen_for_the_grace() {
    let (simulator, store) = (simulator().await, memory());
    let options = LedgerOptions::default().grace(Duration::from_secs(3_600));
    let ledger = RecordingLedger::new(client(simulator.url()), store.clone(), OnUnknown::Stop, &options).unwrap();
    start_without_reply(&simulator, &ledger).await;
    for _ in 0..2 {
        let report = reconcile(&ledger).await;
        assert_eq!((report.unknown, report.waiting, report.stopped), (1, 1, 0));
    }
    assert_eq!(running(&simulator), 1);
}

#[tokio::test]
async fn a_clock_that_is_ahead_names_a_start_unknown_and_its_reply_comes_on_record_all_the_same() {
    let (simulator, store) = (simulator().await, memory());
    let one = process(&simulator, &store);
    let ahead = process(&simulator, &store).with_clock(in_three_hours);
    simulator.next([Step::hold()]).unwrap();
    let call = tokio::spawn(async move { start(&one).await });
    simulator.wait_for_requests(1).await.unwrap();
    let report = ahead.reconcile(10, Some(Span(0))).await.unwrap();
    assert_eq!((report.unknown, report.waiting), (1, 1));
    conflict(start(&ahead).await);
    simulator.release();
    assert_eq!(call.await.unwrap().unwrap().entry.state, LedgerState::Running);
    assert_eq!(starts(&simulator), 1);
}

#[tokio::test]
async fn what_a_gone_session_had_is_over() {
    let (simulator, store) = (simulator().await, memory());
    let ledger = process(&simulator, &store);
    start_without_reply(&simulator, &ledger).await;
    simulator.remove_room("room1");
    assert_eq!(reconcile(&ledger).await.over, 1);
    assert_eq!(entry(&ledger).await.state, LedgerState::Over);
}

#[tokio::test]
async fn a_silent_recording_is_over_where_its_room_has_another_session_and_else_silent() {
    let (simulator, store) = (simulator().await, memory());
    let ledger = process(&simulator, &store);
    start(&ledger).await.unwrap();
    assert_eq!(reconcile(&ledger).await, ReconcileReport::default());
    let later = process(&simulator, &store).with_clock(in_three_hours);
    let report = reconcile(&later).await;
    assert_eq!((report.looked_at, report.silent, report.over), (1, 1, 0));
    // It is put off: that it is silent is told once for each time that it has been.
    assert_eq!(reconcile(&later).await.looked_at, 0);
    simulator.set_room("room1", "bbb");
    let much_later = process(&simulator, &store).with_clock(in_a_month);
    assert_eq!(reconcile(&much_later).await.over, 1);
    assert_eq!(entry(&ledger).await.state, LedgerState::Over);
}

#[tokio::test]
async fn an_ended_recording_without_an_upload_is_stale_and_forgotten_a_month_later() {
    let (simulator, store) = (simulator().await, Arc::<FailingStore>::default());
    let ledger = process(&simulator, &store);
    ledger.take(signed(&event(3, 0, "r1", ""))).await.unwrap();
    assert_eq!(reconcile(&ledger).await.stale, 0);
    let later = process(&simulator, &store).with_clock(in_three_hours);
    assert_eq!(reconcile(&later).await.stale, 1);
    // A host whose clock alone is so far on forgets nothing.
    let much_later = process(&simulator, &store).with_clock(in_a_month);
    assert_eq!(reconcile(&much_later).await.forgotten, 0);
    store.set_clock(in_two_months);
    let report = reconcile(&process(&simulator, &store).with_clock(in_two_months)).await;
    assert_eq!((report.stale, report.forgotten), (0, 1));
    assert_eq!(found(&ledger).await, None);
}

#[tokio::test]
async fn of_several_that_would_stop_the_same_one_does() {
    let (simulator, store) = (simulator().await, memory());
    let fleet: Vec<_> = (0..5).map(|_| process_with(&simulator, &store, OnUnknown::StopThenRestart)).collect();
    start_without_reply(&simulator, &fleet[0]).await;
    let reports = join_all(fleet.iter().map(reconcile)).await;
    assert_eq!(reports.iter().map(|report| report.stopped).sum::<i64>(), 1);
    assert_eq!(simulator.executions().stop, 1);
}

#[tokio::test]
async fn a_job_waits_for_those_that_there_is_time_for() {
    let (simulator, store) = (simulator().await, memory());
    let ledger = process_with(&simulator, &store, OnUnknown::Stop);
    start_without_reply(&simulator, &ledger).await;
    let report = ledger.reconcile(10, Some(Duration::ZERO.into())).await.unwrap();
    assert_eq!((report.waiting, report.unknown, report.stopped), (1, 1, 0));
    assert_eq!(ledger.reconcile(10, Some(LONG.into())).await.unwrap().stopped, 1);
}

#[tokio::test]
async fn what_a_service_that_fails_keeps_from_being_done_is_done_later() {
    let (simulator, store) = (simulator().await, memory());
    let ledger = process_with(&simulator, &store, OnUnknown::Stop);
    start_without_reply(&simulator, &ledger).await;
    simulator.next([Step::reply(400, r#"{"code":1002}"#)]).unwrap();
    let report = reconcile(&ledger).await;
    assert_eq!((report.failed, report.stopped, report.unknown), (1, 0, 1));
    let later = process_with(&simulator, &store, OnUnknown::Stop).with_clock(in_three_hours);
    assert_eq!(reconcile(&later).await.stopped, 1);
}

#[tokio::test]
async fn a_wait_that_can_not_be_and_an_interval_of_nothing_are_refused() {
    let simulator = simulator().await;
    let ledger = process(&simulator, &memory());
    let error = ledger.reconcile(1, Some(Span(-1))).await.unwrap_err();
    assert!(matches!(error, RecordingError::InvalidInput { .. }), "{error}");
    let error = ledger.keep_up(Span(0)).unwrap_err();
    assert!(matches!(error, RecordingError::InvalidInput { .. }), "{error}");
}

#[tokio::test]
async fn a_ledger_that_keeps_up_acts_by_itself() {
    let (simulator, store) = (simulator().await, memory());
    let ledger = process_with(&simulator, &store, OnUnknown::Stop);
    start_without_reply(&simulator, &ledger).await;
    ledger.keep_up(Duration::from_millis(20).into()).unwrap();
    until(&ledger, LedgerState::Over).await;
    assert_eq!(running(&simulator), 0);
}

/// Waits until nobody but this test has the store.
async fn until_left_alone(store: &Arc<MemoryStore>) {
    tokio::time::timeout(LONG, async {
        while Arc::strong_count(store) > 1 {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn keeping_up_ends_with_its_ledger() {
    let (simulator, store) = (simulator().await, memory());
    let ledger = process(&simulator, &store);
    ledger.keep_up(Duration::from_millis(1).into()).unwrap();
    drop(ledger);
    until_left_alone(&store).await;
}

#[tokio::test(start_paused = true)]
async fn keeping_up_ends_when_the_ledger_is_closed() {
    let store = Arc::<FailingStore>::default();
    let client = client("http://127.0.0.1:9");
    let ledger = RecordingLedger::new(client, store.clone(), OnUnknown::Hold, &LedgerOptions::default()).unwrap();
    ledger.keep_up(Duration::from_secs(60).into()).unwrap();
    tokio::time::sleep(Duration::from_secs(150)).await;
    // Not all processes at the same time: it takes turns of 45 to 60 seconds.
    let asked = store.asked("due");
    assert!((3..=4).contains(&asked), "{asked}");
    ledger.close();
    tokio::time::sleep(Duration::from_secs(600)).await;
    assert_eq!(store.asked("due"), asked);
}
