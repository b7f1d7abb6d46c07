//! A start under a claim: nothing leaves without it, and whatever becomes of it is put on record.

use std::sync::Arc;
use std::time::Duration;

use sha1::{Digest, Sha1};
use tokio::time::{Instant, sleep, timeout_at};
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, warn};

use super::document::Document;
use super::keeper::{LOOK_WITHIN, Outcome};
use super::options::LedgerStartOptions;
use super::statistics::UnderWay;
use super::store::{SessionKey, StoreError};
use super::transition::{Claim, Input};
use super::{RecordingLedger, Shared, tag};
use crate::entry::{LedgerEntry, LedgerState};
use crate::error::{Attempts, CallContext, FailureCause, RecordingError};
use crate::model::{RecordType, RecordingConfig, RecordingProfile};
use crate::protocol::start::{self, StartedRecording};
use crate::protocol::{Operation, query_room};
use crate::running;
use crate::time::Timestamp;
use crate::transport::Progress;

/// How long what became of a start is tried to be put on record where the store fails.
const REPORT_WITHIN: Duration = Duration::from_secs(600);
/// How long a call that has no time left waits for that.
const SHORTEST_REPORT: Duration = Duration::from_millis(250);
/// How often whoever waits for somebody else's start looks whether it has ended.
const SHORTEST_LOOK: Duration = Duration::from_millis(50);
const LONGEST_LOOK: Duration = Duration::from_secs(1);
/// How much longer than its slices a recording may be silent.
const SILENCE_MARGIN_MINUTES: i64 = 10;

/// A session's recording, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct LedgerRecording {
    /// What was started.
    pub recording: StartedRecording,
    /// What the ledger has on record of it.
    pub entry: LedgerEntry,
    /// True where this call has started it; false where another call had.
    pub is_mine: bool,
}

/// A start that is to be sent under a claim.
pub(super) struct ClaimedStart {
    pub(super) key: SessionKey,
    claim: Claim,
    operation: Operation<StartedRecording>,
    deadline: Instant,
}

/// What a start finds on record.
enum Found {
    Granted(Box<Document>),
    /// Somebody has started the same.
    Recording(LedgerRecording),
    /// Somebody else's start is on its way.
    Wait(Document),
}

impl RecordingLedger {
    /// Starts recording a session, unless it is recorded already: whoever asks first sends the start, all others get the
    /// same recording.
    ///
    /// Whoever asks while the first one's start is on its way waits for its outcome. A session that was recorded before is
    /// not recorded again, unless [`after`](LedgerStartOptions::after) names that recording's generation: a job that is
    /// delivered twice, late or by two workers records once. Source: record/start.
    ///
    /// # Errors
    /// As [`RecordingClient::start`](crate::RecordingClient::start). Besides: `Conflict` where the outcome of an earlier
    /// start is unknown, another start is not over in time, or what is on record was started otherwise; `NotSent`, cause
    /// `Store`, where the store can't be asked, so that nothing was sent.
    ///
    /// # Cancel safety
    /// Dropping the future cancels the call: what is on its way is put on record all the same, and no second start goes.
    pub async fn start(
        &self,
        room_id: &str,
        session_id: &str,
        profile: &RecordingProfile,
        options: LedgerStartOptions,
    ) -> Result<LedgerRecording, RecordingError> {
        self.start_observed(room_id, session_id, profile, options, Arc::default()).await
    }

    /// Starts recording whatever call is going on in a room, unless it is recorded already: asks for the room's session,
    /// then starts as [`start`](Self::start) does. The timeout covers both. Source: user/query, record/start.
    ///
    /// # Errors
    /// As there. `Refused` with code 40003: there is no call in that room.
    ///
    /// # Cancel safety
    /// As for [`start`](Self::start).
    pub async fn start_in_room(
        &self,
        room_id: &str,
        profile: &RecordingProfile,
        options: LedgerStartOptions,
    ) -> Result<LedgerRecording, RecordingError> {
        self.start_in_room_observed(room_id, profile, options, Arc::default()).await
    }

