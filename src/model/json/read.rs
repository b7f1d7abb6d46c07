//! The API's JSON to a config. Every mistake is reported by its path, with a suggestion where one is near.

use std::collections::HashSet;
use std::fmt::Display;

use super::tree::Tree;
use super::write::{MCU, SPLIT_STREAM};
use crate::error::{Violation, codes, shown};
use crate::model::format::Wire;
use crate::model::layout::{ADAPTIVE, CUSTOM, FLOATING};
use crate::model::rules::check_config;
use crate::model::{
    AudioFormat, Host, Layout, McuConfig, McuRecording, RecordingConfig, SliceLength, SplitStreamRecording,
    VideoFormat, Window,
};

/// Longer keys are no misspellings of the API's.
const LONGEST_KEY: usize = 40;
const BODY_KEYS: &[&str] = &["sessionId", "extra", "config"];
const CONFIG_KEYS: &[&str] = &[
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
const INPUT_KEYS: &[&str] = &["video"];
const WINDOW_KEYS: &[&str] = &["userId", "streamId", "x", "y", "width", "height"];
const MCU_KEYS: &[&str] = &["mode", "videoResolution"];

/// Reads a config from the `config` object alone or from the whole body of `start.json` around it.
///
/// The body's `sessionId` and `extra` belong to a call, not to a config, and are not kept.
pub(crate) fn read_config(text: &str) -> Result<RecordingConfig, Vec<Violation>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let tree: Tree = serde_json::from_str(text).map_err(|error| vec![not_json(&error)])?;
    let mut reader = Reader::default();
    let config = reader.document(&tree);
    // Harmless values stand in for unreadable ones, so that the rules can be checked for all others.
    for violation in check_config(&config) {
        if !reader.found.iter().any(|earlier| concerns(&earlier.path, &violation.path)) {
            reader.found.push(violation);
        }
    }
    if reader.found.is_empty() { Ok(config) } else { Err(reader.found) }
}

