//! A ledger and its calls.

use base64::prelude::{BASE64_STANDARD, Engine};
use rongcloud_recording::callback::CallbackRequest;
use rongcloud_recording::ledger::{FollowedRecording, LedgerResolution, LedgerStartOptions, OnUnknown, TakeError};
use rongcloud_recording::{CallOptions, LedgerOptions, RecordingClient, RecordingLedger, RecordingProfile, Span};
use serde_json::Value;

use crate::given::{self, Given};
use crate::{Unusable, told};

pub(crate) fn opened(client: RecordingClient, given: &Given<'_>) -> Result<RecordingLedger, Unusable> {
    let on_unknown = match given.text("on_unknown")?.as_str() {
        "hold" => OnUnknown::Hold,
        "stop" => OnUnknown::Stop,
        "stop_then_restart" => OnUnknown::StopThenRestart,
        other => return Err(format!("nothing is done as {other}").into()),
    };
    let mut options = LedgerOptions::default();
    options.store = given.optional_text("store");
    options.holder = given.optional_text("holder");
    options.grace = given::span(given, "grace_ms")?;
    options.tags = given.optional("tags").and_then(Value::as_bool);
    options.ca_certificates = given.optional_text("ca_certificates");

    given.done(RecordingLedger::open(client, on_unknown, &options)?)
}

pub(crate) async fn call(ledger: &RecordingLedger, call: &Given<'_>) -> Result<Value, Unusable> {
    let given = &call.part("arguments")?;
    let session_id = || given.text("session_id");
    let (timeout, settle) = (given::span(given, "timeout_ms")?, given::span(given, "settle_ms")?);
    let told = match call.text("operation")?.as_str() {
        "start" => {
            let (profile, options) = start(given, timeout)?;
            told::recorded(&ledger.start(&given.text("room_id")?, &session_id()?, &profile, options).await?)
        }
        "start_in_room" => {
            let (profile, options) = start(given, timeout)?;
            told::recorded(&ledger.start_in_room(&given.text("room_id")?, &profile, options).await?)
        }
        "stop" => {
            let mut options = CallOptions::default();
            (options.timeout, options.request_id) = (timeout, given.optional_text("request_id"));
            told::acknowledged(&ledger.stop(given::recording(given)?, options).await?)
        }
        "take" => answered(ledger.take(request(given)?).await.map(|taken| told::taken(&taken)))?,
        "take_room_event" => {
            answered(ledger.take_room_event(request(given)?).await.map(|taken| told::received_room_event(&taken)))?
        }
        "get" => followed(ledger.get(&session_id()?).await?),
        "next_change" => {
            let seen = given.number("seen")?.ok_or("no version was seen")?;
            followed(ledger.next_change(&session_id()?, seen, settle, timeout.ok_or("no time to wait")?).await?)
        }
        "wait_until_uploaded" => {
            let timeout = timeout.ok_or("no time to wait")?;
            followed(ledger.wait_until_uploaded(&session_id()?, settle, timeout).await?)
        }
        "follow" => {
            let (mut following, mut all) = (ledger.follow(&session_id()?, settle), Vec::new());
            while let Some(found) = following.next().await {
                all.push(told::followed(&found?));
            }
            all.into()
        }
        "entries" => {
            let entries = ledger.entries(given.number("limit")?.unwrap_or(100)).await?;
            entries.iter().map(told::entry).collect()
        }
        "unresolved" => {
            let entries = ledger.unresolved(given.number("limit")?.unwrap_or(100)).await?;
            entries.iter().map(told::entry).collect()
        }
        "resolve" => {
            let generation = given.number("generation")?.ok_or("no generation is given")?;
            told::entry(&ledger.resolve(&session_id()?, generation, resolution(given)?).await?)
        }
        "reconcile" => {
            let most = given.number("limit")?.unwrap_or(1000);
            told::reconciled(&ledger.reconcile(most, given::span(given, "wait_ms")?).await?)
        }
        other => return Err(format!("a ledger has no operation {other}").into()),
    };
    given.done(told)
}

fn start(given: &Given<'_>, timeout: Option<Span>) -> Result<(RecordingProfile, LedgerStartOptions), Unusable> {
    let profile = RecordingProfile::from_json(given.text("profile")?)?;
    let mut options = LedgerStartOptions::default();
    options.extra = given.optional_text("extra");
    options.after = given.number("after")?;
    options.timeout = timeout;
    options.request_id = given.optional_text("request_id");
    Ok((profile, options))
}

fn request(given: &Given<'_>) -> Result<CallbackRequest, Unusable> {
    let (headers, body) = (given::headers(given)?, BASE64_STANDARD.decode(given.text("body")?)?);
    Ok(CallbackRequest { headers, body, query: given.text("query")? })
}

/// A refusal is an answer, too.
fn answered(taken: Result<Value, TakeError>) -> Result<Value, Unusable> {
    match taken {
        Ok(taken) => Ok(taken),
        Err(TakeError::Refused(refused)) => Ok(told::refused(&refused)),
        Err(TakeError::Failed(error)) => Err(error.into()),
        Err(error) => Err(error.into()),
    }
}

fn followed(found: Option<FollowedRecording>) -> Value {
    found.as_ref().map(told::followed).into()
}

fn resolution(given: &Given<'_>) -> Result<LedgerResolution, Unusable> {
    match given.text("resolution")?.as_str() {
        "started" => Ok(LedgerResolution::Started { record_id: given.optional_text("record_id") }),
        "not_started" => Ok(LedgerResolution::NotStarted),
        "over" => Ok(LedgerResolution::Over),
        other => Err(format!("{other} resolves nothing").into()),
    }
}
