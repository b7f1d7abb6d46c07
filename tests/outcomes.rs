//! What a caller is told of a call that did not end well: which call, whether a recording may be running, and where a
//! cancelled request had got to.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use rongcloud_recording::ffi::{Completion, CompletionQueue, NativeClient, Reply, Request};
use rongcloud_recording::{
    CallContext, ClientOptions, FailureCause, OperationKind, RecordingError, RecordingTarget, Span, StartOptions,
    StartedRecording, blocking,
};
use rongcloud_simulator::{Simulator, Step};
use support::{client, credentials, profile, simulator};
use tokio::net::TcpListener;

fn extra() -> StartOptions {
    StartOptions::default().extra("order-7")
}

fn call(error: &RecordingError) -> CallContext {
    error.call().unwrap_or_else(|| panic!("{error}"))
}

async fn answered(simulator: &Simulator, status: u16, body: &str) {
    simulator.next([Step::reply(status, body)]).unwrap();
}

#[tokio::test]
async fn a_start_whose_outcome_is_unknown_has_the_extra_by_which_its_callback_is_found() {
    let simulator = simulator().await;
    answered(&simulator, 502, "").await;
    let error = client(simulator.url()).start("room1", "aaa", &profile(), extra()).await.unwrap_err();
    let CallContext { operation, room_id, session_id, extra, call_id, request_id, sent_at, attempts, .. } =
        call(&error);
    assert_eq!(
        (operation, room_id.as_str(), session_id.as_str(), extra.as_str()),
        (OperationKind::Start, "room1", "aaa", "order-7")
    );
    assert!(request_id.is_some() && sent_at.is_some() && error.may_be_recording(), "{error:?}");
    assert_eq!(call_id, request_id, "that of its first attempt");
    assert_eq!(attempts.iter().map(|attempt| Some(attempt.request_id.clone())).collect::<Vec<_>>(), [request_id]);
    assert!(error.to_string().contains("extra order-7"), "{error}");
}

