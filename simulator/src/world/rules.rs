//! What a recording's configuration and its layout may be. docs: record/start and record/change-layout, Request Body
//! Parameters.

use serde_json::Value;

use crate::request::{Fields, Need, Problems};

const SPLIT_STREAM: i64 = 1;
const CUSTOM_LAYOUT: i64 = 1;

const RECORD_TYPES: [i64; 2] = [SPLIT_STREAM, 2];
const MODES: [i64; 7] = [0, 1, 2, 3, 4, 5, 6];
/// docs: record/start, config.mixLayout: the modes it counts for.
const MIX_MODES: [i64; 4] = [3, 4, 5, 6];
const VIDEO_FORMATS: [&str; 4] = ["mkv", "mp4", "flv", "hls"];
const AUDIO_FORMATS: [&str; 2] = ["aac", "mp3"];
const MIX_LAYOUTS: [i64; 3] = [CUSTOM_LAYOUT, 2, 3];
const SLICE_MINUTES: [i64; 4] = [30, 60, 90, 120];
const RENDER_MODES: [i64; 2] = [1, 2];

const CONFIG: [&str; 12] = [
    "recordType",
    "mode",
    "videoResolution",
    "videoFormat",
    "audioFormat",
    "mixLayout",
    "sliceMin",
    "renderMode",
    "hostUserId",
    "hostStreamId",
    "input",
    "mcuConfig",
];
/// docs: record/change-layout. The fields of a configuration that can be changed while it records.
pub(crate) const LAYOUT: [&str; 5] = ["mixLayout", "renderMode", "hostUserId", "hostStreamId", "input"];
const INPUT: [&str; 1] = ["video"];
const WINDOW: [&str; 6] = ["userId", "streamId", "x", "y", "width", "height"];
const MCU_CONFIG: [&str; 2] = ["mode", "videoResolution"];

/// Thirds and the like, written with six decimals, may add up to a little more than the canvas.
const ROUNDING: f64 = 1e-6;

/// `config` of the object `body`.
pub(crate) fn check_config(body: &Fields<'_>, problems: &mut Problems) {
    let Some(config) = body.object("config", Need::Required, &CONFIG, problems) else {
        return;
    };
    let record_type = config.choice("recordType", Need::Optional, &RECORD_TYPES, problems);
    let split_stream = record_type.is_none_or(|it| it == SPLIT_STREAM);
    let mode = config.choice("mode", Need::Optional, &MODES, problems);
    resolution(&config, Need::Optional, problems);
    config.word("videoFormat", Need::Required, &VIDEO_FORMATS, problems);
    config.word("audioFormat", Need::Required, &AUDIO_FORMATS, problems);
    let layout_needed = Need::when(split_stream);
    let layout = config.choice("mixLayout", layout_needed, &MIX_LAYOUTS, problems);
    config.choice("sliceMin", Need::Required, &SLICE_MINUTES, problems);
    config.choice("renderMode", Need::Required, &RENDER_MODES, problems);
    config.id("hostUserId", Need::Optional, problems);
    config.id("hostStreamId", Need::Optional, problems);

    let mixes = mode.is_none_or(|it| MIX_MODES.contains(&it));
    let custom = split_stream && mixes && layout == Some(CUSTOM_LAYOUT);
    input(&config, custom, problems);
    mcu_config(&config, problems);
}

/// The layout fields of the object `body` itself. docs: record/change-layout, where the keys have no `config.`.
pub(crate) fn check_layout(body: &Fields<'_>, problems: &mut Problems) {
    let layout = body.choice("mixLayout", Need::Required, &MIX_LAYOUTS, problems);
    body.choice("renderMode", Need::Required, &RENDER_MODES, problems);
    let custom = layout == Some(CUSTOM_LAYOUT);
    let host_needed = Need::when(layout.is_some() && !custom);
    body.id("hostUserId", host_needed, problems);
    body.id("hostStreamId", host_needed, problems);
    input(body, custom, problems);
}

