//! What the pages show of Rust, as code that is compiled and run. The marks name regions: scripts/shown.py.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::error::Error;
use std::time::Duration;

use rongcloud_recording::callback::{RecordingEvent, RecordingPhase, RecordingTracker, parse_recording_event};
use rongcloud_recording::ledger::LedgerStartOptions;
use rongcloud_recording::{
    AudioFormat, CallOptions, ClientOptions, ConnectionPolicy, Credentials, DataCenter, FailoverPolicy, Layout,
    LayoutUpdate, LedgerOptions, OnUnknown, RecordingClient, RecordingError, RecordingLedger, RecordingMode,
    RecordingProfile, RetryPolicy, SliceLength, Span, SplitStreamRecording, StartOptions, VideoFormat, resolution,
    service_codes,
};
use rongcloud_simulator::{Member, RecordingState, Simulator, Step, Stream};
use support::{client, profile, simulator};

async fn in_a_room() -> Simulator {
    let simulator = simulator().await;
    assert!(simulator.join("room1", Member::new("111").stream(Stream::video("111_RongCloudRTC"))));
    simulator
}

async fn start(client: RecordingClient) -> Result<String, RecordingError> {
    // ANCHOR: start
    let recording = SplitStreamRecording::new(VideoFormat::Mp4, AudioFormat::Aac, SliceLength::Minutes60)
        .mode(RecordingMode::SingleAudioVideo)
        .video_resolution(resolution::R1280X720);
    let profile = RecordingProfile::new(recording)?; // validated once, used for every room

    let started = client.start("room1", "aaa", &profile, StartOptions::default()).await?;
    println!("{}", started.record_id);
    // ANCHOR_END: start
    Ok(started.record_id)
}

#[tokio::test]
async fn a_recording_is_started_as_shown() {
    let simulator = simulator().await;
    let record_id = start(client(simulator.url())).await.unwrap();
    assert_eq!(record_id, simulator.recordings()[0].record_id);
}

async fn live(client: &RecordingClient, room_id: &str, profile: &RecordingProfile) -> Result<(), RecordingError> {
    // ANCHOR: life
    let started = client.start_in_room(room_id, profile, StartOptions::default()).await?;

    let room = client.query_room(room_id, None).await?;
    let grid = Layout::grid(&room.video_streams(), Some(resolution::R1280X720))?;
    client.update_layout(&started, &LayoutUpdate::new(grid), None).await?;

    client.stop(&started, None).await?; // the files follow, by callback
    // ANCHOR_END: life
    Ok(())
}

async fn stop(client: &RecordingClient) -> Result<(), RecordingError> {
    // ANCHOR: stop_by_ids
    client.stop(("room1", "aaa"), None).await?;
    // ANCHOR_END: stop_by_ids
    Ok(())
}

#[tokio::test]
async fn the_life_of_a_recording_is_as_shown() {
    let simulator = in_a_room().await;
    let client = client(simulator.url());
    live(&client, "room1", &profile()).await.unwrap();
    start(client.clone()).await.unwrap();
    stop(&client).await.unwrap();
    let states: Vec<_> = simulator.recordings().into_iter().map(|it| it.state).collect();
    assert_eq!(states, [RecordingState::Stopped, RecordingState::Stopped]);
}

fn read() -> Result<RecordingProfile, RecordingError> {
    // ANCHOR: json
    let json = r#"{"mode": 3, "videoFormat": "mp4", "audioFormat": "aac", "sliceMin": 60}"#;
    let profile = RecordingProfile::from_json(json)?;
    // ANCHOR_END: json
    // ANCHOR: advice
    for advice in profile.advice() {
        eprintln!("{advice}"); // config.hostUserId: … name the host [host_missing]
    }
    // ANCHOR_END: advice
    Ok(profile)
}

#[test]
fn a_config_is_read_and_advice_given_as_shown() {
    assert_eq!(read().unwrap().advice()[0].code, "host_missing");
}

