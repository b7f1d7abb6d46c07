//! Callbacks that arrive at whatever host.

use std::sync::Arc;

use axum::body::Bytes;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::routing::post;
use axum::{Router, extract::State};
use rongcloud_recording::LedgerState;
use rongcloud_recording::callback::{CallbackError, CallbackRequest, RecordingPhase, RefusalReason};
use rongcloud_recording::ledger::{RecordingLedger, TakeError};
use rongcloud_simulator::{CallbackState, Delivery};
use serde_json::json;
use tokio::net::TcpListener;

use super::fleet::{FailingStore, Fault, conflict, entry, event, found, memory, process, signed, start, starts};
use super::support::{APP_KEY, simulator};

/// The address of a host whose web framework hands callbacks to a ledger.
async fn host(ledger: RecordingLedger) -> String {
    async fn taken(State(ledger): State<RecordingLedger>, head: Parts, body: Bytes) -> StatusCode {
        match ledger.take((head, body)).await {
            Ok(_) => StatusCode::OK,
            Err(error) => StatusCode::from_u16(error.http_status().try_into().unwrap()).unwrap(),
        }
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let routes = Router::new().route("/", post(taken)).with_state(ledger);
    tokio::spawn(async move { axum::serve(listener, routes).await });
    url
}

#[tokio::test]
async fn the_callbacks_of_a_recording_are_known_to_every_host() {
    let (simulator, store) = (simulator().await, memory());
    let (one, other) = (process(&simulator, &store), process(&simulator, &store));
    simulator.set_callback_urls(Some(&host(other).await), None).unwrap();
    let started = start(&one).await.unwrap();
    one.stop(&started.recording, None).await.unwrap();
    simulator.flush_callbacks().await;
    let followed = found(&one).await.unwrap();
    assert_eq!(followed.entry.state, LedgerState::Uploaded);
    assert_eq!(followed.entry.event_count, i64::try_from(simulator.callbacks().len()).unwrap());
    assert_eq!(followed.recording.unwrap().phase, RecordingPhase::Uploaded);
    assert!(!followed.entry.is_doubled && !followed.entry.has_failed);
}

#[tokio::test]
async fn a_callback_that_can_not_be_stored_is_taken_in_when_the_service_sends_it_again() {
    for operation in ["remember", "append", "reported", "load", "swap"] {
        for fault in [Fault::Before, Fault::After] {
            let (simulator, store) = (simulator().await, Arc::<FailingStore>::default());
            let ledger = process(&simulator, &store);
            simulator.set_callback_urls(Some(&host(ledger.clone()).await), None).unwrap();
            simulator.set_delivery(Delivery::held()).unwrap();
            let started = start(&ledger).await.unwrap();
            store.fail(operation, fault, 1);
            simulator.deliver_callbacks().await;
            let callbacks = simulator.callbacks();
            assert_eq!(callbacks.len(), 1);
            assert_eq!(callbacks[0].state, CallbackState::Delivered, "{operation} {fault:?}: {callbacks:?}");
            let entry = entry(&ledger).await;
            assert_eq!((entry.event_count, entry.record_id), (1, Some(started.recording.record_id)));
        }
    }
}

#[tokio::test]
async fn a_store_that_fails_is_answered_with_503_and_a_forgery_is_not() {
    let (simulator, store) = (simulator().await, Arc::<FailingStore>::default());
    let ledger = process(&simulator, &store);
    store.fail("append", Fault::Before, 1);
    let request = signed(&event(1, 0, "r1", ""));
    let error = ledger.take(request.clone()).await.unwrap_err();
    assert!(matches!(error, TakeError::Failed(_)), "{error}");
    assert_eq!(error.http_status(), 503);
    assert!(ledger.take(request.clone()).await.unwrap().is_new);

    let forged = CallbackRequest { body: event(3, 0, "r1", "").to_string().into_bytes(), ..request };
    let error = process(&simulator, &store).take(forged).await.unwrap_err();
    let TakeError::Refused(CallbackError::Refused { reason, .. }) = &error else { panic!("{error}") };
    assert_eq!(*reason, RefusalReason::Replayed);
    assert_eq!(entry(&ledger).await.state, LedgerState::Running);
}

#[tokio::test]
async fn a_callback_that_comes_again_changes_nothing() {
    let (simulator, store) = (simulator().await, memory());
    let (one, other) = (process(&simulator, &store), process(&simulator, &store));
    let body = event(1, 0, "r1", "");
    let first = one.take(signed(&body)).await.unwrap();
    let again = other.take(signed(&body)).await.unwrap();
    assert_eq!((first.is_new, again.is_new), (true, false));
    assert_eq!((again.entry.event_count, &again.entry), (1, &first.entry));
}

#[tokio::test]
async fn what_a_host_stored_before_it_died_comes_on_record_when_it_is_sent_again() {
    let (simulator, store) = (simulator().await, Arc::<FailingStore>::default());
    let (one, other) = (process(&simulator, &store), process(&simulator, &store));
    let body = event(1, 0, "r1", "");
    store.fail("reported", Fault::Hangs, 1);
    let request = signed(&body);
    let call = tokio::spawn(async move { one.take(request).await });
    while store.asked("reported") == 0 {
        tokio::task::yield_now().await;
    }
    call.abort();
    assert_eq!(found(&other).await, None);
    let taken = other.take(signed(&body)).await.unwrap();
    assert_eq!((taken.is_new, taken.entry.event_count, taken.entry.record_id.as_deref()), (false, 1, Some("r1")));
}

#[tokio::test]
async fn a_recording_that_nobody_here_started_is_on_record_and_stands_in_the_way_of_a_start() {
    let (simulator, store) = (simulator().await, memory());
    let ledger = process(&simulator, &store);
    let taken = ledger.take(signed(&event(1, 0, "r1", "console"))).await.unwrap();
    assert_eq!((taken.entry.generation, taken.entry.state), (0, LedgerState::Running));
    let (entry, reason) = conflict(start(&ledger).await);
    assert_eq!(entry.record_id.as_deref(), Some("r1"));
    assert!(reason.contains("none of the ledger's processes"), "{reason}");
    assert_eq!(starts(&simulator), 0);
}

#[tokio::test]
async fn a_recording_of_the_consoles_beside_ours_is_noticed() {
    let (simulator, store) = (simulator().await, memory());
    let ledger = process(&simulator, &store);
    let started = start(&ledger).await.unwrap();
    let (ours, tag) = (started.recording.record_id, simulator.recordings()[0].extra.clone());
    for body in
        [event(1, 0, "theirs", ""), event(1, 5, &ours, &tag), event(3, 9, "theirs", ""), event(3, 9, &ours, &tag)]
    {
        ledger.take(signed(&body)).await.unwrap();
    }
    let entry = entry(&ledger).await;
    assert_eq!(
        (entry.record_id, entry.other_record_ids, entry.is_doubled),
        (Some(ours), vec!["theirs".to_owned()], true)
    );
}

#[tokio::test]
async fn an_event_without_a_session_is_kept_under_its_recording() {
    let (simulator, store) = (simulator().await, memory());
    let ledger = process(&simulator, &store);
    let body = json!({"type": 3, "appKey": APP_KEY, "recordId": "r1"});
    let taken = ledger.take(signed(&body)).await.unwrap();
    assert_eq!((taken.entry.session_id.as_str(), taken.entry.state), ("record:r1", LedgerState::Ended));
    assert!(ledger.get("record:r1").await.unwrap().is_some());
}

#[tokio::test]
async fn an_event_whose_session_no_store_could_hold_is_taken_in_all_the_same() {
    let (simulator, store) = (simulator().await, memory());
    let ledger = process(&simulator, &store);
    let body = json!({"type": 3, "appKey": APP_KEY, "recordId": "r1", "sessionId": "a\0"});
    let taken = ledger.take(signed(&body)).await.unwrap();
    assert_eq!((taken.entry.session_id.as_str(), taken.entry.state), ("a\u{fffd}", LedgerState::Ended));
    assert!(ledger.get("a\u{fffd}").await.unwrap().is_some());
}
