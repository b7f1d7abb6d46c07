//! Ledgers: scenarios, step by step, on every engine.
//!
//! A step is a `call` of the ledger; an event to `take`, whose `nonce` and `secret` sign it; settings to `open` a ledger
//! with; the service's `next` answer; what the room's `session_is`; or how many `starts` the service has carried out. What
//! comes of the first three is `done` or `failed`, of which any part may be left out, unless it is `exactly` that.
//!
//! Each scenario has an app of its own, so that all can share a server. Where a store outlives its ledger, each call is
//! another ledger's, as if of another process, but for one `here`, that has no time to open the store.

use std::path::PathBuf;
use std::{env, fs};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use rongcloud_recording::{Timestamp, signature};
use rongcloud_simulator::{Simulator, Step};
use serde_json::{Value, json};

use super::{PROFILE, ROOM, SESSION};
use crate::compare::{exactly_like, like, list, same, text};
use crate::driver::{Driver, Outcome};
use crate::{APP_SECRET, Wrong};

const ENGINES: [&str; 4] = ["memory", "SQLite", "PostgreSQL", "Redis"];

/// When all that callbacks tell of has happened, unless they say otherwise.
const HAPPENED_AT: i64 = 1_700_000_000_000;

/// A scenario once for each engine.
pub(super) fn on_every_engine(scenario: &Value) -> Vec<Value> {
    let on = |engine| {
        let mut scenario = scenario.clone();
        scenario["engine"] = json!(engine);
        scenario["name"] = format!("{}, on {engine}", scenario["name"].as_str().unwrap_or_default()).into();
        scenario
    };
    ENGINES.map(on).into()
}

pub(super) async fn ledger(driver: &mut Driver, scenario: &Value) -> Result<(), Wrong> {
    let mut run = Run::new(driver, scenario).await?;
    for (place, step) in list(scenario, "steps")?.iter().enumerate() {
        run.step(step).await.map_err(|wrong| format!("step {}: {wrong}", place + 1))?;
    }
    Ok(())
}

struct Run<'d> {
    driver: &'d mut Driver,
    simulator: Simulator,
    app_key: String,
    /// What all its callbacks are signed with.
    signed_at: Timestamp,
    store: Store,
    settings: Value,
}

impl<'d> Run<'d> {
    async fn new(driver: &'d mut Driver, scenario: &Value) -> Result<Self, Wrong> {
        let app_key = format!("app{:016x}", fastrand::u64(..));
        let simulator = Simulator::builder().app(&app_key, APP_SECRET).room(ROOM, SESSION).start().await;
        let simulator = simulator.map_err(|error| error.to_string())?;
        driver.client(&json!({"app_key": app_key, "api_url": simulator.url()})).await?.done()?;
        let store = Store::of(text(scenario, "engine")?, &app_key)?;
        let settings = json!({"on_unknown": "hold", "holder": "host:7", "grace_ms": 1, "store": store.url});
        let settings = with(settings, &scenario["ledger"]);
        let run = Self { driver, simulator, app_key, signed_at: Timestamp::now(), store, settings };
        run.driver.ask(&json!({"ledger": run.settings})).await?.done()?;
        Ok(run)
    }

    async fn step(&mut self, step: &Value) -> Result<(), Wrong> {
        let told = |error: &dyn std::fmt::Display| error.to_string();
        if let Some(next) = step.get("next") {
            let next: Step = serde_json::from_value(next.clone()).map_err(|error| told(&error))?;
            return self.simulator.next([next]).map_err(|error| told(&error));
        }
        if let Some(session) = step.get("session_is") {
            match session.as_str() {
                Some(session) => self.simulator.set_room(ROOM, session),
                None => drop(self.simulator.remove_room(ROOM)),
            }
            return Ok(());
        }
        if let Some(starts) = step.get("starts") {
            return same("the number of starts", &self.simulator.executions().start.into(), starts);
        }
        let (what, seen) = self.asked(step).await?;
        let (seen, expected) = match (seen, step.get("done"), step.get("failed")) {
            (Outcome::Done(seen), Some(done), None) => (seen, done),
            (Outcome::Failed(seen), None, Some(failed)) => (seen, failed),
            (seen, ..) => return Err(format!("{what} came to {seen:?}")),
        };
        let expected = self.filled(expected);
        if step["exactly"] == true { exactly_like(what, &seen, &expected) } else { like(what, &seen, &expected) }
    }

