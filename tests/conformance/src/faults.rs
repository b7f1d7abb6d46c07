//! Causes every fault for every operation, and cuts starts at every byte. A start is executed at most once, wherever its
//! connection is cut; and nothing that a driver says or logs holds the secret.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rongcloud_simulator::{Cut, Door, DoorOptions, Fault, Simulator, Step};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::compare::{field, list, text};
use crate::driver::{Driver, Outcome};
use crate::grid::{Grid, OPERATIONS, judge_cut};
use crate::vectors::{PROFILE, ROOM, SESSION};
use crate::{APP_KEY, APP_SECRET, Tally, Wrong};

/// Drivers at once: calls wait more than they work.
const DRIVERS: usize = 4;

pub(crate) async fn run(command: &[String], output: &Path, least_log: usize) -> Result<Tally, Wrong> {
    let grid = Arc::new(Grid::read()?);
    let mut tally = Tally::default();
    let mut drivers: Vec<_> = (0..DRIVERS).map(|_| Driver::new(command.to_vec())).collect();
    let mut lines = Vec::new();
    // Those who wait for a time-out compete with nothing else.
    for times_out in [false, true] {
        let seen = every_fault(&grid, &mut drivers, times_out).await;
        for (place, name, seen) in seen {
            let outcome = seen.and_then(|line| {
                lines.push((place, line.clone()));
                grid.judge(&grid.cases[place / OPERATIONS.len()], &line)
            });
            tally.add(&name, outcome);
        }
    }
    lines.sort_by_key(|(place, _)| *place);
    let mut lines: Vec<_> = lines.into_iter().map(|(_, line)| line).collect();
    every_cut(&grid, &mut drivers[0], &mut tally, &mut lines).await?;
    write(output, &lines)?;
    tally.add("how drivers end and what they log", log(&mut drivers, least_log).await);
    Ok(tally)
}

fn write(output: &Path, lines: &[Value]) -> Result<(), Wrong> {
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let folder = output.parent().map_or(Ok(()), std::fs::create_dir_all);
    folder.and_then(|()| std::fs::write(output, text)).map_err(|error| format!("{}: {error}", output.display()))
}

async fn log(drivers: &mut [Driver], least: usize) -> Result<(), Wrong> {
    let (mut lines, mut with_secret) = (0, Vec::new());
    for driver in drivers {
        driver.end().await?;
        let log = driver.log();
        lines += log.lines;
        with_secret.extend(log.with_secret.iter().cloned());
    }
    if !with_secret.is_empty() {
        return Err(format!("the secret stands in it:\n{}", with_secret.join("\n")));
    }
    if lines < least { Err(format!("it has {lines} lines only: it was not looked at")) } else { Ok(()) }
}

/// Of each case and operation its place, its name, and what was seen.
type Seen = (usize, String, Result<Value, Wrong>);

async fn every_fault(grid: &Arc<Grid>, drivers: &mut Vec<Driver>, times_out: bool) -> Vec<Seen> {
    let cases = grid.cases.iter().enumerate().filter(|(_, case)| case["times_out"] == times_out);
    let calls =
        cases.flat_map(|(index, _)| (0..OPERATIONS.len()).map(move |operation| index * OPERATIONS.len() + operation));
    let calls = Arc::new(Mutex::new(calls.collect::<VecDeque<_>>()));
    let mut runs = JoinSet::new();
    for mut driver in drivers.drain(..) {
        let (grid, calls) = (grid.clone(), calls.clone());
        runs.spawn(async move {
            let mut all = Vec::new();
            loop {
                let next = calls.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                let Some(place) = next else { return (driver, all) };
                let (case, operation) = (&grid.cases[place / OPERATIONS.len()], OPERATIONS[place % OPERATIONS.len()]);
                let name = format!("{}, {operation}", case["name"]);
                all.push((place, name, one_fault(&grid, case, operation, &mut driver).await));
            }
        });
    }
    let mut seen = Vec::new();
    for (driver, all) in runs.join_all().await {
        drivers.push(driver);
        seen.extend(all);
    }
    seen
}

fn arguments(operation: &str) -> Value {
    let recording = json!({"room_id": ROOM, "session_id": SESSION, "record_type": null});
    match operation {
        "start" => json!({"room_id": ROOM, "session_id": SESSION, "profile": PROFILE}),
        "stop" => json!({"recording": recording}),
        "update_layout" => {
            let window =
                json!({"user_id": "111", "stream_id": "111_RongCloudRTC", "x": 0, "y": 0, "width": 1, "height": 1});
            let update = json!({"layout": "custom", "windows": [window], "render_mode": null, "host": null});
            json!({"recording": recording, "update": update})
        }
        _ => json!({"room_id": ROOM}),
    }
}

async fn simulator() -> Result<Simulator, Wrong> {
    let simulator = Simulator::builder().app(APP_KEY, APP_SECRET).room(ROOM, SESSION).start().await;
    simulator.map_err(|error| error.to_string())
}

