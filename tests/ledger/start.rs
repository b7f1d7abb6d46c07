//! Starts of one session by many, and what each of them learns.

use std::collections::HashSet;

use rongcloud_recording::callback::RecordingTracker;
use rongcloud_recording::ledger::LedgerStartOptions;
use rongcloud_recording::{
    AudioFormat, LedgerState, RecordingError, RecordingProfile, SliceLength, SplitStreamRecording, VideoFormat,
};
use rongcloud_simulator::{Step, Verdict};

use super::fleet::{
    LONG, SHORT, conflict, entry, event, found, memory, process, signed, start, start_within, start_without_reply,
    starts, until,
};
use super::support::{profile, simulator};

#[tokio::test(flavor = "multi_thread")]
async fn fifty_starts_at_once_in_ten_processes_are_one_recording_for_all() {
    let (simulator, store) = (simulator().await, memory());
    let calls: Vec<_> = (0..50)
        .map(|_| process(&simulator, &store))
        .map(|ledger| tokio::spawn(async move { start(&ledger).await.unwrap() }))
        .collect();
    let (mut ids, mut own) = (HashSet::new(), 0);
    for call in calls {
        let started = call.await.unwrap();
        own += u32::from(started.is_mine);
        ids.insert(started.recording.record_id);
    }
    assert_eq!((starts(&simulator), own), (1, 1));
    assert_eq!(ids, HashSet::from([simulator.recordings()[0].record_id.clone()]));
}

#[tokio::test]
async fn a_start_that_asks_for_something_else_is_told_what_is_on_record() {
    let (simulator, store) = (simulator().await, memory());
    let first = start(&process(&simulator, &store)).await.unwrap();
    let other = SplitStreamRecording::new(VideoFormat::Flv, AudioFormat::Mp3, SliceLength::Minutes30);
    let other = RecordingProfile::new(other).unwrap();
    let ledger = process(&simulator, &store);
    let (entry, _) = conflict(ledger.start("room1", "aaa", &other, LedgerStartOptions::default()).await);
    assert_eq!((entry.state, entry.record_id), (LedgerState::Running, Some(first.recording.record_id)));
    assert_eq!(starts(&simulator), 1);
}

