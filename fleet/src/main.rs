//! A fleet of processes with one ledger, killed at every point, and the simulator's own count of what they did.
//!
//! ```text
//! rongcloud-fleet [--sessions N] [--workers N]
//! ```
//!
//! It runs on SQLite, and on the servers that `RONGCLOUD_TEST_POSTGRES_URL` and `RONGCLOUD_TEST_REDIS_URL` name:
//! `scripts/with-stores.sh` starts both. It prints what it counted, and fails where a start was sent twice, an event was
//! lost, or an outcome stays unknown that nothing explains.

mod attacks;
mod callbacks;
mod clocks;
mod count;
mod crash;
mod crashes;
mod cuts;
mod engine;
mod excuses;
mod folder;
mod hole;
mod host;
mod jobs;
mod protocol;
mod proxy;
mod race;
mod races;
mod server;
mod worker;
mod workers;

use std::env;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use attacks::ATTACKS;
use count::Count;
use engine::Engine;
use folder::Folder;
use races::Size;

/// What is done to the fleet.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Part {
    Kills,
    Races,
    Hosts,
    Attacks,
    Clocks,
    Hole,
}

const PARTS: [(&str, Part); 6] = [
    ("kills", Part::Kills),
    ("races", Part::Races),
    ("hosts", Part::Hosts),
    ("attacks", Part::Attacks),
    ("clocks", Part::Clocks),
    ("hole", Part::Hole),
];

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let mut arguments = env::args().skip(1).peekable();
    match arguments.peek().map(String::as_str) {
        Some("worker") => return worker::serve().await.map(|()| ExitCode::SUCCESS),
        Some("host") => return host::keep().await.map(|()| ExitCode::SUCCESS),
        _ => {}
    }
    let (mut size, mut parts) = (Size { sessions: 1_000, workers: 4 }, Vec::new());
    while let Some(argument) = arguments.next() {
        let mut number = || arguments.next().and_then(|value| value.parse().ok()).context("a number is missing");
        match argument.as_str() {
            "--sessions" => size.sessions = number()?,
            "--workers" => size.workers = number()?,
            name => match PARTS.iter().find(|(known, _)| *known == name) {
                Some((_, part)) => parts.push(*part),
                None => bail!("{name} is no part: known are {}", PARTS.map(|(name, _)| name).join(", ")),
            },
        }
    }
    if parts.is_empty() {
        parts = PARTS.map(|(_, part)| part).into();
    }
    let folder = Folder::new()?;
    let mut all = Count::default();
    for part in parts {
        all += run(part, &folder, size).await.with_context(|| format!("{part:?}"))?;
    }
    println!("doubled starts {}, lost events {}, unexplained unknowns {}", all.doubled, all.lost, all.unexplained);
    Ok(if all.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn run(part: Part, folder: &Folder, size: Size) -> Result<Count> {
    let stores = || Ok::<_, anyhow::Error>([Engine::sqlite(folder), Engine::postgres()?, Engine::redis()?]);
    let mut count = Count::default();
    match part {
        Part::Kills => {
            for engine in stores()? {
                count += told(part, engine.name, crashes::of_everything(&engine)).await?;
            }
        }
        Part::Races => {
            for engine in stores()?.into_iter().chain([Engine::pgbouncer()?]) {
                count += told(part, engine.name, races::calm(&engine, size)).await?;
            }
        }
        Part::Clocks => {
            for engine in stores()? {
                count += told(part, engine.name, clocks::race(&engine, size)).await?;
            }
        }
        Part::Hosts => {
            // Each waits for most of the time, for what was cut.
            let [sqlite, postgres, redis] = &stores()?;
            let [sqlite, postgres, redis] =
                [sqlite, postgres, redis].map(|engine| told(part, engine.name, races::of_two_hosts(engine, size)));
            let (sqlite, postgres, redis) = tokio::try_join!(sqlite, postgres, redis)?;
            [sqlite, postgres, redis].into_iter().for_each(|of_engine| count += of_engine);
        }
        Part::Attacks => {
            for attack in ATTACKS {
                count += told(part, &format!("{attack:?}"), attacks::race(attack, size)).await?;
            }
        }
        Part::Hole => {
            let engine = Engine::sqlite(folder);
            count += told(part, engine.name, hole::shown(&engine)).await?;
        }
    }
    Ok(count)
}

/// Prints what a part has come to.
async fn told(part: Part, name: &str, work: impl Future<Output = Result<(Count, String)>>) -> Result<Count> {
    let begun = Instant::now();
    let (count, further) = work.await.with_context(|| name.to_owned())?;
    println!("{part:?}, {name}: {count:?}; {:.0} s; {further}", begun.elapsed().as_secs_f64());
    Ok(count)
}
