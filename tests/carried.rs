//! A runtime without threads of its own, which whoever waits carries, and its end. In a process of its own, because all of
//! it is the process's.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use rongcloud_recording::ffi::{CompletionQueue, NativeClient, Reply, Request};
use rongcloud_recording::{ClientOptions, FailureCause, RecordingError, Span, runtime};
use rongcloud_simulator::Step;
use support::{credentials, profile, simulator};

/// Much longer than anything takes here.
const LONG: Span = Span(60_000_000_000);
const SHORT: Span = Span(1_000_000);

fn start() -> Request {
    Request::Start {
        room_id: "room1".to_owned(),
        session_id: "aaa".to_owned(),
        profile: Arc::new(profile()),
        extra: None,
        timeout: None,
        request_id: None,
    }
}

fn query() -> Request {
    Request::QueryRoom { room_id: "room1".to_owned(), timeout: None, request_id: None }
}

/// Threads that a runtime of this library has started.
fn threads_of_runtimes() -> usize {
    let name = |task: fs::DirEntry| fs::read_to_string(task.path().join("comm")).unwrap_or_default();
    let tasks = fs::read_dir("/proc/self/task").expect("Linux");
    tasks.filter_map(Result::ok).map(name).filter(|name| name.starts_with("rongcloud")).count()
}

/// One test, because what it ends is the process's.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_waits_carries_the_calls_until_the_runtime_is_shut_down() {
    let simulator = simulator().await;
    let options = ClientOptions::default().api_url(simulator.url()).timeout(LONG);
    let client = Arc::new(NativeClient::new(Some(Arc::new(credentials())), options, "rust".to_owned()).unwrap());
    let queue = Arc::new(CompletionQueue::carrying().unwrap());
    let in_background = {
        let (client, queue) = (client.clone(), queue.clone());
        tokio::task::spawn_blocking(move || {
            a_call_ends_while_somebody_waits(&client, &queue);
            waiting_ends_when_the_time_is_over(&queue);
            any_number_of_threads_carry(&client);
            a_closed_queue_lets_go(&client);
        })
    };
    in_background.await.unwrap();
    let made = u64::try_from(simulator.requests().len()).unwrap();
    assert_eq!(made, 1 + 8 * 20 + 1);
    assert_eq!(threads_of_runtimes(), 0);

    // The end, while two threads carry and ten calls are under way.
    simulator.next([Step::hold().times(10)]).unwrap();
    let (sender, told) = mpsc::channel();
    for _ in 0..2 {
        let (queue, sender) = (queue.clone(), sender.clone());
        thread::spawn(move || {
            loop {
                let ended = queue.wait(LONG).unwrap().ended;
                if ended.is_empty() || sender.send(ended).is_err() {
                    return;
                }
            }
        });
    }
    let begun: Vec<_> = (0..10).map(|_| client.begin(queue.clone(), start()).unwrap()).collect();
    simulator.wait_for_requests(made + 10).await.unwrap();

    tokio::task::spawn_blocking(|| runtime::shutdown(Duration::from_secs(60))).await.unwrap();

    let mut cancelled = BTreeSet::new();
    while cancelled.len() < begun.len() {
        for completion in told.recv_timeout(Duration::from_secs(60)).expect("a call whose end nobody is told of") {
            let failure = completion.failure.unwrap();
            assert!(matches!(failure, RecordingError::Cancelled { sent: true, .. }), "{failure:?}");
            assert!(cancelled.insert(completion.number));
        }
    }
    assert_eq!(cancelled, BTreeSet::from_iter(begun));
    let error = client.begin(queue.clone(), query()).unwrap_err();
    assert!(matches!(error, RecordingError::NotSent { cause: FailureCause::ClientClosed, .. }), "{error:?}");
    assert_eq!(queue.wait(SHORT).unwrap().ended, []);
    queue.close().unwrap();
}

fn a_call_ends_while_somebody_waits(client: &NativeClient, queue: &Arc<CompletionQueue>) {
    let number = client.begin(queue.clone(), start()).unwrap();
    let [told] = queue.wait(LONG).unwrap().ended.try_into().unwrap();
    assert!(told.number == number && matches!(told.reply, Some(Reply::Start { .. })), "{told:?}");
}

fn waiting_ends_when_the_time_is_over(queue: &CompletionQueue) {
    for longest in [Span(0), Span(-1), SHORT] {
        assert_eq!(queue.wait(longest).unwrap().ended, []);
    }
}

/// Each waits for its own calls, and carries those of all.
fn any_number_of_threads_carry(client: &Arc<NativeClient>) {
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let client = client.clone();
            thread::spawn(move || {
                let queue = Arc::new(CompletionQueue::new().unwrap());
                for _ in 0..20 {
                    let number = client.begin(queue.clone(), query()).unwrap();
                    let ended = queue.wait(LONG).unwrap().ended;
                    assert_eq!(ended.iter().map(|it| (it.number, &it.failure)).collect::<Vec<_>>(), [(number, &None)]);
                }
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
}

fn a_closed_queue_lets_go(client: &NativeClient) {
    let queue = Arc::new(CompletionQueue::carrying().unwrap());
    let (sender, ended) = mpsc::channel();
    for _ in 0..4 {
        let (queue, sender) = (queue.clone(), sender.clone());
        thread::spawn(move || sender.send(queue.wait(Span(i64::MAX)).unwrap().ended).unwrap());
    }
    queue.close().unwrap();
    for _ in 0..4 {
        assert_eq!(ended.recv_timeout(Duration::from_secs(60)).expect("a thread still waits"), []);
    }
    let error = client.begin(queue, query()).unwrap_err();
    assert!(matches!(error, RecordingError::NotSent { cause: FailureCause::ClientClosed, .. }), "{error:?}");
    // Its last request is one that somebody else carries.
    let other = Arc::new(CompletionQueue::new().unwrap());
    client.begin(other.clone(), query()).unwrap();
    assert_eq!(other.wait(LONG).unwrap().ended.len(), 1);
}