/// Whether a violation at one path makes another at the second pointless.
fn concerns(earlier: &str, later: &str) -> bool {
    later.strip_prefix(earlier).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

fn not_json(error: &serde_json::Error) -> Violation {
    let text = error.to_string();
    let place = format!("line {}, column {}", error.line(), error.column().max(1));
    let what = text.split(" at line ").next().unwrap_or(&text);
    let hint = if what.starts_with("expected `,`") { ": is a comma missing before it?" } else { "" };
    Violation::new(place, codes::INVALID_JSON, format!("not JSON: {what}{hint}"))
}

/// The entries of one object, misspelt keys under the name they most likely mean, so that one mistake isn't reported
/// again as a missing value.
type Fields<'a> = [(&'a str, &'a Tree)];

#[derive(Default)]
struct Reader {
    found: Vec<Violation>,
}

impl Reader {
    fn violation(&mut self, path: impl Into<String>, code: &'static str, reason: impl Into<String>) {
        self.found.push(Violation::new(path, code, reason));
    }

    fn document(&mut self, tree: &Tree) -> RecordingConfig {
        let Tree::Object(entries) = tree else {
            self.violation("config", codes::WRONG_TYPE, format!("must be an object, not {}", tree.kind()));
            return stand_in();
        };
        if !entries.iter().any(|(key, _)| key == "config") {
            let fields = self.known_fields("config", entries, CONFIG_KEYS);
            return self.config(&fields);
        }
        let body = self.known_fields("", entries, BODY_KEYS);
        for key in ["sessionId", "extra"] {
            self.optional_text("", &body, key);
        }
        match self.object("", &body, "config", CONFIG_KEYS) {
            Some(fields) => self.config(&fields),
            None => stand_in(),
        }
    }

    fn config(&mut self, fields: &Fields<'_>) -> RecordingConfig {
        let at = "config";
        let record_type = self.number(at, fields, "recordType");
        match record_type {
            Some(MCU) => self.mcu(fields).into(),
            Some(SPLIT_STREAM) => self.split_stream(fields).into(),
            Some(other) => {
                self.unknown_value(at, "recordType", other, "1 (split-stream) or 2 (MCU)");
                self.split_stream(fields).into()
            }
            None => {
                if find(fields, "recordType").is_none() && find(fields, "mcuConfig").is_some() {
                    self.violation(
                        "config.mcuConfig",
                        codes::NOT_APPLICABLE,
                        "is read only when recordType is 2, and recordType is missing, which means 1: \
                         say which recording is meant",
                    );
                }
                self.split_stream(fields).into()
            }
        }
    }

    fn split_stream(&mut self, fields: &Fields<'_>) -> SplitStreamRecording {
        let at = "config";
        SplitStreamRecording {
            mode: self.known_number(at, fields, "mode", "0 to 6"),
            video_resolution: self.optional_text(at, fields, "videoResolution"),
            video_format: self.video_format(fields),
            audio_format: self.audio_format(fields),
            layout: self.layout(fields),
            slice_length: self.slice_length(fields),
            render_mode: self.known_number(at, fields, "renderMode", "1 (fill) or 2 (fit)"),
            host: self.host(fields),
        }
    }

    fn mcu(&mut self, fields: &Fields<'_>) -> McuRecording {
        McuRecording {
            video_format: self.video_format(fields),
            audio_format: self.audio_format(fields),
            slice_length: self.slice_length(fields),
            render_mode: self.known_number("config", fields, "renderMode", "1 (fill) or 2 (fit)"),
            mcu_config: self.mcu_config(fields),
        }
    }

    fn mcu_config(&mut self, fields: &Fields<'_>) -> Option<McuConfig> {
        let at = "config.mcuConfig";
        let fields = &self.object("config", fields, "mcuConfig", MCU_KEYS)?;
        let mode = self.number(at, fields, "mode").and_then(|mode| {
            i32::try_from(mode).map_err(|_| self.unknown_value(at, "mode", mode, "a number of 32 bits")).ok()
        });
        let video_resolution = self.required_text(at, fields, "videoResolution");
        Some(McuConfig { mode, video_resolution })
    }

    fn video_format(&mut self, fields: &Fields<'_>) -> VideoFormat {
        self.known_name("config", fields, "videoFormat", VideoFormat::Mp4)
    }

    fn audio_format(&mut self, fields: &Fields<'_>) -> AudioFormat {
        self.known_name("config", fields, "audioFormat", AudioFormat::Aac)
    }

    fn slice_length(&mut self, fields: &Fields<'_>) -> SliceLength {
        if find(fields, "sliceMin").is_none() {
            self.missing("config", "sliceMin", "30, 60, 90 or 120 minutes");
        }
        self.known_number("config", fields, "sliceMin", "30, 60, 90 or 120 minutes").unwrap_or(SliceLength::Minutes60)
    }

    fn layout(&mut self, fields: &Fields<'_>) -> Option<Layout> {
        let number = self.number("config", fields, "mixLayout");
        let windows = self.object("config", fields, "input", INPUT_KEYS).map(|input| self.windows(&input));
        let unreadable = |windows: Option<Vec<Window>>| {
            let windows = windows.unwrap_or_else(|| vec![stand_in_window()]);
            Some(Layout::Custom { windows })
        };
        match number {
            Some(CUSTOM) => {
                if find(fields, "input").is_none() {
                    self.missing("config", "input", "the custom layout's windows");
                }
                Some(Layout::Custom { windows: windows.unwrap_or_default() })
            }
            Some(number @ (FLOATING | ADAPTIVE)) => {
                self.refuse_windows(windows.is_some());
                Some(if number == ADAPTIVE { Layout::Adaptive } else { Layout::Floating })
            }
            Some(other) => {
                let known = "1 (custom), 2 (floating) or 3 (adaptive)";
                self.unknown_value("config", "mixLayout", other, known);
                unreadable(windows)
            }
            None if find(fields, "mixLayout").is_some() => unreadable(windows),
            None => {
                self.refuse_windows(windows.is_some());
                windows.map(|windows| Layout::Custom { windows })
            }
        }
    }

    fn refuse_windows(&mut self, given: bool) {
        if given {
            self.violation(
                "config.input",
                codes::NOT_APPLICABLE,
                "its windows are read only by the custom layout: set mixLayout to 1 or remove input",
            );
        }
    }

    fn windows(&mut self, input: &Fields<'_>) -> Vec<Window> {
        let Some(video) = find(input, "video") else {
            self.missing("config.input", "video", "an array of windows");
            return Vec::new();
        };
        let Tree::List(items) = video else {
            self.wrong_type("config.input", "video", "an array", video);
            return Vec::new();
        };
        items.iter().enumerate().map(|(index, item)| self.window(index, item)).collect()
    }

    fn window(&mut self, index: usize, item: &Tree) -> Window {
        let at = format!("config.input.video[{index}]");
        let Tree::Object(entries) = item else {
            self.violation(&at, codes::WRONG_TYPE, format!("must be an object, not {}", item.kind()));
            return stand_in_window();
        };
        let fields = &self.known_fields(&at, entries, WINDOW_KEYS);
        Window {
            user_id: self.required_text(&at, fields, "userId"),
            stream_id: self.required_text(&at, fields, "streamId"),
            x: self.fraction(&at, fields, "x"),
            y: self.fraction(&at, fields, "y"),
            width: self.fraction(&at, fields, "width"),
            height: self.fraction(&at, fields, "height"),
        }
    }

    fn host(&mut self, fields: &Fields<'_>) -> Option<Host> {
        let user_id = self.optional_text("config", fields, "hostUserId");
        let stream_id = self.optional_text("config", fields, "hostStreamId");
        match (user_id, stream_id) {
            (None, None) => None,
            (user_id, stream_id) => {
                if find(fields, "hostUserId").is_none() {
                    self.missing("config", "hostUserId", "the host whose stream hostStreamId names");
                }
                if find(fields, "hostStreamId").is_none() {
                    self.missing("config", "hostStreamId", "the stream of hostUserId");
                }
                Some(Host {
                    user_id: user_id.unwrap_or_else(|| "?".to_owned()),
                    stream_id: stream_id.unwrap_or_else(|| "?".to_owned()),
                })
            }
        }
    }

    fn known_fields<'a>(
        &mut self,
        at: &str,
        entries: &'a [(String, Tree)],
        known: &[&'a str],
    ) -> Vec<(&'a str, &'a Tree)> {
        let mut fields: Vec<(&str, &Tree)> = Vec::with_capacity(entries.len());
        let present: HashSet<&str> = entries.iter().map(|(key, _)| key.as_str()).collect();
        let mut seen = HashSet::with_capacity(entries.len());
        for (key, value) in entries {
            let path = join(at, key);
            if !seen.insert(key.as_str()) {
                self.violation(path, codes::DUPLICATE_FIELD, "stands twice: keep one");
            } else if !known.contains(&key.as_str()) {
                let meant = nearest(key, known);
                let advice = meant.map_or_else(|| format!("known are {}", known.join(", ")), did_you_mean);
                self.violation(path, codes::UNKNOWN_FIELD, format!("is not a field of the API: {advice}"));
                if let Some(meant) = meant.filter(|meant| !present.contains(meant)) {
                    fields.push((meant, value));
                    continue;
                }
            }
            fields.push((key, value));
        }
        fields
    }

    fn object<'a>(
        &mut self,
        at: &str,
        fields: &Fields<'a>,
        key: &str,
        known: &[&'a str],
    ) -> Option<Vec<(&'a str, &'a Tree)>> {
        match find(fields, key)? {
            Tree::Object(entries) => Some(self.known_fields(&join(at, key), entries, known)),
            other => {
                self.wrong_type(at, key, "an object", other);
                None
            }
        }
    }

    fn number(&mut self, at: &str, fields: &Fields<'_>, key: &str) -> Option<i64> {
        match find(fields, key)? {
            Tree::Integer(number) => return Some(*number),
            Tree::Float(number) => self.violation(
                join(at, key),
                codes::WRONG_TYPE,
                format!("must be a whole number, written without a fraction, not {number:?}"),
            ),
            other => self.wrong_type(at, key, "a whole number", other),
        }
        None
    }

    fn known_number<T: Wire<i64>>(&mut self, at: &str, fields: &Fields<'_>, key: &str, known: &str) -> Option<T> {
        let number = self.number(at, fields, key)?;
        let value = T::from_wire(&number);
        if value.is_none() {
            self.unknown_value(at, key, number, known);
        }
        value
    }

    fn known_name<T: Wire<&'static str>>(&mut self, at: &str, fields: &Fields<'_>, key: &str, stand_in: T) -> T {
        let names: Vec<&str> = T::ALL.iter().map(|value| value.wire()).collect();
        match find(fields, key) {
            None => self.missing(at, key, names.join(", ")),
            Some(Tree::Text(text)) => {
                if let Some(value) = T::ALL.iter().find(|value| value.wire() == text) {
                    return *value;
                }
                let advice = nearest(text, &names).map_or_else(|| names.join(", "), did_you_mean);
                self.unknown_value(at, key, shown(text), advice);
            }
            Some(other) => self.wrong_type(at, key, "a string", other),
        }
        stand_in
    }

    fn optional_text(&mut self, at: &str, fields: &Fields<'_>, key: &str) -> Option<String> {
        match find(fields, key)? {
            Tree::Text(text) => Some(text.clone()),
            other => {
                self.wrong_type(at, key, "a string", other);
                None
            }
        }
    }

    fn required_text(&mut self, at: &str, fields: &Fields<'_>, key: &str) -> String {
        if find(fields, key).is_none() {
            self.missing(at, key, "a string");
        }
        self.optional_text(at, fields, key).unwrap_or_else(|| "?".to_owned())
    }

    fn fraction(&mut self, at: &str, fields: &Fields<'_>, key: &str) -> f64 {
        match find(fields, key) {
            Some(Tree::Integer(number)) => *number as f64,
            Some(Tree::Float(number)) => *number,
            Some(other) => {
                self.wrong_type(at, key, "a number", other);
                0.0
            }
            None => {
                self.missing(at, key, "a fraction of the canvas");
                0.0
            }
        }
    }

    fn missing(&mut self, at: &str, key: &str, what: impl Display) {
        self.violation(join(at, key), codes::REQUIRED, format!("is missing: {what}"));
    }

    fn wrong_type(&mut self, at: &str, key: &str, wanted: &str, given: &Tree) {
        self.violation(join(at, key), codes::WRONG_TYPE, format!("must be {wanted}, not {}", given.kind()));
    }

    fn unknown_value(&mut self, at: &str, key: &str, given: impl Display, known: impl Display) {
        self.violation(join(at, key), codes::UNKNOWN_VALUE, format!("{given} is not a documented value: {known}"));
    }
}