fn configured(app_key: String, app_secret: String) -> Result<RecordingClient, RecordingError> {
    // ANCHOR: policies
    let options = ClientOptions::default()
        .data_center(DataCenter::Singapore)
        .timeout(Duration::from_secs(10)) // for a whole call, with all attempts and waits
        .proxy("http://proxy.example:3128")
        .retry(RetryPolicy::default().max_attempts(3).attempt_timeout(Duration::from_secs(2)))
        .failover(FailoverPolicy::default().probe_after(Duration::from_secs(60)))
        .connections(ConnectionPolicy::default().max_concurrent(64).max_waiting(200));
    let client = RecordingClient::new(Credentials::new(app_key, app_secret)?, options)?;
    // ANCHOR_END: policies
    Ok(client)
}

#[test]
fn a_client_with_policies_can_be_made() {
    configured("key".to_owned(), "secret".to_owned()).unwrap();
}

async fn start_where_safe(
    client: &RecordingClient,
    profile: &RecordingProfile,
    pause: Duration,
) -> Result<String, RecordingError> {
    // ANCHOR: retry
    loop {
        match client.start("room1", "aaa", profile, StartOptions::default()).await {
            Ok(started) => return Ok(started.record_id),
            Err(error) if error.is_retryable() => {
                tokio::time::sleep(error.retry_after().unwrap_or(pause)).await;
            }
            Err(error) => return Err(error), // its text is the whole story
        }
    }
    // ANCHOR_END: retry
}

