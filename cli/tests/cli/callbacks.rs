//! Callbacks: verified, sent, received and passed on.

use std::process::Stdio;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, Uri};
use rongcloud_recording::Credentials;
use rongcloud_recording::callback::CallbackRequest;
use rongcloud_simulator::{DEMO_APP_KEY, DEMO_APP_SECRET};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::net::TcpListener;
use tokio::process::{Child, ChildStdout};
use tokio::time::timeout;

use super::support::{LONGEST, TempFile, at, profile, run_at, simulator};

const NOWHERE: &str = "http://127.0.0.1:1";
/// Spaces, an escape and the order of its keys are lost by whoever reads and writes it again.
const BODY: &str = "{ \"type\":1,\"recordId\":\"r\\u0031\", \"appKey\":\"uwd1c0sxdlx2\" ,\"extra\":\"\\u5f55\"}\n";

fn signed(secret: &str, body: &str) -> CallbackRequest {
    let credentials = Credentials::new(DEMO_APP_KEY, secret.to_owned()).unwrap();
    CallbackRequest::signed_recording_event(&credentials, body).unwrap()
}

fn captured(request: &CallbackRequest) -> TempFile {
    let headers: Vec<_> =
        request.headers.iter().map(|header| format!("{}: {}\r\n", header.name, header.value)).collect();
    let body = String::from_utf8(request.body.clone()).unwrap();
    TempFile::of(&format!("POST /recording HTTP/1.1\r\nHost: app\r\n{}\r\n{body}", headers.concat()))
}

fn signature(request: &CallbackRequest) -> &str {
    &request.headers.iter().find(|header| header.name == "signature").unwrap().value
}

#[tokio::test]
async fn a_genuine_callback_is_verified_step_by_step() {
    let request = signed(DEMO_APP_SECRET, BODY);
    let file = captured(&request);
    let ran = run_at(NOWHERE, &["callback", "verify", file.path(), "--json"]).await;
    let told = ran.json();
    assert_eq!((ran.code, &told["is_accepted"], &told["about"]), (0, &true.into(), &"recording".into()));
    let steps: Vec<_> = told["steps"].as_array().unwrap().iter().map(|step| step["step"].as_str().unwrap()).collect();
    assert_eq!(steps, ["size", "fields", "signature", "time", "body", "app_key"]);
}

#[tokio::test]
async fn what_is_wrong_with_a_callback_is_said_without_a_signature() {
    let request = signed("another", BODY);
    // Whoever has the right signature can make requests with it.
    let right = rongcloud_recording::signature(DEMO_APP_SECRET, &request.headers[0].value, &request.headers[1].value);
    let file = captured(&request);
    for arguments in [&["callback", "verify", file.path()][..], &["callback", "verify", file.path(), "--json"]] {
        let ran = run_at(NOWHERE, arguments).await;
        assert_eq!(ran.code, 4, "{ran:?}");
        let shown = format!("{}{}", ran.stdout, ran.stderr);
        assert!(shown.contains("40 hexadecimal digits"), "{shown}");
        assert!(!shown.contains(&right) && !shown.contains(signature(&request)), "{shown}");
    }
}

#[tokio::test]
async fn an_old_callback_and_an_unreadable_one_are_told_apart() {
    let mut old = signed(DEMO_APP_SECRET, BODY);
    let timestamp = "1408710653000".to_owned();
    old.headers[2].value = rongcloud_recording::signature(DEMO_APP_SECRET, &old.headers[0].value, &timestamp);
    old.headers[1].value = timestamp;
    let file = captured(&old);
    let verify = ["callback", "verify", file.path(), "--json"];
    let ran = run_at(NOWHERE, &verify).await;
    let reason =
        ran.json()["steps"].as_array().unwrap().iter().find_map(|step| step["reason"].as_str().map(str::to_owned));
    assert_eq!((ran.code, reason.as_deref()), (4, Some("outside_time_window")));

    let file = captured(&signed(DEMO_APP_SECRET, "[]"));
    assert_eq!(run_at(NOWHERE, &["callback", "verify", file.path()]).await.code, 8);
    let file = TempFile::of("no headers");
    assert_eq!(run_at(NOWHERE, &["callback", "verify", file.path()]).await.code, 3);
}

/// What an app has received.
type Received = Arc<Mutex<Vec<(String, HeaderMap, Bytes)>>>;

