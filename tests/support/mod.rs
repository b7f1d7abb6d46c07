//! What the suites share: the simulator with an app and a room, and a client of it.

#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[cfg(feature = "ffi")]
pub mod native;

use std::path::Path;

use rongcloud_recording::{
    AudioFormat, ClientOptions, Credentials, RecordingClient, RecordingError, RecordingProfile, Room, SliceLength,
    SplitStreamRecording, VideoFormat, Violation,
};
use rongcloud_simulator::{Simulator, Step};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

pub const APP_KEY: &str = "uwd1c0sxdlx2";
pub const APP_SECRET: &str = "Y1W2MeFwwwRxa0";

pub async fn simulator() -> Simulator {
    Simulator::builder().app(APP_KEY, APP_SECRET).room("room1", "aaa").start().await.unwrap()
}

pub fn credentials() -> Credentials {
    Credentials::new(APP_KEY, APP_SECRET).unwrap()
}

pub fn client(url: &str) -> RecordingClient {
    RecordingClient::new(credentials(), ClientOptions::default().api_url(url)).unwrap()
}

/// A question that has arrived at the simulator, which holds its answer.
pub async fn held(client: &RecordingClient, simulator: &Simulator) -> JoinHandle<Result<Room, RecordingError>> {
    simulator.next([Step::hold()]).unwrap();
    let client = client.clone();
    let call = tokio::spawn(async move { client.query_room("room1", None).await });
    simulator.wait_for_requests(1).await.unwrap();
    call
}

pub fn profile() -> RecordingProfile {
    let recording = SplitStreamRecording::new(VideoFormat::Mp4, AudioFormat::Aac, SliceLength::Minutes60);
    RecordingProfile::new(recording).unwrap()
}

/// The entries of one file of golden vectors.
pub fn vectors(file: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(file);
    let entries: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    assert!(!entries.is_empty(), "{file} has no entries");
    entries
}

pub fn text<'a>(entry: &'a Value, key: &str) -> &'a str {
    entry[key].as_str().unwrap_or_else(|| panic!("{key} of {entry}"))
}

pub fn violations(error: &RecordingError) -> &[Violation] {
    match error {
        RecordingError::InvalidInput { violations, .. } => violations,
        other => panic!("not InvalidInput: {other}"),
    }
}

pub fn as_json(violations: &[Violation]) -> Value {
    violations
        .iter()
        .map(|violation| json!({"path": violation.path, "code": violation.code, "reason": violation.reason}))
        .collect()
}

/// Reads one whole request: head and as much body as its length says.
pub async fn read_request(stream: &mut TcpStream) -> Vec<u8> {
    let mut read = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&read).to_lowercase();
        if let Some((head, _)) = text.split_once("\r\n\r\n") {
            let length: usize =
                head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap().parse().unwrap();
            if read.len() >= head.len() + 4 + length {
                return read;
            }
        }
        let count = stream.read_buf(&mut read).await.unwrap();
        assert!(count > 0, "the client left in the middle of its request");
    }
}

/// Reads one whole request and answers it.
pub async fn answer(stream: &mut TcpStream, body: &str) {
    read_request(stream).await;
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
    stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
}
