//! A fleet of processes with one ledger, what can befall it, and the simulator's own count of what it did.
//!
//! ```text
//! rongcloud-fleet [--sessions N] [--workers N] [--python PATH] [PART…]
//! ```
//!
//! The parts are `kills`, `races`, `hosts`, `attacks`, `clocks`, `prefork` and `hole`; without any, all are run. Each is a
//! file here, and docs/ledger.md says what each proves. None is left out where it can't be run: `hosts` fails without root,
//! `prefork` without an interpreter that has the package. `kills` and `races` are short and need neither: tests run them.
//!
//! It runs on SQLite, on servers of its own, and on those that `RONGCLOUD_TEST_POSTGRES_URL`,
//! `RONGCLOUD_TEST_PGBOUNCER_URL` and `RONGCLOUD_TEST_REDIS_URL` name: `scripts/with-stores.sh` starts them. It prints what
//! it counted, and fails where a start was sent twice, an event was lost, or an outcome stays unknown that nothing explains.

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
mod prefork;
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
    Prefork,
    Hole,
}

const PARTS: [(&str, Part); 7] = [
    ("kills", Part::Kills),
    ("races", Part::Races),
    ("hosts", Part::Hosts),
    ("attacks", Part::Attacks),
    ("clocks", Part::Clocks),
    ("prefork", Part::Prefork),
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
    let plan = Plan::read(arguments)?;
    let mut all = Count::default();
    for part in &plan.parts {
        all += plan.run(*part).await.with_context(|| format!("{part:?}"))?;
    }
    println!("doubled starts {}, lost events {}, unexplained unknowns {}", all.doubled, all.lost, all.unexplained);
    Ok(if all.is_clean() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What is run, and with what.
struct Plan {
    parts: Vec<Part>,
    size: Size,
    python: Option<String>,
    folder: Folder,
}

impl Plan {
    fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self> {
        let size = Size { sessions: 1_000, workers: 4 };
        let mut plan = Self { parts: Vec::new(), size, python: None, folder: Folder::new()? };
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().with_context(|| format!("{argument} needs a value"));
            match argument.as_str() {
                "--sessions" => plan.size.sessions = value()?.parse()?,
                "--workers" => plan.size.workers = value()?.parse()?,
                "--python" => plan.python = Some(value()?),
                name => match PARTS.iter().find(|(known, _)| *known == name) {
                    Some((_, part)) => plan.parts.push(*part),
                    None => bail!("{name} is no part: known are {}", PARTS.map(|(name, _)| name).join(", ")),
                },
            }
        }
        if plan.parts.is_empty() {
            plan.parts = PARTS.map(|(_, part)| part).into();
        }
        Ok(plan)
    }

    async fn run(&self, part: Part) -> Result<Count> {
        let size = self.size;
        // Where most is waited for, so that all of this ends in ten minutes.
        let half = Size { sessions: size.sessions / 2, ..size };
        let stores = [Engine::sqlite(&self.folder), Engine::postgres()?, Engine::redis()?];
        let mut count = Count::default();
        match part {
            // Most of the time they wait, for what was lost, and may as well do that together.
            Part::Kills => {
                let work = stores.each_ref().map(|engine| told(part, engine.name, crashes::of_everything(engine)));
                count += together(work).await?;
            }
            Part::Races => {
                for engine in stores.iter().chain([&Engine::pgbouncer()?]) {
                    count += told(part, engine.name, races::calm(engine, size)).await?;
                }
            }
            Part::Hosts => {
                let work = stores.each_ref().map(|engine| told(part, engine.name, races::of_two_hosts(engine, size)));
                count += together(work).await?;
            }
            Part::Attacks => {
                for attack in ATTACKS {
                    count += told(part, &format!("{attack:?}"), attacks::race(attack, half)).await?;
                }
            }
            Part::Clocks => {
                let work = stores.each_ref().map(|engine| told(part, engine.name, clocks::race(engine, half)));
                count += together(work).await?;
            }
            Part::Prefork => {
                let python =
                    self.python.as_ref().context("it needs --python: make fleet gives one with the package")?;
                for engine in &stores {
                    count += told(part, engine.name, prefork::race(python, engine, size)).await?;
                }
            }
            Part::Hole => {
                let [sqlite, ..] = &stores;
                count += told(part, sqlite.name, hole::shown(sqlite)).await?;
            }
        }
        Ok(count)
    }
}

/// On all engines at the same time.
async fn together(work: [impl Future<Output = Result<Count>>; 3]) -> Result<Count> {
    let [first, second, third] = work;
    let (mut all, second, third) = tokio::try_join!(first, second, third)?;
    all += second;
    all += third;
    Ok(all)
}

/// Prints what a part has come to.
async fn told(part: Part, name: &str, work: impl Future<Output = Result<(Count, String)>>) -> Result<Count> {
    let begun = Instant::now();
    let (count, further) = work.await.with_context(|| name.to_owned())?;
    println!("{part:?}, {name}: {count:?}; {:.0} s; {further}", begun.elapsed().as_secs_f64());
    Ok(count)
}
