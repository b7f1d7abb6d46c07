//! The golden vectors: which files there are, and what each is asked by.

mod callbacks;
mod calls;
mod layouts;
mod ledgers;
mod profiles;
mod trackers;

use std::collections::BTreeMap;
use std::path::PathBuf;

use rongcloud_simulator::Simulator;
use serde_json::{Value, json};

use crate::driver::Driver;
use crate::{APP_KEY, APP_SECRET, Tally, Wrong, beside, read};

/// Those that must be there: `check` says how each is asked for.
const FILES: [&str; 15] = [
    "arrangements.json",
    "bodies.json",
    "callbacks.json",
    "calls.json",
    "configs.json",
    "constants.json",
    "ledgers.json",
    "operations.json",
    "options.json",
    "pictures.json",
    "replies.json",
    "rooms.json",
    "signatures.json",
    "trackers.json",
    "violations.json",
];

pub(crate) const ROOM: &str = "room1";
pub(crate) const SESSION: &str = "aaa";

/// The least that is accepted.
pub(crate) const PROFILE: &str = r#"{"videoFormat":"mp4","audioFormat":"aac","sliceMin":60}"#;

/// Asks for every entry of every file that has this in its name.
pub(crate) async fn run(mut driver: Driver, only: &str) -> Result<Tally, Wrong> {
    let mut tally = Tally::default();
    for (file, path) in files()? {
        let before = (tally.passed, tally.wrong.len());
        for entry in entries(&file, read(&path)?)? {
            let name = format!("{file}: {}", entry["name"].as_str().ok_or_else(|| format!("{file}: {entry}"))?);
            if name.contains(only) {
                tally.add(&name, check(&file, &mut driver, &entry).await);
            }
        }
        let (passed, failed) = (tally.passed - before.0, tally.wrong.len() - before.1);
        if passed + failed > 0 {
            println!("{file}: {passed} passed, {failed} failed");
        }
    }
    tally.wrong.extend(driver.end().await.err());
    let log: Vec<_> = driver.log().with_secret.clone();
    tally.wrong.extend(log.into_iter().map(|line| format!("the secret stands in the driver's log: {line}")));
    Ok(tally)
}

fn files() -> Result<BTreeMap<String, PathBuf>, Wrong> {
    let folder = beside("vectors");
    let told = |error| format!("{}: {error}", folder.display());
    let files = folder.read_dir().map_err(told)?.map(|file| {
        let file = file.map_err(told)?;
        Ok((file.file_name().to_string_lossy().into_owned(), file.path()))
    });
    let files: BTreeMap<_, _> = files.collect::<Result<_, Wrong>>()?;
    match FILES.into_iter().find(|file| !files.contains_key(*file)) {
        Some(file) => Err(format!("{file} is gone from {}", folder.display())),
        None => Ok(files),
    }
}

/// Of a list its entries; anything else is one.
fn entries(file: &str, content: Value) -> Result<Vec<Value>, Wrong> {
    match content {
        Value::Array(entries) if entries.is_empty() => Err("a file of vectors has no entries".to_owned()),
        Value::Array(entries) if file == "ledgers.json" => {
            Ok(entries.iter().flat_map(ledgers::on_every_engine).collect())
        }
        Value::Array(entries) => Ok(entries),
        content => Ok(vec![json!({"name": "all", "content": content})]),
    }
}

async fn check(file: &str, driver: &mut Driver, entry: &Value) -> Result<(), Wrong> {
    match file {
        "arrangements.json" => layouts::arrangement(driver, entry).await,
        "bodies.json" => calls::body(driver, entry).await,
        "callbacks.json" => callbacks::callback(driver, entry).await,
        "calls.json" => calls::refused_start(driver, entry).await,
        "configs.json" => profiles::config(driver, entry).await,
        "constants.json" => profiles::constants(driver, entry).await,
        "ledgers.json" => ledgers::ledger(driver, entry).await,
        "operations.json" => layouts::operation(driver, entry).await,
        "options.json" => profiles::options(driver, entry).await,
        "pictures.json" => profiles::picture(driver, entry).await,
        "replies.json" => calls::reply(driver, entry).await,
        "rooms.json" => calls::room(driver, entry).await,
        "signatures.json" => profiles::signature(driver, entry).await,
        "trackers.json" => trackers::tracker(driver, entry).await,
        "violations.json" => profiles::violations(driver, entry).await,
        other => Err(format!("nothing is known of {other}: src/vectors.rs says what a file is asked by")),
    }
}

/// A simulator with an app and a room, and a client of it.
async fn simulator(driver: &mut Driver) -> Result<Simulator, Wrong> {
    let simulator = Simulator::builder().app(APP_KEY, APP_SECRET).room(ROOM, SESSION).start().await;
    let simulator = simulator.map_err(|error| error.to_string())?;
    driver.client(&json!({"api_url": simulator.url()})).await?.done()?;
    Ok(simulator)
}
