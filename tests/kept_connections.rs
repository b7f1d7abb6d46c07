//! A kept connection over which something has come unasked, or its end, serves no further call.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rongcloud_recording::{ClientOptions, RecordingClient, StartOptions, blocking};
use support::{client, credentials, profile};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// What the server does with a connection once it has answered a request.
#[derive(Clone, Copy)]
enum Afterwards {
    /// It answers again, unasked, after so long.
    AnswersAgain(Duration),
    /// It closes the connection.
    Closes,
}

/// Answers each request with its own id, and does something afterwards that ought to end the connection.
struct Server {
    url: String,
    /// Says each time that it was done, and so has been received: on loopback, writing is delivering.
    done: UnboundedReceiver<()>,
    /// Requests that came over a connection after that.
    misled: Arc<AtomicU32>,
}

impl Server {
    fn start(afterwards: Afterwards) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (sender, done) = unbounded_channel();
        let misled = Arc::new(AtomicU32::new(0));
        let counted = misled.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (sender, misled) = (sender.clone(), counted.clone());
                thread::spawn(move || serve(stream.unwrap(), afterwards, &sender, &misled));
            }
        });
        Self { url, done, misled }
    }

    fn misled(&self) -> u32 {
        self.misled.load(Ordering::SeqCst)
    }
}

fn serve(mut stream: TcpStream, afterwards: Afterwards, done: &UnboundedSender<()>, misled: &AtomicU32) {
    stream.set_nodelay(true).unwrap();
    let Some(id) = request_id(&mut stream) else { return };
    stream.write_all(reply(&id).as_bytes()).unwrap();
    match afterwards {
        Afterwards::AnswersAgain(delay) => {
            thread::sleep(delay);
            // The client may have closed the connection already.
            let _ = stream.write_all(reply("foreign").as_bytes());
        }
        Afterwards::Closes => stream.shutdown(Shutdown::Write).unwrap(),
    }
    // The test may have ended.
    let _ = done.send(());
    if request_id(&mut stream).is_some() {
        misled.fetch_add(1, Ordering::SeqCst);
    }
}

fn reply(id: &str) -> String {
    let body = format!(r#"{{"code":200,"recordId":"{id}","sessionId":"{id}"}}"#);
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

/// Reads one whole request. Nothing at the end of the connection.
fn request_id(stream: &mut TcpStream) -> Option<String> {
    let mut read = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&read).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let headers: HashMap<_, _> = head
                .lines()
                .filter_map(|line| line.split_once(": "))
                .map(|(name, value)| (name.to_lowercase(), value))
                .collect();
            if body.len() >= headers["content-length"].parse().unwrap() {
                return Some(headers["x-request-id"].to_owned());
            }
        }
        let mut more = [0; 4096];
        match stream.read(&mut more) {
            Ok(0) | Err(_) => return None,
            Ok(count) => read.extend_from_slice(&more[..count]),
        }
    }
}

/// Starts and queries by turns, each as soon as the server has done its worst.
async fn calls(afterwards: Afterwards, count: u32) {
    let mut server = Server::start(afterwards);
    let client = client(&server.url);
    for round in 0..count {
        call(&client, round).await;
        server.done.recv().await.unwrap();
    }
    assert_eq!(server.misled(), 0);
}

async fn call(client: &RecordingClient, round: u32) {
    if round.is_multiple_of(2) {
        let started = client.start("room1", "aaa", &profile(), StartOptions::default()).await.unwrap();
        assert_eq!(started.record_id, started.request_id);
    } else {
        let room = client.query_room("room1", None).await.unwrap();
        assert_eq!(room.session_id, room.request_id);
    }
}

/// After how many milliseconds the server answers again, and how many calls are made.
const DELAYS: [(u64, u32); 5] = [(0, 300), (1, 200), (5, 100), (20, 30), (100, 6)];

#[tokio::test(flavor = "current_thread")]
async fn an_answer_that_nobody_asked_for_is_no_calls_on_one_thread() {
    for (delay, count) in DELAYS {
        calls(Afterwards::AnswersAgain(Duration::from_millis(delay)), count).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_answer_that_nobody_asked_for_is_no_calls_on_several_threads() {
    for (delay, count) in DELAYS {
        // In a task of its own, because a runtime has fewer turns for what it was begun with.
        tokio::spawn(calls(Afterwards::AnswersAgain(Duration::from_millis(delay)), count)).await.unwrap();
    }
}

#[test]
fn an_answer_that_nobody_asked_for_is_no_calls_without_async() {
    for (delay, count) in DELAYS {
        let mut server = Server::start(Afterwards::AnswersAgain(Duration::from_millis(delay)));
        let client =
            blocking::RecordingClient::new(credentials(), ClientOptions::default().api_url(&server.url)).unwrap();
        for _ in 0..count / 2 {
            let started = client.start("room1", "aaa", &profile(), StartOptions::default()).unwrap();
            assert_eq!(started.record_id, started.request_id);
            server.done.blocking_recv().unwrap();
            let room = client.query_room("room1", None).unwrap();
            assert_eq!(room.session_id, room.request_id);
            server.done.blocking_recv().unwrap();
        }
        assert_eq!(server.misled(), 0);
    }
}

#[tokio::test(flavor = "current_thread")]
async fn a_connection_that_the_server_has_closed_serves_no_call_on_one_thread() {
    calls(Afterwards::Closes, 300).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_connection_that_the_server_has_closed_serves_no_call_on_several_threads() {
    tokio::spawn(calls(Afterwards::Closes, 300)).await.unwrap();
}

/// A connection lives on the runtime that made it, and dies or rests with it.
#[test]
fn a_client_serves_one_runtime_after_another() {
    let served = Arc::new(Mutex::new(Vec::new()));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let counted = served.clone();
    thread::spawn(move || {
        for (number, stream) in listener.incoming().enumerate() {
            let counted = counted.clone();
            thread::spawn(move || {
                let mut stream = stream.unwrap();
                while let Some(id) = request_id(&mut stream) {
                    counted.lock().unwrap().push(number);
                    stream.write_all(reply(&id).as_bytes()).unwrap();
                }
            });
        }
    });
    let client = client(&url);
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (resting, other) = (runtime(), runtime());
    resting.block_on(call(&client, 0));
    other.block_on(call(&client, 0));
    resting.block_on(call(&client, 0));
    drop(resting);
    runtime().block_on(call(&client, 0));
    other.block_on(call(&client, 0));
    assert_eq!(*served.lock().unwrap(), [0, 1, 0, 2, 1]);
}
