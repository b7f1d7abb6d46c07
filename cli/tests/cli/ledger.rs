//! The ledger: starts on record, decisions, and what is followed.

use std::process::Stdio;

use rongcloud_simulator::{Cut, DoorOptions, Fault};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::time::timeout;

use super::support::{LONGEST, at, profile, run_at, simulator};

#[tokio::test]
async fn two_who_start_the_same_session_have_one_recording() {
    let simulator = simulator().await;
    let folder = tempfile::tempdir().unwrap();
    let store = format!("sqlite://{}/ledger.db", folder.path().display());
    let profile = profile();
    let start = ["start", "room1", "aaa", "--json", "--profile", profile.path(), "--ledger", &store];
    let (one, two) = (run_at(simulator.url(), &start).await, run_at(simulator.url(), &start).await);
    assert_eq!(one.json()["record_id"], two.json()["record_id"]);
    assert_eq!((&one.json()["is_mine"], &two.json()["is_mine"]), (&true.into(), &false.into()));
    assert_eq!(simulator.executions().start, 1);
    let listed = run_at(simulator.url(), &["list", "--json", "--ledger", &store]).await.json();
    assert_eq!((&listed["entries"][0]["state"], listed["entries"].as_array().unwrap().len()), (&"running".into(), 1));
    let stopped = run_at(simulator.url(), &["stop", "room1", "aaa", "--ledger", &store]).await;
    assert_eq!(stopped.code, 0);
    let listed = run_at(simulator.url(), &["list", "--json", "--ledger", &store]).await.json();
    assert_eq!(listed["entries"][0]["state"], "over");
}

#[tokio::test]
async fn a_start_of_unknown_outcome_is_listed_until_somebody_decides() {
    let simulator = simulator().await;
    let folder = tempfile::tempdir().unwrap();
    let store = format!("sqlite://{}/ledger.db", folder.path().display());
    let door = simulator.open_door(DoorOptions::default()).unwrap();
    door.inject([Fault::reply_bytes(0, Cut::Reset)]).unwrap();
    let profile = profile();
    let start = ["start", "room1", "aaa", "--profile", profile.path(), "--ledger", &store, "--json"];
    assert_eq!(run_at(door.url(), &start).await.code, 7);
    let again = run_at(simulator.url(), &start).await;
    assert_eq!((again.code, &again.json()["error"]["kind"]), (7, &"conflict".into()), "{again:?}");
    assert_eq!(simulator.executions().start, 1);

    let mut command = at(simulator.url(), &["unresolved", "--json"]);
    command.env("RONGCLOUD_LEDGER_URL", &store);
    let unresolved = super::support::ran(command).await.json();
    assert_eq!(
        (&unresolved["entries"][0]["session_id"], &unresolved["entries"][0]["generation"]),
        (&"aaa".into(), &1.into())
    );
    let report = run_at(simulator.url(), &["reconcile", "--json", "--ledger", &store]).await;
    assert_eq!((report.code, &report.json()["unknown"]), (0, &1.into()), "{report:?}");

    let resolved = run_at(simulator.url(), &["resolve", "aaa", "1", "--over", "--json", "--ledger", &store]).await;
    assert_eq!((resolved.code, &resolved.json()["entry"]["state"]), (0, &"over".into()), "{resolved:?}");
    let none = run_at(simulator.url(), &["unresolved", "--ledger", &store]).await;
    assert!(none.stdout.contains("no start is unresolved"), "{none:?}");
    assert_eq!(run_at(simulator.url(), &["resolve", "bbb", "1", "--over", "--ledger", &store]).await.code, 3);
}

#[tokio::test]
async fn a_store_that_can_not_be_reached_keeps_the_start_here() {
    let simulator = simulator().await;
    let profile = profile();
    let start =
        ["start", "room1", "aaa", "--profile", profile.path(), "--ledger", "sqlite:///nonexistent/ledger.db", "--json"];
    let ran = run_at(simulator.url(), &start).await;
    assert_eq!((ran.code, &ran.json()["error"]["cause"]), (6, &"store".into()), "{ran:?}");
    assert_eq!(simulator.executions().start, 0);
}

#[tokio::test]
async fn a_recording_is_followed_up_to_its_files() {
    let simulator = simulator().await;
    let profile = profile();
    let start = [
        "start",
        "room1",
        "aaa",
        "--json",
        "--profile",
        profile.path(),
        "--follow",
        "--listen",
        "0",
        "--settle",
        "0s",
        "--follow-for",
        "40s",
    ];
    let mut command = at(simulator.url(), &start);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut remarks = BufReader::new(child.stderr.take().unwrap()).lines();
    let remark = timeout(LONGEST, remarks.next_line()).await.unwrap().unwrap().unwrap();
    let url = remark.strip_prefix("taking callbacks at ").expect(&remark).to_owned();
    simulator.set_callback_urls(Some(&url), None).unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut next = async || {
        let line = timeout(LONGEST, lines.next_line()).await.unwrap().unwrap().unwrap();
        serde_json::from_str::<serde_json::Value>(&line).expect(&line)
    };
    assert_eq!(next().await["is_mine"], true);
    assert_eq!(run_at(simulator.url(), &["stop", "room1", "aaa"]).await.code, 0);
    let last = loop {
        let change = next().await;
        if change["is_settled"] == true {
            break change;
        }
    };
    assert_eq!(last["recording"]["phase"], "uploaded");
    assert_eq!(timeout(LONGEST, child.wait()).await.unwrap().unwrap().code(), Some(0));
}

#[cfg(unix)]
#[tokio::test]
async fn whoever_waits_can_be_interrupted() {
    let simulator = simulator().await;
    let follow = ["follow", "aaa", "--ledger", "memory:", "--listen", "0", "--json"];
    let mut child = at(simulator.url(), &follow).spawn().unwrap();
    let mut remarks = BufReader::new(child.stderr.take().unwrap()).lines();
    timeout(LONGEST, remarks.next_line()).await.unwrap().unwrap().unwrap();
    let id = child.id().unwrap().to_string();
    assert!(tokio::process::Command::new("kill").args(["-INT", &id]).status().await.unwrap().success());
    assert_eq!(timeout(LONGEST, child.wait()).await.unwrap().unwrap().code(), Some(130));
    let last = timeout(LONGEST, remarks.next_line()).await.unwrap().unwrap().unwrap();
    assert!(last.contains("no request was on its way"), "{last}");
}

#[tokio::test]
async fn following_ends_with_its_time_and_says_that_it_is_not_known() {
    let simulator = simulator().await;
    let follow = ["follow", "aaa", "--ledger", "memory:", "--follow-for", "100ms", "--json"];
    let ran = run_at(simulator.url(), &follow).await;
    assert_eq!((ran.code, &ran.json()["error"]["kind"]), (7, &"unfinished".into()), "{ran:?}");
}
