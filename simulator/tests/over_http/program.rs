//! The simulator as a program.

use std::process::Stdio;
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStderr, ChildStdout, Command};

use crate::client::Call;

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
async fn its_help_does_not_show_the_environments_secret() {
    let mut command = command(&["--help"]);
    command.env("RONGCLOUD_APP_SECRET", "hush");
    let output = command.output().await.unwrap();
    assert!(!String::from_utf8(output.stdout).unwrap().contains("hush"));
}
