//! The example of a webhook: it fails or is killed at every step, and no event is lost.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;
#[path = "../examples/webhook.rs"]
#[allow(dead_code)]
mod webhook;

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rongcloud_recording::callback::{
    CallbackError, CallbackOptions, CallbackReceiver, MemoryReplayGuard, ReceivedRecordingEvent, RefusalReason,
    ReplayGuard, parse_recording_event,
};
use rongcloud_recording::{StartOptions, Timestamp};
use rongcloud_simulator::{CallbackState, Delivery, RetrySignature, Simulator};
use serde_json::Value;
use support::{APP_KEY, APP_SECRET, client, credentials, profile};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use webhook::{Folder, Store, webhook};

/// A folder of this test's own, which goes with it.
struct Events(PathBuf);

impl Events {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("rongcloud-webhook-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        Self(folder)
    }

    /// The kept events by their text, each with the number of files that hold it.
    fn kept(&self) -> HashMap<String, usize> {
        let mut kept = HashMap::new();
        for path in files(&self.0).filter(|path| path.extension().is_some_and(|end| end == "json")) {
            let event: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
            *kept.entry(event.to_string()).or_default() += 1;
        }
        kept
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn files(folder: &Path) -> impl Iterator<Item = PathBuf> {
    fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path())
}

/// Where a delivery fails.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Step {
    BeforeRemembering,
    AfterRemembering,
    BeforeStoring,
    AfterStoring,
}

/// Fails the first deliveries of each event at one step.
struct Failing {
    step: Step,
    times: u32,
    seen: Mutex<HashMap<String, u32>>,
    failures: AtomicU32,
}

impl Failing {
    fn is_due(&self, step: Step, event: &str) -> bool {
        if step != self.step {
            return false;
        }
        let mut seen = self.seen.lock().unwrap();
        let count = seen.entry(event.to_owned()).or_default();
        *count += 1;
        let is_due = *count <= self.times;
        self.failures.fetch_add(u32::from(is_due), Ordering::Relaxed);
        is_due
    }
}

struct FailingGuard(Arc<Failing>, MemoryReplayGuard);

impl ReplayGuard for FailingGuard {
    fn remember(&self, key: &str, fingerprint: &str, expires_at: Timestamp) -> Result<Option<String>, CallbackError> {
        let down = || CallbackError::Refused { reason: RefusalReason::GuardFailed, explanation: "down".to_owned() };
        if self.0.is_due(Step::BeforeRemembering, fingerprint) {
            return Err(down());
        }
        let remembered = self.1.remember(key, fingerprint, expires_at);
        if self.0.is_due(Step::AfterRemembering, fingerprint) { Err(down()) } else { remembered }
    }
}

struct FailingStore(Arc<Failing>, Folder);

impl Store for FailingStore {
    fn keep(&self, received: &ReceivedRecordingEvent) -> io::Result<()> {
        if self.0.is_due(Step::BeforeStoring, &received.fingerprint) {
            return Err(io::Error::other("full"));
        }
        self.1.keep(received)?;
        if self.0.is_due(Step::AfterStoring, &received.fingerprint) { Err(io::Error::other("late")) } else { Ok(()) }
    }
}

async fn simulator(port: u16, signature: RetrySignature, backoff_ms: u64) -> Simulator {
    let mut builder = Simulator::builder()
        .app(APP_KEY, APP_SECRET)
        .recording_callback(format!("http://127.0.0.1:{port}/recording"))
        .callback_timeout(Duration::from_secs(30));
    for room in 0..ROOMS {
        builder = builder.room(format!("room{room}"), format!("session{room}").as_str());
    }
    let simulator = builder.start().await.unwrap();
    simulator
        .set_delivery(Delivery::immediate().attempts(10).retry_signature(signature).backoff_ms(backoff_ms))
        .unwrap();
    simulator
}

const ROOMS: u32 = 6;

/// Starts and stops a recording in each room.
async fn record(simulator: &Simulator) {
    let client = client(simulator.url());
    for room in 0..ROOMS {
        let (room_id, session_id) = (format!("room{room}"), format!("session{room}"));
        let started = client.start(&room_id, &session_id, &profile(), StartOptions::default()).await.unwrap();
        client.stop(&started, None).await.unwrap();
    }
}

