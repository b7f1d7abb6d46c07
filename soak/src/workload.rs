//! Calls of all operations, many at once.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rongcloud_recording::{
    AudioFormat, ClientOptions, Credentials, Layout, LayoutUpdate, RecordingClient, RecordingError, RecordingProfile,
    RetryPolicy, SliceLength, SplitStreamRecording, StartOptions, VideoFormat, Window,
};
use tokio::task::JoinSet;

use crate::Failure;

pub const AT_ONCE: u64 = 64;
/// Short, so that what hangs doesn't hold up the run.
const TIMEOUT: Duration = Duration::from_millis(1_000);
const ATTEMPT_TIMEOUT: Duration = Duration::from_millis(300);
/// What a busy machine may add to a deadline.
const GRACE: Duration = Duration::from_secs(5);
/// The longest life of a call before it is cancelled, in microseconds.
const LIFE: u64 = 2_000;
/// The simulator's own.
const APP: (&str, &str) = ("uwd1c0sxdlx2", "Y1W2MeFwwwRxa0");
const ROOM: (&str, &str) = ("room1", "aaa");

/// What became of calls.
#[derive(Debug, Default)]
pub struct Tally {
    pub starts: u64,
    succeeded: u64,
    not_sent: u64,
    outcome_unknown: u64,
    refused: u64,
    unreadable: u64,
    cancelled: u64,
}

impl Tally {
    pub fn add(&mut self, other: &Self) {
        self.starts += other.starts;
        self.succeeded += other.succeeded;
        self.not_sent += other.not_sent;
        self.outcome_unknown += other.outcome_unknown;
        self.refused += other.refused;
        self.unreadable += other.unreadable;
        self.cancelled += other.cancelled;
    }

    fn count(&mut self, result: &Result<(), RecordingError>) -> Result<(), Failure> {
        match result {
            Ok(()) => self.succeeded += 1,
            Err(RecordingError::NotSent { .. }) => self.not_sent += 1,
            Err(RecordingError::OutcomeUnknown { .. }) => self.outcome_unknown += 1,
            Err(RecordingError::Refused { .. }) => self.refused += 1,
            Err(RecordingError::UnreadableReply { .. }) => self.unreadable += 1,
            Err(error) => return Err(format!("no fault was to give this: {error}").into()),
        }
        Ok(())
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { succeeded, not_sent, outcome_unknown, refused, unreadable, cancelled, .. } = self;
        write!(
            f,
            "{succeeded} succeeded, {not_sent} not sent, {outcome_unknown} outcome unknown, {refused} refused, \
             {unreadable} unreadable, {cancelled} cancelled"
        )
    }
}

/// A client and what it calls.
#[derive(Clone)]
pub struct Workload {
    client: RecordingClient,
    profile: RecordingProfile,
    update: LayoutUpdate,
}

impl Workload {
    pub fn new(url: &str) -> Result<Self, Failure> {
        let retry = RetryPolicy::default()
            .attempt_timeout(ATTEMPT_TIMEOUT)
            .first_backoff(Duration::from_millis(1))
            .longest_backoff(Duration::from_millis(8));
        let options = ClientOptions::default().api_url(url).timeout(TIMEOUT).retry(retry);
        let recording = SplitStreamRecording::new(VideoFormat::Mp4, AudioFormat::Aac, SliceLength::Minutes60);
        let window = Window::new("111", "111_RongCloudRTC", (0.0, 0.0), (1.0, 1.0));
        Ok(Self {
            client: RecordingClient::new(Credentials::new(APP.0.to_owned(), APP.1.to_owned())?, options)?,
            profile: RecordingProfile::new(recording)?,
            update: LayoutUpdate::new(Layout::Custom { windows: vec![window] }),
        })
    }

    pub fn close(&self) {
        self.client.close();
    }

    async fn carry_out(&self, number: u64) -> Result<(), RecordingError> {
        match number % 4 {
            0 => self.client.start(ROOM.0, ROOM.1, &self.profile, StartOptions::default()).await.map(drop),
            1 => self.client.update_layout(ROOM, &self.update, None).await.map(drop),
            2 => self.client.query_room(ROOM.0, None).await.map(drop),
            _ => self.client.stop(ROOM, None).await.map(drop),
        }
    }

    /// Makes so many calls, and fails where one outlives its deadline.
    pub async fn call(&self, count: u64) -> Result<Tally, Failure> {
        let next = Arc::new(AtomicU64::new(0));
        let mut callers = JoinSet::new();
        for _ in 0..AT_ONCE {
            let (workload, next) = (self.clone(), next.clone());
            callers.spawn(async move {
                let mut tally = Tally::default();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count {
                        return Ok(tally);
                    }
                    let begun = Instant::now();
                    tally.starts += u64::from(number % 4 == 0);
                    tally.count(&workload.carry_out(number).await)?;
                    if begun.elapsed() > TIMEOUT + GRACE {
                        return Err::<_, Failure>(format!("a call took {:?}", begun.elapsed()).into());
                    }
                }
            });
        }
        let mut all = Tally::default();
        for tally in callers.join_all().await {
            all.add(&tally?);
        }
        Ok(all)
    }

    /// Makes calls and cancels each after a random time, if it hasn't ended, until so many have been cancelled.
    pub async fn cancel_at_random_moments(&self, count: u64) -> Tally {
        let mut tally = Tally::default();
        let mut under_way = JoinSet::new();
        let mut number = 0;
        while tally.cancelled < count {
            number += 1;
            let workload = self.clone();
            tally.starts += u64::from(number % 4 == 0);
            under_way.spawn(async move {
                let life = Duration::from_micros(fastrand::u64(..LIFE));
                tokio::time::timeout(life, workload.carry_out(number)).await
            });
            if under_way.len() as u64 >= AT_ONCE {
                tally.note(under_way.join_next().await);
            }
        }
        while let Some(ended) = under_way.join_next().await {
            tally.note(Some(ended));
        }
        tally
    }
}

type Ended = Result<Result<Result<(), RecordingError>, tokio::time::error::Elapsed>, tokio::task::JoinError>;

impl Tally {
    fn note(&mut self, ended: Option<Ended>) {
        match ended {
            Some(Ok(Ok(Ok(())))) => self.succeeded += 1,
            Some(Ok(Ok(Err(_)))) => self.refused += 1,
            _ => self.cancelled += 1,
        }
    }
}
