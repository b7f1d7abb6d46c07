//! One process that follows many recordings: what it takes, what it asks its store, and how late it learns of a change.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write, stdin, stdout};
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, anyhow};
use rongcloud_recording::ledger::store::{self, Index, SessionKey, Stored};
use tokio::time::sleep;

use crate::engine::{Engine, Fill, much_later, session};
use crate::proc::{cpu_seconds, quantile, resident};
use crate::template::{APP_KEY, Template, ledger};

pub(crate) const PREFIX: &str = "follow-";
/// Long enough for everything that comes every half a minute.
const QUIET: Duration = Duration::from_secs(35);
const CHANGES: u64 = 200;
const BETWEEN_CHANGES: Duration = Duration::from_millis(100);
const LONGEST_DELAY: Duration = Duration::from_secs(10);

/// What following has shown of one engine.
pub(crate) struct Followed {
    pub(crate) name: &'static str,
    pub(crate) cpu: f64,
    pub(crate) resident: u64,
    pub(crate) calls: f64,
    pub(crate) cpu_changing: f64,
    pub(crate) calls_changing: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    pub(crate) missed: usize,
}

fn micros() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).map(|since| since.as_micros()).unwrap_or_default()
}

/// The process that follows. Answers each line with how often it has asked its store, and tells of each change.
pub(crate) async fn serve(url: &str, service: &str, count: u64) -> Result<()> {
    let store = store::open(url, None).map_err(|violation| anyhow!("{}", violation.reason))?;
    let ledger = ledger(service, store)?;
    let (first, mut came) = tokio::sync::mpsc::unbounded_channel();
    for number in 0..count {
        let session = session(PREFIX, number);
        let (mut follow, first) = (ledger.follow(&session, None), first.clone());
        tokio::spawn(async move {
            let mut is_first = true;
            while let Some(told) = follow.next().await {
                match told {
                    Ok(_) if is_first => first.send(()).unwrap_or_default(),
                    Ok(_) => drop(writeln!(stdout(), "changed {session} {}", micros())),
                    Err(error) => {
                        eprintln!("{error}");
                        let _ = first.send(());
                    }
                }
                is_first = false;
            }
        });
    }
    for _ in 0..count {
        came.recv().await.context("all are followed")?;
    }
    writeln!(stdout(), "following")?;
    tokio::task::spawn_blocking(move || {
        for _ in stdin().lines() {
            drop(writeln!(stdout(), "calls {}", ledger.statistics().store_calls));
        }
    })
    .await?;
    Ok(())
}

pub(crate) async fn measured(engine: &Engine, service: &str, running: &Template, count: u64) -> Result<Followed> {
    let store = engine.open()?;
    let key = |number| SessionKey { app_key: APP_KEY.to_owned(), session_id: session(PREFIX, number) };
    store.load(&[key(0)]).await?;
    let index = Index { due: much_later(), is_unresolved: false };
    engine.fill(&store, &Fill { template: running, prefix: PREFIX, from: 0, to: count, index }).await?;

    let mut command = Command::new(std::env::current_exe()?);
    command.args(["follow", &engine.url, service, &count.to_string()]);
    let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut input = process.stdin.take().context("it has an input")?;
    let lines = BufReader::new(process.stdout.take().context("it has an output")?).lines();
    let (tell, told) = channel();
    thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| tell.send(line)));
    let id = process.id().to_string();
    let mut seen: HashMap<String, u128> = HashMap::new();
    // What it says next that begins so; changes are noted on the way.
    let mut answer = |begins: &str| loop {
        let line = told.recv_timeout(Duration::from_secs(120))?;
        let words: Vec<_> = line.split(' ').collect();
        match words[..] {
            ["changed", session, at] => drop(seen.insert(session.to_owned(), at.parse()?)),
            [word, ..] if word == begins => return anyhow::Ok((line, std::mem::take(&mut seen))),
            _ => {}
        }
    };
    answer("following")?;
    let mut calls = || -> Result<(f64, HashMap<String, u128>)> {
        writeln!(input)?;
        let (line, seen) = answer("calls")?;
        Ok((line.trim_start_matches("calls ").parse()?, seen))
    };

    let (before, cpu, begun) = (calls()?.0, cpu_seconds(&id)?, std::time::Instant::now());
    sleep(QUIET).await;
    let (after, quiet) = (calls()?.0, begun.elapsed().as_secs_f64());
    let cpu = (cpu_seconds(&id)? - cpu) / quiet;
    let calls_quiet = (after - before) / quiet;

    let (busy, begun) = (cpu_seconds(&id)?, std::time::Instant::now());
    let mut changed = HashMap::new();
    for change in 0..CHANGES {
        // Each another one.
        let number = change * (count / CHANGES).max(1) % count;
        let Some(Some(Stored { version, document })) = store.load(&[key(number)]).await?.pop() else {
            anyhow::bail!("what is followed is on record")
        };
        store.swap(&key(number), version, &document, index).await?;
        changed.insert(session(PREFIX, number), micros());
        sleep(BETWEEN_CHANGES).await;
    }
    let lasted = begun.elapsed().as_secs_f64();
    let cpu_changing = (cpu_seconds(&id)? - busy) / lasted;
    let (now, mut noticed) = calls()?;
    sleep(LONGEST_DELAY).await;
    noticed.extend(calls()?.1);
    #[allow(clippy::cast_precision_loss)]
    let mut delays: Vec<f64> = changed
        .iter()
        .filter_map(|(session, at)| Some(noticed.get(session)?.saturating_sub(*at) as f64 / 1e3))
        .collect();
    let followed = Followed {
        name: engine.name,
        cpu,
        resident: resident(&id)?,
        calls: calls_quiet,
        cpu_changing,
        calls_changing: (now - after) / lasted,
        p50_ms: quantile(&mut delays, 0.5),
        p99_ms: quantile(&mut delays, 0.99),
        missed: changed.len() - delays.len(),
    };
    process.kill()?;
    process.wait()?;
    drop(store);
    engine.clear().await?;
    Ok(followed)
}
