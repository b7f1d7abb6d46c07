//! A valid config to the API's JSON. The keys stand in the order of the documentation's table.

use serde::Serialize;

use crate::model::format::Wire;
use crate::model::{
    Host, Layout, LayoutUpdate, McuRecording, RecordType, RecordingConfig, SplitStreamRecording, Window,
};

/// `recordType` of a split-stream recording.
pub(super) const SPLIT_STREAM: i64 = RecordType::SplitStream as i64;
/// `recordType` of an MCU recording.
pub(super) const MCU: i64 = RecordType::Mcu as i64;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireConfig<'a> {
    record_type: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    mode: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    video_resolution: Option<&'a str>,
    video_format: &'static str,
    audio_format: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    mix_layout: Option<i64>,
    slice_min: i64,
    render_mode: i64,
    #[serde(flatten)]
    host: Option<WireHost<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    input: Option<WireInput<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mcu_config: Option<WireMcuConfig<'a>>,
}

/// The layout of a running recording, with the flat keys of `config.json`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireLayout<'a> {
    mix_layout: i64,
    render_mode: i64,
    #[serde(flatten)]
    host: Option<WireHost<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    input: Option<WireInput<'a>>,
}

impl<'a> From<&'a LayoutUpdate> for WireLayout<'a> {
    fn from(update: &'a LayoutUpdate) -> Self {
        Self {
            mix_layout: update.layout.wire(),
            render_mode: update.render_mode.unwrap_or_default().wire(),
            host: update.host.as_ref().map(WireHost::from),
            input: WireInput::of(&update.layout),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireHost<'a> {
    host_user_id: &'a str,
    host_stream_id: &'a str,
}

impl<'a> From<&'a Host> for WireHost<'a> {
    fn from(host: &'a Host) -> Self {
        Self { host_user_id: &host.user_id, host_stream_id: &host.stream_id }
    }
}

#[derive(Serialize)]
struct WireInput<'a> {
    video: Vec<WireWindow<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireWindow<'a> {
    user_id: &'a str,
    stream_id: &'a str,
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WireMcuConfig<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    mode: Option<i32>,
    video_resolution: &'a str,
}

impl<'a> From<&'a SplitStreamRecording> for WireConfig<'a> {
    fn from(recording: &'a SplitStreamRecording) -> Self {
        let layout = recording.layout.as_ref().unwrap_or(&Layout::Floating);
        Self {
            record_type: SPLIT_STREAM,
            mode: recording.mode.map(Wire::wire),
            video_resolution: recording.video_resolution.as_deref(),
            video_format: recording.video_format.wire(),
            audio_format: recording.audio_format.wire(),
            mix_layout: Some(layout.wire()),
            slice_min: recording.slice_length.wire(),
            render_mode: recording.render_mode.unwrap_or_default().wire(),
            host: recording.host.as_ref().map(WireHost::from),
            input: WireInput::of(layout),
            mcu_config: None,
        }
    }
}

impl<'a> From<&'a McuRecording> for WireConfig<'a> {
    fn from(recording: &'a McuRecording) -> Self {
        Self {
            record_type: MCU,
            mode: None,
            video_resolution: None,
            video_format: recording.video_format.wire(),
            audio_format: recording.audio_format.wire(),
            mix_layout: None,
            slice_min: recording.slice_length.wire(),
            render_mode: recording.render_mode.unwrap_or_default().wire(),
            host: None,
            input: None,
            mcu_config: recording.mcu_config.as_ref().map(|mcu_config| WireMcuConfig {
                mode: mcu_config.mode,
                video_resolution: &mcu_config.video_resolution,
            }),
        }
    }
}

impl<'a> WireInput<'a> {
    fn of(layout: &'a Layout) -> Option<Self> {
        match layout {
            Layout::Custom { windows } => Some(Self { video: windows.iter().map(WireWindow::from).collect() }),
            Layout::Floating | Layout::Adaptive => None,
        }
    }
}

impl<'a> From<&'a Window> for WireWindow<'a> {
    fn from(window: &'a Window) -> Self {
        Self {
            user_id: &window.user_id,
            stream_id: &window.stream_id,
            x: window.x,
            y: window.y,
            width: window.width,
            height: window.height,
        }
    }
}

/// The config as compact JSON.
pub(crate) fn write_config(config: &RecordingConfig) -> serde_json::Result<String> {
    let wire = match config {
        RecordingConfig::SplitStream { recording } => WireConfig::from(recording),
        RecordingConfig::Mcu { recording } => WireConfig::from(recording),
    };
    serde_json::to_string(&wire)
}
