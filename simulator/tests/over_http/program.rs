//! The simulator as a program.

use std::path::Path;
use std::process::Stdio;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStderr, ChildStdout, Command};

use crate::support::client::Call;
use crate::support::receiver::Receiver;
use crate::tls;

struct Program {
    child: Child,
    url: String,
    stdout: BufReader<ChildStdout>,
    stderr: Lines<BufReader<ChildStderr>>,
}

fn command(options: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rongcloud-simulator"));
    command
        .args(options)
        .env_remove("RONGCLOUD_APP_KEY")
        .env_remove("RONGCLOUD_APP_SECRET")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

async fn run(mut command: Command) -> Program {
    let mut child = command.spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let stderr = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut url = String::new();
    stdout.read_line(&mut url).await.unwrap();
    Program { child, url: url.trim_end().to_owned(), stdout, stderr }
}

/// A start as the program's defaults expect it, signed with its clock's time.
fn start(app_key: &str) -> Call {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let now = u64::try_from(now.as_millis()).unwrap();
    Call::start().signed("1", now).set("App-Key", app_key)
}

#[tokio::test]
async fn it_prints_its_url() {
    let program = run(command(&[])).await;
    assert!(program.url.starts_with("http://127.0.0.1:"), "{}", program.url);
}

#[tokio::test]
async fn it_prints_nothing_but_its_url() {
    let mut program = run(command(&["--until-stdin-closes"])).await;
    start("uwd1c0sxdlx2").send_to(&program.url).await;
    drop(program.child.stdin.take());
    let mut rest = String::new();
    program.stdout.read_to_string(&mut rest).await.unwrap();
    assert_eq!(rest, "");
}

#[tokio::test]
async fn its_defaults_accept_the_demonstrations_app_and_room() {
    let program = run(command(&[])).await;
    let reply = start("uwd1c0sxdlx2").send_to(&program.url).await;
    assert_eq!(reply.codes(), (200, 200));
}

#[tokio::test]
async fn it_takes_its_app_from_the_environment() {
    let mut command = command(&[]);
    command.env("RONGCLOUD_APP_KEY", "mine");
    let program = run(command).await;
    let reply = start("mine").send_to(&program.url).await;
    assert_eq!(reply.codes(), (200, 200));
}

#[tokio::test]
async fn it_takes_its_secret_from_the_environment() {
    let mut command = command(&[]);
    command.env("RONGCLOUD_APP_SECRET", "another");
    let program = run(command).await;
    let reply = start("uwd1c0sxdlx2").send_to(&program.url).await;
    assert_eq!(reply.codes(), (401, 1004));
}

#[tokio::test]
async fn it_takes_rooms_as_options() {
    let program = run(command(&["--room", "room1:other", "--room", "room2:aaa"])).await;
    let call = start("uwd1c0sxdlx2").set("Room-Id", "room2");
    assert_eq!(call.send_to(&program.url).await.codes(), (200, 200));
}

fn written(name: &str, scenario: &str) -> String {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, scenario).unwrap();
    path.to_str().unwrap().to_owned()
}

#[tokio::test]
async fn it_plays_a_scenario_instead_of_its_default_room() {
    let text =
        r#"{ "rooms": { "room2": { "sessionId": "aaa" } }, "timeline": [{ "do": { "next": [{ "status": 503 }] } }] }"#;
    let file = written("it_plays_a_scenario.json", text);
    let program = run(command(&["--scenario", &file])).await;
    let rooms = Call::new("GET", "/__simulator/rooms").send_to(&program.url).await.json();
    assert_eq!(rooms.as_object().unwrap().keys().collect::<Vec<_>>(), ["room2"]);
    assert_eq!(start("uwd1c0sxdlx2").send_to(&program.url).await.status(), 503);
}

#[tokio::test]
async fn it_keeps_its_default_room_where_a_scenario_has_none() {
    let program = run(command(&["--scenario", &written("it_keeps_its_default_room.json", "{}")])).await;
    assert_eq!(start("uwd1c0sxdlx2").send_to(&program.url).await.codes(), (200, 200));
}

