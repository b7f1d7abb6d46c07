//! Rust's driver: a line of JSON in, a line out. What it is asked is in the README of this folder's parent.

mod given;
mod ledger;
mod told;

use std::error::Error;
use std::io::{BufRead, Write};
use std::sync::Arc;

use base64::prelude::{BASE64_STANDARD, Engine};
use rongcloud_recording::callback::{
    CallbackOptions, CallbackReceiver, CallbackRequest, RecordingTracker, TimestampUnit, parse_recording_event,
};
use rongcloud_recording::{
    CallOptions, Corner, Credentials, Failure, Layout, LayoutUpdate, RecordingClient, RecordingError, RecordingLedger,
    RecordingProfile, StartOptions, mcu_mode, resolution, service_codes, signature,
};
use serde_json::{Value, json};

use given::Given;

/// What an answer is not made of: the driver ends with it.
type Unusable = Box<dyn Error>;

#[tokio::main(worker_threads = 1)]
async fn main() -> Result<(), Unusable> {
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(std::io::stderr)
        .init();
    let mut made = Made::default();
    for line in std::io::stdin().lock().lines() {
        let command: Value = serde_json::from_str(&line?)?;
        let answer = match answer(&command, &mut made).await {
            Ok(done) => json!({"done": done}),
            Err(error) => match error.downcast::<RecordingError>() {
                Ok(error) => json!({"failed": told::failure(&Failure::from(*error))}),
                Err(error) => return Err(error),
            },
        };
        writeln!(std::io::stdout(), "{answer}")?;
    }
    Ok(())
}

/// What calls are made with. What was there before it ends first.
#[derive(Default)]
struct Made {
    client: Option<RecordingClient>,
    ledger: Option<RecordingLedger>,
}

impl Made {
    fn client(&self) -> Result<&RecordingClient, Unusable> {
        Ok(self.client.as_ref().ok_or("there is no client")?)
    }
}

async fn answer(command: &Value, made: &mut Made) -> Result<Value, Unusable> {
    let command = Given::new(command)?;
    let told = match command.only()? {
        "client" => {
            let (credentials, options) = given::client(&command.part("client")?)?;
            made.client = None;
            made.client = Some(RecordingClient::new(credentials, options)?);
            Value::Null
        }
        "call" => call(made.client()?, &command.part("call")?).await?,
        "ledger" => {
            made.ledger.take().inspect(RecordingLedger::close);
            made.ledger = Some(ledger::opened(made.client()?.clone(), &command.part("ledger")?)?);
            Value::Null
        }
        "ledger_call" => {
            ledger::call(made.ledger.as_ref().ok_or("there is no ledger")?, &command.part("ledger_call")?).await?
        }
        "profile" => {
            let profile = RecordingProfile::from_json(command.text("profile")?)?;
            json!({
                "json": profile.to_json(),
                "json_of_config": RecordingProfile::new(profile.config().clone())?.to_json(),
                "advice": told::advice(&profile.advice()),
            })
        }
        "advice" => told::advice(&given::update(&command.part("advice")?)?.advice()),
        "arrange" => arrange(&command.part("arrange")?)?,
        "picture" => picture(&command.part("picture")?)?,
        "signature" => {
            let given = command.part("signature")?;
            let signed = signature(&given.text("app_secret")?, &given.text("nonce")?, &given.text("timestamp")?);
            given.done(json!(signed))?
        }
        "receive" => receive(&command.part("receive")?)?,
        "track" => track(&command.part("track")?)?,
        "constants" => {
            command.optional("constants");
            json!({
                "resolutions": {
                    "R480X320": resolution::R480X320,
                    "R320X480": resolution::R320X480,
                    "R640X480": resolution::R640X480,
                    "R480X640": resolution::R480X640,
                    "R1280X720": resolution::R1280X720,
                    "R720X1280": resolution::R720X1280,
                },
                "mcu_modes": {"DOCUMENTED_EXAMPLE": mcu_mode::DOCUMENTED_EXAMPLE},
                "service_codes": service_codes::ALL.iter().map(|(name, code)| ((*name).to_owned(), json!(code)))
                    .collect::<serde_json::Map<_, _>>(),
            })
        }
        other => return Err(format!("{other} is unknown").into()),
    };
    command.done(told)
}

async fn call(client: &RecordingClient, call: &Given<'_>) -> Result<Value, Unusable> {
    let given = &call.part("arguments")?;
    let mut options = CallOptions::default();
    options.request_id = given.optional_text("request_id");
    let told = match call.text("operation")?.as_str() {
        "start" => {
            let profile = RecordingProfile::from_json(given.text("profile")?)?;
            let mut start = StartOptions::default();
            (start.extra, start.request_id) = (given.optional_text("extra"), options.request_id);
            let (room_id, session_id) = (given.text("room_id")?, given.text("session_id")?);
            told::started(&client.start(&room_id, &session_id, &profile, start).await?)
        }
        "stop" => told::acknowledged(&client.stop(given::recording(given)?, options).await?),
        "update_layout" => {
            let update: LayoutUpdate = given::update(&given.part("update")?)?;
            told::acknowledged(&client.update_layout(given::recording(given)?, &update, options).await?)
        }
        "query_room" => told::room(&client.query_room(&given.text("room_id")?, options).await?),
        other => return Err(format!("there is no operation {other}").into()),
    };
    given.done(told)
}

