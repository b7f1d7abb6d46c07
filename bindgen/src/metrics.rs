//! Writes the table of metrics: what `measurements` of a client and of a ledger tell.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use rongcloud_recording::{CLIENT_METRICS, Metric, ledger};

const HEAD: &str = "\
# Metrics

Written by `make parity` from the library's own tables. `statistics()` of a client and of a ledger tell the numbers as
fields; `measurements()` tells the same by the names below, for an adapter to a metrics library. There is one for
OpenTelemetry in Python (`rongcloud_recording.opentelemetry.measure`) and on the JVM (`RecordingMetrics`), and one for
Micrometer (`RecordingMeters`); elsewhere it is a loop.

Names and attributes follow OpenTelemetry's conventions where those have one. No attribute is a room, a session or a user:
there are as many values of a metric as operations, kinds of failure or domains. Counters begin at zero with each process.

| Attribute | Values |
|---|---|
| `rongcloud.recording.operation` | `start`, `update_layout`, `stop`, `query_room` |
| `error.type` | the [kind of failure](errors.md), such as `outcome_unknown`; absent for calls that succeeded |
| `rongcloud.recording.outcome` | as the metric's description says |
| `http.connection.state` | `active`, `idle` |
| `server.address` | a domain of the service, with its port if that is not the scheme's default |
";

/// Writes the page.
pub fn write(file: &Path) -> Result<()> {
    let table = |title: &str, metrics: &[Metric]| {
        let rows: String = metrics.iter().map(row).collect();
        format!("\n## {title}\n\n| Metric | Kind | Unit | Attributes | What it is |\n|---|---|---|---|---|\n{rows}")
    };
    let text = [HEAD, &table("Of a client", CLIENT_METRICS), &table("Of a ledger", ledger::LEDGER_METRICS)].concat();
    fs::write(file, text).with_context(|| format!("{} can't be written", file.display()))
}

fn row(metric: &Metric) -> String {
    let attributes: Vec<_> = metric.attributes.iter().map(|name| format!("`{name}`")).collect();
    let Metric { name, kind, unit, description, .. } = metric;
    format!("| `{name}` | {kind} | `{unit}` | {} | {description} |\n", attributes.join(", "))
}
