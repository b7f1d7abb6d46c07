//! The golden vectors that all languages share.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use rongcloud_recording::{
    ADVICE, AudioFormat, ClientOptions, ConnectionPolicy, FailoverPolicy, Host, Layout, RULES, RecordingClient,
    RecordingError, RecordingMode, RecordingProfile, RenderMode, RetryPolicy, Rule, SliceLength, Span,
    SplitStreamRecording, StartOptions, VideoFormat, Window, mcu_mode, resolution, service_codes, signature,
};
use rongcloud_simulator::Step;
use serde_json::{Value, json};
use support::{advice_as_json, as_json, client, credentials, profile, simulator, text, vectors, violations};

#[test]
fn every_file_of_vectors_is_known() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let files: BTreeSet<String> =
        folder.read_dir().unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    let known = [
        "arrangements",
        "bodies",
        "callbacks",
        "calls",
        "configs",
        "constants",
        "operations",
        "options",
        "replies",
        "rooms",
        "signatures",
        "trackers",
        "violations",
    ];
    assert_eq!(files, known.map(|name| format!("{name}.json")).into());
}

#[test]
fn signatures_are_the_golden_ones() {
    for entry in vectors("signatures.json") {
        let signed = signature(text(&entry, "app_secret"), text(&entry, "nonce"), text(&entry, "timestamp"));
        assert_eq!(signed, text(&entry, "signature"), "{}", entry["name"]);
    }
}

#[test]
fn configs_are_read_and_written_as_the_golden_ones() {
    for entry in vectors("configs.json") {
        let profile = RecordingProfile::from_json(text(&entry, "input").to_owned()).unwrap();
        assert_eq!(profile.to_json(), text(&entry, "json"), "{}", entry["name"]);
    }
}

#[test]
fn advice_is_the_golden_one_and_stops_no_profile() {
    for entry in vectors("configs.json") {
        let profile = RecordingProfile::from_json(text(&entry, "input").to_owned()).unwrap();
        assert_eq!(advice_as_json(&profile.advice()), entry["advice"], "{}", entry["name"]);
    }
}

#[tokio::test]
async fn a_floating_mix_without_a_host_is_started() {
    let simulator = simulator().await;
    let recording = SplitStreamRecording::new(VideoFormat::Mp4, AudioFormat::Aac, SliceLength::Minutes60)
        .mode(RecordingMode::MixAudioVideo)
        .layout(Layout::Floating);
    let profile = RecordingProfile::new(recording.into()).unwrap();
    client(simulator.url()).start("room1", "aaa", &profile, StartOptions::default()).await.unwrap();
    let sent: Value = serde_json::from_str(&simulator.requests()[0].body_text()).unwrap();
    assert_eq!((&sent["config"]["mixLayout"], &sent["config"]["hostUserId"]), (&json!(2), &Value::Null));
}

#[test]
fn a_config_comes_back_from_its_profile_unchanged() {
    for entry in vectors("configs.json") {
        let profile = RecordingProfile::from_json(text(&entry, "input").to_owned()).unwrap();
        let again = RecordingProfile::new(profile.config().clone()).unwrap();
        assert_eq!(again.to_json(), text(&entry, "json"), "{}", entry["name"]);
    }
}

#[test]
fn violations_are_the_golden_ones() {
    for entry in vectors("violations.json") {
        let error = RecordingProfile::from_json(text(&entry, "input").to_owned()).unwrap_err();
        assert_eq!(as_json(violations(&error)), entry["violations"], "{}", entry["name"]);
    }
}

#[test]
fn eight_mistakes_in_types_are_the_eight_of_the_same_json() {
    let windows = vec![
        Window::new("", "111_RongCloudRTC", (-0.1, 0.0), (0.5, 0.5)),
        Window::new("2222", "", (0.6, 0.5), (0.5, 0.0)),
    ];
    let recording = SplitStreamRecording::new(VideoFormat::Mp4, AudioFormat::Aac, SliceLength::Minutes60)
        .mode(RecordingMode::MixAudioVideo)
        .video_resolution("640*480")
        .layout(Layout::Custom { windows })
        .render_mode(RenderMode::Fit)
        .host(Host::new("", ""));
    let error = RecordingProfile::new(recording.into()).unwrap_err();
    let entries = vectors("violations.json");
    let golden = entries.iter().find(|entry| entry["name"] == "eight mistakes").unwrap();
    assert_eq!(as_json(violations(&error)), golden["violations"]);
    assert_eq!(violations(&error).len(), 8);
}

#[test]
fn the_table_of_rules_has_every_code_of_the_vectors_and_no_other() {
    assert_eq!(
        codes_in(
            &["violations.json", "calls.json", "options.json", "operations.json", "arrangements.json"],
            "violations"
        ),
        codes_of(RULES)
    );
}

#[test]
fn the_table_of_advice_has_every_code_of_the_vectors_and_no_other() {
    assert_eq!(codes_in(&["configs.json", "operations.json"], "advice"), codes_of(ADVICE));
}

fn codes_in(files: &[&str], key: &str) -> BTreeSet<String> {
    let entries = files.iter().flat_map(|file| vectors(file));
    let findings = entries.flat_map(|entry| entry[key].as_array().cloned().unwrap_or_default());
    findings.map(|finding| text(&finding, "code").to_owned()).collect()
}

fn codes_of(table: &[Rule]) -> BTreeSet<String> {
    table.iter().map(|rule| rule.code.to_owned()).collect()
}

