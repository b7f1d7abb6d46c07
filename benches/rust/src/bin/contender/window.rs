//! A window of time in which workers make calls one after another, and what is told of it.

use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt, BufReader};

use crate::{Contender, Failure};

/// Runs a window for each line on stdin.
pub async fn serve<C: Contender>(contender: C, workers: usize) -> Result<(), Failure> {
    // They live on, with what each has open.
    let mut workers = vec![contender; workers];
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        let length = Duration::from_secs_f64(line.trim().parse()?);
        let begun = Instant::now();
        let tasks: Vec<_> = workers.drain(..).map(|worker| tokio::spawn(work(worker, begun + length))).collect();
        let mut taken = Vec::new();
        for task in tasks {
            let (worker, its) = task.await??;
            workers.push(worker);
            taken.extend(its);
        }
        report(taken, begun.elapsed());
    }
    Ok(())
}

async fn work<C: Contender>(mut worker: C, until: Instant) -> Result<(C, Vec<Duration>), Failure> {
    let mut taken = Vec::new();
    loop {
        let begun = Instant::now();
        worker.call().await?;
        let ended = Instant::now();
        taken.push(ended - begun);
        if ended >= until {
            return Ok((worker, taken));
        }
    }
}

fn report(mut taken: Vec<Duration>, elapsed: Duration) {
    taken.sort_unstable();
    let at = |share: f64| taken[((taken.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e6;
    println!(
        r#"{{"requests":{},"seconds":{:.6},"p50_us":{:.1},"p99_us":{:.1}}}"#,
        taken.len(),
        elapsed.as_secs_f64(),
        at(0.5),
        at(0.99)
    );
}