#[tokio::test]
async fn every_answer_to_a_start_that_is_no_refusal_says_that_it_may_be_recording() {
    let simulator = simulator().await;
    let client = client(simulator.url());
    for (status, body, may_be_recording) in [
        (200, "not json", true),
        (200, r#"{"code":200}"#, true),
        (302, "", true),
        (200, r#"{"code":1000}"#, true),
        (200, r#"{"code":1050}"#, true),
        (200, r#"{"code":40002}"#, true),
        (401, r#"{"code":1004}"#, false),
        (429, "", false),
    ] {
        answered(&simulator, status, body).await;
        let error = client.start("room1", "aaa", &profile(), extra()).await.unwrap_err();
        assert_eq!(error.may_be_recording(), may_be_recording, "{error}");
        assert_eq!(error.operation(), Some(OperationKind::Start));
        assert!(error.to_string().starts_with("start: "), "{error}");
        assert_eq!(error.to_string().contains("a recording may be running"), may_be_recording, "{error}");
    }
}

#[tokio::test]
async fn a_question_that_fails_in_place_of_a_start_says_that_nothing_was_started() {
    let simulator = simulator().await;
    answered(&simulator, 200, "not json").await;
    let error = client(simulator.url()).start_in_room("room1", &profile(), extra()).await.unwrap_err();
    assert!(error.maybe_sent() && !error.may_be_recording(), "{error:?}");
    assert_eq!(error.operation(), Some(OperationKind::QueryRoom));
    assert!(error.to_string().ends_with("; nothing was started"), "{error}");
    assert!(simulator.recordings().is_empty());
}

#[tokio::test]
async fn other_operations_never_say_that_a_recording_may_be_running() {
    let simulator = simulator().await;
    let client = client(simulator.url());
    answered(&simulator, 200, "not json").await;
    let error = client.stop(("room1", "aaa"), None).await.unwrap_err();
    assert_eq!((error.operation(), error.may_be_recording()), (Some(OperationKind::Stop), false));
    answered(&simulator, 200, "not json").await;
    let error = client.query_room("room1", None).await.unwrap_err();
    assert_eq!((error.operation(), error.may_be_recording()), (Some(OperationKind::QueryRoom), false));
}

#[tokio::test]
async fn input_that_is_no_call_does_not_say_that_nothing_was_sent() {
    let simulator = simulator().await;
    let error = client(simulator.url()).start("", "aaa", &profile(), extra()).await.unwrap_err();
    assert!(error.to_string().starts_with("start: invalid input, nothing was sent: Room-Id"), "{error}");
    let error = rongcloud_recording::RecordingProfile::from_json("{").unwrap_err();
    assert!(error.to_string().starts_with("invalid input: "), "{error}");
}

#[tokio::test]
async fn a_refusal_for_too_many_calls_tells_the_wait_that_is_asked_for() {
    let simulator = simulator().await;
    simulator.next([Step::reply(429, "").header("Retry-After", "7")]).unwrap();
    let error = client(simulator.url()).start("room1", "aaa", &profile(), extra()).await.unwrap_err();
    assert!(error.to_string().ends_with("; it asks to wait 7 s"), "{error}");
}

#[tokio::test]
async fn a_redirect_is_called_one() {
    let simulator = simulator().await;
    let step = Step::reply(302, "").header("Location", "https://elsewhere.example/");
    simulator.next([step]).unwrap();
    let error = client(simulator.url()).start("room1", "aaa", &profile(), extra()).await.unwrap_err().to_string();
    assert!(
        error.contains("it is a redirect to \"https://elsewhere.example/\", and redirects are never followed"),
        "{error}"
    );
}

fn native(url: &str) -> NativeClient {
    let options = ClientOptions::default().api_url(url).timeout(Duration::from_secs(60));
    NativeClient::new(Some(Arc::new(credentials())), options, "rust".to_owned()).unwrap()
}

fn queue() -> Arc<CompletionQueue> {
    Arc::new(CompletionQueue::new().unwrap())
}

fn begin(client: &NativeClient, queue: &Arc<CompletionQueue>) -> i64 {
    let request = Request::Start {
        room_id: "room1".to_owned(),
        session_id: "aaa".to_owned(),
        profile: Arc::new(profile()),
        extra: Some("order-7".to_owned()),
        timeout: None,
        request_id: None,
    };
    client.begin(queue.clone(), request).unwrap()
}

/// What a start came to.
fn started(completion: Completion) -> Result<StartedRecording, RecordingError> {
    match completion {
        Completion { reply: Some(Reply::Start { value }), failure: None, .. } => Ok(value),
        Completion { reply: None, failure: Some(failure), .. } => Err(failure),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_cancelled_after_it_left_says_so_and_keeps_its_request_id() {
    let simulator = simulator().await;
    simulator.next([Step::hold()]).unwrap();
    let (client, queue) = (native(simulator.url()), queue());
    let start = begin(&client, &queue);
    simulator.wait_for_requests(1).await.unwrap();
    let error = started(queue.cancel(start).unwrap()).unwrap_err();
    assert!(matches!(error, RecordingError::Cancelled { sent: true, .. }), "{error:?}");
    assert!(error.may_be_recording(), "{error:?}");
    assert_eq!(call(&error).request_id.as_deref(), simulator.requests()[0].header("X-Request-ID"));
    assert_eq!(call(&error).extra, "order-7");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_cancelled_before_it_left_never_leaves() {
    // Takes connections in, and answers no handshake.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = native(&format!("https://127.0.0.1:{}", listener.local_addr().unwrap().port()));
    let queue = queue();
    let start = begin(&client, &queue);
    let (mut connection, _) = listener.accept().await.unwrap();
    let error = started(queue.cancel(start).unwrap()).unwrap_err();
    assert!(matches!(error, RecordingError::Cancelled { sent: false, .. }), "{error:?}");
    assert!(!error.may_be_recording(), "{error:?}");
    let mut received = Vec::new();
    tokio::io::AsyncReadExt::read_to_end(&mut connection, &mut received).await.unwrap();
    assert!(!String::from_utf8_lossy(&received).contains("POST"), "no request in it");
}

/// Whatever the moment: what was told as not sent has not been seen, and what has been seen was told as sent.
#[tokio::test(flavor = "multi_thread")]
async fn no_cancelled_start_that_was_told_as_not_sent_is_ever_seen() {
    let simulator = simulator().await;
    let (client, queue) = (native(simulator.url()), queue());
    let mut told_as_sent = Vec::new();
    for round in 0..300_u32 {
        let start = begin(&client, &queue);
        for _ in 0..(round % 60) * 400 {
            std::hint::spin_loop();
        }
        match started(queue.cancel(start).unwrap()) {
            Ok(recording) => told_as_sent.push(recording.request_id),
            Err(error) => {
                // Also where it had not run at all.
                assert_eq!((call(&error).session_id.as_str(), call(&error).extra.as_str()), ("aaa", "order-7"));
                told_as_sent.extend(error.request_id().filter(|_| error.maybe_sent()));
            }
        }
    }
    // Answered after everything that had left before it.
    let query = client
        .begin(queue.clone(), Request::QueryRoom { room_id: "room1".to_owned(), timeout: None, request_id: None })
        .unwrap();
    let ended = std::iter::repeat_with(|| queue.wait(Span::from(Duration::from_secs(60))).unwrap().ended).flatten();
    let answer = ended.into_iter().find(|completion| completion.number == query).unwrap();
    assert!(answer.reply.is_some(), "{answer:?}");
    for request in simulator.requests().iter().filter(|request| request.path == "/rtc/record/start.json") {
        let request_id = request.header("X-Request-ID").unwrap().to_owned();
        assert!(told_as_sent.contains(&request_id), "told as not sent, and seen");
    }
}

#[tokio::test]
async fn a_blocking_call_on_the_thread_of_a_current_thread_runtime_fails_at_once() {
    let simulator = simulator().await;
    let client: blocking::RecordingClient = client(simulator.url()).into();
    let stop = |client: &blocking::RecordingClient| client.stop(RecordingTarget::from(("room1", "aaa")), None);
    let on_the_thread = async { stop(&client).unwrap_err() };
    let in_a_task = {
        let client = client.clone();
        tokio::spawn(async move { stop(&client).unwrap_err() })
    };
    for error in [on_the_thread.await, in_a_task.await.unwrap()] {
        assert!(matches!(error, RecordingError::NotSent { cause: FailureCause::Local, .. }), "{error:?}");
        assert!(error.to_string().contains("spawn_blocking"), "{error}");
        assert_eq!((call(&error).operation, call(&error).room_id.as_str()), (OperationKind::Stop, "room1"));
    }
    assert!(simulator.requests().is_empty());
    let elsewhere = client.clone();
    let room = tokio::task::spawn_blocking(move || elsewhere.query_room("room1", None)).await.unwrap().unwrap();
    assert_eq!(room.session_id, "aaa");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blocking_call_on_one_of_many_threads_is_carried_out() {
    let simulator = simulator().await;
    let client: blocking::RecordingClient = client(simulator.url()).into();
    assert_eq!(client.query_room("room1", None).unwrap().session_id, "aaa");
}

#[test]
fn a_task_makes_blocking_calls_without_end_though_it_never_yields() {
    let (sender, made) = mpsc::channel();
    thread::spawn(move || {
        let client: blocking::RecordingClient = client("http://127.0.0.1:9").into();
        client.close();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let task = runtime.spawn(async move {
            // More than a task of tokio's may do in one turn.
            for _ in 0..300 {
                let error = client.query_room("room1", None).unwrap_err();
                assert!(
                    matches!(error, RecordingError::NotSent { cause: FailureCause::ClientClosed, .. }),
                    "{error:?}"
                );
            }
        });
        sender.send(runtime.block_on(task).is_ok()).unwrap();
    });
    // Much longer than it takes: otherwise it waits for ever.
    assert!(made.recv_timeout(Duration::from_secs(60)).expect("a blocking call never ended"));
}
