//! A host that lacks something, or names what can't be read: an error in time, never a wait or a crash.
//!
//! Each test runs itself again in a process that is so.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg(target_os = "linux")]

mod support;

use std::env;
use std::fs::{self, File};
use std::ops::RangeInclusive;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{self, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rongcloud_recording::{ClientOptions, FailureCause, RecordingClient, RecordingError, RetryPolicy, blocking};
use support::credentials;

/// Set in the process that a test runs itself in.
const INSIDE: &str = "RONGCLOUD_TEST_INSIDE";

/// A user who has no other process: the limit counts all that a user has.
fn nobody() -> u32 {
    static MADE: AtomicU32 = AtomicU32::new(0);
    20_000 + (process::id() * 4 + MADE.fetch_add(1, Ordering::SeqCst)) % 40_000
}

fn is_inside() -> bool {
    env::var_os(INSIDE).is_some()
}

/// A folder for one test, deleted with it.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        let path = env::temp_dir().join(format!("rongcloud-{}-{test}", process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The process, which is killed where it waits for ever.
fn output(command: &mut Command) -> Output {
    let child = command
        .env(INSIDE, "1")
        .env_remove("RONGCLOUD_API_URL")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let id = child.id();
    let (sender, ended) = mpsc::channel();
    thread::spawn(move || sender.send(child.wait_with_output().unwrap()));
    ended.recv_timeout(Duration::from_secs(60)).unwrap_or_else(|_| {
        let _ = Command::new("kill").args(["-9", &id.to_string()]).status();
        panic!("it waits for ever");
    })
}

fn assert_passed(output: &Output) {
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
    assert!(!said.contains("panicked"), "{said}");
}

/// Runs a test where there are no more threads than given, the process's first and the test's own included.
fn run_with_threads(test: &str, most: RangeInclusive<u32>) {
    let (folder, nobody) = (Folder::new(test), nobody());
    // Where it may be read by anybody. Copied by another process: a descriptor of this one's, open for writing, would be
    // inherited by what other tests start meanwhile, and nobody could start the copy until they had let go of it.
    let program = folder.0.join("test");
    assert!(Command::new("cp").arg(env::current_exe().unwrap()).arg(&program).status().unwrap().success());
    for most in most {
        let mut command = Command::new("prlimit");
        command.arg(format!("--nproc={most}")).arg("--").arg(&program);
        command.args([test, "--exact", "--nocapture", "--test-threads=1"]).current_dir("/");
        // The limit binds everybody but root.
        if fs::metadata("/proc/self").unwrap().uid() == 0 {
            command.uid(nobody).gid(nobody);
        }
        assert_passed(&output(&mut command));
    }
}

/// What was not sent: for want of threads, or for want of a server where there were enough.
fn not_sent(error: RecordingError) -> (FailureCause, String) {
    match error {
        RecordingError::NotSent { cause, reason, .. } => (cause, reason),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_call_without_threads_for_the_runtime_is_not_sent() {
    if !is_inside() {
        return run_with_threads("a_call_without_threads_for_the_runtime_is_not_sent", 1..=8);
    }
    let is_last = thread::Builder::new().spawn(|| {}).map(JoinHandle::join).is_err();
    let options = ClientOptions::default().api_url("http://127.0.0.1:9");
    let client = blocking::RecordingClient::new(credentials(), options).unwrap();
    for _ in 0..2 {
        let (cause, reason) = not_sent(client.query_room("room1", None).unwrap_err());
        match cause {
            FailureCause::Local => {
                assert!(reason.starts_with("the runtime's threads can't be started: "), "{reason}");
            }
            _ => assert!(!is_last && cause == FailureCause::Connection, "{cause:?}: {reason}"),
        }
    }
}

#[test]
fn a_call_without_a_thread_for_the_name_is_not_sent() {
    if !is_inside() {
        return run_with_threads("a_call_without_a_thread_for_the_name_is_not_sent", 1..=1);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let client = RecordingClient::new(credentials(), ClientOptions::default().api_url("http://localhost:9")).unwrap();
    for _ in 0..2 {
        let (cause, reason) = not_sent(runtime.block_on(client.query_room("room1", None)).unwrap_err());
        assert_eq!(cause, FailureCause::Local);
        let says = "the name localhost can't be resolved: no thread can be started to look it up: ";
        assert!(reason.starts_with(says), "{reason}");
    }
}

#[test]
fn a_call_without_descriptors_for_its_connection_is_not_sent_and_says_nothing_of_the_domain() {
    const TEST: &str = "a_call_without_descriptors_for_its_connection_is_not_sent_and_says_nothing_of_the_domain";
    if !is_inside() {
        let mut command = Command::new("prlimit");
        command.arg("--nofile=64").arg("--").arg(env::current_exe().unwrap());
        return assert_passed(&output(command.args([TEST, "--exact", "--nocapture", "--test-threads=1"])));
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let once = RetryPolicy::default().max_attempts(1);
    let options = ClientOptions::default().api_url("http://127.0.0.1:9").retry(once);
    let client = RecordingClient::new(credentials(), options).unwrap();
    let mut all: Vec<_> = std::iter::from_fn(|| File::open("/dev/null").ok()).collect();
    // From none that is left to as many as it takes. To look at a connection takes some only where one is used again.
    let causes = [0, 1].map(|left| {
        all.truncate(all.len() - usize::from(left > 0));
        let (cause, reason) = not_sent(runtime.block_on(client.query_room("room1", None)).unwrap_err());
        assert_eq!(reason.contains("Too many open files"), cause == FailureCause::Local, "{left} left: {reason}");
        cause
    });
    assert_eq!(causes, [FailureCause::Local, FailureCause::Connection]);
}

/// What making a client for an https address fails with, where a variable names a file.
fn made_with(variable: &str, file: &Path) -> Output {
    const TEST: &str = "certificates_that_cant_be_read_in_time_are_refused";
    let mut command = Command::new(env::current_exe().unwrap());
    command.args([TEST, "--exact", "--nocapture"]).env_remove("SSL_CERT_FILE").env_remove("SSL_CERT_DIR");
    output(command.env(variable, file))
}

#[test]
fn certificates_that_cant_be_read_in_time_are_refused() {
    if is_inside() {
        let options = ClientOptions::default().api_url("https://api.example");
        let error = RecordingClient::new(credentials(), options).unwrap_err();
        println!("{error:?}");
        return;
    }
    let folder = Folder::new("certificates");
    let file = |name: &str| folder.0.join(name);
    let made = Command::new("mkfifo").arg(file("pipe")).status().unwrap();
    assert!(made.success());
    let log = file("large/log");
    fs::create_dir(file("large")).unwrap();
    File::create(&log).unwrap().set_len(1 << 40).unwrap();
    for (variable, file, says) in [
        ("SSL_CERT_FILE", file("pipe"), "which is not a file of certificates"),
        ("SSL_CERT_FILE", "/dev/zero".into(), "which is not a file of certificates"),
        ("SSL_CERT_FILE", folder.0.clone(), "which is not a file of certificates"),
        ("SSL_CERT_FILE", log.clone(), "which is too large to hold certificates"),
        ("SSL_CERT_DIR", log.clone(), "which is not a folder"),
        ("SSL_CERT_DIR", file("large"), "which has too much in it to be certificates"),
    ] {
        let output = made_with(variable, &file);
        assert_passed(&output);
        let said = String::from_utf8_lossy(&output.stdout);
        let says = format!("{variable} names {}, {says}", file.display());
        assert!(said.contains("cause: Local") && said.contains(&says), "{said}");
    }
}
