//! A Python program that makes a ledger, uses it or not, and forks workers, as servers that fork do: Rust alone can't fork
//! without `unsafe`.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use tokio::io::AsyncWriteExt;
use tokio::process::Command as Process;
use tokio::time::timeout;

use crate::Count;
use crate::engine::Engine;
use crate::race::Sessions;
use crate::races::Size;
use crate::workers::{APP_SECRET, Service};

const LONGEST: Duration = Duration::from_secs(300);

/// What a start came to.
#[derive(Deserialize)]
#[serde(untagged)]
enum Outcome {
    Recorded { session: String, record_id: String, is_mine: bool },
    NotSent { not_sent: String },
}

/// With an interpreter that has the package.
pub(crate) async fn race(python: &str, engine: &Engine, size: Size) -> Result<(Count, String)> {
    let mut count = Count::default();
    let unused = forked(python, engine, size, "unused").await.context("not used before")?;
    all_workers_race(&unused, size, &mut count)?;
    // SQLite keeps what it believes of a file's locks per process, and a child inherits it: the hole that is told. Each
    // start is tried for as long as it may take.
    let is_file = engine.address()?.is_none();
    let size = if is_file { Size { sessions: 1, ..size } } else { size };
    let used = forked(python, engine, size, "used").await.context("used before")?;
    if is_file {
        let told = nobody_but_the_parent_starts(&used, size, &mut count)?;
        return Ok((count, format!("in a child of a process that has used it: {told}")));
    }
    all_workers_race(&used, size, &mut count)?;
    Ok((count, "used before or not, all workers race".to_owned()))
}

/// What has come of it, and how many starts were sent.
struct Forked {
    outcomes: Vec<Outcome>,
    starts: u64,
}

async fn forked(python: &str, engine: &Engine, size: Size, how: &str) -> Result<Forked> {
    let sessions = Sessions::new(size.sessions);
    let service = Service::open(sessions.rooms()).await?;
    let mut program = Process::new(python)
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../bindings/python/tests/programs/prefork.py"))
        .args([how, &size.workers.to_string()])
        .env("RONGCLOUD_API_URL", service.simulator.url())
        .env("RONGCLOUD_APP_KEY", &service.app_key)
        .env("RONGCLOUD_APP_SECRET", APP_SECRET)
        .env("RONGCLOUD_LEDGER_URL", &engine.url)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("{python} can't be run"))?;
    let mut input = program.stdin.take().context("a program has an input")?;
    input.write_all(&serde_json::to_vec(&sessions.rooms().collect::<Vec<_>>())?).await?;
    drop(input);
    let ended = timeout(LONGEST, program.wait_with_output()).await.context("it hangs")??;
    ensure!(ended.status.success(), "it ends as {}", ended.status);
    let outcomes = String::from_utf8(ended.stdout)?.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let starts = service.simulator.executions().start;
    service.simulator.shutdown().await;
    Ok(Forked { outcomes, starts })
}

fn all_workers_race(forked: &Forked, size: Size, count: &mut Count) -> Result<()> {
    let mut told: BTreeMap<&str, (BTreeSet<&str>, usize)> = BTreeMap::new();
    for outcome in &forked.outcomes {
        match outcome {
            Outcome::Recorded { session, record_id, is_mine } => {
                let (ids, mine) = told.entry(session).or_default();
                ids.insert(record_id);
                *mine += usize::from(*is_mine);
            }
            Outcome::NotSent { not_sent } => anyhow::bail!("a worker's start is not sent: {not_sent}"),
        }
    }
    ensure!(
        forked.outcomes.len() >= size.sessions * size.workers,
        "only {} starts came to something",
        forked.outcomes.len()
    );
    let is_once = told.values().all(|(ids, mine)| ids.len() == 1 && *mine == 1);
    ensure!(told.len() == size.sessions && is_once, "they were told different recordings");
    count.starts += forked.starts;
    count.doubled += forked.starts.saturating_sub(u64::try_from(size.sessions)?);
    Ok(())
}

/// With the sentence that a worker is told.
fn nobody_but_the_parent_starts(forked: &Forked, size: Size, count: &mut Count) -> Result<String> {
    let refused = forked.outcomes.iter().filter_map(|outcome| match outcome {
        Outcome::NotSent { not_sent } => Some(not_sent),
        Outcome::Recorded { .. } => None,
    });
    let refused: Vec<_> = refused.collect();
    ensure!(refused.len() == size.sessions * size.workers, "{} starts were not sent", refused.len());
    ensure!(forked.starts == 1, "{} starts were sent", forked.starts);
    count.starts += forked.starts;
    refused.first().map(|sentence| (*sentence).clone()).context("there are workers")
}