/// A valid config to go on with where nothing could be read.
fn stand_in() -> RecordingConfig {
    SplitStreamRecording::new(VideoFormat::Mp4, AudioFormat::Aac, SliceLength::Minutes60).into()
}

fn stand_in_window() -> Window {
    Window::new("?", "?", (0.0, 0.0), (1.0, 1.0))
}

fn join(at: &str, key: &str) -> String {
    let is_plain = key.len() <= LONGEST_KEY && !key.chars().any(char::is_control);
    let key = &if is_plain { key.to_owned() } else { shown(key) };
    if at.is_empty() { key.to_owned() } else { format!("{at}.{key}") }
}

fn find<'a>(fields: &Fields<'a>, key: &str) -> Option<&'a Tree> {
    fields.iter().find(|(name, _)| *name == key).map(|(_, value)| *value)
}

/// The known word that a mistyped one most likely means, letter case and separators aside.
fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    if word.len() > LONGEST_KEY {
        return None;
    }
    let plain = |text: &str| text.to_lowercase().replace(['_', '-'], "");
    let word = plain(word);
    known
        .iter()
        .map(|candidate| (strsim::damerau_levenshtein(&word, &plain(candidate)), *candidate))
        .filter(|(distance, candidate)| *distance <= candidate.len() / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

fn did_you_mean(candidate: &str) -> String {
    format!("did you mean {candidate}?")
}
