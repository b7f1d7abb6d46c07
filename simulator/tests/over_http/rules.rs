//! The values a configuration may have.

use serde_json::{Value, json};

use crate::support::bodies::{accepts, refuses, remove, send, with, without};
use crate::support::client::mcu;

#[tokio::test]
async fn the_documented_example_is_accepted() {
    let mut body = without("/extra");
    body["config"]["mcuConfig"] = json!({ "mode": 6, "videoResolution": "640x480" });
    accepts(&body).await;
}

#[tokio::test]
async fn an_mcu_recording_needs_no_split_stream_field() {
    accepts(&mcu()).await;
}

#[tokio::test]
async fn an_empty_session_is_refused() {
    refuses(&with("/sessionId", json!("")), "sessionId must not be empty").await;
}

#[tokio::test]
async fn a_session_that_is_a_number_is_refused() {
    refuses(&with("/sessionId", json!(7)), "sessionId must be a string, not 7").await;
}

#[tokio::test]
async fn extra_must_be_a_string() {
    refuses(&with("/extra", Value::Null), "extra must be a string, not null").await;
}

#[tokio::test]
async fn a_missing_config_is_refused() {
    refuses(&without("/config"), "config is required").await;
}

#[tokio::test]
async fn each_required_field_of_the_config_is_missed() {
    for name in ["videoFormat", "audioFormat", "mixLayout", "sliceMin", "renderMode"] {
        let body = without(&format!("/config/{name}"));
        refuses(&body, &format!("config.{name} is required")).await;
    }
}

#[tokio::test]
async fn each_optional_field_of_the_config_may_be_absent() {
    for name in ["recordType", "mode", "videoResolution", "hostUserId", "hostStreamId"] {
        accepts(&without(&format!("/config/{name}"))).await;
    }
}

#[tokio::test]
async fn every_documented_value_is_accepted() {
    let values = [
        ("mode", json!([0, 1, 2, 3, 4, 5, 6])),
        ("videoFormat", json!(["mkv", "mp4", "flv", "hls"])),
        ("audioFormat", json!(["aac", "mp3"])),
        ("mixLayout", json!([1, 2, 3])),
        ("sliceMin", json!([30, 60, 90, 120])),
        ("renderMode", json!([1, 2])),
        ("videoResolution", json!(["480x320", "720x1280", "1920x1080"])),
    ];
    for (name, values) in values {
        for value in values.as_array().unwrap() {
            accepts(&with(&format!("/config/{name}"), value.clone())).await;
        }
    }
}

#[tokio::test]
async fn numbers_outside_the_documented_ones_are_refused() {
    let numbers = [
        ("recordType", 3, "1, 2"),
        ("mode", 7, "0, 1, 2, 3, 4, 5, 6"),
        ("mixLayout", 0, "1, 2, 3"),
        ("sliceMin", 61, "30, 60, 90, 120"),
        ("renderMode", -1, "1, 2"),
    ];
    for (name, number, allowed) in numbers {
        let body = with(&format!("/config/{name}"), json!(number));
        let problem = format!("config.{name} must be one of {allowed}, not {number}");
        let message = send(&body).await.error_message();
        assert!(message.contains(&problem), "{message}");
    }
}

#[tokio::test]
async fn formats_outside_the_documented_ones_are_refused() {
    let body = with("/config/videoFormat", json!("MKV"));
    refuses(&body, "config.videoFormat must be one of mkv, mp4, flv, hls, not MKV").await;
    let body = with("/config/audioFormat", json!("wav"));
    refuses(&body, "config.audioFormat must be one of aac, mp3, not wav").await;
}

#[tokio::test]
async fn a_number_in_quotes_is_refused() {
    let body = with("/config/sliceMin", json!("60"));
    refuses(&body, "config.sliceMin must be an integer, not a string").await;
}

#[tokio::test]
async fn an_integer_with_a_fraction_is_refused() {
    let body = with("/config/sliceMin", json!(60.0));
    refuses(&body, "config.sliceMin must be an integer, not 60.0").await;
}

#[tokio::test]
async fn malformed_resolutions_are_refused() {
    for text in ["640X480", "640*480", "640x", "x480", "0x480", "640x-480", "640x480x1", "٣x٣", ""] {
        let problem = "config.videoResolution must be WIDTHxHEIGHT in positive integers, like 640x480";
        refuses(&with("/config/videoResolution", json!(text)), problem).await;
    }
}

#[tokio::test]
async fn an_empty_host_is_refused() {
    let body = with("/config/hostUserId", json!(""));
    refuses(&body, "config.hostUserId must not be empty").await;
}

#[tokio::test]
async fn an_mcu_config_without_a_resolution_is_refused() {
    let mut body = mcu();
    remove(&mut body, "/config/mcuConfig/videoResolution");
    refuses(&body, "config.mcuConfig.videoResolution is required").await;
}

#[tokio::test]
async fn an_mcu_mode_may_be_any_integer() {
    let mut body = mcu();
    body["config"]["mcuConfig"]["mode"] = json!(99);
    accepts(&body).await;
}

#[tokio::test]
async fn an_mcu_recording_needs_a_render_mode() {
    let mut body = mcu();
    remove(&mut body, "/config/renderMode");
    refuses(&body, "config.renderMode is required").await;
}

#[tokio::test]
async fn an_mcu_config_is_checked_also_where_it_does_not_count() {
    let body = with("/config/mcuConfig", json!({ "mode": "6", "videoResolution": "640x480" }));
    refuses(&body, "config.mcuConfig.mode must be an integer, not a string").await;
}
