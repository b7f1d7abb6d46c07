//! The operations, and every way in which one can end.

use std::process::Stdio;
use std::time::Duration;

use rongcloud_simulator::{Cut, DoorOptions, Fault, Step};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::time::timeout;

use super::support::{LONGEST, Ran, at, over_tls_at, profile, ran, run_at, simulator};

#[tokio::test]
async fn a_room_is_shown_with_its_members() {
    let simulator = simulator().await;
    let ran = run_at(simulator.url(), &["room", "room1"]).await;
    assert!(ran.code == 0 && ran.stdout.contains("session aaa") && ran.stdout.contains("111_RongCloudRTC"), "{ran:?}");
    let json = run_at(simulator.url(), &["room", "room1", "--json"]).await.json();
    assert_eq!((&json["session_id"], json["video_streams"].as_array().unwrap().len()), (&"aaa".into(), 2));
}

#[tokio::test]
async fn a_recording_is_started_changed_and_stopped() {
    let simulator = simulator().await;
    let url = simulator.url();
    let profile = profile();
    let started = run_at(url, &["start", "room1", "--profile", profile.path(), "--extra", "order-7", "--json"]).await;
    assert_eq!(started.code, 0, "{started:?}");
    let record_id = started.json()["record_id"].clone();
    assert_eq!(simulator.recordings()[0].extra, "order-7");
    for layout in [
        &["--grid", "--resolution", "640x480", "--render", "fit"][..],
        &["--side-by-side"],
        &["--spotlight", "2222"],
        &["--picture-in-picture", "111", "2222"],
        &["--floating", "111"],
        &["--adaptive", "2222"],
        &["--profile", profile.path()],
    ] {
        let changed = run_at(url, &[&["layout", "room1", "aaa"], layout].concat()).await;
        assert_eq!(changed.code, 0, "{layout:?}: {changed:?}");
    }
    assert_eq!(simulator.executions().config, 7);
    let stopped = run_at(url, &["stop", "room1", "aaa", "--json"]).await;
    assert_eq!((stopped.code, &stopped.json()["record_id"]), (0, &record_id));
}

#[tokio::test]
async fn a_user_who_publishes_nothing_is_told_apart() {
    let simulator = simulator().await;
    let ran = run_at(simulator.url(), &["layout", "room1", "aaa", "--spotlight", "222"]).await;
    assert!(ran.code == 3 && ran.stderr.contains("did you mean 2222?"), "{ran:?}");
}

async fn start(url: &str, more: &[&str]) -> Ran {
    let profile = profile();
    run_at(url, &[&["start", "room1", "aaa", "--json", "--profile", profile.path()], more].concat()).await
}

fn error(ran: &Ran) -> Value {
    let error = ran.json()["error"].clone();
    for key in ["kind", "maybe_sent", "may_be_recording", "is_retryable", "request_id", "violations", "attempts"] {
        assert!(error.get(key).is_some(), "{key}: {error}");
    }
    assert_eq!(error["exit_code"], ran.code);
    error
}

#[tokio::test]
async fn a_wrong_secret_has_a_code_of_its_own() {
    let simulator = simulator().await;
    let mut command = at(simulator.url(), &["room", "room1", "--json"]);
    command.env("RONGCLOUD_APP_SECRET", "Another1Secret");
    let ran = ran(command).await;
    assert_eq!((ran.code, &error(&ran)["code"]), (4, &1004.into()));
}