    pub(crate) async fn start_in_room_observed(
        &self,
        room_id: &str,
        profile: &RecordingProfile,
        options: LedgerStartOptions,
        progress: Arc<Progress>,
    ) -> Result<LedgerRecording, RecordingError> {
        let begun = Instant::now();
        let client = &self.shared.client;
        let question = query_room::before_a_start(room_id, &options.call())?;
        let longest = question.timeout.unwrap_or(client.timeout());
        let room =
            client.run(question, &Arc::default()).await.map_err(|error| error.with_note("nothing was started"))?;
        let rest = longest.saturating_sub(begun.elapsed()).max(Duration::from_nanos(1));
        let options = LedgerStartOptions { timeout: Some(rest.into()), ..options };
        self.start_observed(room_id, &room.session_id, profile, options, progress).await
    }

    pub(crate) async fn start_observed(
        &self,
        room_id: &str,
        session_id: &str,
        profile: &RecordingProfile,
        options: LedgerStartOptions,
        progress: Arc<Progress>,
    ) -> Result<LedgerRecording, RecordingError> {
        let shared = &self.shared;
        let call = options.call();
        let given = options.extra.unwrap_or_default();
        let permit = permit().map_err(|reason| RecordingError::not_sent(FailureCause::Local, reason))?;
        let sent_extra = if given.is_empty() && shared.has_tags { tag::of(&permit) } else { given.clone() };
        let mut operation = start::operation(room_id, session_id, profile, &sent_extra, &call)?;
        // What the caller knows of it is told, not what was added.
        Arc::make_mut(&mut operation.context).extra.clone_from(&given);
        let timeout = operation.timeout.unwrap_or(shared.client.timeout());
        let milliseconds = i64::try_from(timeout.as_millis()).unwrap_or(i64::MAX);
        let claim = Claim {
            permit,
            holder: shared.holder(),
            room_id: room_id.to_owned(),
            fingerprint: fingerprint(room_id, profile, &given),
            extra: given,
            sent_extra,
            quiet_for: quiet_for(profile.config()),
            longest_send: milliseconds,
            deadline: Timestamp(shared.keeper.now().0.saturating_add(milliseconds)),
            after: options.after,
        };
        let key = shared.key(session_id);
        let start = ClaimedStart { key, claim, operation, deadline: Instant::now() + timeout };
        // A task of its own runs to its end though its caller may be gone: what is claimed is settled.
        let cancelled = CancellationToken::new();
        let guard = cancelled.clone().drop_guard();
        let (shared, ended) = (shared.clone(), progress.clone());
        let call = running::carried_on(async move {
            let under_way = shared.statistics.start();
            let result = shared.carry_out(start, cancelled, progress, &under_way).await;
            under_way.note_end(&result);
            result
        });
        let result = tokio::spawn(call.in_current_span()).await;
        guard.disarm();
        result.unwrap_or_else(|error| match error.is_cancelled() {
            // Its runtime has ended.
            true => Err(ended.cancel()),
            false => Err(RecordingError::internal("a defect in this library stopped the call")),
        })
    }
}

