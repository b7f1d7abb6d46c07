//! `reconcile`: looks after what dead processes left behind.

use std::time::Duration;

use clap::{Args, ValueEnum};
use rongcloud_recording::OnUnknown;
use rongcloud_recording::ledger::ReconcileReport;

use crate::failure::Failure;
use crate::json;
use crate::output::{Line, Output};
use crate::service::{Ledger, Live, Service, call_ledger};
use crate::text::moment;
use crate::time_limit::length;

/// Looks after what dead processes left behind: for cron, where no process keeps up the ledger
#[derive(Debug, Args)]
pub struct Reconcile {
    /// What is done about a start whose outcome is unknown, once the grace is over
    #[arg(long, value_name = "WHAT", value_enum, default_value_t = Unknown::Hold)]
    on_unknown: Unknown,

    /// How long it may wait until it has seen unknown outcomes unchanged for the grace, before which it does nothing about
    /// them; by default as long as needed, and not at all where they are held
    #[arg(long, value_name = "TIME", value_parser = length)]
    wait: Option<Duration>,

    /// How many entries it looks at, at most
    #[arg(long, value_name = "NUMBER", default_value_t = 1000, value_parser = clap::value_parser!(u16).range(1..))]
    limit: u16,

    #[command(flatten)]
    ledger: Ledger,
    #[command(flatten)]
    service: Service,
    #[command(flatten)]
    live: Live,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Unknown {
    /// Nothing: it stays unknown until something tells
    Hold,
    /// Whatever may be running is stopped
    Stop,
    /// The same, and the next start may be sent
    StopThenRestart,
}

impl Reconcile {
    pub async fn run(self, output: Output) -> Result<(), Failure> {
        let client = self.service.client()?;
        let on_unknown = match self.on_unknown {
            Unknown::Hold => OnUnknown::Hold,
            Unknown::Stop => OnUnknown::Stop,
            Unknown::StopThenRestart => OnUnknown::StopThenRestart,
        };
        if on_unknown != OnUnknown::Hold {
            self.live.allows("recordings may be stopped", &self.service)?;
        }
        let ledger = self.ledger.open(client.clone(), on_unknown)?;
        let wait = self.wait.or((on_unknown == OnUnknown::Hold).then_some(Duration::ZERO));
        let report = call_ledger(&client, &ledger, ledger.reconcile(self.limit.into(), wait.map(Into::into))).await?;
        output.data(|| json::report(&report), || lines(&report)).map(drop)
    }
}

fn lines(report: &ReconcileReport) -> Vec<Line> {
    let counts = [
        ("looked at", report.looked_at),
        ("unknown", report.unknown),
        ("waiting", report.waiting),
        ("stopped", report.stopped),
        ("over", report.over),
        ("silent", report.silent),
        ("stale", report.stale),
        ("forgotten", report.forgotten),
        ("failed", report.failed),
    ];
    let counts: Vec<String> = counts.iter().map(|(what, count)| format!("{what} {count}")).collect();
    let mut lines = vec![Line::new(counts.join(", "))];
    if let Some(oldest) = report.oldest_unknown_at {
        lines.push(Line::new(format!("the oldest unknown outcome is of {}", moment(oldest))));
    }
    lines
}
