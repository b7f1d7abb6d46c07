//! Workers that all get every job, and callbacks that arrive anywhere, twice and in any order.

use std::collections::HashMap;
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use crate::protocol::{Answer, Command, Delivery};
use crate::workers::{Service, Worker};
use crate::{Count, Engine};

/// With how many starts a second were sent.
pub(crate) async fn run(engine: &Engine, sessions: usize, workers: usize, count: &mut Count) -> Result<f64> {
    let run = format!("{:016x}", fastrand::u64(..));
    let room = |number: usize| format!("room{number}");
    let session = |number: usize| format!("race-{run}-{number}");
    let service = Service::open((0..sessions).map(|number| (room(number), session(number)))).await?;
    let mut fleet = Vec::new();
    for _ in 0..workers {
        fleet.push(service.worker(engine, None)?);
    }
    let begun = Instant::now();
    let jobs: Vec<_> = fleet
        .into_iter()
        .map(|mut worker| {
            let mut order: Vec<_> = (0..sessions).collect();
            fastrand::shuffle(&mut order);
            // Near enough to meet the others, and never in step with them.
            order.sort_by_key(|number| number / 16);
            let commands: Vec<_> =
                order.iter().map(|number| Command::Start { room: room(*number), session: session(*number) }).collect();
            tokio::spawn(async move {
                let mut ids = Vec::new();
                for command in &commands {
                    match worker.answer(command).await? {
                        Answer::Recording { record_id, is_mine } => ids.push((record_id, is_mine)),
                        other => anyhow::bail!("a start ends as {other:?}"),
                    }
                }
                Ok((worker, order.into_iter().zip(ids).collect::<HashMap<_, _>>()))
            })
        })
        .collect();
    let (mut fleet, mut told) = (Vec::new(), Vec::new());
    for job in jobs {
        let (worker, ids) = job.await??;
        fleet.push(worker);
        told.push(ids);
    }
    let rate = f64::from(u32::try_from(sessions)?) / begun.elapsed().as_secs_f64();
    let executed = service.simulator.executions().start;
    count.starts += executed;
    count.doubled += executed.saturating_sub(u64::try_from(sessions)?);
    for number in 0..sessions {
        let first = &told[0][&number].0;
        ensure!(told.iter().all(|ids| &ids[&number].0 == first), "they were told different recordings");
        let mine = told.iter().filter(|ids| ids[&number].1).count();
        ensure!(mine == 1, "{mine} of them have started session {number}");
    }
    let first = fleet.first_mut().context("there are workers")?;
    for number in 0..sessions {
        first.answer(&Command::Stop { room: room(number), session: session(number) }).await?;
    }
    service.simulator.flush_callbacks().await;
    take_in(&mut fleet, service.inbox.take(), (0..sessions).map(session).collect(), count).await?;
    service.simulator.shutdown().await;
    Ok(rate)
}

async fn take_in(
    fleet: &mut [Worker],
    deliveries: Vec<Delivery>,
    sessions: Vec<String>,
    count: &mut Count,
) -> Result<()> {
    let mut made: HashMap<String, i64> = HashMap::new();
    for delivery in &deliveries {
        let body: serde_json::Value = serde_json::from_str(&delivery.body)?;
        let session = body["sessionId"].as_str().context("a callback has a session")?;
        *made.entry(session.to_owned()).or_default() += 1;
    }
    let mut all: Vec<_> = deliveries.iter().chain(&deliveries).cloned().collect();
    fastrand::shuffle(&mut all);
    for delivery in all {
        let worker = fastrand::choice(fleet.iter_mut()).context("there are workers")?;
        let answer = worker.answer(&Command::Take(delivery)).await?;
        ensure!(answer == Answer::Done, "a callback ends as {answer:?}");
    }
    for session in &sessions {
        let worker = fastrand::choice(fleet.iter_mut()).context("there are workers")?;
        let entry = worker.entry(session).await?.context("nothing is on record")?;
        let made = made.get(session).copied().unwrap_or_default();
        count.events += u64::try_from(made)?;
        count.lost += u64::try_from((made - entry.events).max(0))?;
        count.unexplained += u64::from(entry.state != "Uploaded");
        count.doubled += u64::from(entry.is_doubled);
    }
    Ok(())
}