impl Shared {
    async fn carry_out(
        self: &Arc<Self>,
        mut start: ClaimedStart,
        cancelled: CancellationToken,
        progress: Arc<Progress>,
        under_way: &UnderWay,
    ) -> Result<LedgerRecording, RecordingError> {
        let context = start.operation.context.clone();
        progress.begin(&context);
        let claimed = match self.granted(&start, &cancelled, &progress).await {
            Ok(Found::Recording(recording)) => return Ok(recording),
            Ok(Found::Granted(granted)) => granted,
            Ok(Found::Wait(document)) => return Err(still_under_way(document, CallContext::clone(&context))),
            Err(error) => {
                // It may be on record that this start is being sent, or come on record yet, and now it never will be sent.
                let permit = start.claim.permit.clone();
                let is_on_its_way = matches!(error, RecordingError::NotSent { .. });
                let input = if is_on_its_way { Input::Abandoned { permit } } else { Input::NotStarted { permit } };
                self.report(&start.key, input, start.deadline).await;
                return Err(error.about(&context));
            }
        };
        // What is sent ends before what is on record says that it has: the claim was asked for within the same time.
        let time_left = start.deadline.saturating_duration_since(Instant::now());
        if !time_left.is_zero() {
            under_way.note_sent();
        }
        start.operation.timeout = Some(time_left);
        let result = tokio::select! {
            biased;
            () = cancelled.cancelled() => Err(progress.cancel()),
            // Of a process that slept since it asked, somebody may have decided. A timer would let it send for a moment.
            () = std::future::ready(()), if time_left.is_zero() => Err(too_late().about(&context)),
            result = self.client.run(start.operation, &progress) => result,
        };
        let permit = start.claim.permit.clone();
        let outcome = match &result {
            Ok(StartedRecording { record_id, request_id, .. }) => {
                Input::Started { permit, record_id: record_id.clone(), request_id: Some(request_id.clone()) }
            }
            Err(error) if error.may_be_recording() => {
                Input::Unknown { permit, request_id: error.request_id(), reason: error.to_string() }
            }
            Err(_) => Input::NotStarted { permit },
        };
        let entry = self.report(&start.key, outcome, start.deadline).await;
        let recording = result?;
        // Where the store doesn't answer, the recording runs all the same.
        let entry = entry.unwrap_or_else(|| running(claimed.entry, &recording));
        Ok(LedgerRecording { recording, entry, is_mine: true })
    }

    /// Asks for the right to send, until it is granted, or somebody else's start has led to something, or time is over.
    async fn granted(
        &self,
        start: &ClaimedStart,
        cancelled: &CancellationToken,
        progress: &Progress,
    ) -> Result<Found, RecordingError> {
        let input = Input::Claim(start.claim.clone());
        let mut pause = SHORTEST_LOOK;
        loop {
            // Runs to its end whatever happens: a claim that is left half-way could be on record later.
            let claimed =
                self.keeper.apply(&start.key, &input, start.deadline).await.map_err(|error| unasked(&error))?;
            if cancelled.is_cancelled() {
                return Err(progress.cancel());
            }
            let found = self.found(claimed, start)?;
            let Found::Wait(_) = found else { return Ok(found) };
            let wait = pause.mul_f64(self.keeper.jitter()).max(SHORTEST_LOOK / 2);
            if Instant::now() + wait >= start.deadline {
                return Ok(found);
            }
            tokio::select! {
                () = cancelled.cancelled() => return Err(progress.cancel()),
                () = sleep(wait) => {}
            }
            pause = (pause * 2).min(LONGEST_LOOK);
        }
    }

    fn found(&self, claimed: Outcome, start: &ClaimedStart) -> Result<Found, RecordingError> {
        let Some(mut document) = claimed.document else {
            return Err(RecordingError::internal("a claim was neither granted nor refused"));
        };
        document.entry = document.entry.seen_at(self.keeper.now());
        if !claimed.is_denied {
            return Ok(Found::Granted(Box::new(document)));
        }
        let entry = &document.entry;
        let conflict = |reason: String| RecordingError::Conflict {
            entry: Box::new(entry.clone()),
            reason,
            call: Some(Box::new(CallContext::clone(&start.operation.context))),
        };
        if document.has_permit(&start.claim.permit) {
            return Err(conflict("somebody has decided about this start before it was sent".to_owned()));
        }
        if entry.state == LedgerState::Unknown {
            return Err(conflict(
                "the outcome of an earlier start is unknown, so that a recording may be running".to_owned(),
            ));
        }
        if document.is_foreign || document.fingerprint != start.claim.fingerprint {
            let told = if document.is_foreign {
                "the session is recorded by a start that none of the ledger's processes has sent"
            } else {
                "the session has another recording on record: another room, profile or extra was asked for"
            };
            return Err(conflict(told.to_owned()));
        }
        if entry.state == LedgerState::Sending {
            return Ok(Found::Wait(document));
        }
        if start.claim.after == Some(entry.generation) {
            return Err(conflict("that generation is not known to be over".to_owned()));
        }
        let Some(record_id) = entry.record_id.clone() else {
            return Err(conflict("what the session's earlier start recorded has no known id".to_owned()));
        };
        let recording = StartedRecording {
            record_id,
            room_id: entry.room_id.clone(),
            session_id: entry.session_id.clone(),
            request_id: entry.request_id.clone().unwrap_or_default(),
            record_type: start.operation.record_type.unwrap_or(RecordType::SplitStream),
            // Of another call, which may have been another process's.
            call_id: String::new(),
            attempts: Attempts::default(),
        };
        Ok(Found::Recording(LedgerRecording { recording, entry: document.entry, is_mine: false }))
    }

