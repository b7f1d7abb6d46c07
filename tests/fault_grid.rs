//! The grid of faults: every fault and every operation give the documented outcome within the deadline, and a start is
//! executed at most once, wherever its connection is cut. No log of any library at any level, and no error, holds the
//! secret.
//!
//! What ends a call is an event: a fault, or a reply. Only where a timeout is what the case is about, the client is an
//! impatient one; the others have so much time that a busy machine makes no difference, and a call that waits for its
//! end has the wrong outcome.
//!
//! Where `RONGCLOUD_FAULT_RESULTS` names a file, what was seen is written there, a JSON object a line, for the table
//! over all languages.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rongcloud_recording::{
    ClientOptions, Credentials, FailureCause, Layout, LayoutUpdate, RecordingClient, RecordingError, RetryPolicy, Span,
    StartOptions, Window,
};
use rongcloud_simulator::{Cut, Door, DoorOptions, Fault, Simulator, Step};
use serde_json::{Value, json};
use support::{APP_KEY, APP_SECRET, credentials, profile, simulator, text};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

const OPERATIONS: [&str; 4] = ["start", "update_layout", "stop", "query_room"];
const ROOM: (&str, &str) = ("room1", "aaa");

fn grid() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/grid.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Of the client that meets the case.
fn settings<'g>(grid: &'g Value, case: &Value) -> &'g Value {
    if case["times_out"] == true { &grid["impatient_client"] } else { &grid["client"] }
}

fn milliseconds(settings: &Value, key: &str) -> Option<Span> {
    Some(Duration::from_millis(settings[key].as_u64().unwrap()).into())
}

/// A client of the grid's settings, and of the simulator's CA where it speaks TLS.
fn client(
    settings: &Value,
    simulator: &Simulator,
    credentials: Credentials,
    url: &str,
    backup: Option<&Door>,
) -> RecordingClient {
    let retry = &settings["retry"];
    let options = ClientOptions {
        api_url: Some(url.to_owned()),
        backup_api_url: backup.map(|door| door.url().to_owned()),
        ca_certificates: url.starts_with("https").then(|| simulator.ca_pem().to_owned()),
        timeout: milliseconds(settings, "timeout_ms"),
        connect_timeout: milliseconds(settings, "connect_timeout_ms"),
        retry: Some(RetryPolicy {
            max_attempts: retry["max_attempts"].as_i64().map(|count| count.try_into().unwrap()),
            attempt_timeout: milliseconds(retry, "attempt_timeout_ms"),
            first_backoff: milliseconds(retry, "first_backoff_ms"),
            longest_backoff: milliseconds(retry, "longest_backoff_ms"),
            budget: None,
        }),
        ..ClientOptions::default()
    };
    RecordingClient::new(credentials, options).unwrap()
}

async fn carry_out(client: &RecordingClient, operation: &str) -> Result<(), RecordingError> {
    match operation {
        "start" => client.start(ROOM.0, ROOM.1, &profile(), StartOptions::default()).await.map(drop),
        "update_layout" => {
            let window = Window::new("111", "111_RongCloudRTC", (0.0, 0.0), (1.0, 1.0));
            let update = LayoutUpdate::new(Layout::Custom { windows: vec![window] });
            client.update_layout(ROOM, &update, None).await.map(drop)
        }
        "stop" => client.stop(ROOM, None).await.map(drop),
        "query_room" => client.query_room(ROOM.0, None).await.map(drop),
        other => panic!("{other}"),
    }
}

fn executions(simulator: &Simulator, operation: &str) -> u64 {
    let executions = simulator.executions();
    match operation {
        "start" => executions.start,
        "update_layout" => executions.config,
        "stop" => executions.stop,
        _ => executions.query,
    }
}

