//! What the kernel says of a process.

use std::fs::read_to_string;
use std::process::Command;

use anyhow::{Context, Result};

/// Resident memory, in bytes.
pub(crate) fn resident(process: &str) -> Result<u64> {
    let status = read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("a process has memory")?;
    Ok(line.trim().trim_end_matches(" kB").trim().parse::<u64>()? * 1024)
}

/// Processor time so far of all threads, in seconds.
pub(crate) fn cpu_seconds(process: &str) -> Result<f64> {
    // Linux counts these in hundredths for every program.
    const TICKS: f64 = 100.0;
    let stat = read_to_string(format!("/proc/{process}/stat"))?;
    // The second field, the name, may have spaces in it.
    let fields: Vec<_> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks =
        |place: usize| fields.get(place).and_then(|field| field.parse::<f64>().ok()).context("a process has a time");
    Ok((ticks(11)? + ticks(12)?) / TICKS)
}

/// What this runs on, and what was built.
pub(crate) fn machine() -> Result<Vec<String>> {
    let told = |file: &str, name: &str| {
        let text = read_to_string(file).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        line.trim_start_matches([' ', '\t', ':', '=']).trim_matches('"').to_owned()
    };
    let said = |program: &str, arguments: &[&str]| -> Result<String> {
        Ok(String::from_utf8_lossy(&Command::new(program).args(arguments).output()?.stdout).trim().to_owned())
    };
    let kilobytes: u64 = told("/proc/meminfo", "MemTotal").trim_end_matches(" kB").parse().unwrap_or_default();
    Ok(vec![
        format!("date: {}", said("date", &["--utc", "+%Y-%m-%d %H:%M"])?),
        format!("commit: {}", said("git", &["describe", "--always", "--dirty"])?),
        format!(
            "machine: {} cores of {}, {} GiB; {}, Linux {}",
            std::thread::available_parallelism()?,
            told("/proc/cpuinfo", "model name"),
            kilobytes >> 20,
            told("/etc/os-release", "PRETTY_NAME"),
            said("uname", &["--kernel-release"])?
        ),
    ])
}

/// The load average of the last minute.
pub(crate) fn load() -> Result<String> {
    Ok(read_to_string("/proc/loadavg")?.split(' ').next().unwrap_or_default().to_owned())
}

/// The one at this share of all, from 0 to 1.
pub(crate) fn quantile<T: Copy + Default + PartialOrd>(values: &mut [T], share: f64) -> T {
    values.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
    let place = ((values.len().saturating_sub(1)) as f64 * share).round() as usize;
    values.get(place).copied().unwrap_or_default()
}