#[tokio::test]
async fn a_start_that_was_refused_for_now_is_made_again_as_shown() {
    let simulator = simulator().await;
    simulator.next([Step::reply(429, r#"{"code":1008}"#)]).unwrap();
    let client = client(simulator.url());
    let record_id = start_where_safe(&client, &profile(), Duration::ZERO).await.unwrap();
    assert_eq!((simulator.requests().len(), simulator.recordings()[0].record_id.as_str()), (2, record_id.as_str()));
}

async fn look_first(
    client: &RecordingClient,
    profile: &RecordingProfile,
    extra: String,
) -> Result<RecordingTracker, RecordingError> {
    // ANCHOR: unknown_outcome
    let options = StartOptions::default().extra(extra.clone()); // of this start alone: keep it
    let tracker = match client.start("room1", "aaa", profile, options).await {
        Ok(started) => RecordingTracker::new(started.record_id)?,
        // Don't start another. Wait for a callback: this takes those with the extra, and learns the record id from them.
        Err(error) if error.may_be_recording() => {
            RecordingTracker::by_extra(extra, error.call().and_then(|call| call.sent_at))?
        }
        Err(error) => return Err(error), // nothing is running: start again, where error.is_retryable()
    };
    // ANCHOR_END: unknown_outcome
    Ok(tracker)
}

fn track(tracker: &RecordingTracker, event: RecordingEvent) -> Result<RecordingPhase, RecordingError> {
    // ANCHOR: tracker
    tracker.record(event)?; // late, twice, out of order: the state is the same
    let state = tracker.state(Duration::from_secs(3600), None)?;
    println!("{:?}, silent: {}, files: {}", state.phase, state.is_stale, state.uploads.len());
    // ANCHOR_END: tracker
    Ok(state.phase)
}

#[tokio::test]
async fn a_start_whose_outcome_is_unknown_is_found_by_its_callback_as_shown() {
    let simulator = simulator().await;
    simulator.next([Step::reply(503, "")]).unwrap();
    let tracker = look_first(&client(simulator.url()), &profile(), "order-7".to_owned()).await.unwrap();
    let body = r#"{"type":1,"recordId":"r-1","extra":"order-7"}"#;
    let event = parse_recording_event(body).unwrap();
    assert_eq!(track(&tracker, event).unwrap(), RecordingPhase::Recording);
}

fn told(error: &RecordingError) -> &'static str {
    // ANCHOR: errors
    match error {
        RecordingError::InvalidInput { violations, .. } => {
            violations.iter().for_each(|violation| eprintln!("{violation}"));
            "nothing was sent: correct the input"
        }
        error if error.code() == Some(service_codes::ROOM_NOT_FOUND) => "the call is over",
        error if error.is_retryable() => "it provably did not start, and may be tried again",
        error if error.may_be_recording() => "a recording may be running: look before another start",
        _ => "it did not start",
    }
    // ANCHOR_END: errors
}

#[tokio::test]
async fn errors_are_told_apart_as_shown() {
    let simulator = simulator().await;
    let client = client(simulator.url());
    let error = client.start("", "aaa", &profile(), StartOptions::default()).await.unwrap_err();
    assert_eq!(told(&error), "nothing was sent: correct the input");
    let error = client.start("nowhere", "aaa", &profile(), StartOptions::default()).await.unwrap_err();
    assert_eq!(told(&error), "the call is over");
}

async fn together(
    client: RecordingClient,
    options: &LedgerOptions,
    profile: &RecordingProfile,
) -> Result<bool, Box<dyn Error>> {
    // ANCHOR: ledger
    let ledger = RecordingLedger::open(client, OnUnknown::Stop, options)?; // the store: RONGCLOUD_LEDGER_URL, or an option
    ledger.keep_up(Span::from(Duration::from_secs(60)))?; // looks after what dead processes left behind

    let found = ledger.start_in_room("room1", profile, LedgerStartOptions::default()).await?;
    println!("{} {}", if found.is_mine { "started" } else { "recorded already" }, found.recording.record_id);
    // ANCHOR_END: ledger
    let again = ledger.start_in_room("room1", profile, LedgerStartOptions::default()).await?;
    ledger.close();
    Ok(found.is_mine && !again.is_mine && again.recording.record_id == found.recording.record_id)
}

#[tokio::test]
async fn processes_record_together_as_shown() {
    let simulator = in_a_room().await;
    let options = LedgerOptions::default().store("memory:");
    assert!(together(client(simulator.url()), &options, &profile()).await.unwrap());
}

async fn attempts(client: &RecordingClient) -> Result<usize, RecordingError> {
    // ANCHOR: attempts
    let room = client.query_room("room1", CallOptions::default().request_id("order-7")).await?;
    for attempt in &room.attempts {
        println!("{} {} {:?} {:?}", attempt.host, attempt.request_id, attempt.status, attempt.took);
    }
    // ANCHOR_END: attempts
    Ok(room.attempts.len())
}

fn statistics(client: &RecordingClient) -> i64 {
    // ANCHOR: statistics
    let now = client.statistics();
    println!("{} attempts, {} retries, {} calls in flight", now.attempts, now.retries, now.calls_in_flight);
    for measurement in now.measurements() {
        println!("{} {:?} {}", measurement.name, measurement.attributes, measurement.value);
    }
    // ANCHOR_END: statistics
    now.attempts
}

async fn drain(client: &RecordingClient) -> bool {
    // ANCHOR: drain
    let all_ended = client.drain(Duration::from_secs(20)).await;
    if !all_ended {
        eprintln!("calls were cut off after 20 seconds");
    }
    // ANCHOR_END: drain
    all_ended
}

#[tokio::test]
async fn a_call_is_seen_and_its_client_drained_as_shown() {
    let simulator = simulator().await;
    let client = client(simulator.url());
    simulator.next([Step::reply(503, "")]).unwrap();
    assert_eq!(attempts(&client).await.unwrap(), 2);
    assert_eq!(statistics(&client), 2);
    assert!(drain(&client).await);
}

#[tokio::test]
async fn a_first_recording_is_started_against_a_simulator_as_shown() -> Result<(), Box<dyn std::error::Error>> {
    // ANCHOR: first_start
    let sim = Simulator::builder().app("app-key", "app-secret").room("room1", "aaa").start().await?;
    let credentials = Credentials::new("app-key", "app-secret")?;
    let client = RecordingClient::new(credentials, ClientOptions::default().api_url(sim.url()))?;

    let recording = SplitStreamRecording::new(VideoFormat::Mp4, AudioFormat::Aac, SliceLength::Minutes60);
    let started = client.start("room1", "aaa", &RecordingProfile::new(recording)?, StartOptions::default()).await?;
    assert_eq!(sim.recordings()[0].record_id, started.record_id);
    // ANCHOR_END: first_start
    Ok(())
}
