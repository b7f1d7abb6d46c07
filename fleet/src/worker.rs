//! One process of the fleet: a client, a ledger, and a line for each thing that it is told.

use std::env;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use rongcloud_recording::callback::{CallbackOptions, CallbackReceiver};
use rongcloud_recording::ledger::{LedgerResolution, TakeError, store};
use rongcloud_recording::{
    AudioFormat, ClientOptions, Credentials, LedgerEntry, LedgerOptions, LedgerStartOptions, OnUnknown,
    RecordingClient, RecordingError, RecordingLedger, RecordingProfile, SliceLength, SplitStreamRecording, VideoFormat,
};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, stdin, stdout};

use crate::crash::Crashing;
use crate::protocol::{Answer, Command, Entry};
use crate::workers::{APP_SECRET, GRACE, TIME_WINDOW, TIMEOUT};

/// Answers each line until there is none.
pub(crate) async fn serve() -> Result<()> {
    let worker = Worker::new()?;
    let (mut lines, mut out) = (BufReader::new(stdin()).lines(), stdout());
    while let Some(line) = lines.next_line().await? {
        let answer = worker.answer(serde_json::from_str(&line)?).await;
        out.write_all(format!("{}\n", serde_json::to_string(&answer)?).as_bytes()).await?;
        out.flush().await?;
    }
    Ok(())
}

struct Worker {
    ledger: RecordingLedger,
    profile: RecordingProfile,
}

impl Worker {
    fn new() -> Result<Self> {
        let variable = |name: &str| env::var(name).with_context(|| format!("{name} is not set"));
        let credentials = Arc::new(Credentials::new(variable("FLEET_APP_KEY")?, APP_SECRET)?);
        let options = ClientOptions::default().api_url(variable("FLEET_API_URL")?).timeout(TIMEOUT);
        let client = RecordingClient::new(credentials.clone(), options)?;
        let store =
            store::open(&variable("FLEET_LEDGER_URL")?, None).map_err(|violation| anyhow!("{}", violation.reason))?;
        let point = serde_json::from_str(&variable("FLEET_CRASH")?)?;
        let store = Arc::new(Crashing::new(store, point));
        let options = LedgerOptions::default().grace(GRACE);
        let callbacks = CallbackOptions::default().time_window(TIME_WINDOW);
        let receiver = CallbackReceiver::new(vec![credentials], callbacks)?;
        let ledger = RecordingLedger::new(client, store, OnUnknown::StopThenRestart, &options)?;
        let ledger = ledger.with_receiver(Arc::new(receiver));
        let recording = SplitStreamRecording::new(VideoFormat::Mp4, AudioFormat::Aac, SliceLength::Minutes60);
        Ok(Self { ledger, profile: RecordingProfile::new(recording)? })
    }

    async fn answer(&self, command: Command) -> Answer {
        let answer = self.carried_out(command).await;
        answer.unwrap_or_else(|error| {
            let (kind, state) = told(&error);
            Answer::Failed { kind, state, sentence: error.to_string() }
        })
    }

    async fn carried_out(&self, command: Command) -> Result<Answer, TakeError> {
        let ledger = &self.ledger;
        Ok(match command {
            Command::Start { room, session } => {
                let started = ledger.start(&room, &session, &self.profile, LedgerStartOptions::default()).await?;
                Answer::Recording { record_id: started.recording.record_id, is_mine: started.is_mine }
            }
            Command::Stop { room, session } => {
                ledger.stop((room.as_str(), session.as_str()), None).await?;
                Answer::Done
            }
            Command::Take(delivery) => {
                ledger.take(delivery).await?;
                Answer::Done
            }
            Command::Reconcile => {
                let report = ledger.reconcile(10_000, Some(Duration::from_secs(30).into())).await?;
                Answer::Reconciled(format!("{report:?}"))
            }
            Command::KeepUp { milliseconds } => {
                ledger.keep_up(Duration::from_millis(milliseconds).into())?;
                Answer::Done
            }
            Command::Resolve { session, generation } => {
                ledger.resolve(&session, generation, LedgerResolution::NotStarted).await?;
                Answer::Done
            }
            Command::Get { session } => Answer::Entry(ledger.get(&session).await?.map(|found| entry(&found.entry))),
        })
    }
}

fn entry(entry: &LedgerEntry) -> Entry {
    Entry {
        state: format!("{:?}", entry.state),
        generation: entry.generation,
        record_id: entry.record_id.clone(),
        events: entry.event_count,
        is_doubled: entry.is_doubled,
    }
}

fn told(error: &TakeError) -> (String, Option<String>) {
    let kind = |error: &dyn std::fmt::Debug| {
        let text = format!("{error:?}");
        text.split([' ', '(', '{']).next().unwrap_or_default().to_owned()
    };
    match error {
        TakeError::Failed(error @ RecordingError::Conflict { entry, .. }) => {
            (kind(error), Some(format!("{:?}", entry.state)))
        }
        TakeError::Failed(error) => (kind(error), None),
        other => (kind(other), None),
    }
}
