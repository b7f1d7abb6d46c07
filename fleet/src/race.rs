//! Workers that all get every job, and callbacks that arrive anywhere, more than once and in any order.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use rongcloud_simulator::RecordingState;

use crate::Count;
use crate::excuses::Excuses;
use crate::jobs::{Done, Progress, share_out};
use crate::protocol::{Answer, Command, Delivery};
use crate::workers::{Service, Worker};

/// How often each worker looks after what others have left behind.
const KEPT_UP_EVERY: Duration = Duration::from_millis(500);

/// The sessions that are raced for, each in a room of its own.
#[derive(Clone, Copy)]
pub(crate) struct Sessions {
    run: u64,
    count: usize,
}

impl Sessions {
    /// Of which no other run has one.
    pub(crate) fn new(count: usize) -> Self {
        Self { run: fastrand::u64(..), count }
    }

    /// No name begins with another one.
    fn session(&self, number: usize) -> String {
        format!("race-{:016x}-{number:05}", self.run)
    }

    fn room(&self, number: usize) -> String {
        format!("room{number}")
    }

    pub(crate) fn rooms(&self) -> impl Iterator<Item = (String, String)> {
        (0..self.count).map(|number| (self.room(number), self.session(number)))
    }

    /// All starts in an order of a worker's own: near enough to meet the others, and never in step with them.
    fn starts(&self) -> Vec<Command> {
        let mut order: Vec<_> = (0..self.count).collect();
        fastrand::shuffle(&mut order);
        order.sort_by_key(|number| number / 16);
        let start = |number| Command::Start { room: self.room(number), session: self.session(number) };
        order.into_iter().map(start).collect()
    }

    fn stops(&self) -> Vec<Command> {
        self.rooms().map(|(room, session)| Command::Stop { room, session }).collect()
    }

    fn gets(&self) -> Vec<Command> {
        self.rooms().map(|(_, session)| Command::Get { session }).collect()
    }
}

/// A race, and what may be said of those who fail in it.
pub(crate) struct Race<'a> {
    pub(crate) service: &'a Service,
    pub(crate) sessions: Sessions,
    pub(crate) progress: Progress,
    /// What explains failures. Nothing where nothing is done to the fleet: then nobody may fail.
    pub(crate) excuses: Option<Excuses>,
}

