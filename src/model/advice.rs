//! What is worth a second look in a recording. The documentation forbids none of it, so nothing here stops a start.

use std::collections::HashMap;
use std::fmt;

use super::rules::{Rule, has_control_character, rule};
use super::window_overlap::first_overlapped;
use super::{Host, Layout, LayoutUpdate, RecordingConfig, RecordingMode, SplitStreamRecording, Window};
use crate::error::codes;

/// Something that is allowed and may still not be what was meant. It never stops a call.
#[derive(Debug, Clone, PartialEq, Eq, Hash, uniffi::Record)]
pub struct Advice {
    /// Where, spelled as the API spells it: `config.hostUserId`, `config.input.video[1]`.
    pub path: String,
    /// What, as a stable word: `host_missing`. [`ADVICE`] lists all.
    pub code: String,
    /// What it leads to and what to do, as a sentence.
    pub reason: String,
}

impl Advice {
    fn new(path: impl Into<String>, code: &'static str, reason: impl Into<String>) -> Self {
        Self { path: path.into(), code: code.to_owned(), reason: reason.into() }
    }
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} [{}]", self.path, self.reason, self.code)
    }
}

/// The table of all advice: like [`RULES`](crate::RULES), but none of it is a violation.
#[rustfmt::skip]
pub const ADVICE: &[Rule] = &[
    rule(codes::LAYOUT_IGNORED, "config.mixLayout", "a custom layout is for modes 3 to 6", "record/start, config.mixLayout: required in every mode, with a meaning in these"),
    rule(codes::HOST_MISSING, "config.hostUserId", "a floating or adaptive layout in modes 3 and 4 names its host", "record/start, config.hostUserId: not required; the vendor's demo refuses a start without"),
    rule(codes::OVERLAPPING, "config.input.video[i], input.video[i]", "two windows lie apart, or the smaller one wholly inside the other", "record/start, config.input: silent about overlaps and about which window is then in front"),
    rule(codes::DUPLICATE_STREAM, "config.input.video[i], input.video[i]", "a stream has one window", "record/start, config.input: silent about it"),
    rule(codes::CONTROL_CHARACTER, "userId, streamId, hostUserId, hostStreamId", "no line breaks and other control characters", "record/start: any string, and the app chooses its user ids itself"),
];

/// All advice about a config, in the order of the API's fields.
pub(super) fn advice_of_config(config: &RecordingConfig) -> Vec<Advice> {
    let mut found = Vec::new();
    if let RecordingConfig::SplitStream { recording } = config {
        of_split_stream(recording, &mut found);
    }
    found
}

/// All advice about a layout update. Its paths have no `config.`: the request's keys are flat.
pub(super) fn advice_of_layout_update(update: &LayoutUpdate) -> Vec<Advice> {
    let mut found = Vec::new();
    of_host("", update.host.as_ref(), &mut found);
    of_windows("", &update.layout, &mut found);
    found
}

fn of_split_stream(recording: &SplitStreamRecording, found: &mut Vec<Advice>) {
    let layout = recording.layout.as_ref().unwrap_or(&Layout::Floating);
    if let Some(mode) = recording.mode {
        of_mode_and_layout(mode, layout, recording.host.is_some(), found);
    }
    of_host("config.", recording.host.as_ref(), found);
    of_windows("config.", layout, found);
}

fn of_mode_and_layout(mode: RecordingMode, layout: &Layout, has_host: bool, found: &mut Vec<Advice>) {
    let place = match layout {
        Layout::Custom { .. } => {
            if !mode.takes_layout() {
                let reason = format!(
                    "a custom layout has no meaning in mode {}, which records each user apart: use a mix mode or leave \
                     the layout out",
                    mode as i32
                );
                found.push(Advice::new("config.mixLayout", codes::LAYOUT_IGNORED, reason));
            }
            return;
        }
        Layout::Floating => "a floating layout (the default) fills the canvas with the host",
        Layout::Adaptive => "an adaptive layout puts the host at the top left",
    };
    if mode.mixes_video() && !has_host {
        let reason = format!("{place}, and whom it takes where none is named is not documented: name the host");
        found.push(Advice::new("config.hostUserId", codes::HOST_MISSING, reason));
    }
}

fn of_host(at: &str, host: Option<&Host>, found: &mut Vec<Advice>) {
    if let Some(Host { user_id, stream_id }) = host {
        of_id(format!("{at}hostUserId"), user_id, found);
        of_id(format!("{at}hostStreamId"), stream_id, found);
    }
}

fn of_windows(at: &str, layout: &Layout, found: &mut Vec<Advice>) {
    let Layout::Custom { windows } = layout else { return };
    let mut seen: HashMap<(&str, &str), usize> = HashMap::with_capacity(windows.len());
    for (index, window) in windows.iter().enumerate() {
        let Window { user_id, stream_id, .. } = window;
        let path = format!("{at}input.video[{index}]");
        of_id(format!("{path}.userId"), user_id, found);
        of_id(format!("{path}.streamId"), stream_id, found);
        let first = *seen.entry((user_id, stream_id)).or_insert(index);
        if first < index {
            let reason = format!("shows the same stream as window {first}: is another one meant?");
            found.push(Advice::new(path.clone(), codes::DUPLICATE_STREAM, reason));
        }
        if let Some(other) = first_overlapped(index, windows) {
            let reason = format!(
                "overlaps window {other}, and which is in front is not documented: put them side by side, or the smaller \
                 one wholly inside the other as a picture in picture"
            );
            found.push(Advice::new(path, codes::OVERLAPPING, reason));
        }
    }
}

fn of_id(path: String, id: &str, found: &mut Vec<Advice>) {
    if has_control_character(id) {
        let reason = "has a line break or another control character: was it read with the end of its line?";
        found.push(Advice::new(path, codes::CONTROL_CHARACTER, reason));
    }
}