async fn one_fault(grid: &Grid, case: &Value, operation: &str, driver: &mut Driver) -> Result<Value, Wrong> {
    let simulator = simulator().await?;
    if ["update_layout", "stop"].contains(&operation) {
        driver.client(&with(&grid.client, json!({"api_url": simulator.url()}))).await?.done()?;
        driver.call("start", &arguments("start")).await?.done()?;
    }
    simulator.forget_requests();
    let door = opened(&simulator, text(case, "tls")?)?;
    door.inject(parsed::<Vec<Fault>>(&case["faults"])?).map_err(|error| error.to_string())?;
    if case["shut"] == true {
        door.shut().await.map_err(|error| error.to_string())?;
    }
    simulator.next(parsed::<Vec<Step>>(&case["steps"])?).map_err(|error| error.to_string())?;
    simulator.set_skew_ms(parsed(&case["skew_ms"])?);
    let mut own = json!({"api_url": door.url()});
    let is_tls = case["tls"] != "none";
    if is_tls {
        own["ca_certificates"] = simulator.ca_pem().into();
    }
    let backup = (case["backup"] == true).then(|| opened(&simulator, if is_tls { "valid" } else { "none" }));
    if let Some(backup) = backup.transpose()? {
        own["backup_api_url"] = backup.url().into();
    }
    if case["swapped_credentials"] == true {
        own["app_key"] = APP_SECRET.into();
        own["app_secret"] = APP_KEY.into();
    }
    driver.client(&with(grid.settings(case), own)).await?.done()?;
    seen(text(case, "name")?, operation, driver, &simulator).await
}

fn opened(simulator: &Simulator, tls: &str) -> Result<Door, Wrong> {
    simulator.open_door(parsed(&json!({"tls": tls}))?).map_err(|error| error.to_string())
}

fn parsed<T: DeserializeOwned>(value: &Value) -> Result<T, Wrong> {
    serde_json::from_value(value.clone()).map_err(|error| format!("{value}: {error}"))
}

fn with(settings: &Value, others: Value) -> Value {
    let mut all = settings.clone();
    if let (Some(all), Value::Object(others)) = (all.as_object_mut(), others) {
        all.extend(others);
    }
    all
}

/// One call, and what was seen of it: a line of the table.
async fn seen(case: &str, operation: &str, driver: &mut Driver, simulator: &Simulator) -> Result<Value, Wrong> {
    let begun = Instant::now();
    let outcome = driver.call(operation, &arguments(operation)).await?;
    let elapsed = begun.elapsed();
    let executions = simulator.executions();
    let executions = match operation {
        "start" => executions.start,
        "update_layout" => executions.config,
        "stop" => executions.stop,
        _ => executions.query,
    };
    line(case, operation, &outcome, elapsed, executions)
}

/// What a call tells of an attempt, as far as it is the same each time.
fn attempt(told: &Value) -> Result<Value, Wrong> {
    ["maybe_sent", "connection_reused", "cause", "status", "code"]
        .iter()
        .map(|name| field(told, name).cloned())
        .collect()
}

fn line(case: &str, operation: &str, outcome: &Outcome, elapsed: Duration, executions: u64) -> Result<Value, Wrong> {
    let mut line = json!({
        "case": case,
        "operation": operation,
        "outcome": "ok",
        "cause": null,
        "status": null,
        "code": null,
        "is_retryable": false,
        "maybe_sent": true,
        "reason": null,
        "elapsed_ms": u64::try_from(elapsed.as_millis()).map_err(|error| error.to_string())?,
        "executions": executions,
    });
    let told = match outcome {
        Outcome::Failed(failure) => field(failure, "call")?,
        Outcome::Done(answer) => answer,
    };
    line["attempts"] = list(told, "attempts")?.iter().map(attempt).collect::<Result<_, _>>()?;
    if let Outcome::Failed(failure) = outcome {
        line["outcome"] = field(failure, "kind")?.clone();
        for name in ["cause", "status", "code", "is_retryable", "maybe_sent", "reason"] {
            line[name] = field(failure, name)?.clone();
        }
    }
    Ok(line)
}

/// One client, so that what a cut leaves behind would show in the calls after it.
async fn every_cut(grid: &Grid, driver: &mut Driver, tally: &mut Tally, lines: &mut Vec<Value>) -> Result<(), Wrong> {
    let simulator = simulator().await?;
    let door = simulator.open_door(DoorOptions::default()).map_err(|error| error.to_string())?;
    driver.client(&with(&grid.client, json!({"api_url": door.url()}))).await?.done()?;
    driver.call("start", &arguments("start")).await?.done()?;
    let connections = door.connections();
    let whole = connections.first().ok_or("the door has seen no connection")?;
    let requests =
        (0..=whole.request_bytes).map(|byte| ("cut request at byte", byte, Fault::request_bytes(byte, Cut::Reset)));
    let replies = (0..whole.reply_bytes).map(|byte| ("cut reply at byte", byte, Fault::reply_bytes(byte, Cut::Reset)));
    for (case, byte, fault) in requests.chain(replies) {
        simulator.forget_requests();
        door.inject([fault]).map_err(|error| error.to_string())?;
        let is_whole = case == "cut reply at byte" || byte == whole.request_bytes;
        let outcome = seen(case, "start", driver, &simulator).await.and_then(|mut line| {
            line["byte"] = byte.into();
            lines.push(line.clone());
            judge_cut(&line, is_whole)
        });
        tally.add(&format!("{case} {byte}"), outcome);
    }
    Ok(())
}