impl Race<'_> {
    /// With how many sessions a second were started.
    pub(crate) async fn run(&self, mut fleet: Vec<Worker>, count: &mut Count) -> Result<f64> {
        for worker in &mut fleet {
            worker.answer(&Command::KeepUp { milliseconds: u64::try_from(KEPT_UP_EVERY.as_millis())? }).await?;
        }
        let begun = Instant::now();
        let jobs = fleet.iter().map(|_| self.sessions.starts()).collect();
        let (fleet, started) = share_out(fleet, jobs, &self.progress).await?;
        let rate = f64::from(u32::try_from(self.sessions.count)?) / begun.elapsed().as_secs_f64();
        count.starts += self.service.simulator.executions().start;
        self.judge_starts(&started, count)?;

        let jobs = shares(self.sessions.stops(), fleet.len());
        let (fleet, stopped) = share_out(fleet, jobs, &self.progress).await?;
        self.judge_failures(&stopped, count);
        let is_running = |state| state == RecordingState::Recording;
        let running = self.service.simulator.recordings().iter().filter(|one| is_running(one.state)).count();
        ensure!(running == 0, "{running} recordings run, though all were stopped");

        self.service.simulator.flush_callbacks().await;
        let deliveries = self.service.inbox.take();
        let events = deliveries.iter().map(Event::of).collect::<Result<Vec<_>>>()?;
        count.doubled += beside_others(&events);
        // Where something is lost on the way, a second delivery would hide it.
        let copies = if self.excuses.is_some() { 1 } else { 2 };
        let mut jobs: Vec<_> = deliveries.into_iter().map(Command::Take).collect();
        jobs = vec![jobs; copies].concat();
        fastrand::shuffle(&mut jobs);
        let jobs = shares(jobs, fleet.len());
        let (fleet, taken) = share_out(fleet, jobs, &self.progress).await?;
        self.judge_failures(&taken, count);

        let jobs = shares(self.sessions.gets(), fleet.len());
        let (_, known) = share_out(fleet, jobs, &self.progress).await?;
        self.judge_entries(&known, &events, count)?;
        Ok(rate)
    }

    /// Everybody is told of the same recording, whom one of them has started; and where a session was started once more,
    /// there was a reason.
    fn judge_starts(&self, started: &[Done], count: &mut Count) -> Result<()> {
        self.judge_failures(started, count);
        let mut told: BTreeMap<&str, (BTreeSet<&str>, usize)> = BTreeMap::new();
        for (command, answer) in started.iter().flat_map(|done| &done.answers) {
            let (Command::Start { session, .. }, Answer::Recording { record_id, is_mine }) = (command, answer) else {
                anyhow::bail!("{command:?} ends as {answer:?}");
            };
            let (ids, mine) = told.entry(session).or_default();
            ids.insert(record_id);
            *mine += usize::from(*is_mine);
        }
        let recordings = self.service.simulator.recordings();
        let mut begun: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
        for recording in &recordings {
            begun.entry(&recording.session_id).or_default().push(recording.start_time);
        }
        ensure!(told.len() == self.sessions.count, "{} sessions are recorded", told.len());
        for (session, (ids, mine)) in told {
            let begun = begun.get(session).context("what was told to be recorded was never started")?;
            let (Some(first), Some(last)) = (begun.iter().min(), begun.iter().max()) else { continue };
            if begun.len() == 1 {
                ensure!(ids.len() == 1 && mine == 1, "of {session}, {ids:?} were told, by {mine} started");
            } else if !self.explain(session, &(*first..=*last)) {
                println!("{session} was started {} times, and nothing explains it", begun.len());
                count.unexplained += 1;
            }
        }
        Ok(())
    }

    fn judge_failures(&self, done: &[Done], count: &mut Count) {
        for failure in done.iter().flat_map(|done| &done.failures) {
            let is_explained = failure.command.session().is_some_and(|session| self.explain(session, &failure.time));
            count.explained += u64::from(is_explained);
            count.unexplained += u64::from(!is_explained);
            if !is_explained {
                println!("nothing explains that {:?} ends so: {}", failure.command, failure.sentence);
            }
        }
    }

    fn explain(&self, session: &str, time: &std::ops::RangeInclusive<u64>) -> bool {
        self.excuses.as_ref().is_some_and(|excuses| excuses.explain(session, time))
    }

    fn judge_entries(&self, known: &[Done], events: &[Event], count: &mut Count) -> Result<()> {
        for (command, answer) in known.iter().flat_map(|done| &done.answers) {
            let Answer::Entry(entry) = answer else { anyhow::bail!("{command:?} ends as {answer:?}") };
            let made = events.iter().filter(|event| Some(event.session.as_str()) == command.session()).count();
            count.events += u64::try_from(made)?;
            let on_record = entry.as_ref().map_or(0, |entry| entry.events);
            count.lost += u64::try_from(made)?.saturating_sub(u64::try_from(on_record)?);
            count.unexplained += u64::from(entry.as_ref().is_none_or(|entry| entry.state != "Uploaded"));
            // It may have been suspected where a late answer was lost.
            count.doubled += u64::from(entry.as_ref().is_some_and(|entry| entry.is_doubled) && self.excuses.is_none());
        }
        Ok(())
    }
}

fn shares(commands: Vec<Command>, workers: usize) -> Vec<Vec<Command>> {
    let mut shares = vec![Vec::new(); workers];
    for (number, command) in commands.into_iter().enumerate() {
        shares[number % workers].push(command);
    }
    shares
}

/// What a callback tells.
struct Event {
    kind: i64,
    session: String,
    recording: String,
}

impl Event {
    fn of(delivery: &Delivery) -> Result<Self> {
        let body: serde_json::Value = serde_json::from_str(&delivery.body)?;
        let text = |name: &str| body[name].as_str().map(str::to_owned).context("a callback tells whose it is");
        let kind = body["type"].as_i64().context("a callback has a type")?;
        Ok(Self { kind, session: text("sessionId")?, recording: text("recordId")? })
    }
}

/// How many recordings began while another one of their session ran: callbacks come in the order in which it happened.
fn beside_others(events: &[Event]) -> u64 {
    let mut running: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut doubled = 0;
    for event in events {
        let running = running.entry(&event.session).or_default();
        match event.kind {
            1 => {
                doubled += u64::from(!running.is_empty());
                running.insert(&event.recording);
            }
            3 => {
                running.remove(event.recording.as_str());
            }
            _ => {}
        }
    }
    doubled
}