#[test]
fn constants_are_the_golden_ones() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/constants.json");
    let golden: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let own = json!({
        "resolutions": {
            "R480X320": resolution::R480X320,
            "R320X480": resolution::R320X480,
            "R640X480": resolution::R640X480,
            "R480X640": resolution::R480X640,
            "R1280X720": resolution::R1280X720,
            "R720X1280": resolution::R720X1280,
        },
        "mcu_modes": {"DOCUMENTED_EXAMPLE": mcu_mode::DOCUMENTED_EXAMPLE},
        "service_codes": service_codes::ALL.iter().copied().collect::<BTreeMap<_, _>>(),
    });
    assert_eq!(own, golden);
}

#[tokio::test]
async fn a_refusal_is_told_by_the_name_of_its_code() {
    let simulator = simulator().await;
    let error = client(simulator.url()).query_room("no such room", None).await.unwrap_err();
    assert_eq!(error.code(), Some(service_codes::ROOM_NOT_FOUND));
}

#[test]
fn unusable_options_are_refused_as_the_golden_ones() {
    for entry in vectors("options.json") {
        let options = ClientOptions {
            api_url: entry["api_url"].as_str().map(str::to_owned),
            connect_timeout: duration(&entry, "connect_timeout_ms"),
            timeout: duration(&entry, "timeout_ms"),
            backup_api_url: entry["backup_api_url"].as_str().map(str::to_owned),
            proxy: entry["proxy"].as_str().map(str::to_owned),
            ca_certificates: entry["ca_certificates"].as_str().map(str::to_owned),
            retry: entry.get("retry").map(retry_policy),
            failover: entry.get("failover").map(failover_policy),
            connections: entry.get("connections").map(connection_policy),
            ..ClientOptions::default()
        };
        let error = RecordingClient::new(credentials(), options).unwrap_err();
        assert_eq!(as_json(violations(&error)), entry["violations"], "{}", entry["name"]);
    }
}

fn number(entry: &Value, key: &str) -> Option<i32> {
    entry[key].as_i64().map(|number| number.try_into().unwrap())
}

fn duration(entry: &Value, key: &str) -> Option<Span> {
    entry[key].as_u64().map(|time| Duration::from_millis(time).into())
}

fn retry_policy(entry: &Value) -> RetryPolicy {
    RetryPolicy {
        max_attempts: number(entry, "max_attempts"),
        attempt_timeout: duration(entry, "attempt_timeout_ms"),
        first_backoff: duration(entry, "first_backoff_ms"),
        longest_backoff: duration(entry, "longest_backoff_ms"),
        budget: number(entry, "budget"),
    }
}

fn failover_policy(entry: &Value) -> FailoverPolicy {
    FailoverPolicy { after_failures: number(entry, "after_failures"), probe_after: duration(entry, "probe_after_ms") }
}

fn connection_policy(entry: &Value) -> ConnectionPolicy {
    ConnectionPolicy {
        keep_alive: None,
        max_idle: duration(entry, "max_idle_ms"),
        max_requests: number(entry, "max_requests"),
        max_concurrent: number(entry, "max_concurrent"),
        max_waiting: number(entry, "max_waiting"),
    }
}

#[tokio::test]
async fn invalid_calls_are_refused_as_the_golden_ones_and_nothing_is_sent() {
    let simulator = simulator().await;
    let client = client(simulator.url());
    for entry in vectors("calls.json") {
        let (room_id, session_id) = (text(&entry, "room_id"), text(&entry, "session_id"));
        let error = client.start(room_id, session_id, &profile(), StartOptions::default()).await.unwrap_err();
        assert_eq!(as_json(violations(&error)), entry["violations"], "{}", entry["name"]);
    }
    assert!(simulator.requests().is_empty());
}

#[tokio::test]
async fn bodies_arrive_as_the_golden_ones() {
    for entry in vectors("bodies.json") {
        let simulator = simulator().await;
        let session_id = text(&entry, "session_id");
        simulator.set_room("room1", session_id);
        let profile = RecordingProfile::from_json(text(&entry, "config").to_owned()).unwrap();
        let options = StartOptions { extra: entry["extra"].as_str().map(str::to_owned), ..StartOptions::default() };
        client(simulator.url()).start("room1", session_id, &profile, options).await.unwrap();
        assert_eq!(simulator.requests()[0].body_text(), text(&entry, "body"), "{}", entry["name"]);
    }
}

#[tokio::test]
async fn replies_are_understood_as_the_golden_ones() {
    let simulator = simulator().await;
    let client = client(simulator.url());
    for entry in vectors("replies.json") {
        let status = u16::try_from(entry["status"].as_u64().unwrap()).unwrap();
        let step = Step::reply(status, text(&entry, "body")).content_type(text(&entry, "content_type"));
        simulator.next([step]).unwrap();
        let outcome = client.start("room1", "aaa", &profile(), StartOptions::default()).await;
        let seen = match &outcome {
            Ok(started) => json!(started.record_id),
            Err(error) => error_as_json(error),
        };
        let golden = entry.get("record_id").unwrap_or(&entry["error"]);
        assert_eq!(seen, *golden, "{}", entry["name"]);
    }
}

fn error_as_json(error: &RecordingError) -> Value {
    let (kind, reason) = match error {
        RecordingError::Refused { reason, .. } => ("refused", reason),
        RecordingError::OutcomeUnknown { reason, .. } => ("outcome_unknown", reason),
        RecordingError::UnreadableReply { reason, .. } => ("unreadable_reply", reason),
        other => panic!("{other}"),
    };
    json!({
        "kind": kind,
        "status": error.status(),
        "code": error.code(),
        "retryable": error.is_retryable(),
        "maybe_sent": error.maybe_sent(),
        "reason": reason,
    })
}
