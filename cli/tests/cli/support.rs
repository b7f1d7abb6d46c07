//! The program, run with nothing of this machine's own settings.

use std::fs;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use rongcloud_simulator::{DEMO_APP_KEY, DEMO_APP_SECRET, Member, Room, Simulator, Stream};
use serde_json::Value;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;
use tokio::time::timeout;

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_rongcloud-recording");
/// Nothing here takes so long.
pub const LONGEST: Duration = Duration::from_secs(60);

const FOREIGN: [&str; 19] = [
    "RONGCLOUD_APP_KEY",
    "RONGCLOUD_APP_SECRET",
    "RONGCLOUD_API_URL",
    "RONGCLOUD_DATA_CENTER",
    "RONGCLOUD_LEDGER_URL",
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "ALL_PROXY",
    "all_proxy",
    "NO_PROXY",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "NO_COLOR",
    "COLUMNS",
    "TERM",
    "RONGCLOUD_RECORDING_ENV_FILE_APPLIED",
];

/// What became of a run.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    /// Stdout as the one JSON value that it must be.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// The program with these arguments, and no terminal.
pub fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    for name in FOREIGN {
        command.env_remove(name);
    }
    command
}

pub async fn ran(mut command: Command) -> Ran {
    let output = timeout(LONGEST, command.output()).await.expect("it ends").unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let ran = Ran {
        code: output.status.code().expect("no signal ends it"),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    };
    for shown in [&ran.stdout, &ran.stderr] {
        assert!(!shown.contains("panicked"), "{ran:?}");
        assert!(!shown.contains(DEMO_APP_SECRET), "the secret is shown");
    }
    ran
}

pub async fn run(arguments: &[&str]) -> Ran {
    ran(program(arguments)).await
}

/// With what is written to its stdin.
pub async fn run_with(arguments: &[&str], input: &str) -> Ran {
    let mut command = program(arguments);
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).await.unwrap();
    drop(stdin);
    let output = timeout(LONGEST, child.wait_with_output()).await.expect("it ends").unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code().unwrap(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// A simulator with the demonstrations' app, and two members who publish video in room1.
pub async fn simulator() -> Simulator {
    let member = |user: &str| Member::new(user).stream(Stream::video(format!("{user}_RongCloudRTC")));
    let room = Room::new("aaa").member(member("111")).member(member("2222"));
    Simulator::builder().app(DEMO_APP_KEY, DEMO_APP_SECRET).room("room1", room).start().await.unwrap()
}

/// The program that calls the service at this address, as the demonstrations' app.
pub fn at(url: &str, arguments: &[&str]) -> Command {
    let mut command = program(arguments);
    command
        .env("RONGCLOUD_API_URL", url)
        .env("RONGCLOUD_APP_KEY", DEMO_APP_KEY)
        .env("RONGCLOUD_APP_SECRET", DEMO_APP_SECRET);
    command
}

pub async fn run_at(url: &str, arguments: &[&str]) -> Ran {
    ran(at(url, arguments)).await
}

/// The program that calls a service over TLS, on a machine that has some CA certificate, whatever this one has.
pub async fn over_tls_at(url: &str, arguments: &[&str]) -> (Command, TempFile) {
    let ca = TempFile::of(simulator().await.ca_pem());
    let mut command = at(url, arguments);
    command.env("SSL_CERT_FILE", ca.path());
    (command, ca)
}

/// A file that is gone with the test.
pub struct TempFile(tempfile::NamedTempFile);

impl TempFile {
    pub fn of(text: &str) -> Self {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        Self(file)
    }

    pub fn path(&self) -> &str {
        self.0.path().to_str().unwrap()
    }
}

/// The documentation's example: two users in two windows.
pub fn profile() -> TempFile {
    TempFile::of(
        r#"{"recordType":1,"mode":3,"videoResolution":"640x480","videoFormat":"mkv","audioFormat":"aac","mixLayout":1,
        "sliceMin":60,"renderMode":1,"input":{"video":[
        {"userId":"111","streamId":"111_RongCloudRTC","x":0,"y":0,"width":0.5,"height":0.5},
        {"userId":"2222","streamId":"2222_RongCloudRTC","x":0.5,"y":0.5,"width":0.5,"height":0.5}]}}"#,
    )
}

/// A page of the repository.
pub fn committed(file: &str) -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    fs::read_to_string(root.join(file)).unwrap()
}
