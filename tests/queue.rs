//! The queue of calls that the other languages begin: whoever takes, waits, cancels or closes, on whatever thread, each call
//! is told once.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::thread;

use rongcloud_recording::ffi::{Completion, CompletionQueue, Reply, Request};
use rongcloud_recording::{
    FailureCause, Host, Layout, LayoutUpdate, OperationKind, RecordingError, RecordingTarget, Span,
};
use rongcloud_simulator::{Simulator, Step};
use support::native::{
    LONG, closing_lets_go, each_thread_waits_for_its_own, native, query, queue, start, waits_no_longer_than_told,
};
use support::{profile, simulator, violations};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

fn target() -> RecordingTarget {
    ("room1", "aaa").into()
}

async fn on_a_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap()
}

/// The end of a call that has the queue to itself.
async fn end_of(queue: &Arc<CompletionQueue>, number: i64) -> Completion {
    let queue = queue.clone();
    let [completion] = on_a_thread(move || queue.wait(LONG)).await.unwrap().ended.try_into().unwrap();
    assert_eq!(completion.number, number);
    completion
}

/// Ends once the call has; takes nothing.
async fn ended(queue: &Arc<CompletionQueue>) {
    #[derive(Debug)]
    struct Descriptor(i32);
    impl std::os::fd::AsRawFd for Descriptor {
        fn as_raw_fd(&self) -> i32 {
            self.0
        }
    }
    let descriptor = Descriptor(queue.descriptor().unwrap());
    // What borrows a descriptor by its number is unsafe, and the queue outlives this.
    #[allow(deprecated)]
    let watched = tokio::io::unix::AsyncFd::with_interest(descriptor, tokio::io::Interest::READABLE).unwrap();
    let _ = watched.readable().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn each_request_has_its_own_reply() {
    let simulator = simulator().await;
    let (client, queue) = (native(simulator.url()), queue());
    let host = Host::new("111", "111_RongCloudRTC");
    let requests = [
        start(),
        Request::UpdateLayout {
            recording: target(),
            update: LayoutUpdate::new(Layout::Floating).host(host),
            timeout: Some(LONG),
            request_id: None,
        },
        Request::Stop { recording: target(), timeout: Some(LONG), request_id: None },
        query(),
        Request::StartInRoom {
            room_id: "room1".to_owned(),
            profile: Arc::new(profile()),
            extra: Some("order-7".to_owned()),
            timeout: Some(LONG),
            request_id: None,
        },
    ];
    let mut replies = Vec::new();
    for request in requests {
        let number = client.begin(queue.clone(), request).unwrap();
        let completion = end_of(&queue, number).await;
        assert_eq!(completion.failure, None);
        replies.push(completion.reply.unwrap());
    }
    let [
        Reply::Start { value: first },
        Reply::UpdateLayout { value: changed },
        Reply::Stop { value: stopped },
        Reply::QueryRoom { value: room },
        Reply::StartInRoom { value: second },
    ] = &replies[..]
    else {
        panic!("{replies:?}")
    };
    assert_eq!(
        (&changed.session_id, &stopped.session_id, &room.session_id),
        (&first.session_id, &first.session_id, &first.session_id)
    );
    assert!(first.record_id != second.record_id);
    assert!(simulator.requests().iter().any(|request| request.body_text().contains(r#""extra":"order-7""#)));
}

#[test]
fn everything_that_is_wrong_with_a_call_is_told_at_once() {
    let (client, queue) = (native("http://127.0.0.1:9"), queue());
    let found = |request| {
        let error = client.begin(queue.clone(), request).unwrap_err();
        violations(&error).iter().map(|found| format!("{} {}", found.path, found.reason)).collect::<Vec<_>>()
    };
    let update = LayoutUpdate::new(Layout::Custom { windows: Vec::new() });
    let update =
        Request::UpdateLayout { recording: ("", "aaa").into(), update, timeout: Some(Span(-1)), request_id: None };
    assert_eq!(found(update).len(), 3);
    let stop = |timeout| Request::Stop { recording: target(), timeout: Some(timeout), request_id: None };
    for negative in [Span(0), Span(-1), Span(i64::MIN)] {
        assert_eq!(found(stop(negative)), ["timeout must be above zero"]);
    }
    assert_eq!(found(stop(Span(i64::MAX))), ["timeout must be at most 365 days"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_has_ended_makes_the_descriptor_readable_and_is_taken_once() {
    let simulator = simulator().await;
    let (client, queue) = (native(simulator.url()), queue());
    let number = client.begin(queue.clone(), query()).unwrap();
    ended(&queue).await;
    let taken = queue.take().unwrap();
    assert_eq!((taken.ended.len(), taken.ended[0].number, taken.is_log_waiting), (1, number, false));
    // For whoever was interrupted before it could read.
    assert_eq!(queue.cancel_and_tell(number).unwrap(), taken.ended[0]);
    assert_eq!(queue.take().unwrap().ended, []);
    assert!(matches!(queue.cancel(number), Err(RecordingError::Internal { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_descriptor_that_is_asked_for_late_tells_of_what_has_ended_before() {
    let simulator = simulator().await;
    let (client, queue) = (native(simulator.url()), queue());
    let first = client.begin(queue.clone(), query()).unwrap();
    // Until one begun later has ended, which leaves the first alone.
    let other = support::native::queue();
    let second = client.begin(other.clone(), query()).unwrap();
    end_of(&other, second).await;
    ended(&queue).await;
    let told = queue.take().unwrap().ended;
    assert_eq!(told.iter().map(|completion| completion.number).collect::<Vec<_>>(), [first]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thread_that_waits_is_woken_by_the_end_of_a_call() {
    let simulator = simulator().await;
    simulator.next([Step::hold()]).unwrap();
    let (client, queue) = (native(simulator.url()), queue());
    let waiting = thread::spawn({
        let queue = queue.clone();
        move || queue.wait(LONG).unwrap().ended
    });
    let number = client.begin(queue.clone(), start()).unwrap();
    simulator.wait_for_requests(1).await.unwrap();
    client.shut_down().unwrap();
    let told = on_a_thread(move || waiting.join().unwrap()).await;
    let [Completion { number: told, reply: None, failure: Some(failure) }] = &told[..] else { panic!("{told:?}") };
    assert_eq!(*told, number);
    assert!(matches!(failure, RecordingError::Cancelled { sent: true, .. }), "{failure:?}");
}

#[test]
fn waiting_ends_when_the_time_is_over() {
    waits_no_longer_than_told(&queue());
}

#[test]
fn closing_ends_all_waiting_and_lets_nothing_begin() {
    closing_lets_go(&native("http://127.0.0.1:9"), &queue());
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_of_a_closed_queue_go_on() {
    let simulator = simulator().await;
    let (client, queue) = (native(simulator.url()), queue());
    let number = client.begin(queue.clone(), start()).unwrap();
    queue.close().unwrap();
    ended(&queue).await;
    let completion = end_of(&queue, number).await;
    assert!(completion.reply.is_some(), "{completion:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn any_number_of_threads_wait_each_for_its_own_calls() {
    let simulator = simulator().await;
    let client = native(simulator.url());
    on_a_thread(move || each_thread_waits_for_its_own(&client, 32)).await;
    assert_eq!(simulator.requests().len(), 32 * 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_had_ended_when_it_was_cancelled_tells_its_outcome_and_is_forgotten() {
    let simulator = simulator().await;
    let (client, queue) = (native(simulator.url()), queue());
    let number = client.begin(queue.clone(), start()).unwrap();
    ended(&queue).await;
    let completion = queue.cancel(number).unwrap();
    assert!(matches!(completion.reply, Some(Reply::Start { .. })), "{completion:?}");
    assert_eq!(queue.take().unwrap().ended, []);
    let unknown = queue.cancel(number).unwrap_err();
    assert!(matches!(unknown, RecordingError::Internal { .. }), "{unknown:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_cancelled_for_whoever_waits_for_its_end_is_told_once_more_when_it_has_ended() {
    let simulator = simulator().await;
    simulator.next([Step::hold()]).unwrap();
    let (client, queue) = (native(simulator.url()), queue());
    let number = client.begin(queue.clone(), start()).unwrap();
    simulator.wait_for_requests(1).await.unwrap();
    let cancelled = queue.cancel_and_tell(number).unwrap();
    assert!(matches!(cancelled.failure, Some(RecordingError::Cancelled { sent: true, .. })), "{cancelled:?}");
    let told = on_a_thread({
        let queue = queue.clone();
        move || queue.wait(LONG)
    });
    assert_eq!(told.await.unwrap().ended, [cancelled]);
    queue.take().unwrap();
    assert!(queue.cancel_and_tell(number).is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn all_calls_of_a_queue_are_cancelled_at_once_and_each_tells_what_is_known_of_it() {
    let simulator = simulator().await;
    let (client, queue) = (native(simulator.url()), queue());
    let first = client.begin(queue.clone(), start()).unwrap();
    ended(&queue).await;
    queue.take().unwrap();
    simulator.next([Step::hold()]).unwrap();
    let second = client.begin(queue.clone(), start()).unwrap();
    simulator.wait_for_requests(2).await.unwrap();
    let [told, cancelled] = queue.cancel_all().unwrap().try_into().unwrap();
    assert_eq!((told.number, told.reply.is_some()), (first, true));
    assert!(
        cancelled.number == second && matches!(cancelled.failure, Some(RecordingError::Cancelled { sent: true, .. }))
    );
    assert_eq!(queue.cancel_all().unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_cancelled_when_their_queue_goes() {
    // Takes connections in, and answers no handshake.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = native(&format!("https://127.0.0.1:{}", listener.local_addr().unwrap().port()));
    let queue = queue();
    client.begin(queue.clone(), start()).unwrap();
    let (mut connection, _) = listener.accept().await.unwrap();
    drop(queue);
    let mut received = Vec::new();
    connection.read_to_end(&mut received).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_call_crosses_with_all_that_is_known() {
    let simulator = simulator().await;
    simulator.next([Step::reply(401, r#"{"code":1004}"#)]).unwrap();
    let (client, queue) = (native(simulator.url()), queue());
    let number = client.begin(queue.clone(), start()).unwrap();
    let failure = end_of(&queue, number).await.failure.unwrap();
    assert_eq!((failure.status(), failure.code()), (Some(401), Some(1004)));
    assert_eq!(failure.operation(), Some(OperationKind::Start));
}

/// Whoever of many takes it, and whenever: each call is told exactly once.
#[tokio::test(flavor = "multi_thread")]
async fn many_threads_that_begin_and_many_that_take_tell_each_call_once() {
    const CALLS: usize = 400;
    let simulator = simulator().await;
    let (client, queue) = (native(simulator.url()), queue());
    let told = Arc::new(Mutex::new(Vec::new()));
    let takers: Vec<_> = (0..4)
        .map(|_| {
            let (queue, told) = (queue.clone(), told.clone());
            thread::spawn(move || {
                while told.lock().unwrap().len() < CALLS {
                    let ended = queue.wait(LONG).unwrap().ended;
                    let is_last = {
                        let mut told = told.lock().unwrap();
                        told.extend(ended.into_iter().map(|completion| completion.number));
                        told.len() >= CALLS
                    };
                    if is_last {
                        queue.close().unwrap();
                    }
                }
            })
        })
        .collect();
    let begun: Vec<_> = (0..4)
        .map(|_| {
            let (client, queue) = (client.clone(), queue.clone());
            thread::spawn(move || {
                let begin = |_| client.begin(queue.clone(), query()).unwrap();
                (0..CALLS / 4).map(begin).collect::<Vec<_>>()
            })
        })
        .collect();
    let (begun, told) = on_a_thread(move || {
        let begun: Vec<_> = begun.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
        takers.into_iter().for_each(|taker| taker.join().unwrap());
        (begun, told.lock().unwrap().clone())
    })
    .await;
    assert_eq!((told.len(), begun.len()), (CALLS, CALLS));
    assert_eq!(BTreeSet::from_iter(told), BTreeSet::from_iter(begun));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_was_shut_down_begins_calls_that_fail_as_not_sent() {
    let simulator: Simulator = simulator().await;
    let (client, queue) = (native(simulator.url()), queue());
    client.shut_down().unwrap();
    let number = client.begin(queue.clone(), query()).unwrap();
    let failure = end_of(&queue, number).await.failure.unwrap();
    assert!(matches!(failure, RecordingError::NotSent { cause: FailureCause::ClientClosed, .. }), "{failure:?}");
}