    /// Puts on record what became of a start, and waits a while for that: not longer than the call has time, but for a
    /// moment. Where the store fails for longer, it is tried on; and where that fails, somebody finds it unknown later.
    async fn report(self: &Arc<Self>, key: &SessionKey, input: Input, deadline: Instant) -> Option<LedgerEntry> {
        let (shared, key) = (self.clone(), key.clone());
        let reporting = async move {
            match shared.put_on_record(&key, &input).await {
                Ok(outcome) => {
                    shared.tell(&key);
                    outcome.document.map(|document| document.entry)
                }
                Err(error) => {
                    let session_id = &key.session_id;
                    warn!(session_id, error = error.to_string(), "outcome of a start not on record");
                    None
                }
            }
        };
        let reporting = tokio::spawn(running::carried_on(reporting).in_current_span());
        timeout_at(report_until(deadline), reporting).await.ok().and_then(Result::ok).flatten()
    }

    async fn put_on_record(&self, key: &SessionKey, input: &Input) -> Result<Outcome, StoreError> {
        let until = Instant::now() + REPORT_WITHIN;
        let outcome = self.keeper.apply(key, input, until).await?;
        // Now that it is known whose they are, callbacks may tell more.
        if outcome.document.is_some() { self.keeper.fold(key, until).await } else { Ok(outcome) }
    }
}

/// Until when a call that ends at this time waits for what it has led to to be put on record.
pub(super) fn report_until(deadline: Instant) -> Instant {
    let now = Instant::now();
    deadline.max(now + SHORTEST_REPORT).min(now + LOOK_WITHIN)
}

fn too_late() -> RecordingError {
    RecordingError::not_sent(FailureCause::Timeout, "the time given was over before the start was sent")
}

fn still_under_way(document: Document, context: CallContext) -> RecordingError {
    RecordingError::Conflict {
        entry: Box::new(document.entry),
        reason: "another start of the session is under way, and was not over in time".to_owned(),
        call: Some(Box::new(context)),
    }
}

/// The error of what was not done because the store could not be asked.
pub(super) fn unasked(error: &StoreError) -> RecordingError {
    RecordingError::not_sent(FailureCause::Store, format!("the ledger's store can't be used: {error}"))
}

/// The entry of a recording that is not on record yet.
fn running(claimed: LedgerEntry, recording: &StartedRecording) -> LedgerEntry {
    LedgerEntry {
        state: LedgerState::Running,
        record_id: Some(recording.record_id.clone()),
        request_id: Some(recording.request_id.clone()),
        ..claimed
    }
}

/// 128 random bits, in hexadecimal.
fn permit() -> Result<String, String> {
    let mut bits = [0; 16];
    getrandom::fill(&mut bits).map_err(|error| format!("this machine has no random numbers: {error}"))?;
    Ok(hex::encode(bits))
}

/// Of all that a start asks for: two starts with the same one ask for the same recording.
fn fingerprint(room_id: &str, profile: &RecordingProfile, extra: &str) -> String {
    let parts = [room_id, "\n", extra, "\n", profile.json().get()];
    hex::encode(parts.iter().fold(Sha1::new(), |digest, part| digest.chain_update(part)).finalize())
}

/// How long a recording of this kind may be silent, in milliseconds: a callback comes with each slice at the latest.
fn quiet_for(config: &RecordingConfig) -> i64 {
    (config.slice_length() as i64).saturating_add(SILENCE_MARGIN_MINUTES).saturating_mul(60_000)
}