fn assert_every_event_is_kept_once(simulator: &Simulator, events: &Events, what: &str) {
    let callbacks = simulator.callbacks();
    assert!(callbacks.len() >= 3 * ROOMS as usize, "{what}: {}", callbacks.len());
    let mut kept = events.kept();
    for callback in callbacks {
        assert_eq!(callback.state, CallbackState::Delivered, "{what}: {callback:?}");
        assert_eq!(kept.remove(&callback.body.to_string()), Some(1), "{what}: {}", callback.body);
    }
    assert_eq!(kept, HashMap::new(), "{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_that_fails_at_any_step_loses_no_event_and_keeps_each_once() {
    for signature in [RetrySignature::Same, RetrySignature::New] {
        for step in [Step::BeforeRemembering, Step::AfterRemembering, Step::BeforeStoring, Step::AfterStoring] {
            let what = format!("{step:?}, signed {signature:?}");
            let events = Events::new("steps");
            let failing = Arc::new(Failing { step, times: 2, seen: Mutex::default(), failures: AtomicU32::new(0) });
            let guard = FailingGuard(failing.clone(), MemoryReplayGuard::default());
            let receiver = CallbackReceiver::new(vec![Arc::new(credentials())], CallbackOptions::default()).unwrap();
            let store = FailingStore(failing.clone(), Folder::open(events.0.clone()).unwrap());
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let simulator = simulator(listener.local_addr().unwrap().port(), signature, 0).await;
            let routes = webhook(receiver.with_guard(Arc::new(guard)), store);
            let server = tokio::spawn(async move { axum::serve(listener, routes).await });

            record(&simulator).await;
            simulator.flush_callbacks().await;

            assert_every_event_is_kept_once(&simulator, &events, &what);
            assert_eq!(failing.failures.load(Ordering::Relaxed) as usize, 2 * events.kept().len(), "{what}");
            server.abort();
        }
    }
}

/// The example as a program of its own.
async fn program(port: u16, events: &Events) -> Child {
    let mut path = std::env::current_exe().unwrap();
    path.pop();
    path.pop();
    let mut child = Command::new(path.join("examples/webhook"))
        .env("RONGCLOUD_APP_KEY", APP_KEY)
        .env("RONGCLOUD_APP_SECRET", APP_SECRET)
        .env("RONGCLOUD_CALLBACK_PORT", port.to_string())
        .env("RONGCLOUD_EVENT_FOLDER", &events.0)
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("cargo builds the examples before it runs the tests");
    let first = BufReader::new(child.stdout.take().unwrap()).lines().next_line().await.unwrap();
    assert_eq!(first, Some(format!("listening on 127.0.0.1:{port}")));
    child
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_that_is_killed_again_and_again_loses_no_event_and_keeps_each_once() {
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let events = Events::new("killed");
    let simulator = simulator(port, RetrySignature::Same, 50).await;
    let mut child = program(port, &events).await;
    record(&simulator).await;

    let mut random = fastrand::Rng::with_seed(17);
    let deadline = Instant::now() + Duration::from_secs(60);
    // Each costs one event two of its ten attempts at most: one that is cut off, and one that finds nobody.
    for _ in 0..4 {
        // At some moment after further files, partial or whole, have appeared; or after the last event.
        let files_wanted = files(&events.0).count() + random.usize(1..=4);
        while files(&events.0).count() < files_wanted
            && simulator.callbacks().iter().any(|callback| callback.state == CallbackState::Queued)
        {
            assert!(Instant::now() < deadline, "no further event arrives");
            tokio::task::yield_now().await;
        }
        for _ in 0..random.u32(0..200_000) {
            std::hint::spin_loop();
        }
        child.kill().await.unwrap();
        child = program(port, &events).await;
    }
    simulator.flush_callbacks().await;
    child.kill().await.unwrap();

    assert_every_event_is_kept_once(&simulator, &events, "killed");
    for callback in simulator.callbacks() {
        parse_recording_event(callback.body.to_string()).unwrap();
    }
}