/// An app that answers everything so, and keeps what it gets.
async fn app(status: u16, answer: &'static str) -> (String, Received) {
    let received = Received::default();
    let kept = received.clone();
    let take = move |uri: Uri, headers: HeaderMap, body: Bytes| {
        kept.lock().unwrap().push((uri.to_string(), headers, body));
        async move { (StatusCode::from_u16(status).unwrap(), answer) }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/webhook", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(take)).await });
    (url, received)
}

/// The program as it listens.
struct Listening {
    url: String,
    lines: Lines<BufReader<ChildStdout>>,
    child: Child,
}

impl Listening {
    async fn with(more: &[&str]) -> Self {
        let arguments = [&["callback", "listen", "--port", "0", "--json"], more].concat();
        let mut child = at(NOWHERE, &arguments).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut listening = Self { url: String::new(), lines, child };
        listening.url = listening.next().await["listening"].as_str().unwrap().to_owned();
        listening
    }

    async fn next(&mut self) -> Value {
        let line = timeout(LONGEST, self.lines.next_line()).await.unwrap().unwrap().unwrap();
        serde_json::from_str(&line).expect(&line)
    }
}

async fn post(url: &str, request: &CallbackRequest) -> (u16, String) {
    let mut sent = reqwest::Client::builder().no_proxy().build().unwrap().post(url).body(request.body.clone());
    for header in &request.headers {
        sent = sent.header(&header.name, &header.value);
    }
    let answer = sent.header("x-of-the-service", "kept").send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test]
async fn what_is_passed_on_is_the_same_to_the_byte_and_so_is_the_answer() {
    let (webhook, received) = app(202, "taken").await;
    let mut listening = Listening::with(&["--forward-to", &webhook]).await;
    let request = signed(DEMO_APP_SECRET, BODY);
    assert_eq!(post(&format!("{}/any?a=%20b", listening.url), &request).await, (202, "taken".to_owned()));
    let told = listening.next().await;
    assert_eq!(
        (&told["answered"], &told["forwarded"]["status"], &told["phase"]),
        (&202.into(), &202.into(), &"recording".into())
    );
    let received = received.lock().unwrap();
    let (uri, headers, body) = &received[0];
    assert_eq!((uri.as_str(), body.as_ref()), ("/webhook?a=%20b", BODY.as_bytes()));
    assert_eq!(headers["signature"], signature(&request));
    assert_eq!(headers["x-of-the-service"], "kept");
}

#[tokio::test]
async fn an_app_that_fails_or_is_away_is_shown_and_told_to_the_service() {
    let (webhook, _) = app(500, "no").await;
    let mut listening = Listening::with(&["--forward-to", &webhook]).await;
    assert_eq!(post(&listening.url, &signed(DEMO_APP_SECRET, BODY)).await.0, 500);
    assert_eq!(listening.next().await["answered"], 500);
    let mut listening = Listening::with(&["--forward-to", "http://127.0.0.1:1/webhook"]).await;
    assert_eq!(post(&listening.url, &signed(DEMO_APP_SECRET, BODY)).await.0, 502);
    let told = listening.next().await;
    assert!(told["forwarded"]["failure"].as_str().unwrap().contains("could not be reached"), "{told}");
}

#[tokio::test]
async fn what_can_not_be_believed_is_refused_and_not_passed_on() {
    let (webhook, received) = app(200, "").await;
    let mut listening = Listening::with(&["--forward-to", &webhook]).await;
    assert_eq!(post(&listening.url, &signed("another", BODY)).await.0, 401);
    assert_eq!(listening.next().await["refusal"], "wrong_signature");
    let genuine = signed(DEMO_APP_SECRET, BODY);
    assert_eq!(post(&listening.url, &genuine).await.0, 200);
    listening.next().await;
    let replayed = CallbackRequest { body: BODY.replace("r\\u0031", "other").into_bytes(), ..genuine };
    assert_eq!(post(&listening.url, &replayed).await.0, 401);
    assert_eq!(listening.next().await["refusal"], "replayed");
    assert_eq!(received.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn the_phase_of_a_recording_goes_on_with_its_events() {
    let simulator = simulator().await;
    let mut listening = Listening::with(&[]).await;
    simulator.set_callback_urls(Some(&listening.url), Some(&listening.url)).unwrap();
    let profile = profile();
    assert_eq!(run_at(simulator.url(), &["start", "room1", "--profile", profile.path()]).await.code, 0);
    assert_eq!(run_at(simulator.url(), &["stop", "room1", "aaa"]).await.code, 0);
    let mut phases = Vec::new();
    while phases.last().map(String::as_str) != Some("uploaded") {
        phases.push(listening.next().await["phase"].as_str().unwrap().to_owned());
    }
    assert_eq!(phases[0], "recording");
    simulator.leave("room1", "111");
    let left = listening.next().await;
    assert_eq!((&left["about"], &left["event"]["kind"]), (&"room".into(), &"member_left".into()));
}

#[cfg(unix)]
#[tokio::test]
async fn listening_ends_when_it_is_told_to_or_nobody_reads() {
    let mut listening = Listening::with(&[]).await;
    let id = listening.child.id().unwrap().to_string();
    assert!(tokio::process::Command::new("kill").args(["-TERM", &id]).status().await.unwrap().success());
    assert_eq!(timeout(LONGEST, listening.child.wait()).await.unwrap().unwrap().code(), Some(0));

    let listening = Listening::with(&[]).await;
    let Listening { url, lines, mut child } = listening;
    drop(lines);
    assert_eq!(post(&url, &signed(DEMO_APP_SECRET, BODY)).await.0, 200);
    assert_eq!(timeout(LONGEST, child.wait()).await.unwrap().unwrap().code(), Some(0));
}

#[tokio::test]
async fn a_port_that_is_taken_is_told() {
    let listening = Listening::with(&[]).await;
    let port = listening.url.rsplit(':').next().unwrap();
    let ran = run_at(NOWHERE, &["callback", "listen", "--port", port, "--json"]).await;
    assert_eq!((ran.code, &ran.json()["error"]["kind"]), (1, &"local".into()), "{ran:?}");
}

#[tokio::test]
async fn every_event_that_is_sent_is_accepted_by_a_receiver() {
    let mut listening = Listening::with(&[]).await;
    let url = listening.url.clone();
    for event in [
        "started",
        "sliced",
        "ended",
        "uploaded",
        "room-synchronized",
        "room-created",
        "room-destroyed",
        "member-joined",
        "member-left",
        "streams-changed",
    ] {
        let ran = run_at(NOWHERE, &["callback", "send", event, "--to", &url, "--json"]).await;
        assert_eq!((ran.code, &ran.json()["status"]), (0, &200.into()), "{event}: {ran:?}");
        assert_eq!(listening.next().await["event"]["kind"], event.replace("room-", "").replace('-', "_"), "{event}");
    }
}

#[tokio::test]
async fn values_are_set_and_none_is_left_aside() {
    let mut listening = Listening::with(&[]).await;
    let url = listening.url.clone();
    let send = ["callback", "send", "ended", "--to", &url];
    let set = ["--set", "code=500", "--set", "errorMessage=disk full", "--set", "recordId=r2"];
    assert_eq!(run_at(NOWHERE, &[&send[..], &set].concat()).await.code, 0);
    let told = listening.next().await;
    assert_eq!((&told["event"]["record_id"], &told["event"]["is_failure"]), (&"r2".into(), &true.into()));
    for wrong in ["sessionID=x", "members[0].userId=1", "code=many", "code"] {
        let ran = run_at(NOWHERE, &[&send[..], &["--set", wrong]].concat()).await;
        assert_eq!(ran.code, 3, "{wrong}: {ran:?}");
    }
    let ran = run_at(NOWHERE, &[&send[..], &["--set", "sessionID=x"]].concat()).await;
    assert!(ran.stderr.contains("did you mean sessionId?"), "{ran:?}");
}

#[tokio::test]
async fn an_app_that_does_not_take_an_event_is_a_refusal() {
    let (webhook, _) = app(503, "later").await;
    let ran = run_at(NOWHERE, &["callback", "send", "ended", "--to", &webhook]).await;
    assert!(ran.code == 5 && ran.stdout.contains("later"), "{ran:?}");
    let away = run_at(NOWHERE, &["callback", "send", "ended", "--to", "http://127.0.0.1:1/webhook"]).await;
    assert_eq!(away.code, 6, "{away:?}");
}

#[tokio::test]
async fn a_signature_is_shown_nowhere_and_leaves_only_encrypted() {
    let (webhook, received) = app(200, "").await;
    let ran = run_at(NOWHERE, &["callback", "send", "ended", "--to", &webhook, "--json"]).await;
    let signature = received.lock().unwrap()[0].1["signature"].to_str().unwrap().to_owned();
    assert!(!format!("{ran:?}").contains(&signature));
    let plain = ["callback", "send", "ended", "--to", "http://192.0.2.1/webhook", "--live"];
    let ran = run_at(NOWHERE, &plain).await;
    assert!(ran.code == 3 && ran.stderr.contains("insecure_url"), "{ran:?}");
}

#[tokio::test]
async fn events_are_put_on_record_where_there_is_a_ledger() {
    let folder = tempfile::tempdir().unwrap();
    let store = format!("sqlite://{}/ledger.db", folder.path().display());
    let listening = Listening::with(&["--ledger", &store]).await;
    let sent = run_at(NOWHERE, &["callback", "send", "started", "--to", &listening.url]).await;
    assert_eq!(sent.code, 0, "{sent:?}");
    let listed = run_at(NOWHERE, &["list", "--ledger", &store, "--json"]).await.json();
    assert_eq!((&listed["entries"][0]["generation"], &listed["entries"][0]["state"]), (&0.into(), &"running".into()));
}

#[tokio::test]
async fn what_can_not_be_put_on_record_is_told_and_comes_again() {
    let mut listening = Listening::with(&["--quiet", "--ledger", "redis://127.0.0.1:1/0"]).await;
    assert_eq!(post(&listening.url, &signed(DEMO_APP_SECRET, BODY)).await.0, 503);
    assert_eq!(listening.next().await["answered"], 503);
}