#[tokio::test]
async fn it_tells_what_is_wrong_with_a_scenario() {
    let file = written("it_tells_what_is_wrong.json", r#"{ "timeline": [{ "do": { "jion": {} } }] }"#);
    for (path, why) in [(file.as_str(), "did you mean `join`?"), ("/nonexistent.json", "No such file")] {
        let output = command(&["--scenario", path]).stdin(Stdio::null()).output().await.unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && told.contains(why), "{told}");
    }
}

#[tokio::test]
async fn it_logs_an_accepted_request() {
    let mut program = run(command(&[])).await;
    let record_id = start("uwd1c0sxdlx2").send_to(&program.url).await.record_id();
    let line = program.stderr.next_line().await.unwrap().unwrap();
    let expected = format!("accepted POST /rtc/record/start.json room=room1 recordId={record_id}");
    assert_eq!(line, expected);
}

#[tokio::test]
async fn it_logs_why_a_request_is_refused() {
    let mut program = run(command(&[])).await;
    start("uwd1c0sxdlx2").body("{}").send_to(&program.url).await;
    let line = program.stderr.next_line().await.unwrap().unwrap();
    let expected = "refused POST /rtc/record/start.json room=room1 400/1002 \
                    parameter error: sessionId is required; config is required";
    assert_eq!(line, expected);
}

/// The URL of a receiver, and a program that tells it of recordings or, as the option says, rooms.
async fn telling(option: &str, more: &[&str]) -> (Receiver, Program) {
    let receiver = Receiver::start().await;
    let url = receiver.url();
    let options = [&[option, url.as_str()], more].concat();
    let program = run(command(&options)).await;
    (receiver, program)
}

async fn flush(program: &Program) {
    Call::new("POST", "/__simulator/callbacks/flush").send_to(&program.url).await;
}

#[tokio::test]
async fn it_tells_of_recordings() {
    let (receiver, mut program) = telling("--callback-url", &[]).await;
    let record_id = start("uwd1c0sxdlx2").send_to(&program.url).await.record_id();
    flush(&program).await;
    let received = receiver.received();
    assert_eq!(received[0].body["recordId"].as_str(), Some(record_id.as_str()));
    // The callback may come before the request's own line.
    let mut lines = Vec::new();
    for _ in 0..2 {
        lines.extend(program.stderr.next_line().await.unwrap());
    }
    let expected = format!("callback recording {} 200", receiver.url());
    assert!(lines.contains(&expected), "{lines:?}");
}

#[tokio::test]
async fn it_tells_of_rooms_as_its_options_say() {
    let options = [
        "--room-callback-version",
        "1.0",
        "--callback-signature",
        "query",
        "--callback-names",
        "app,n,time,sign",
        "--callback-timestamp",
        "seconds",
    ];
    let (receiver, program) = telling("--room-callback-url", &options).await;
    let room = Call::new("PUT", "/__simulator/rooms/room2").json(&json!({ "sessionId": "aaa" }));
    room.send_to(&program.url).await;
    flush(&program).await;
    let received = &receiver.received()[0];
    assert_eq!(received.body["channelId"].as_str(), Some("room2"));
    assert!(received.line.starts_with("POST /told?app=uwd1c0sxdlx2&n="), "{}", received.line);
    let time = received.line.split('&').find_map(|pair| pair.strip_prefix("time=")).unwrap();
    assert_eq!(time.len(), 10, "{time}");
}

#[tokio::test]
async fn it_refuses_to_tell_other_machines() {
    // With stdin closed it would end by itself if it started.
    let mut command = command(&["--callback-url", "http://192.0.2.1/", "--until-stdin-closes"]);
    let output = command.stdin(Stdio::null()).output().await.unwrap();
    assert!(!output.status.success() && output.stdout.is_empty());
}

#[tokio::test]
async fn it_serves_https() {
    let ca_file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("it_serves_https.pem");
    let program = run(command(&["--tls", "--ca-file", ca_file.to_str().unwrap()])).await;
    assert!(program.url.starts_with("https://localhost:"), "{}", program.url);
    let ca_pem = std::fs::read_to_string(ca_file).unwrap();
    let mut connection = tls::connect_to(&ca_pem, &program.url, "localhost").await.unwrap();
    assert_eq!(connection.send(&start("uwd1c0sxdlx2")).await.codes(), (200, 200));
}

