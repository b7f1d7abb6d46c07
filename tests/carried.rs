//! A runtime without threads of its own, which whoever waits carries, and its end. In a process of its own, because all of
//! it is the process's.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use rongcloud_recording::ffi::{CompletionQueue, NativeClient, Reply};
use rongcloud_recording::{RecordingError, runtime};
use rongcloud_simulator::Step;
use support::native::{
    LONG, begins_nothing, closing_lets_go, each_thread_waits_for_its_own, native, query, start,
    waits_no_longer_than_told,
};
use support::simulator;

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
    let client = native(simulator.url());
    let queue = Arc::new(CompletionQueue::carrying().unwrap());
    let in_background = {
        let (client, queue) = (client.clone(), queue.clone());
        tokio::task::spawn_blocking(move || {
            a_call_ends_while_somebody_waits(&client, &queue);
            waits_no_longer_than_told(&queue);
            // Each waits for its own calls, and carries those of all.
            each_thread_waits_for_its_own(&client, 8);
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
    begins_nothing(&client, &queue);
    waits_no_longer_than_told(&queue);
    queue.close().unwrap();
}

fn a_call_ends_while_somebody_waits(client: &NativeClient, queue: &Arc<CompletionQueue>) {
    let number = client.begin(queue.clone(), start()).unwrap();
    let [told] = queue.wait(LONG).unwrap().ended.try_into().unwrap();
    assert!(told.number == number && matches!(told.reply, Some(Reply::Start { .. })), "{told:?}");
}

fn a_closed_queue_lets_go(client: &NativeClient) {
    let queue = Arc::new(CompletionQueue::carrying().unwrap());
    closing_lets_go(client, &queue);
    // Its last request is one that somebody else carries.
    let other = support::native::queue();
    client.begin(other.clone(), query()).unwrap();
    assert_eq!(other.wait(LONG).unwrap().ended.len(), 1);
}
