//! What the golden vectors have to do with Rust alone: its types, and its tables of rules. What every language makes of
//! them is asked by `tests/conformance`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::BTreeSet;

use rongcloud_recording::{
    ADVICE, AudioFormat, Host, Layout, RULES, RecordingMode, RecordingProfile, RenderMode, Rule, SliceLength,
    SplitStreamRecording, StartOptions, VideoFormat, Window, service_codes,
};
use serde_json::{Value, json};
use support::{as_json, client, simulator, text, vectors, violations};

#[tokio::test]
async fn a_floating_mix_without_a_host_is_started() {
    let simulator = simulator().await;
    let recording = SplitStreamRecording::new(VideoFormat::Mp4, AudioFormat::Aac, SliceLength::Minutes60)
        .mode(RecordingMode::MixAudioVideo)
        .layout(Layout::Floating);
    let profile = RecordingProfile::new(recording).unwrap();
    client(simulator.url()).start("room1", "aaa", &profile, StartOptions::default()).await.unwrap();
    let sent: Value = serde_json::from_str(&simulator.requests()[0].body_text()).unwrap();
    assert_eq!((&sent["config"]["mixLayout"], &sent["config"]["hostUserId"]), (&json!(2), &Value::Null));
}

#[test]
fn the_picture_in_the_readme_is_that_of_the_documentations_example() {
    let example =
        vectors("configs.json").into_iter().find(|entry| entry["name"] == "the documentation's example").unwrap();
    let profile = RecordingProfile::from_json(text(&example, "input")).unwrap();
    let shown = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/pictures/example.svg")).unwrap();
    assert_eq!(profile.to_svg(None).unwrap(), shown);
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
    let error = RecordingProfile::new(recording).unwrap_err();
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

#[tokio::test]
async fn a_refusal_is_told_by_the_name_of_its_code() {
    let simulator = simulator().await;
    let error = client(simulator.url()).query_room("no such room", None).await.unwrap_err();
    assert_eq!(error.code(), Some(service_codes::ROOM_NOT_FOUND));
}