#[tokio::test]
async fn after_a_refused_start_the_next_one_is_sent() {
    let (simulator, store) = (simulator().await, memory());
    let ledger = process(&simulator, &store);
    simulator.next([Step::reply(400, r#"{"code":1002,"errorMessage":"no"}"#)]).unwrap();
    let error = start(&ledger).await.unwrap_err();
    assert!(matches!(error, RecordingError::Refused { .. }), "{error}");
    assert_eq!(entry(&ledger).await.state, LedgerState::Free);
    let second = start(&process(&simulator, &store)).await.unwrap();
    assert_eq!((second.is_mine, second.entry.generation, second.entry.state), (true, 2, LedgerState::Running));
}

#[tokio::test]
async fn a_start_without_a_reply_is_unknown_to_all_until_its_callback_names_the_recording() {
    let (simulator, store) = (simulator().await, memory());
    let (one, other) = (process(&simulator, &store), process(&simulator, &store));
    let error = start_without_reply(&simulator, &one).await;
    let (entry, reason) = conflict(start(&other).await);
    assert_eq!((entry.state, entry.generation, entry.request_id), (LedgerState::Unknown, 1, error.request_id()));
    assert!(reason.contains("unknown"), "{reason}");

    let recording = simulator.recordings()[0].clone();
    other.take(signed(&event(1, 0, &recording.record_id, &recording.extra))).await.unwrap();
    let started = start(&other).await.unwrap();
    assert_eq!((started.recording.record_id, started.is_mine), (recording.record_id, false));
    assert_eq!((started.entry.state, starts(&simulator)), (LedgerState::Running, 1));
}

#[tokio::test]
async fn whoever_waits_for_a_start_gets_the_recording_that_its_callback_names() {
    let (simulator, store) = (simulator().await, memory());
    let (one, other) = (process(&simulator, &store), process(&simulator, &store));
    simulator.next([Step::hold()]).unwrap();
    let first = tokio::spawn(async move { start(&one).await });
    simulator.wait_for_requests(1).await.unwrap();
    let waiting = tokio::spawn({
        let other = other.clone();
        async move { start(&other).await }
    });
    let recording = simulator.recordings()[0].clone();
    other.take(signed(&event(1, 0, &recording.record_id, &recording.extra))).await.unwrap();
    assert_eq!(waiting.await.unwrap().unwrap().recording.record_id, recording.record_id);
    simulator.release();
    let started = first.await.unwrap().unwrap();
    assert_eq!((started.is_mine, started.entry.event_count), (true, 1));
    assert_eq!(entry(&other).await.request_id, Some(started.recording.request_id));
}

#[tokio::test]
async fn whoever_waits_longer_than_it_may_learns_that_a_start_is_under_way() {
    let (simulator, store) = (simulator().await, memory());
    let one = process(&simulator, &store);
    simulator.next([Step::hold()]).unwrap();
    let first = tokio::spawn(async move { start(&one).await });
    simulator.wait_for_requests(1).await.unwrap();
    let (entry, _) = conflict(start_within(&process(&simulator, &store), SHORT).await);
    assert_eq!(entry.state, LedgerState::Sending);
    simulator.release();
    assert!(first.await.unwrap().unwrap().is_mine);
}

#[tokio::test]
async fn a_start_that_is_cancelled_after_it_was_sent_is_on_record_as_unknown() {
    let (simulator, store) = (simulator().await, memory());
    let (one, other) = (process(&simulator, &store), process(&simulator, &store));
    simulator.next([Step::hold()]).unwrap();
    let call = tokio::spawn(async move { start(&one).await });
    simulator.wait_for_requests(1).await.unwrap();
    call.abort();
    simulator.wait_for_abandoned(1).await.unwrap();
    assert!(matches!(simulator.requests()[0].verdict, Verdict::Abandoned));
    let entry = until(&other, LedgerState::Unknown).await;
    assert!(entry.reason.unwrap().contains("cancelled"));
    conflict(start(&other).await);
    assert_eq!(starts(&simulator), 1);
}

#[tokio::test]
async fn a_session_that_was_recorded_is_recorded_again_only_after_the_generation_that_is_over() {
    let (simulator, store) = (simulator().await, memory());
    let ledger = process(&simulator, &store);
    let again = LedgerStartOptions::default().after(1).timeout(LONG);
    let first = start(&ledger).await.unwrap();
    let (running, _) = conflict(ledger.start("room1", "aaa", &profile(), again.clone()).await);
    assert_eq!(running.state, LedgerState::Running);
    ledger.stop(("room1", "aaa"), None).await.unwrap();

    let late = start(&ledger).await.unwrap();
    assert_eq!((late.recording.record_id, late.entry.state), (first.recording.record_id.clone(), LedgerState::Over));
    let second = ledger.start("room1", "aaa", &profile(), again.clone()).await.unwrap();
    assert_eq!((second.is_mine, second.entry.generation), (true, 2));
    assert_eq!(second.entry.other_record_ids, [first.recording.record_id]);
    let delivered_twice = ledger.start("room1", "aaa", &profile(), again).await.unwrap();
    assert_eq!((delivered_twice.is_mine, delivered_twice.recording.record_id), (false, second.recording.record_id));
    assert_eq!(starts(&simulator), 2);
}

#[tokio::test]
async fn a_start_in_a_room_is_one_for_all_and_says_that_nothing_was_started_where_there_is_no_call() {
    let (simulator, store) = (simulator().await, memory());
    let (one, other) = (process(&simulator, &store), process(&simulator, &store));
    let profile = profile();
    let first = one.start_in_room("room1", &profile, LedgerStartOptions::default()).await.unwrap();
    let second = other.start_in_room("room1", &profile, LedgerStartOptions::default()).await.unwrap();
    assert_eq!((first.recording.record_id, second.is_mine), (second.recording.record_id, false));
    let error = one.start_in_room("room2", &profile, LedgerStartOptions::default()).await.unwrap_err();
    assert_eq!(error.code(), Some(40003));
    assert!(error.to_string().ends_with("nothing was started"), "{error}");
}

#[tokio::test]
async fn a_tag_takes_the_place_of_no_extra_and_no_entry_shows_it() {
    let (simulator, store) = (simulator().await, memory());
    let ledger = process(&simulator, &store);
    start(&ledger).await.unwrap();
    let recording = simulator.recordings()[0].clone();
    assert!(recording.extra.starts_with("rcl1:") && recording.extra.len() == 37, "{}", recording.extra);
    let taken = ledger.take(signed(&event(2, 0, &recording.record_id, &recording.extra))).await.unwrap();
    let followed = found(&ledger).await.unwrap();
    assert_eq!((taken.event.extra, taken.entry.extra.as_str()), (recording.extra, ""));
    let tracked = followed.recording.unwrap();
    assert_eq!(tracked.extra, None);
    // As a tracker of the user's own takes it.
    let tracker = RecordingTracker::new(recording.record_id).unwrap();
    assert!(tracker.record(tracked.slices[0].clone()).unwrap());
}

#[tokio::test]
async fn an_extra_of_the_callers_own_is_sent_as_it_is() {
    let (simulator, store) = (simulator().await, memory());
    let options = LedgerStartOptions::default().extra("order-7");
    let started = process(&simulator, &store).start("room1", "aaa", &profile(), options).await.unwrap();
    assert_eq!((simulator.recordings()[0].extra.as_str(), started.entry.extra.as_str()), ("order-7", "order-7"));
}

#[tokio::test]
async fn a_start_that_can_not_be_made_leaves_nothing_on_record() {
    let (simulator, store) = (simulator().await, memory());
    let ledger = process(&simulator, &store);
    let error = ledger.start("", "aaa", &profile(), LedgerStartOptions::default()).await.unwrap_err();
    assert!(matches!(error, RecordingError::InvalidInput { .. }), "{error}");
    assert_eq!(found(&ledger).await, None);
}
