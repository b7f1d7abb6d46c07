//! Processes that race: what one was told it has won, no other has won too.

use std::env;
use std::process::{Command, Stdio};

use rongcloud_recording::Timestamp;
use rongcloud_recording::ledger::store::{Index, LedgerStore, SessionKey, open};

use crate::places::{self, Folder};

/// The store's address, in a process that takes part in a race.
const STORE: &str = "RONGCLOUD_TEST_STORE";
const PROCESSES: usize = 8;
const SWAPS: usize = 200;

fn key() -> SessionKey {
    SessionKey { app_key: "app".to_owned(), session_id: "raced for".to_owned() }
}

/// Swaps until enough were acknowledged, and tells the version that each has replaced.
async fn contend(store: &dyn LedgerStore) {
    let index = Index { due: Timestamp(0), is_unresolved: true };
    let mut won = 0;
    while won < SWAPS {
        let stored = store.load(&[key()]).await.unwrap().remove(0);
        let version = stored.map_or(0, |stored| stored.version);
        if store.swap(&key(), version, &format!("after {version}"), index).await.unwrap() {
            println!("won: {version}");
            won += 1;
        }
    }
}

/// Takes part in the race, in a process that was started to do so.
async fn contends() -> bool {
    let Ok(url) = env::var(STORE) else { return false };
    contend(&*open(&url, None).unwrap()).await;
    true
}

/// Runs the test of this name in so many processes at once, which contend; then every version was won once.
async fn every_swap_counts_once(test: &str, url: &str) {
    let contenders: Vec<_> = (0..PROCESSES)
        .map(|_| {
            Command::new(env::current_exe().unwrap())
                .args(["--exact", "--nocapture", &format!("processes::{test}")])
                .env(STORE, url)
                .stdout(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    let mut won: Vec<i64> = Vec::new();
    for contender in contenders {
        let output = contender.wait_with_output().unwrap();
        assert!(output.status.success());
        let said = String::from_utf8(output.stdout).unwrap();
        won.extend(
            said.lines().filter_map(|line| line.split_once("won: ")).map(|(_, won)| won.parse::<i64>().unwrap()),
        );
    }
    won.sort_unstable();
    let last = i64::try_from(PROCESSES * SWAPS).unwrap();
    assert_eq!(won, (0..last).collect::<Vec<_>>());
    let stored = open(url, None).unwrap().load(&[key()]).await.unwrap().remove(0).unwrap();
    assert_eq!((stored.version, stored.document), (last, format!("after {}", last - 1)));
}

#[tokio::test]
async fn in_sqlite_every_swap_of_eight_processes_counts_once() {
    if !contends().await {
        let folder = Folder::new("processes");
        every_swap_counts_once("in_sqlite_every_swap_of_eight_processes_counts_once", &folder.sqlite()).await;
    }
}

#[tokio::test]
async fn in_postgres_every_swap_of_eight_processes_counts_once() {
    if !contends().await {
        let url = places::postgres("processes").await;
        every_swap_counts_once("in_postgres_every_swap_of_eight_processes_counts_once", &url).await;
    }
}

#[tokio::test]
async fn behind_pgbouncer_every_swap_of_eight_processes_counts_once() {
    if !contends().await {
        let url = places::pgbouncer("processes_bounced").await;
        every_swap_counts_once("behind_pgbouncer_every_swap_of_eight_processes_counts_once", &url).await;
    }
}

#[tokio::test]
async fn in_redis_every_swap_of_eight_processes_counts_once() {
    if !contends().await {
        let url = places::redis("processes");
        every_swap_counts_once("in_redis_every_swap_of_eight_processes_counts_once", &url).await;
    }
}