/// What was seen of one call, as the line that every language writes.
fn line(case: &str, operation: &str, result: &Result<(), RecordingError>, elapsed: Duration, executions: u64) -> Value {
    let error = result.as_ref().err();
    let (outcome, cause) = match error {
        None => ("ok", None),
        Some(RecordingError::NotSent { cause, .. }) => ("not_sent", Some(*cause)),
        Some(RecordingError::OutcomeUnknown { cause, .. }) => ("outcome_unknown", Some(*cause)),
        Some(RecordingError::Refused { .. }) => ("refused", None),
        Some(RecordingError::UnreadableReply { .. }) => ("unreadable_reply", None),
        Some(RecordingError::Cancelled { .. }) => ("cancelled", None),
        Some(RecordingError::InvalidInput { .. }) => ("invalid_input", None),
        Some(_) => ("internal", None),
    };
    json!({
        "case": case,
        "operation": operation,
        "outcome": outcome,
        "cause": cause.map(name),
        "status": error.and_then(RecordingError::status),
        "code": error.and_then(RecordingError::code),
        "retryable": error.is_some_and(RecordingError::is_retryable),
        "maybe_sent": error.is_none_or(RecordingError::maybe_sent),
        "reason": error.map(ToString::to_string),
        "elapsed_ms": u64::try_from(elapsed.as_millis()).unwrap(),
        "executions": executions,
    })
}

fn name(cause: FailureCause) -> &'static str {
    match cause {
        FailureCause::NameResolution => "name_resolution",
        FailureCause::Connection => "connection",
        FailureCause::Tls => "tls",
        FailureCause::Timeout => "timeout",
        FailureCause::Overloaded => "overloaded",
        FailureCause::ConnectionLost => "connection_lost",
        FailureCause::ServerFailure => "server_failure",
        FailureCause::ClientClosed => "client_closed",
        FailureCause::Local => "local",
        other => panic!("{other:?}"),
    }
}

async fn seen(grid: &Value, case: &Value, operation: &str) -> Value {
    let simulator = simulator().await;
    if ["update_layout", "stop"].contains(&operation) {
        let client = client(&grid["client"], &simulator, credentials(), simulator.url(), None);
        carry_out(&client, "start").await.unwrap();
    }
    simulator.forget_requests();
    let options: DoorOptions = serde_json::from_value(json!({"tls": case["tls"]})).unwrap();
    let door = simulator.open_door(options).unwrap();
    let faults: Vec<Fault> = serde_json::from_value(case["faults"].clone()).unwrap();
    door.inject(faults).unwrap();
    if case["shut"] == true {
        door.shut().await.unwrap();
    }
    let steps: Vec<Step> = serde_json::from_value(case["steps"].clone()).unwrap();
    simulator.next(steps).unwrap();
    simulator.set_skew_ms(case["skew_ms"].as_i64().unwrap());
    let backup = (case["backup"] == true).then(|| {
        let tls = if case["tls"] == "none" { "none" } else { "valid" };
        simulator.open_door(serde_json::from_value(json!({"tls": tls})).unwrap()).unwrap()
    });
    let credentials = if case["swapped_credentials"] == true {
        Credentials::new(APP_SECRET.to_owned(), APP_KEY.to_owned()).unwrap()
    } else {
        credentials()
    };
    let client = client(settings(grid, case), &simulator, credentials, door.url(), backup.as_ref());
    let begun = Instant::now();
    let result = carry_out(&client, operation).await;
    line(text(case, "name"), operation, &result, begun.elapsed(), executions(&simulator, operation))
}

/// Why what was seen is not what the grid expects.
fn mismatch(grid: &Value, case: &Value, seen: &Value) -> Option<String> {
    let expected = case.get(text(seen, "operation")).unwrap_or(&case["repeatable"]);
    let is_listed = |key: &str| expected.get(key).is_none_or(|listed| listed.as_array().unwrap().contains(&seen[key]));
    let is_equal = |key: &str| expected.get(key).is_none_or(|value| *value == seen[key]);
    let executions = seen["executions"].as_u64().unwrap();
    let range = &expected["executions"];
    let latest = settings(grid, case)["timeout_ms"].as_u64().unwrap() + grid["grace_ms"].as_u64().unwrap();
    let is_said = case["reason"].as_str().is_none_or(|part| text(seen, "reason").contains(part));
    let is_right = is_listed("outcome")
        && is_listed("cause")
        && ["status", "code", "retryable"].into_iter().all(is_equal)
        && (range[0].as_u64().unwrap()..=range[1].as_u64().unwrap()).contains(&executions)
        && seen["elapsed_ms"].as_u64().unwrap() <= latest
        && is_said;
    (!is_right).then(|| format!("{seen}\n  is not {expected}"))
}