#[tokio::test]
async fn it_serves_https_with_a_wrong_certificate() {
    let ca_file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("it_serves_https_with_a_wrong_certificate.pem");
    let program = run(command(&["--tls=wrong-host", "--ca-file", ca_file.to_str().unwrap()])).await;
    let ca_pem = std::fs::read_to_string(ca_file).unwrap();
    assert!(tls::connect_to(&ca_pem, &program.url, "localhost").await.is_err());
}

#[tokio::test]
async fn it_refuses_a_certificate_it_does_not_have() {
    let mut command = command(&["--tls=none", "--until-stdin-closes"]);
    let output = command.stdin(Stdio::null()).output().await.unwrap();
    assert!(!output.status.success() && output.stdout.is_empty());
}

#[tokio::test]
async fn it_does_not_start_without_the_ca_file_it_was_asked_for() {
    let mut command = command(&["--ca-file", "/nonexistent/ca.pem", "--until-stdin-closes"]);
    let output = command.stdin(Stdio::null()).output().await.unwrap();
    assert!(!output.status.success() && output.stdout.is_empty());
}

#[tokio::test]
async fn it_can_be_quiet() {
    let mut program = run(command(&["--quiet", "--until-stdin-closes"])).await;
    start("uwd1c0sxdlx2").send_to(&program.url).await;
    drop(program.child.stdin.take());
    assert_eq!(program.stderr.next_line().await.unwrap(), None);
}

#[tokio::test]
async fn it_ends_when_stdin_closes() {
    let mut program = run(command(&["--until-stdin-closes"])).await;
    drop(program.child.stdin.take());
    assert!(program.child.wait().await.unwrap().success());
}

#[tokio::test]
async fn it_outlives_stdin_unless_asked() {
    let mut program = run(command(&[])).await;
    drop(program.child.stdin.take());
    let reply = start("uwd1c0sxdlx2").send_to(&program.url).await;
    assert_eq!(reply.codes(), (200, 200));
}

#[cfg(unix)]
#[tokio::test]
async fn it_ends_well_when_told_to_terminate() {
    let mut program = run(command(&[])).await;
    let id = program.child.id().unwrap().to_string();
    Command::new("kill").args(["-TERM", &id]).status().await.unwrap();
    assert!(program.child.wait().await.unwrap().success());
}

#[tokio::test]
async fn it_refuses_an_address_that_others_can_reach() {
    // With stdin closed it would end by itself if it started.
    let mut command = command(&["--host", "0.0.0.0", "--until-stdin-closes"]);
    let output = command.stdin(Stdio::null()).output().await.unwrap();
    assert!(!output.status.success() && output.stdout.is_empty());
}

#[tokio::test]
async fn it_warns_where_others_can_reach_it() {
    let mut program = run(command(&["--listen", "0.0.0.0", "--quiet"])).await;
    let line = program.stderr.next_line().await.unwrap().unwrap();
    assert!(line.starts_with("WARNING: 0.0.0.0 is not a loopback address"), "{line}");
    let port = program.url.strip_prefix("http://0.0.0.0:").unwrap();
    let reply = start("uwd1c0sxdlx2").send_to(&format!("http://127.0.0.1:{port}")).await;
    assert_eq!(reply.codes(), (200, 200));
}

#[tokio::test]
async fn it_does_not_warn_where_nobody_else_can() {
    let mut program = run(command(&["--listen", "127.0.0.1", "--quiet", "--until-stdin-closes"])).await;
    drop(program.child.stdin.take());
    assert_eq!(program.stderr.next_line().await.unwrap(), None);
}

#[tokio::test]
async fn its_help_does_not_show_the_environments_secret() {
    let mut command = command(&["--help"]);
    command.env("RONGCLOUD_APP_SECRET", "hush");
    let output = command.output().await.unwrap();
    assert!(!String::from_utf8(output.stdout).unwrap().contains("hush"));
}
