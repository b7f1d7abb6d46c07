//! The rules that a recording keeps, and the check that finds every broken one in a single pass.
//!
//! What the types already say (a slice length is one of four, only a custom layout has windows) needs no
//! rule here. Where the documentation contradicts itself, this is what was decided, once:
//!
//! - `mixLayout` and `renderMode` are marked required and yet have defaults: both are always sent for split-stream
//!   recordings, filled with those defaults; `renderMode` also for MCU recordings, `mixLayout` never, because it is
//!   documented as valid only for `recordType` 1.
//! - `extra` is marked required and missing from the example: it is always sent, empty by default.
//! - `mode` and `videoResolution` are marked optional and have no documented default: they are sent only when given.
//! - What no page forbids is no violation: it may be advice (`advice.rs`), which stops nothing.
//! - `hostUserId` and `hostStreamId` are marked optional on the start page and required on the change-layout page
//!   "except for custom layouts". Each page is taken at its word: a start needs no host, and a floating or adaptive mix
//!   without one is advised to name it (the vendor's own demo refuses such a start); a change of layout needs one. Both
//!   always go together.
//! - `mixLayout` is marked required in every mode and valid only in modes 3 to 6: in the others it is without effect
//!   rather than forbidden, so a custom layout there is advice.
//! - Overlapping windows, and a stream in two windows, are nowhere mentioned: advice.
//! - "Some audio/video format combinations" may play without sound, says the start page, and names none: no advice.
//! - The example's `mode: 6` is called "single mix, video" in one place and single-user audio and video in two: the latter.
//! - Keys documented as valid only for the other `recordType` (the example sends `mcuConfig` with `recordType` 1) are
//!   read without complaint and left out, as the service ignores them. But `mcuConfig` without any `recordType` is a
//!   violation: the default 1 would silently record something else than was meant.

use super::resolution;
use super::window_overlap::ROUNDING;
use super::{Host, Layout, LayoutUpdate, McuRecording, RecordingConfig, SplitStreamRecording};
use crate::error::{Violation, codes, shown};

/// One rule: the code that its violation or advice carries, what it asks, and where that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// The stable code.
    pub code: &'static str,
    /// Where it applies.
    pub applies_to: &'static str,
    /// What it asks.
    pub rule: &'static str,
    /// Where that is written, or what it is inferred from.
    pub source: &'static str,
}

pub(super) const fn rule(
    code: &'static str,
    applies_to: &'static str,
    rule: &'static str,
    source: &'static str,
) -> Rule {
    Rule { code, applies_to, rule, source }
}

