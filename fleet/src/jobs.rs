//! Jobs that are given again until they are carried out, as queues do that deliver again what failed.

use std::collections::VecDeque;
use std::ops::RangeInclusive;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use tokio::sync::watch;
use tokio::time::sleep;

use crate::excuses::now;
use crate::protocol::{Answer, Command};
use crate::workers::Worker;

/// How long a job may fail: where whoever deals with an unknown outcome fails, somebody tries again a minute later.
const CARRIED_OUT_WITHIN: Duration = Duration::from_secs(200);
const BETWEEN: Duration = Duration::from_millis(50);

/// What a job came to that was not carried out, and when.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) command: Command,
    pub(crate) time: RangeInclusive<u64>,
    pub(crate) sentence: String,
}

/// How many jobs have been carried out, for whoever waits for some.
#[derive(Clone)]
pub(crate) struct Progress(watch::Sender<usize>);

impl Progress {
    pub(crate) fn new() -> Self {
        Self(watch::channel(0).0)
    }

    /// Returns once so many have been.
    pub(crate) async fn reaches(&self, done: usize) {
        let _ = self.0.subscribe().wait_for(|reached| *reached >= done).await;
    }

    pub(crate) fn done(&self) -> usize {
        *self.0.borrow()
    }
}

/// What all jobs of a worker came to, in their order but for what failed.
#[derive(Default)]
pub(crate) struct Done {
    pub(crate) answers: Vec<(Command, Answer)>,
    pub(crate) failures: Vec<Failure>,
}

/// Has a worker carry out all of these.
pub(crate) async fn carry_out(worker: &mut Worker, commands: Vec<Command>, progress: &Progress) -> Result<Done> {
    let mut done = Done::default();
    let mut queue = VecDeque::from(commands);
    let mut last = Instant::now();
    while let Some(command) = queue.pop_front() {
        let asked = now();
        match worker.answer(&command).await? {
            // An earlier try of this job has done it, or somebody else's.
            Answer::Failed { kind, .. } if matches!(command, Command::Stop { .. }) && kind == "Refused" => {}
            Answer::Failed { kind, sentence, .. } => {
                ensure!(last.elapsed() < CARRIED_OUT_WITHIN, "{command:?} fails for too long: {kind}: {sentence}");
                // What was not sent has done nothing.
                if kind != "NotSent" {
                    let time = asked..=now();
                    done.failures.push(Failure { command: command.clone(), time, sentence });
                }
                queue.push_back(command);
                sleep(BETWEEN).await;
                continue;
            }
            answer => done.answers.push((command, answer)),
        }
        last = Instant::now();
        progress.0.send_modify(|done| *done += 1);
    }
    Ok(done)
}

/// Has each worker carry out its own, all at the same time.
pub(crate) async fn share_out(
    fleet: Vec<Worker>,
    jobs: Vec<Vec<Command>>,
    progress: &Progress,
) -> Result<(Vec<Worker>, Vec<Done>)> {
    let run = |(mut worker, commands): (Worker, Vec<Command>)| {
        let progress = progress.clone();
        tokio::spawn(async move {
            let done = carry_out(&mut worker, commands, &progress).await;
            done.map(|done| (worker, done))
        })
    };
    let running: Vec<_> = fleet.into_iter().zip(jobs).map(run).collect();
    let mut ended = (Vec::new(), Vec::new());
    for running in running {
        let (worker, done) = running.await??;
        ended.0.push(worker);
        ended.1.push(done);
    }
    Ok(ended)
}