/// Of a configuration that was found right, as what follows.
pub(crate) fn is_split_stream(config: &Value) -> bool {
    integer(config, "recordType").is_none_or(|it| it == SPLIT_STREAM)
}

/// Assumption: the default is unknown, and so is what MCU recordings have.
pub(crate) fn mode(config: &Value) -> i64 {
    let mode = integer(config, "mode").filter(|_| is_split_stream(config));
    mode.unwrap_or(MIX_MODES[0])
}

/// docs: record/start, config.mode: those that record one user's media.
pub(crate) fn is_per_user(config: &Value) -> bool {
    [0, 1, 2, 6].contains(&mode(config))
}

/// What names of recorded files end in.
pub(crate) fn extension(config: &Value) -> &str {
    let audio_only = [2, 5].contains(&mode(config));
    let name = if audio_only { "audioFormat" } else { "videoFormat" };
    match config.get(name).and_then(Value::as_str) {
        Some("hls") => "m3u8",
        format => format.unwrap_or_default(),
    }
}

pub(crate) fn slice_ms(config: &Value) -> u64 {
    let minutes = integer(config, "sliceMin").and_then(|it| u64::try_from(it).ok());
    minutes.unwrap_or(u64::MAX).saturating_mul(60_000)
}

fn integer(config: &Value, name: &str) -> Option<i64> {
    config.get(name).and_then(Value::as_i64)
}

fn input(config: &Fields<'_>, custom: bool, problems: &mut Problems) {
    let Some(input) = config.object("input", Need::when(custom), &INPUT, problems) else {
        return;
    };
    let Some(windows) = input.array("video", Need::Required, problems) else {
        return;
    };
    if custom && windows.is_empty() {
        problems.add(&input.path("video"), "must not be empty");
    }
    for (index, value) in windows.iter().enumerate() {
        window(value, &format!("{}[{index}]", input.path("video")), problems);
    }
}

fn window(value: &Value, path: &str, problems: &mut Problems) {
    let Some(window) = Fields::of(value, path, &WINDOW, problems) else {
        return;
    };
    window.id("userId", Need::Required, problems);
    window.id("streamId", Need::Required, problems);
    for (start, length) in [("x", "width"), ("y", "height")] {
        let start_at = fraction(&window, start, problems);
        let Some(long) = fraction(&window, length, problems) else {
            continue;
        };
        if long == 0.0 {
            problems.add(&window.path(length), "must be larger than 0");
        }
        if start_at.is_some_and(|start_at| start_at + long > 1.0 + ROUNDING) {
            let sentence = format!("added to {start} must be at most 1");
            problems.add(&window.path(length), sentence);
        }
    }
}

fn fraction(window: &Fields<'_>, name: &str, problems: &mut Problems) -> Option<f64> {
    let number = window.number(name, Need::Required, problems)?;
    if (0.0..=1.0).contains(&number) {
        return Some(number);
    }
    let sentence = format!("must be within 0 and 1, not {number}");
    problems.add(&window.path(name), sentence);
    None
}

fn mcu_config(config: &Fields<'_>, problems: &mut Problems) {
    let mcu_config = config.object("mcuConfig", Need::Optional, &MCU_CONFIG, problems);
    if let Some(mcu_config) = mcu_config {
        mcu_config.integer("mode", Need::Optional, problems);
        resolution(&mcu_config, Need::Required, problems);
    }
}

fn resolution(fields: &Fields<'_>, need: Need, problems: &mut Problems) {
    let name = "videoResolution";
    let Some(text) = fields.string(name, need, problems) else {
        return;
    };
    let well_formed = text.split_once('x').is_some_and(|(width, height)| positive(width) && positive(height));
    if !well_formed {
        let sentence = "must be WIDTHxHEIGHT in positive integers, like 640x480";
        problems.add(&fields.path(name), sentence);
    }
}

fn positive(digits: &str) -> bool {
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    plain && digits.parse::<u32>().is_ok()
}