/// The table of all rules. Documentation pages are named by their last path element.
#[rustfmt::skip]
pub const RULES: &[Rule] = &[
    rule(codes::EMPTY, "Room-Id, sessionId, userId, streamId, hostUserId, hostStreamId, App-Key", "not empty", "record/start: required"),
    rule(codes::EMPTY, "sessionId, App-Secret", "not only white space", "follows from the above"),
    rule(codes::EMPTY, "RONGCLOUD_APP_KEY, RONGCLOUD_APP_SECRET, RONGCLOUD_API_URL, RONGCLOUD_DATA_CENTER", "not empty where the value is needed", "this library"),
    rule(codes::CONTROL_CHARACTER, "sessionId, App-Secret", "no line breaks and other control characters", "this library: neither has any, so it was read wrongly"),
    rule(codes::NOT_HEADER_SAFE, "Room-Id, App-Key", "visible ASCII without spaces at the ends, because it travels as an HTTP header", "RFC 9110, field values"),
    rule(codes::INVALID_RESOLUTION, "videoResolution, mcuConfig.videoResolution, resolution of an arrangement", "WIDTHxHEIGHT, two whole numbers above 0", "record/start, config.videoResolution"),
    rule(codes::INVALID_SHAPE, "cameras of a grid", "WIDTH:HEIGHT or WIDTHxHEIGHT, two whole numbers above 0", "this library"),
    rule(codes::DUPLICATE_STREAM, "streams, others, inset of an arrangement", "each stream once", "this library: an arrangement shows everyone once"),
    rule(codes::OUT_OF_RANGE, "x, y, width, height", "x and y from 0 to 1, width and height above 0 and at most 1", "record/start, config.input; the range is inferred from its examples"),
    rule(codes::OUT_OF_RANGE, "timeouts", "above zero and at most 365 days", "this library"),
    rule(codes::OUT_OF_RANGE, "retry, failover, connections", "within the range that each setting names", "this library; base-url, connections: below 55 seconds idle and 80 requests"),
    rule(codes::OUTSIDE_CANVAS, "width, height", "x + width and y + height at most 1", "follows from the range"),
    rule(codes::WINDOWS_REQUIRED, "config.input.video, streams of an arrangement", "a custom layout has at least one window", "record/start, config.input: required when mixLayout=1"),
    rule(codes::HOST_REQUIRED, "hostUserId of a layout update", "a floating or adaptive layout has a host", "record/change-layout, hostUserId"),
    rule(codes::NOT_APPLICABLE, "config.input", "windows are for the custom layout", "record/start, config.input"),
    rule(codes::NOT_APPLICABLE, "config.mcuConfig", "mcuConfig is for recordType 2, which must be said", "record/start, config.mcuConfig"),
    rule(codes::INVALID_JSON, "the text", "is JSON", "RFC 8259"),
    rule(codes::REQUIRED, "videoFormat, audioFormat, sliceMin and others", "given", "record/start: required"),
    rule(codes::UNKNOWN_FIELD, "any key", "is a key of the API", "record/start"),
    rule(codes::DUPLICATE_FIELD, "any key", "stands once", "RFC 8259, names should be unique"),
    rule(codes::WRONG_TYPE, "RONGCLOUD_APP_KEY and the other variables", "UTF-8 text", "this library"),
    rule(codes::WRONG_TYPE, "any value", "has the API's type", "record/start, column Type"),
    rule(codes::UNKNOWN_VALUE, "recordType, mode, videoFormat, audioFormat, mixLayout, sliceMin, renderMode, RONGCLOUD_DATA_CENTER", "is one of the documented values", "record/start; base-url"),
    rule(codes::INVALID_URL, "api_url, backup_api_url", "an absolute https URL without user, query and fragment", "this library"),
    rule(codes::INVALID_URL, "proxy", "an http or https URL without path, query and fragment, or the word direct", "this library"),
    rule(codes::INVALID_CERTIFICATES, "ca_certificates", "PEM with at least one usable certificate", "this library"),
    rule(codes::NOT_APPLICABLE, "backup_api_url", "stands beside an api_url", "this library"),
    rule(codes::INSECURE_URL, "api_url, backup_api_url", "plain http only to this machine", "this library"),
];

/// Every violation of a config, in the order of the API's fields.
pub(super) fn check_config(config: &RecordingConfig) -> Vec<Violation> {
    let mut found = Vec::new();
    match config {
        RecordingConfig::SplitStream { recording } => check_split_stream(recording, &mut found),
        RecordingConfig::Mcu { recording } => check_mcu(recording, &mut found),
    }
    found
}

/// Every violation of the identifiers of a call.
pub(crate) fn check_call(room_id: &str, session_id: &str) -> Vec<Violation> {
    let mut found = check_room(room_id);
    check_session("sessionId", session_id, &mut found);
    found
}

/// Every violation of a room's identifier.
pub(crate) fn check_room(room_id: &str) -> Vec<Violation> {
    let mut found = Vec::new();
    check_header("Room-Id", room_id, &mut found);
    found
}

/// Every violation of a layout update. Its paths have no `config.`: the request's keys are flat.
pub(super) fn check_layout_update(update: &LayoutUpdate) -> Vec<Violation> {
    let mut found = Vec::new();
    let place = match &update.layout {
        Layout::Custom { .. } => None,
        Layout::Floating => Some("a floating layout (the default) fills the canvas with the host"),
        Layout::Adaptive => Some("an adaptive layout puts the host at the top left"),
    };
    match (&update.host, place) {
        (Some(host), _) => check_host("", host, &mut found),
        (None, Some(place)) => {
            let reason = format!("{place}: name the host, or use a custom layout");
            found.push(Violation::new("hostUserId", codes::HOST_REQUIRED, reason));
        }
        (None, None) => {}
    }
    check_windows("", &update.layout, &mut found);
    found
}

/// A session id is of the service's making and asked for, never invented: what no such id has was read wrongly, and a
/// start with it must fail. Ids of users and streams are the app's own, and get advice.
fn check_session(path: &str, value: &str, found: &mut Vec<Violation>) {
    check_not_empty(path, value, found);
    if !value.is_empty() && value.trim().is_empty() {
        found.push(Violation::new(path, codes::EMPTY, "has white space only"));
    } else if has_control_character(value) {
        let reason = "has a line break or another control character, as no session id has: was it read with the end of \
                      its line?";
        found.push(Violation::new(path, codes::CONTROL_CHARACTER, reason));
    }
}

