//! How many recordings are started a second, with each engine beside none. All take turns, back and forth.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;
use rongcloud_recording::{LedgerStartOptions, RecordingClient, RecordingLedger, RecordingProfile, StartOptions};

use crate::engine::Engine;
use crate::proc::quantile;
use crate::template::{client, ledger, profile};

pub(crate) enum Starter {
    Client(RecordingClient),
    Ledger(RecordingLedger),
}

/// What one window has shown.
#[derive(Clone, Copy, Default)]
pub(crate) struct Window {
    pub(crate) per_second: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
}

/// One contender at one concurrency, with its windows in their order.
pub(crate) struct Measured {
    pub(crate) name: &'static str,
    pub(crate) at_once: usize,
    pub(crate) windows: Vec<Window>,
}

static NEXT: AtomicU64 = AtomicU64::new(0);

impl Starter {
    async fn start(&self, profile: &RecordingProfile) -> Result<()> {
        let session = format!("start-{:010}", NEXT.fetch_add(1, Ordering::Relaxed));
        match self {
            Self::Client(client) => drop(client.start("room1", &session, profile, StartOptions::default()).await?),
            Self::Ledger(ledger) => {
                drop(ledger.start("room1", &session, profile, LedgerStartOptions::default()).await?);
            }
        }
        Ok(())
    }
}

/// So many at once, for so long.
pub(crate) async fn window(starter: &Arc<Starter>, at_once: usize, length: Duration) -> Result<Window> {
    let profile = Arc::new(profile()?);
    let begun = Instant::now();
    let workers: Vec<_> = (0..at_once)
        .map(|_| {
            let (starter, profile) = (starter.clone(), profile.clone());
            tokio::spawn(async move {
                let mut taken = Vec::new();
                while begun.elapsed() < length {
                    let asked = Instant::now();
                    starter.start(&profile).await?;
                    taken.push(asked.elapsed().as_secs_f64() * 1e3);
                }
                anyhow::Ok(taken)
            })
        })
        .collect();
    let mut taken = Vec::new();
    for worker in workers {
        taken.extend(worker.await??);
    }
    let count = f64::from(u32::try_from(taken.len())?);
    let per_second = count / begun.elapsed().as_secs_f64();
    Ok(Window { per_second, p50_ms: quantile(&mut taken, 0.5), p99_ms: quantile(&mut taken, 0.99) })
}

pub(crate) async fn measured(url: &str, engines: &[Engine], pairs: usize, length: Duration) -> Result<Vec<Measured>> {
    let mut starters = vec![("none", Arc::new(Starter::Client(client(url)?)))];
    for engine in engines {
        starters.push((engine.name, Arc::new(Starter::Ledger(ledger(url, engine.open()?)?))));
    }
    let mut all = Vec::new();
    for at_once in [1, 64] {
        let begin = all.len();
        all.extend(starters.iter().map(|(name, _)| Measured { name, at_once, windows: Vec::new() }));
        for round in 0..pairs {
            let mut order: Vec<_> = (0..starters.len()).collect();
            if round % 2 == 1 {
                order.reverse();
            }
            for place in order {
                // Not measured: what the one before has left is done by then, and connections are there.
                window(&starters[place].1, at_once, length / 4).await?;
                all[begin + place].windows.push(window(&starters[place].1, at_once, length).await?);
            }
            eprintln!("starts, {at_once} at once, round {}", round + 1);
        }
    }
    for engine in engines {
        engine.clear().await?;
    }
    Ok(all)
}