#[tokio::test]
async fn what_the_service_refuses_is_refused() {
    let simulator = simulator().await;
    let ran = run_at(simulator.url(), &["stop", "room1", "aaa", "--json"]).await;
    assert_eq!((ran.code, &error(&ran)["kind"]), (5, &"refused".into()));
    assert_eq!(error(&ran)["attempts"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_invalid_is_not_sent() {
    let simulator = simulator().await;
    let profile = profile();
    let start = ["start", "room1", "a\nb", "--profile", profile.path(), "--json"];
    let ran = run_at(simulator.url(), &start).await;
    assert_eq!((ran.code, &error(&ran)["violations"][0]["path"]), (3, &"sessionId".into()));
    assert!(simulator.requests().is_empty());
}

#[tokio::test]
async fn what_can_not_be_reached_was_not_sent() {
    let simulator = simulator().await;
    let door = simulator.open_door(DoorOptions::default()).unwrap();
    door.shut().await.unwrap();
    let ran = start(door.url(), &["--timeout", "2s"]).await;
    assert_eq!((ran.code, &error(&ran)["cause"]), (6, &"connection".into()));
}

#[tokio::test]
async fn a_start_whose_reply_is_lost_may_be_recording_and_is_not_sent_again() {
    let simulator = simulator().await;
    let door = simulator.open_door(DoorOptions::default()).unwrap();
    door.inject([Fault::reply_bytes(0, Cut::Reset)]).unwrap();
    let ran = start(door.url(), &[]).await;
    assert_eq!((ran.code, &error(&ran)["may_be_recording"]), (7, &true.into()));
    assert_eq!(simulator.executions().start, 1);
    assert!(ran.stderr.contains("may be running"), "{ran:?}");
}

#[tokio::test]
async fn a_time_that_is_over_after_sending_leaves_the_outcome_unknown() {
    let simulator = simulator().await;
    simulator.next([Step::hold()]).unwrap();
    let ran = start(simulator.url(), &["--timeout", "300ms"]).await;
    assert_eq!((ran.code, &error(&ran)["cause"]), (7, &"timeout".into()));
}

#[tokio::test]
async fn a_reply_that_is_none_has_a_code_of_its_own() {
    let simulator = simulator().await;
    simulator.next([Step::reply(200, "<html>")]).unwrap();
    assert_eq!(start(simulator.url(), &[]).await.code, 8);
}

/// Interrupts the program once it has come so far.
async fn interrupt(mut command: Command, so_far: impl Future<Output = ()>) -> Ran {
    let child = command.stdout(Stdio::piped()).spawn().unwrap();
    so_far.await;
    let id = child.id().unwrap().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().await.unwrap().success());
    let output = timeout(LONGEST, child.wait_with_output()).await.unwrap().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code().unwrap(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

#[cfg(unix)]
#[tokio::test]
async fn an_interrupted_start_says_whether_it_had_left() {
    let simulator = simulator().await;
    simulator.next([Step::hold()]).unwrap();
    let profile = profile();
    let start = at(simulator.url(), &["start", "room1", "aaa", "--json", "--profile", profile.path()]);
    let ran = interrupt(start, async { simulator.wait_for_requests(1).await.unwrap() }).await;
    assert_eq!((ran.code, &error(&ran)["maybe_sent"]), (130, &true.into()), "{ran:?}");
    assert!(ran.stderr.contains("had begun to leave"), "{ran:?}");
}

#[cfg(unix)]
#[tokio::test]
async fn what_is_interrupted_before_it_left_was_not_sent() {
    // Accepts, and says nothing: the TLS handshake waits.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let mut connected = None;
    let so_far = async { connected = Some(listener.accept().await.unwrap()) };
    let (query, _ca) = over_tls_at(&url, &["room", "room1", "--json"]).await;
    let ran = interrupt(query, so_far).await;
    assert_eq!((ran.code, &error(&ran)["maybe_sent"]), (130, &false.into()), "{ran:?}");
    assert!(ran.stderr.contains("before its request had begun to leave"), "{ran:?}");
}

#[tokio::test]
async fn the_second_address_is_used_while_the_first_one_fails() {
    let simulator = simulator().await;
    let door = simulator.open_door(DoorOptions::default()).unwrap();
    door.shut().await.unwrap();
    let query = ["room", "room1", "--api-url", door.url(), "--backup-api-url", simulator.url()];
    assert_eq!(run_at("http://127.0.0.1:1", &query).await.code, 0);
}

#[tokio::test]
async fn the_simulator_runs_as_a_command() {
    let mut command = super::support::program(&["simulate", "--json", "--until-stdin-closes"]);
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    let mut lines = tokio::io::AsyncBufReadExt::lines(tokio::io::BufReader::new(child.stdout.take().unwrap()));
    let line = timeout(Duration::from_secs(30), lines.next_line()).await.unwrap().unwrap().unwrap();
    let url = serde_json::from_str::<Value>(&line).unwrap()["url"].as_str().unwrap().to_owned();
    assert_eq!(run_at(&url, &["room", "room1"]).await.code, 0);
    drop(child.stdin.take());
    assert!(timeout(LONGEST, child.wait()).await.unwrap().unwrap().success());
}