/// Whether a text has a control character, or one of the two further line breaks of Unicode.
pub(crate) fn has_control_character(text: &str) -> bool {
    text.chars().any(|character| character.is_control() || matches!(character, '\u{2028}' | '\u{2029}'))
}

/// Checks a text that travels as a header value.
pub(crate) fn check_header(path: &str, value: &str, found: &mut Vec<Violation>) {
    check_not_empty(path, value, found);
    let is_safe = value.bytes().all(|byte| (0x20..0x7f).contains(&byte)) && value.trim() == value;
    if !is_safe {
        found.push(Violation::new(
            path,
            codes::NOT_HEADER_SAFE,
            "travels as an HTTP header: use visible ASCII characters, without white space at the ends",
        ));
    }
}

fn check_not_empty(path: &str, value: &str, found: &mut Vec<Violation>) {
    if value.is_empty() {
        found.push(Violation::new(path, codes::EMPTY, "must not be empty"));
    }
}

fn check_split_stream(recording: &SplitStreamRecording, found: &mut Vec<Violation>) {
    if let Some(resolution) = &recording.video_resolution {
        check_resolution("config.videoResolution", resolution, found);
    }
    if let Some(host) = &recording.host {
        check_host("config.", host, found);
    }
    if let Some(layout) = &recording.layout {
        check_windows("config.", layout, found);
    }
}

fn check_host(at: &str, Host { user_id, stream_id }: &Host, found: &mut Vec<Violation>) {
    check_not_empty(&format!("{at}hostUserId"), user_id, found);
    check_not_empty(&format!("{at}hostStreamId"), stream_id, found);
}

fn check_windows(at: &str, layout: &Layout, found: &mut Vec<Violation>) {
    let Layout::Custom { windows } = layout else { return };
    if windows.is_empty() {
        found.push(Violation::new(
            format!("{at}input.video"),
            codes::WINDOWS_REQUIRED,
            "a custom layout needs at least one window",
        ));
    }
    for (index, window) in windows.iter().enumerate() {
        let path = |field: &str| format!("{at}input.video[{index}].{field}");
        check_not_empty(&path("userId"), &window.user_id, found);
        check_not_empty(&path("streamId"), &window.stream_id, found);
        let x = check_fraction(path("x"), window.x, found);
        let y = check_fraction(path("y"), window.y, found);
        check_extent(path("width"), "x", x, window.width, found);
        check_extent(path("height"), "y", y, window.height, found);
    }
}

fn check_fraction(path: String, value: f64, found: &mut Vec<Violation>) -> Option<f64> {
    if (0.0..=1.0).contains(&value) {
        return Some(value);
    }
    found.push(Violation::new(
        path,
        codes::OUT_OF_RANGE,
        format!("{value} is not a fraction of the canvas from 0 to 1"),
    ));
    None
}

fn check_extent(path: String, start_name: &str, start: Option<f64>, extent: f64, found: &mut Vec<Violation>) {
    if extent == 0.0 {
        found.push(Violation::new(path, codes::OUT_OF_RANGE, "0 leaves nothing to see: use more than 0"));
    } else if let Some(extent) = check_fraction(path.clone(), extent, found)
        && let Some(start) = start
        && start + extent > 1.0 + ROUNDING
    {
        let edge = if start_name == "x" { "right" } else { "bottom" };
        found.push(Violation::new(
            path,
            codes::OUTSIDE_CANVAS,
            format!("{start_name} {start} and {extent} together reach over the {edge} edge: keep the sum at most 1"),
        ));
    }
}

fn check_mcu(recording: &McuRecording, found: &mut Vec<Violation>) {
    if let Some(mcu_config) = &recording.mcu_config {
        check_resolution("config.mcuConfig.videoResolution", &mcu_config.video_resolution, found);
    }
}

fn check_resolution(path: &str, value: &str, found: &mut Vec<Violation>) {
    if !resolution::is_well_formed(value) {
        found.push(Violation::new(
            path,
            codes::INVALID_RESOLUTION,
            format!("{} is not WIDTHxHEIGHT with a small x, such as 640x480", shown(value)),
        ));
    }
}
