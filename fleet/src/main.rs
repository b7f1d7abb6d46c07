//! A fleet of processes with one ledger, killed at every point, and the simulator's own count of what they did.
//!
//! ```text
//! rongcloud-fleet [--sessions N] [--workers N]
//! ```
//!
//! It runs on SQLite, and on the servers that `RONGCLOUD_TEST_POSTGRES_URL` and `RONGCLOUD_TEST_REDIS_URL` name:
//! `scripts/with-stores.sh` starts both. It prints what it counted, and fails where a start was sent twice, an event was
//! lost, or an outcome stays unknown that nothing explains.

mod callbacks;
mod crash;
mod crashes;
mod protocol;
mod race;
mod worker;
mod workers;

use std::env;
use std::ops::AddAssign;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

/// What is counted, over all engines.
#[derive(Debug, Default)]
struct Count {
    kills: u64,
    starts: u64,
    doubled: u64,
    events: u64,
    lost: u64,
    unexplained: u64,
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.kills += other.kills;
        self.starts += other.starts;
        self.doubled += other.doubled;
        self.events += other.events;
        self.lost += other.lost;
        self.unexplained += other.unexplained;
    }
}

/// A ledger's store, and what to call it.
#[derive(Clone)]
struct Engine {
    name: &'static str,
    url: String,
}

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == "worker") {
        worker::serve().await?;
        return Ok(ExitCode::SUCCESS);
    }
    let number = |name: &str, default: usize| -> Result<usize> {
        let Some(at) = arguments.iter().position(|argument| argument == name) else { return Ok(default) };
        arguments.get(at + 1).and_then(|value| value.parse().ok()).with_context(|| format!("{name} needs a number"))
    };
    let (sessions, workers) = (number("--sessions", 1_000)?, number("--workers", 4)?);
    let folder = Folder::new()?;
    let engines = [
        Engine { name: "SQLite", url: format!("sqlite://{}", folder.0.join("ledger.db").display()) },
        Engine { name: "PostgreSQL", url: of_environment("RONGCLOUD_TEST_POSTGRES_URL")? },
        Engine { name: "Redis", url: of_environment("RONGCLOUD_TEST_REDIS_URL")? },
    ];
    let mut all = Count::default();
    for engine in &engines {
        let mut count = crashes::of_starts(engine).await.with_context(|| format!("{}: starts", engine.name))?;
        count += crashes::of_callbacks(engine).await.with_context(|| format!("{}: callbacks", engine.name))?;
        let rate = race::run(engine, sessions, workers, &mut count).await;
        let rate = rate.with_context(|| format!("{}: {workers} workers", engine.name))?;
        println!("{}: {count:?}; {sessions} sessions by {workers} workers: {rate:.0} starts a second", engine.name);
        all += count;
    }
    println!("doubled starts {}, lost events {}, unexplained unknowns {}", all.doubled, all.lost, all.unexplained);
    let is_clean = all.doubled == 0 && all.lost == 0 && all.unexplained == 0;
    Ok(if is_clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn of_environment(name: &str) -> Result<String> {
    match env::var(name) {
        Ok(url) if !url.is_empty() => Ok(url),
        _ => bail!("{name} is not set: run this by scripts/with-stores.sh, which starts the servers"),
    }
}

/// A folder of its own, which goes with it.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self> {
        let folder = env::temp_dir().join(format!("rongcloud-fleet-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
