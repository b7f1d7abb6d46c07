//! What changes as records pile up: starts, looks, a reconciler's pass, what is unresolved, and the size.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use rongcloud_recording::Timestamp;
use rongcloud_recording::ledger::store::Index;

use crate::engine::{Engine, Fill, much_later, session};
use crate::proc::quantile;
use crate::starts::{Starter, window};
use crate::template::{Template, ledger};

const PREFIX: &str = "record-";
/// How many are due for the pass that is measured, and unresolved all the time.
const DUE: u64 = 1_000;
const UNRESOLVED: u64 = 100;
const LOOKS: u64 = 500;
const AT_ONCE: usize = 16;
const WINDOW: Duration = Duration::from_secs(3);

/// What one engine has shown with so many records.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) records: u64,
    pub(crate) filled_s: f64,
    pub(crate) bytes: u64,
    pub(crate) starts: f64,
    pub(crate) get_p50_ms: f64,
    pub(crate) get_p99_ms: f64,
    pub(crate) empty_pass_ms: f64,
    pub(crate) full_pass_ms: f64,
    pub(crate) unresolved_ms: f64,
}

pub(crate) struct Templates {
    /// Of which most are.
    pub(crate) uploaded: Template,
    pub(crate) ended: Template,
    pub(crate) unknown: Template,
}

pub(crate) async fn measured(engine: &Engine, url: &str, templates: &Templates, sizes: &[u64]) -> Result<Vec<Step>> {
    let store = engine.open()?;
    let ledger = ledger(url, store.clone())?;
    let starter = Arc::new(Starter::Ledger(ledger.clone()));
    // Makes the tables.
    ledger.get("nobodys").await?;
    let done = Index { due: much_later(), is_unresolved: false };
    let unresolved = Index { due: much_later(), is_unresolved: true };
    let unknown = Fill { template: &templates.unknown, prefix: "unknow-", from: 0, to: UNRESOLVED, index: unresolved };
    engine.fill(&store, &unknown).await?;
    let (mut steps, mut there) = (Vec::new(), 0);
    for (number, records) in sizes.iter().enumerate() {
        let begun = Instant::now();
        let fill = Fill { template: &templates.uploaded, prefix: PREFIX, from: there, to: *records, index: done };
        engine.fill(&store, &fill).await?;
        there = *records;
        let filled_s = begun.elapsed().as_secs_f64();
        let bytes = engine.size().await?;
        let starts = window(&starter, AT_ONCE, WINDOW).await?.per_second;
        let mut looks = Vec::new();
        for _ in 0..LOOKS {
            let session = session(PREFIX, fastrand::u64(0..*records));
            let asked = Instant::now();
            ledger.get(&session).await?;
            looks.push(asked.elapsed().as_secs_f64() * 1e3);
        }
        let pass = async || {
            let begun = Instant::now();
            let report = ledger.reconcile(10_000, Some(Duration::ZERO.into())).await?;
            anyhow::Ok((begun.elapsed().as_secs_f64() * 1e3, report.looked_at))
        };
        let (empty_pass_ms, looked_at) = pass().await?;
        anyhow::ensure!(looked_at == 0, "{looked_at} were due");
        let begun = Instant::now();
        ledger.unresolved(usize::try_from(UNRESOLVED)?).await?;
        let unresolved_ms = begun.elapsed().as_secs_f64() * 1e3;
        let number = u64::try_from(number)?;
        let index = Index { due: Timestamp(0), is_unresolved: false };
        let (from, to) = (number * DUE, (number + 1) * DUE);
        engine.fill(&store, &Fill { template: &templates.ended, prefix: "isdue0-", from, to, index }).await?;
        let (full_pass_ms, looked_at) = pass().await?;
        anyhow::ensure!(looked_at == i64::try_from(DUE)?, "{looked_at} were due");
        eprintln!("{}, {records} records", engine.name);
        let (get_p50_ms, get_p99_ms) = (quantile(&mut looks, 0.5), quantile(&mut looks, 0.99));
        steps.push(Step {
            name: engine.name,
            records: *records,
            filled_s,
            bytes,
            starts,
            get_p50_ms,
            get_p99_ms,
            empty_pass_ms,
            full_pass_ms,
            unresolved_ms,
        });
    }
    drop((ledger, starter, store));
    engine.clear().await?;
    Ok(steps)
}
