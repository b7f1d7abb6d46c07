//! `start`: begins to record a session.

use clap::Args;
use rongcloud_recording::ledger::{LedgerOptions, LedgerRecording, LedgerStartOptions, OnUnknown, RecordingLedger};
use rongcloud_recording::{RecordingClient, RecordingProfile, StartOptions, StartedRecording};

use super::follow::Following;
use super::profile::ProfileFile;
use crate::failure::Failure;
use crate::json;
use crate::output::{Line, Mark, Output};
use crate::service::{Ledger, Live, Service, call, call_ledger, interrupted};

/// Starts recording a session. It is sent once at most: exit code 7 says that it may be recording
#[derive(Debug, Args)]
pub struct Start {
    /// The room's id
    room: String,
    /// The session's id; by default the room is asked for its present one
    session: Option<String>,

    #[command(flatten)]
    profile: ProfileFile,

    /// A tag of your own that comes back in the recording's callbacks
    #[arg(long, value_name = "TEXT")]
    extra: Option<String>,

    /// The generation that you know to be over: only then a session is recorded once more
    #[arg(long, value_name = "GENERATION")]
    after: Option<i64>,

    /// Follows the recording up to its uploaded files. Its callbacks come to whoever shares the --ledger, or here with
    /// --listen
    #[arg(long)]
    follow: bool,

    #[command(flatten)]
    following: Following,
    #[command(flatten)]
    ledger: Ledger,
    #[command(flatten)]
    service: Service,
    #[command(flatten)]
    live: Live,
}

impl Start {
    pub async fn run(self, output: Output) -> Result<(), Failure> {
        self.check_words()?;
        let profile = self.profile.read()?;
        for advice in profile.advice() {
            output.note(&format!("advice: {advice}"));
        }
        let client = self.service.client()?;
        self.live.allows("a recording would be started", &self.service)?;
        match self.ledger(&client)? {
            Some(ledger) => self.start_on_record(&client, &ledger, &profile, output).await,
            None => {
                let started = self.start(&client, &profile).await?;
                output.data(|| json::started(&started), || vec![line(&started)]).map(drop)
            }
        }
    }

    /// Nothing that is said is left aside.
    fn check_words(&self) -> Result<(), Failure> {
        let is_on_record = self.ledger.is_named();
        if self.follow && !is_on_record && !self.following.listens() {
            let reason = "--follow needs callbacks: name the --ledger that they are put on record in, or take them here with --listen PORT";
            return Err(Failure::Usage(reason.to_owned()));
        }
        if !self.follow && self.following.is_said() {
            return Err(Failure::Usage("--listen, --settle and --follow-for go with --follow".to_owned()));
        }
        if self.after.is_some() && !is_on_record {
            return Err(Failure::Usage("--after goes with a --ledger".to_owned()));
        }
        Ok(())
    }

    /// The one that is named or, to follow what comes here, one in memory.
    fn ledger(&self, client: &RecordingClient) -> Result<Option<RecordingLedger>, Failure> {
        if self.ledger.is_named() {
            return self.ledger.open(client.clone(), OnUnknown::Hold).map(Some);
        }
        if !self.follow {
            return Ok(None);
        }
        Ok(Some(RecordingLedger::in_memory(client.clone(), OnUnknown::Hold, &LedgerOptions::default())?))
    }

    async fn start(&self, client: &RecordingClient, profile: &RecordingProfile) -> Result<StartedRecording, Failure> {
        let mut options = StartOptions::default();
        options.extra.clone_from(&self.extra);
        match &self.session {
            Some(session) => call(client, client.start(&self.room, session, profile, options)).await,
            None => call(client, client.start_in_room(&self.room, profile, options)).await,
        }
    }

    async fn start_on_record(
        &self,
        client: &RecordingClient,
        ledger: &RecordingLedger,
        profile: &RecordingProfile,
        output: Output,
    ) -> Result<(), Failure> {
        // Before it is started: its first callback may be faster than the reply.
        let _receiving = self.following.listening(ledger, output).await?;
        let mut options = LedgerStartOptions::default();
        options.extra.clone_from(&self.extra);
        options.after = self.after;
        let found = match &self.session {
            Some(session) => call_ledger(client, ledger, ledger.start(&self.room, session, profile, options)).await?,
            None => call_ledger(client, ledger, ledger.start_in_room(&self.room, profile, options)).await?,
        };
        // Before anybody is told that it was started: whoever reads it may interrupt what follows.
        let interrupted = interrupted();
        let is_read = output.data(|| json::ledger_recording(&found), || vec![line_of_record(&found)])?;
        if self.follow && is_read {
            self.following.follow(ledger, &found.recording.session_id, interrupted, output).await?;
        }
        Ok(())
    }
}

fn line(started: &StartedRecording) -> Line {
    Line::marked(Mark::Good, "started", format!("{}, session {}", started.record_id, started.session_id))
}

fn line_of_record(found: &LedgerRecording) -> Line {
    if found.is_mine {
        return line(&found.recording);
    }
    let LedgerRecording { recording, entry, .. } = found;
    let text = format!("{}, session {}: {entry}", recording.record_id, recording.session_id);
    Line::marked(Mark::Doubtful, "started before:", text)
}
