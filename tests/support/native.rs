//! What the suites share of the client as the other languages have it: calls that are begun, and waited for in a queue.

use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use rongcloud_recording::ffi::{CompletionQueue, NativeClient, Request};
use rongcloud_recording::{ClientOptions, FailureCause, RecordingError, Span};

use super::{credentials, profile};

/// Much longer than anything takes here.
pub const LONG: Span = Span(60_000_000_000);

pub fn native(url: &str) -> Arc<NativeClient> {
    let options = ClientOptions::default().api_url(url).timeout(LONG);
    Arc::new(NativeClient::new(Some(Arc::new(credentials())), options, "rust".to_owned()).unwrap())
}

pub fn queue() -> Arc<CompletionQueue> {
    Arc::new(CompletionQueue::new().unwrap())
}

pub fn start() -> Request {
    Request::Start {
        room_id: "room1".to_owned(),
        session_id: "aaa".to_owned(),
        profile: Arc::new(profile()),
        extra: None,
        timeout: None,
        request_id: None,
    }
}

pub fn query() -> Request {
    Request::QueryRoom { room_id: "room1".to_owned(), timeout: None, request_id: None }
}

/// Waiting ends when the time is over, or at once where none is given.
pub fn waits_no_longer_than_told(queue: &CompletionQueue) {
    for longest in [Span(0), Span(-1), Span(1_000_000)] {
        assert_eq!(queue.wait(longest).unwrap().ended, []);
    }
}

/// As many threads as said, each with a queue and 20 calls of its own, as code that blocks has them.
pub fn each_thread_waits_for_its_own(client: &Arc<NativeClient>, threads: usize) {
    let waiting = |_| {
        let (client, queue) = (client.clone(), queue());
        thread::spawn(move || {
            for _ in 0..20 {
                let number = client.begin(queue.clone(), query()).unwrap();
                let ended = queue.wait(LONG).unwrap().ended;
                assert_eq!(ended.iter().map(|it| (it.number, &it.failure)).collect::<Vec<_>>(), [(number, &None)]);
            }
            assert_eq!(queue.take().unwrap().ended, [], "what was told is forgotten");
        })
    };
    let threads: Vec<_> = (0..threads).map(waiting).collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
}

/// Closing ends all waiting, and lets nothing begin.
pub fn closing_lets_go(client: &NativeClient, queue: &Arc<CompletionQueue>) {
    let (sender, ended) = mpsc::channel();
    for _ in 0..4 {
        let (queue, sender) = (queue.clone(), sender.clone());
        thread::spawn(move || sender.send(queue.wait(Span(i64::MAX)).unwrap().ended).unwrap());
    }
    queue.close().unwrap();
    for _ in 0..4 {
        assert_eq!(ended.recv_timeout(Duration::from_secs(60)).expect("a thread still waits"), []);
    }
    assert_eq!(queue.wait(Span(i64::MAX)).unwrap().ended, []);
    begins_nothing(client, queue);
}

pub fn begins_nothing(client: &NativeClient, queue: &Arc<CompletionQueue>) {
    let error = client.begin(queue.clone(), query()).unwrap_err();
    assert!(matches!(error, RecordingError::NotSent { cause: FailureCause::ClientClosed, .. }), "{error:?}");
}
