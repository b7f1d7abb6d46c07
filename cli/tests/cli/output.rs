//! What is printed where, to whomever.

use std::fs::File;
use std::process::Stdio;

use tokio::io::AsyncReadExt;
use tokio::time::timeout;

use super::support::{LONGEST, at, profile, program, ran, run, run_at, simulator};

#[tokio::test]
async fn colours_are_for_terminals_and_for_whoever_asks() {
    let profile = profile();
    let check = ["check", profile.path()];
    assert!(!run(&check).await.stdout.contains('\u{1b}'), "a pipe is no terminal");
    assert!(run(&[&check[..], &["--color", "always"]].concat()).await.stdout.contains('\u{1b}'));
    for colour in ["auto", "never"] {
        let mut command = program(&[&check[..], &["--color", colour]].concat());
        command.env("NO_COLOR", "1");
        assert!(!ran(command).await.stdout.contains('\u{1b}'), "{colour}");
    }
}

#[tokio::test]
async fn json_is_never_decorated() {
    let simulator = simulator().await;
    let profile = profile();
    for arguments in [
        &["check", profile.path()][..],
        &["show", profile.path()],
        &["explain", "1004"],
        &["room", "room1"],
        &["room", "nowhere"],
        &["doctor", "--signed"],
        &["start", "room1", "--profile", profile.path()],
        &["layout", "room1", "aaa", "--grid"],
        &["stop", "room1", "aaa"],
        &["stop", "room1", "aaa"],
        &["list", "--ledger", "memory:"],
        &["unresolved", "--ledger", "memory:"],
        &["resolve", "aaa", "1", "--over", "--ledger", "memory:"],
        &["reconcile", "--ledger", "memory:"],
        &["completions", "bash"],
        &["man"],
    ] {
        let arguments = [arguments, &["--json", "--color", "always"]].concat();
        let ran = run_at(simulator.url(), &arguments).await;
        assert!(ran.json().is_object() && !ran.stdout.contains('\u{1b}'), "{arguments:?}: {ran:?}");
        assert_eq!(ran.code != 0, ran.json().get("error").is_some(), "{arguments:?}: {ran:?}");
    }
}

#[tokio::test]
async fn quiet_leaves_data_and_errors() {
    let simulator = simulator().await;
    let ran = run_at(simulator.url(), &["stop", "room1", "aaa", "--quiet"]).await;
    assert!(ran.code == 5 && ran.stderr.lines().count() == 1, "{ran:?}");
    let ran = run_at(simulator.url(), &["list", "--limit", "1", "--ledger", "memory:", "-q"]).await;
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
}

#[tokio::test]
async fn whoever_stops_reading_changes_nothing_of_the_outcome() {
    let simulator = simulator().await;
    let profile = profile();
    for (arguments, code) in [
        (&["explain"][..], 0),
        (&["start", "room1", "--profile", profile.path()], 0),
        (&["room", "nowhere", "--json"], 5),
        (&["--help"], 0),
    ] {
        let mut command = at(simulator.url(), arguments);
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut child = command.stdout(Stdio::from(writer)).spawn().unwrap();
        let mut stderr = String::new();
        child.stderr.take().unwrap().read_to_string(&mut stderr).await.unwrap();
        let status = timeout(LONGEST, child.wait()).await.unwrap().unwrap();
        assert!(status.code() == Some(code) && !stderr.contains("panicked"), "{arguments:?}: {status} {stderr}");
    }
    assert_eq!(simulator.executions().start, 1);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_is_no_success() {
    let mut command = program(&["explain"]);
    command.stdout(Stdio::from(File::options().write(true).open("/dev/full").unwrap()));
    assert_eq!(timeout(LONGEST, command.status()).await.unwrap().unwrap().code(), Some(1));
}