fn arrange(given: &Given<'_>) -> Result<Value, Unusable> {
    let streams = given::streams(given)?;
    let (resolution, cameras) = (given.optional_text("resolution"), given.optional_text("cameras"));
    let (resolution, corner) = (resolution.as_deref(), given.optional_text("corner"));
    let layout = match given.text("arrangement")?.as_str() {
        "grid" => match cameras {
            Some(cameras) => Layout::grid_for(&streams, resolution, &cameras),
            None => Layout::grid(&streams, resolution),
        },
        "side_by_side" => Layout::side_by_side(&streams, resolution),
        "spotlight" => Layout::spotlight(&streams[0], &streams[1..], resolution),
        "picture_in_picture" => {
            let corner = match corner.as_deref() {
                Some("top_left") => Corner::TopLeft,
                Some("top_right") => Corner::TopRight,
                Some("bottom_left") => Corner::BottomLeft,
                Some("bottom_right") => Corner::BottomRight,
                other => return Err(format!("{other:?} is no corner").into()),
            };
            Layout::picture_in_picture(&streams[0], &streams[1], corner)
        }
        other => return Err(format!("there is no arrangement {other}").into()),
    };
    given.done(told::layout(&layout?))
}

fn picture(given: &Given<'_>) -> Result<Value, Unusable> {
    let cameras = given.optional_text("cameras");
    let svg = match given.optional_text("profile") {
        Some(profile) => RecordingProfile::from_json(profile)?.to_svg(cameras.as_deref())?,
        None => {
            let resolution = given.optional_text("resolution");
            given::update(&given.part("update")?)?.to_svg(resolution.as_deref(), cameras.as_deref())?
        }
    };
    given.done(json!(svg))
}

fn receive(given: &Given<'_>) -> Result<Value, Unusable> {
    let pairs = given.pairs("credentials")?;
    let credentials = pairs.into_iter().map(|(key, secret)| Credentials::new(key, secret).map(Arc::new));
    let timestamp_unit = match given.optional_text("timestamp_unit").as_deref() {
        None => None,
        Some("seconds") => Some(TimestampUnit::Seconds),
        Some("milliseconds") => Some(TimestampUnit::Milliseconds),
        Some(other) => return Err(format!("{other} is no unit").into()),
    };
    let mut options = CallbackOptions::default();
    options.timestamp_unit = timestamp_unit;
    let receiver = CallbackReceiver::new(credentials.collect::<Result<Vec<_>, _>>()?, options)?;
    let headers = given::headers(given)?;
    let (kind, query) = (given.text("kind")?, given.text("query")?);
    let mut outcomes = Vec::new();
    for body in given.texts("bodies")? {
        let request =
            CallbackRequest { headers: headers.clone(), body: BASE64_STANDARD.decode(body)?, query: query.clone() };
        let outcome = match kind.as_str() {
            "recording" => receiver.recording_event(request).map(|received| told::received_recording_event(&received)),
            "room" => receiver.room_event(request).map(|received| told::received_room_event(&received)),
            other => return Err(format!("{other} is no kind of callback").into()),
        };
        outcomes.push(outcome.unwrap_or_else(|refused| told::refused(&refused)));
    }
    given.done(outcomes.into())
}

fn track(given: &Given<'_>) -> Result<Value, Unusable> {
    let (record_id, extra) = (given.optional_text("record_id"), given.optional_text("extra"));
    let requested =
        given.optional("requested").map(|requested| given::requested(&Given::new(requested)?)).transpose()?;
    let made = |events: &Value| -> Result<RecordingTracker, Unusable> {
        let tracker = match (&record_id, &extra) {
            (Some(record_id), _) => RecordingTracker::new(record_id.clone())?,
            (None, extra) => RecordingTracker::by_extra(extra.clone().unwrap_or_default(), None)?,
        };
        for event in events.as_array().into_iter().flatten() {
            tracker.record(parse_recording_event(event.as_str().unwrap_or_default())?)?;
        }
        if let Some((started, at)) = &requested {
            tracker.requested(started, *at)?;
        }
        Ok(tracker)
    };
    let shares = given.list("shares")?.iter().map(made).collect::<Result<Vec<_>, _>>()?;
    let (tracker, others) = shares.split_first().ok_or("there are no shares")?;
    let restored = RecordingTracker::restore(tracker.snapshot()?)?;
    let (stale_after, now) = (given::span(given, "stale_after_ms")?, given::time(given, "now_ms")?);
    let stale_after = stale_after.ok_or("no time to wait")?;
    let told = [tracker, &restored].map(|tracker| -> Result<Value, Unusable> {
        others.iter().chain([tracker]).try_for_each(|other| tracker.merge(other))?;
        let state = told::state(&tracker.state(stale_after, Some(now))?);
        Ok(json!({"state": state, "snapshot": tracker.snapshot()?}))
    });
    given.done(told.into_iter().collect::<Result<Value, _>>()?)
}
