//! What a ledger counts, beside what the service and the store have counted themselves.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use rongcloud_recording::ledger::{LedgerStartOptions, LedgerStatistics};

use rongcloud_simulator::Step;

use super::fleet::{
    FailingStore, Fault, LONG, entry, event, memory, process, signed, start, start_without_reply, starts,
};
use super::support::{profile, simulator};

#[tokio::test]
async fn starts_are_counted_by_what_they_have_come_to() {
    let (simulator, store) = (simulator().await, memory());
    let ledger = process(&simulator, &store);
    assert_eq!(ledger.statistics(), LedgerStatistics::default());
    join_all((0..5).map(|_| start(&ledger))).await;
    let options = LedgerStartOptions::default().extra("another");
    ledger.start("room1", "aaa", &profile(), options).await.unwrap_err();
    let counted = ledger.statistics();
    assert_eq!((counted.starts_sent, counted.starts_joined, counted.starts_in_conflict), (1, 4, 1));
    assert_eq!((counted.starts_unknown, counted.starts_under_way), (0, 0));
    assert_eq!(i64::try_from(starts(&simulator)).unwrap(), counted.starts_sent);
    assert_eq!(process(&simulator, &store).statistics(), LedgerStatistics::default(), "each ledger counts its own");
}

#[tokio::test]
async fn a_start_is_under_way_until_it_has_ended() {
    let (simulator, store) = (simulator().await, memory());
    let ledger = process(&simulator, &store);
    simulator.next([Step::hold()]).unwrap();
    let starting = tokio::spawn({
        let ledger = ledger.clone();
        async move { start(&ledger).await }
    });
    simulator.wait_for_requests(1).await.unwrap();
    assert_eq!((ledger.statistics().starts_sent, ledger.statistics().starts_under_way), (1, 1));
    simulator.release();
    starting.await.unwrap().unwrap();
    assert_eq!((ledger.statistics().starts_unknown, ledger.statistics().starts_under_way), (0, 0));
}

#[tokio::test]
async fn a_start_whose_outcome_is_unknown_is_counted_as_that() {
    let (simulator, store) = (simulator().await, memory());
    let ledger = process(&simulator, &store);
    start_without_reply(&simulator, &ledger).await;
    let counted = ledger.statistics();
    assert_eq!((counted.starts_sent, counted.starts_unknown, counted.starts_under_way), (1, 1, 0));
}

#[tokio::test]
async fn callbacks_are_counted_by_what_they_have_come_to() {
    let (simulator, store) = (simulator().await, Arc::new(FailingStore::default()));
    let ledger = process(&simulator, &store);
    let first = signed(&event(1, 0, "r1", ""));
    ledger.take(first.clone()).await.unwrap();
    ledger.take(first.clone()).await.unwrap();
    let mut forged = first;
    forged.body.push(b' ');
    ledger.take(forged).await.unwrap_err();
    store.fail("append", Fault::Before, 1);
    ledger.take(signed(&event(3, 1, "r1", ""))).await.unwrap_err();
    let counted = ledger.statistics();
    assert_eq!((counted.callbacks_taken, counted.callbacks_repeated), (2, 1));
    assert_eq!((counted.callbacks_refused, counted.callbacks_failed, counted.store_failures), (1, 1, 1));
}

#[tokio::test]
async fn questions_to_the_store_are_counted_and_those_that_nobody_waited_for_have_failed() {
    let (simulator, store) = (simulator().await, Arc::new(FailingStore::default()));
    let ledger = process(&simulator, &store);
    ledger.get("aaa").await.unwrap();
    let before = ledger.statistics();
    assert!(before.store_calls >= 1 && before.store_failures == 0, "{before:?}");
    store.fail("load", Fault::Hangs, 1);
    let got = tokio::time::timeout(Duration::from_millis(20), ledger.get("aaa")).await;
    assert!(got.is_err(), "it hangs");
    let after = ledger.statistics();
    assert_eq!((after.store_calls, after.store_failures), (before.store_calls + 1, 1));
}

#[tokio::test]
async fn what_the_last_reconciliation_found_is_told_also_where_it_was_made_in_the_background() {
    let (simulator, store) = (simulator().await, memory());
    let ledger = process(&simulator, &store);
    start_without_reply(&simulator, &ledger).await;
    let report = ledger.reconcile(100, Some(LONG.into())).await.unwrap();
    let counted = ledger.statistics();
    assert_eq!((counted.reconciliations, counted.last_reconciliation.as_ref()), (1, Some(&report)));
    assert!(counted.reconciled_at.is_some() && report.unknown == 1, "{counted:?}");
    ledger.keep_up(Duration::from_millis(5).into()).unwrap();
    let kept_up = async {
        while ledger.statistics().reconciliations < 3 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(LONG, kept_up).await.expect("it keeps up");
    let last = ledger.statistics().last_reconciliation.unwrap();
    assert_eq!((last.unknown, last.oldest_unknown_at), (1, report.oldest_unknown_at));
}

#[tokio::test]
async fn whoever_follows_is_counted_while_they_do() {
    let (simulator, store) = (simulator().await, memory());
    let ledger = process(&simulator, &store);
    start(&ledger).await.unwrap();
    let seen = entry(&ledger).await.version;
    let following = tokio::spawn({
        let ledger = ledger.clone();
        async move { ledger.next_change("aaa", seen, None, LONG.into()).await }
    });
    let followed = async {
        while ledger.statistics().sessions_followed == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(LONG, followed).await.expect("it is followed");
    ledger.close();
    following.await.unwrap().unwrap();
    assert_eq!(ledger.statistics().sessions_followed, 0);
}