fn write_down(lines: &[Value]) {
    if let Some(path) = std::env::var_os("RONGCLOUD_FAULT_RESULTS") {
        use std::io::Write;
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path).unwrap();
        for line in lines {
            writeln!(file, "{line}").unwrap();
        }
    }
}

/// Takes every line of the log and keeps those that hold the secret.
#[derive(Clone, Default)]
struct Canary {
    lines: Arc<AtomicUsize>,
    hits: Arc<Mutex<Vec<String>>>,
}

impl Canary {
    fn look_at(&self, line: &str) {
        self.lines.fetch_add(1, Ordering::Relaxed);
        if line.contains(APP_SECRET) {
            self.hits.lock().unwrap().push(line.to_owned());
        }
    }
}

impl std::io::Write for Canary {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.look_at(&String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The cases that are about a timeout or that aren't, for every operation: each with its place in the grid, and with
/// why what was seen is wrong.
async fn run_all(grid: &Arc<Value>, times_out: bool) -> Vec<(usize, Option<String>, Value)> {
    let turns = Arc::new(Semaphore::new(16));
    let mut runs = JoinSet::new();
    for (index, case) in grid["cases"].as_array().unwrap().iter().enumerate() {
        for operation in OPERATIONS.into_iter().filter(|_| case["times_out"] == times_out) {
            let (grid, case, turns) = (grid.clone(), case.clone(), turns.clone());
            runs.spawn(async move {
                let _turn = turns.acquire().await.unwrap();
                let seen = seen(&grid, &case, operation).await;
                (index, mismatch(&grid, &case, &seen), seen)
            });
        }
    }
    runs.join_all().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_and_operation_ends_as_the_grid_says_and_shows_no_secret() {
    let canary = Canary::default();
    let writer = canary.clone();
    let everything =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone());
    tracing::subscriber::set_global_default(everything.finish()).unwrap();
    let grid = Arc::new(grid());
    // Those who wait for a timeout compete with nothing else.
    let mut seen = run_all(&grid, false).await;
    seen.extend(run_all(&grid, true).await);
    seen.sort_by_key(|(index, _, line)| (*index, OPERATIONS.iter().position(|name| line["operation"] == *name)));
    write_down(&seen.iter().map(|(.., line)| line.clone()).collect::<Vec<_>>());
    seen.iter().for_each(|(.., line)| canary.look_at(&line.to_string()));
    assert!(canary.lines.load(Ordering::Relaxed) > 1_000, "the log of all libraries was not looked at");
    assert_eq!(*canary.hits.lock().unwrap(), [""; 0], "the secret stands in the log");
    let wrong: Vec<_> = seen.into_iter().filter_map(|(_, mismatch, _)| mismatch).collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn a_start_is_executed_at_most_once_wherever_its_connection_is_cut() {
    let grid = grid();
    let simulator = simulator().await;
    let door = simulator.open_door(DoorOptions::default()).unwrap();
    let client = client(&grid["client"], &simulator, credentials(), door.url(), None);
    carry_out(&client, "start").await.unwrap();
    let whole = door.connections()[0].clone();
    let requests =
        (0..=whole.request_bytes).map(|byte| ("cut request at byte", byte, Fault::request_bytes(byte, Cut::Reset)));
    let replies = (0..whole.reply_bytes).map(|byte| ("cut reply at byte", byte, Fault::reply_bytes(byte, Cut::Reset)));
    let mut lines = Vec::new();
    for (case, byte, fault) in requests.chain(replies) {
        simulator.forget_requests();
        door.inject([fault]).unwrap();
        let begun = Instant::now();
        let result = carry_out(&client, "start").await;
        let is_whole = case == "cut reply at byte" || byte == whole.request_bytes;
        let mut line = line(case, "start", &result, begun.elapsed(), executions(&simulator, "start"));
        line["byte"] = json!(byte);
        assert_eq!(line["executions"], u64::from(is_whole), "{line}");
        assert_eq!((&line["outcome"], &line["maybe_sent"]), (&json!("outcome_unknown"), &json!(true)), "{line}");
        lines.push(line);
    }
    write_down(&lines);
}
