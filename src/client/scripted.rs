//! Calls over a transport that does as a script says: without sockets, by a clock that is moved on, and with chance given.

#![allow(clippy::unwrap_used)]

use std::collections::VecDeque;
use std::future::pending;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::{Instant, advance};

use super::RecordingClient;
use crate::credentials::Credentials;
use crate::error::{FailureCause, RecordingError};
use crate::model::{AudioFormat, RecordingProfile, SliceLength, SplitStreamRecording, VideoFormat};
use crate::options::{ClientOptions, StartOptions};
use crate::protocol::{HttpReply, RequestStamp, StampSource};
use crate::transport::{
    AttemptProgress, DataCenter, HealthRecords, HttpTransport, Request, Sending, Site, TransportFailure,
};

/// What becomes of one request.
enum Step {
    NeverLeaves(FailureCause),
    IsLost,
    HasNoAnswer,
    IsAnswered(u16, &'static str),
}

use Step::{HasNoAnswer, IsAnswered, IsLost, NeverLeaves};

const DONE: Step = IsAnswered(200, r#"{"code":200}"#);

struct Script {
    begun: Instant,
    steps: Mutex<VecDeque<Step>>,
    /// Where each request went, and after how many milliseconds.
    sent: Mutex<Vec<(Site, u128)>>,
}

impl HttpTransport for Arc<Script> {
    fn send<'a>(&'a self, request: Request, attempt: &'a Arc<AttemptProgress>) -> Sending<'a> {
        self.sent.lock().unwrap().push((request.site, self.begun.elapsed().as_millis()));
        let step = self.steps.lock().unwrap().pop_front().unwrap_or(DONE);
        let failed = |cause| TransportFailure::Failed { cause, reason: "the script says so".to_owned() };
        Box::pin(async move {
            if let NeverLeaves(cause) = step {
                return Err(failed(cause));
            }
            assert!(attempt.leave());
            match step {
                IsAnswered(status, body) => Ok(HttpReply { status, body: body.into(), ..HttpReply::default() }),
                HasNoAnswer => pending().await,
                _ => Err(failed(FailureCause::ConnectionLost)),
            }
        })
    }
}

/// Half of the longest wait is waited.
struct Half;

impl StampSource for Half {
    fn stamp(&self, _: &Credentials) -> Result<RequestStamp, String> {
        Ok(RequestStamp { nonce: "n".to_owned(), timestamp_ms: 1, request_id: "r-1".to_owned() })
    }

    fn jitter(&self) -> f64 {
        0.5
    }
}

/// A client of which nothing is known yet, with all settings at their defaults.
fn client(steps: impl IntoIterator<Item = Step>) -> (RecordingClient, Arc<Script>) {
    let script = Arc::new(Script {
        begun: Instant::now(),
        steps: Mutex::new(steps.into_iter().collect()),
        sent: Mutex::default(),
    });
    let credentials = Arc::new(Credentials::new("key", "secret").unwrap());
    let settings = ClientOptions::default().data_center(DataCenter::Beijing).settled().unwrap();
    let transport = |_| {
        let script = script.clone();
        move || Ok(script.clone())
    };
    let client =
        RecordingClient::over(transport, &HealthRecords::new(), credentials, settings, "test", Arc::new(Half)).unwrap();
    (client, script)
}

impl Script {
    fn sent(&self) -> Vec<(Site, u128)> {
        std::mem::take(&mut self.sent.lock().unwrap())
    }
}

async fn stop(client: &RecordingClient) -> Result<(), RecordingError> {
    client.stop(("room1", "aaa"), None).await.map(drop)
}

async fn start(client: &RecordingClient) -> Result<(), RecordingError> {
    let recording = SplitStreamRecording::new(VideoFormat::Mp4, AudioFormat::Aac, SliceLength::Minutes60);
    let profile = RecordingProfile::new(recording).unwrap();
    client.start("room1", "aaa", &profile, StartOptions::default()).await.map(drop)
}

#[tokio::test(start_paused = true)]
async fn another_attempt_crosses_over_at_once_and_then_waits_as_long_as_chance_has_it() {
    let (client, script) = client([IsLost, IsLost, IsLost]);
    stop(&client).await.unwrap();
    assert_eq!(script.sent(), [(Site::Primary, 0), (Site::Backup, 0), (Site::Primary, 200), (Site::Backup, 600)]);
}

#[tokio::test(start_paused = true)]
async fn an_attempt_without_an_answer_gives_way_to_another_one_until_the_call_has_no_time_left() {
    let (client, script) = client([HasNoAnswer, HasNoAnswer, HasNoAnswer]);
    let error = stop(&client).await.unwrap_err();
    assert!(matches!(error, RecordingError::OutcomeUnknown { cause: FailureCause::Timeout, .. }), "{error}");
    assert_eq!(script.sent(), [(Site::Primary, 0), (Site::Backup, 5_000), (Site::Primary, 10_200)]);
    assert_eq!(script.begun.elapsed(), Duration::from_secs(15));
}

#[tokio::test(start_paused = true)]
async fn a_start_is_made_again_until_it_has_left_and_never_after() {
    let never = || NeverLeaves(FailureCause::Connection);
    let (client, script) = client([never(), never(), IsLost, DONE]);
    let error = start(&client).await.unwrap_err();
    assert!(error.may_be_recording(), "{error}");
    assert_eq!(script.sent().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_domain_that_was_left_is_probed_by_a_stop_and_never_by_a_start() {
    let started = || IsAnswered(200, r#"{"code":200,"recordId":"r"}"#);
    let (client, script) = client([NeverLeaves(FailureCause::NameResolution), DONE, started()]);
    stop(&client).await.unwrap();
    assert_eq!(script.sent(), [(Site::Primary, 0), (Site::Backup, 0)]);
    advance(Duration::from_secs(30)).await;
    start(&client).await.unwrap();
    stop(&client).await.unwrap();
    assert_eq!(script.sent(), [(Site::Backup, 30_000), (Site::Primary, 30_000)]);
}

#[tokio::test(start_paused = true)]
async fn called_too_often_a_stop_is_made_again_at_the_same_domain() {
    let (client, script) = client([IsAnswered(429, r#"{"code":1008}"#)]);
    stop(&client).await.unwrap();
    assert_eq!(script.sent(), [(Site::Primary, 0), (Site::Primary, 100)]);
}