    /// Does what only a driver can do.
    async fn asked<'s>(&mut self, step: &'s Value) -> Result<(&'s str, Outcome), Wrong> {
        if let Some(settings) = step.get("open") {
            let command = json!({"ledger": with(self.settings.clone(), settings)});
            return Ok(("the ledger", self.driver.ask(&command).await?));
        }
        let (operation, arguments) = match (step.get("take"), step.get("take_room_event")) {
            (Some(event), _) => {
                ("take", self.callback(&json!({"recordId": "$record1", "extra": "$extra1"}), event, step))
            }
            (_, Some(event)) => ("take_room_event", self.callback(&json!({}), event, step)),
            _ => {
                let operation = text(step, "call")?;
                (operation, self.filled(&with(usual(operation), &step["with"])))
            }
        };
        if self.store.is_shared && step["here"] != true {
            self.driver.ask(&json!({"ledger": self.settings})).await?.done()?;
        }
        let command = json!({"ledger_call": {"operation": operation, "arguments": arguments}});
        Ok((operation, self.driver.ask(&command).await?))
    }

    /// An event as the service would send it now. With a nonce of its step's, it comes under the same signature as others
    /// that have that nonce.
    fn callback(&self, usual: &Value, event: &Value, step: &Value) -> Value {
        let usual =
            with(json!({"appKey": "$app", "roomId": ROOM, "sessionId": SESSION, "timestamp": HAPPENED_AT}), usual);
        let body = self.filled(&with(usual, event)).to_string();
        let nonce = step["nonce"].as_str().map_or_else(|| fastrand::u64(..).to_string(), str::to_owned);
        let timestamp = self.signed_at.0.to_string();
        let signed = signature(step["secret"].as_str().unwrap_or(APP_SECRET), &nonce, &timestamp);
        let headers = [("appKey", &self.app_key), ("nonce", &nonce), ("timestamp", &timestamp), ("signature", &signed)];
        json!({"headers": headers, "body": BASE64_STANDARD.encode(body), "query": ""})
    }

    /// What the service knows stands in place of its name: of the first recording `$record1`, `$request1`, `$extra1`.
    fn filled(&self, template: &Value) -> Value {
        match template {
            Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), self.filled(value))).collect(),
            Value::Array(parts) => parts.iter().map(|part| self.filled(part)).collect(),
            Value::String(name) if name == "$app" => self.app_key.as_str().into(),
            Value::String(name) => self.known(name).unwrap_or_else(|| template.clone()),
            _ => template.clone(),
        }
    }

    fn known(&self, name: &str) -> Option<Value> {
        let (kind, place) = name.strip_prefix('$')?.split_at_checked(name.len().checked_sub(2)?)?;
        let recording = self.simulator.recordings().into_iter().nth(place.parse::<usize>().ok()?.checked_sub(1)?)?;
        match kind {
            "record" => Some(recording.record_id.into()),
            "request" => Some(recording.request_id.into()),
            "extra" => Some(recording.extra.into()),
            _ => None,
        }
    }
}

/// Where a scenario's ledgers keep what they know.
struct Store {
    url: String,
    is_shared: bool,
    folder: Option<PathBuf>,
}

impl Store {
    fn of(engine: &str, app_key: &str) -> Result<Self, Wrong> {
        let server = |variable: &str| {
            let url = env::var(variable).map(|url| Self { url, is_shared: true, folder: None });
            url.map_err(|_| {
                format!("there is no {variable}: run it by scripts/with-stores.sh, as make conformance does")
            })
        };
        match engine {
            "memory" => Ok(Self { url: "memory:".to_owned(), is_shared: false, folder: None }),
            "SQLite" => {
                let folder = env::temp_dir().join(format!("rongcloud-conformance-{app_key}"));
                fs::create_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
                let url = format!("sqlite://{}", folder.join("ledger.sqlite").display());
                Ok(Self { url, is_shared: true, folder: Some(folder) })
            }
            "PostgreSQL" => server("RONGCLOUD_TEST_POSTGRES_URL"),
            "Redis" => server("RONGCLOUD_TEST_REDIS_URL"),
            other => Err(format!("there is no engine {other}")),
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            // What is left is in the system's folder for what may go.
            let _ = fs::remove_dir_all(folder);
        }
    }
}

/// What an operation is mostly given.
fn usual(operation: &str) -> Value {
    match operation {
        "start" => json!({"room_id": ROOM, "session_id": SESSION, "profile": PROFILE}),
        "start_in_room" => json!({"room_id": ROOM, "profile": PROFILE}),
        "stop" => json!({"recording": {"room_id": ROOM, "session_id": SESSION, "record_type": null}}),
        "entries" | "unresolved" | "reconcile" => json!({}),
        _ => json!({"session_id": SESSION}),
    }
}

/// The same fields, but for those that are given otherwise.
fn with(mut fields: Value, others: &Value) -> Value {
    for (name, value) in others.as_object().into_iter().flatten() {
        fields[name] = value.clone();
    }
    fields
}
