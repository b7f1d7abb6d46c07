//! Long runs against a simulator that must leave no task, no connection and no memory behind: calls cancelled at
//! random moments, and calls among faults.
//!
//! Usage: rongcloud-soak SIMULATOR CANCELLED CALLS

mod control;
mod faults;
mod workload;

use std::error::Error;
use std::time::{Duration, Instant};

use control::Control;
use workload::{AT_ONCE, Tally, Workload};

type Failure = Box<dyn Error + Send + Sync>;

/// How far resident memory may be from where it was after the first part of the run.
const FLAT: f64 = 0.05;
/// In how many parts memory is looked at. The first two fill caches, the simulator's lists and the allocator.
const PARTS: u64 = 10;
const WARM_UP: u64 = 2;
/// What is closed or aborted needs a moment to go.
const SETTLING: Duration = Duration::from_secs(10);

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [simulator, cancelled, calls] = arguments.as_slice() else {
        return Err("Usage: rongcloud-soak SIMULATOR CANCELLED CALLS".into());
    };
    let control = Control::of(simulator).await?;
    cancel(&control, cancelled.parse()?).await?;
    deliver(&control, calls.parse()?).await
}

/// Cancels calls at random moments of their life.
async fn cancel(control: &Control, count: u64) -> Result<(), Failure> {
    let begun = Instant::now();
    control.begin().await?;
    let tasks = alive_tasks();
    let workload = Workload::new(control.url())?;
    let tally = workload.cancel_at_random_moments(count).await;
    workload.close();
    let left = settled(control, tasks).await?;
    println!("calls cancelled at random moments in {:.0?}: {tally}; left behind: {left}", begun.elapsed());
    at_most_once(control, &tally).await
}

/// Makes calls among faults, and watches memory.
async fn deliver(control: &Control, count: u64) -> Result<(), Failure> {
    let begun = Instant::now();
    control.begin().await?;
    let tasks = alive_tasks();
    let door = control.open_door().await?;
    let workload = Workload::new(&door.url)?;
    let mut tally = Tally::default();
    let mut resident = Vec::new();
    for part in 0..PARTS {
        let calls = count * (part + 1) / PARTS - count * part / PARTS;
        let mut made = 0;
        while made < calls {
            let round = (calls - made).min(faults::CALLS_PER_ROUND);
            control.inject(&door, &faults::of_one_round()).await?;
            tally.add(&workload.call(round).await?);
            made += round;
        }
        resident.push(resident_kib()?);
        println!("  {:>3} %: {} KiB resident, {tally}", (part + 1) * 100 / PARTS, resident[part as usize]);
    }
    workload.close();
    control.close_door(&door).await?;
    let left = settled(control, tasks).await?;
    println!("{count} calls among faults in {:.0?}, {AT_ONCE} at once: {tally}; left behind: {left}", begun.elapsed());
    at_most_once(control, &tally).await?;
    flat(&resident[WARM_UP as usize..])
}

fn flat(resident: &[u64]) -> Result<(), Failure> {
    let first = resident[0] as f64;
    let change = resident
        .iter()
        .map(|kib| *kib as f64 / first - 1.0)
        .fold(0.0, |most: f64, change| if change.abs() > most.abs() { change } else { most });
    println!("resident memory changed by {:+.1} % at most after the warm-up", change * 100.0);
    if change > FLAT { Err("resident memory grows".into()) } else { Ok(()) }
}

async fn at_most_once(control: &Control, tally: &Tally) -> Result<(), Failure> {
    let executed = control.starts_executed().await?;
    println!("{} starts asked for, {executed} executed", tally.starts);
    if executed > tally.starts { Err("a start was executed twice".into()) } else { Ok(()) }
}

/// Waits until the tasks and connections of the run are gone, and fails where some stay.
async fn settled(control: &Control, tasks_before: usize) -> Result<String, Failure> {
    let until = Instant::now() + SETTLING;
    loop {
        let connections = control.open_connections().await?;
        let tasks = alive_tasks().saturating_sub(tasks_before);
        if (connections, tasks) == (0, 0) {
            return Ok("no connection, no task".to_owned());
        }
        if Instant::now() > until {
            return Err(format!("{connections} connections and {tasks} tasks were left behind").into());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn alive_tasks() -> usize {
    tokio::runtime::Handle::current().metrics().num_alive_tasks()
}

fn resident_kib() -> Result<u64, Failure> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}
