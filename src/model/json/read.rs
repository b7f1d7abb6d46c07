//! The API's JSON to a config. Every mistake is reported by its path, with a suggestion where one is near.

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
    let place = format!("line {}, column {}", error.line(), error.column());
    let what = text.split(" at line ").next().unwrap_or(&text);
    let hint = if what.starts_with("expected `,`") { ": is a comma missing before it?" } else { "" };
    Violation::new(place, codes::INVALID_JSON, format!("not JSON: {what}{hint}"))
}

type Entries = [(String, Tree)];

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
            return self.config(entries);
        }
        self.check_keys("", entries, BODY_KEYS);
        for key in ["sessionId", "extra"] {
            self.optional_text("", entries, key);
        }
        match self.object("", entries, "config") {
            Some(config) => self.config(config),
            None => stand_in(),
        }
    }

    fn config(&mut self, entries: &Entries) -> RecordingConfig {
        let at = "config";
        self.check_keys(at, entries, CONFIG_KEYS);
        let record_type = self.number(at, entries, "recordType");
        match record_type {
            Some(MCU) => self.mcu(entries).into(),
            Some(SPLIT_STREAM) => self.split_stream(entries).into(),
            Some(other) => {
                self.unknown_value(at, "recordType", other, "1 (split-stream) or 2 (MCU)");
                self.split_stream(entries).into()
            }
            None => {
                if find(entries, "recordType").is_none() && find(entries, "mcuConfig").is_some() {
                    self.violation(
                        "config.mcuConfig",
                        codes::NOT_APPLICABLE,
                        "is read only when recordType is 2, and recordType is missing, which means 1: \
                         say which recording is meant",
                    );
                }
                self.split_stream(entries).into()
            }
        }
    }

    fn split_stream(&mut self, entries: &Entries) -> SplitStreamRecording {
        let at = "config";
        SplitStreamRecording {
            mode: self.known_number(at, entries, "mode", "0 to 6"),
            video_resolution: self.optional_text(at, entries, "videoResolution"),
            video_format: self.video_format(entries),
            audio_format: self.audio_format(entries),
            layout: self.layout(entries),
            slice_length: self.slice_length(entries),
            render_mode: self.known_number(at, entries, "renderMode", "1 (fill) or 2 (fit)"),
            host: self.host(entries),
        }
    }

    fn mcu(&mut self, entries: &Entries) -> McuRecording {
        McuRecording {
            video_format: self.video_format(entries),
            audio_format: self.audio_format(entries),
            slice_length: self.slice_length(entries),
            render_mode: self.known_number("config", entries, "renderMode", "1 (fill) or 2 (fit)"),
            mcu_config: self.mcu_config(entries),
        }
    }

    fn mcu_config(&mut self, entries: &Entries) -> Option<McuConfig> {
        let at = "config.mcuConfig";
        let entries = self.object("config", entries, "mcuConfig")?;
        self.check_keys(at, entries, MCU_KEYS);
        let mode = self.number(at, entries, "mode").and_then(|mode| {
            i32::try_from(mode).map_err(|_| self.unknown_value(at, "mode", mode, "a number of 32 bits")).ok()
        });
        let video_resolution = self.required_text(at, entries, "videoResolution");
        Some(McuConfig { mode, video_resolution })
    }

    fn video_format(&mut self, entries: &Entries) -> VideoFormat {
        self.known_name("config", entries, "videoFormat", VideoFormat::Mp4)
    }

    fn audio_format(&mut self, entries: &Entries) -> AudioFormat {
        self.known_name("config", entries, "audioFormat", AudioFormat::Aac)
    }

    fn slice_length(&mut self, entries: &Entries) -> SliceLength {
        if find(entries, "sliceMin").is_none() {
            self.missing("config", "sliceMin", "30, 60, 90 or 120 minutes");
        }
        self.known_number("config", entries, "sliceMin", "30, 60, 90 or 120 minutes").unwrap_or(SliceLength::Minutes60)
    }

    fn layout(&mut self, entries: &Entries) -> Option<Layout> {
        let windows = self.object("config", entries, "input").map(|input| self.windows(input));
        let unreadable = |windows: Option<Vec<Window>>| {
            let windows = windows.unwrap_or_else(|| vec![stand_in_window()]);
            Some(Layout::Custom { windows })
        };
        match self.number("config", entries, "mixLayout") {
            Some(CUSTOM) => {
                if find(entries, "input").is_none() {
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
            None if find(entries, "mixLayout").is_some() => unreadable(windows),
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

    fn windows(&mut self, input: &Entries) -> Vec<Window> {
        self.check_keys("config.input", input, INPUT_KEYS);
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
        self.check_keys(&at, entries, WINDOW_KEYS);
        Window {
            user_id: self.required_text(&at, entries, "userId"),
            stream_id: self.required_text(&at, entries, "streamId"),
            x: self.fraction(&at, entries, "x"),
            y: self.fraction(&at, entries, "y"),
            width: self.fraction(&at, entries, "width"),
            height: self.fraction(&at, entries, "height"),
        }
    }

    fn host(&mut self, entries: &Entries) -> Option<Host> {
        let user_id = self.optional_text("config", entries, "hostUserId");
        let stream_id = self.optional_text("config", entries, "hostStreamId");
        match (user_id, stream_id) {
            (None, None) => None,
            (user_id, stream_id) => {
                if find(entries, "hostUserId").is_none() {
                    self.missing("config", "hostUserId", "the host whose stream hostStreamId names");
                }
                if find(entries, "hostStreamId").is_none() {
                    self.missing("config", "hostStreamId", "the stream of hostUserId");
                }
                Some(Host {
                    user_id: user_id.unwrap_or_else(|| "?".to_owned()),
                    stream_id: stream_id.unwrap_or_else(|| "?".to_owned()),
                })
            }
        }
    }

    fn check_keys(&mut self, at: &str, entries: &Entries, known: &[&str]) {
        for (index, (key, _)) in entries.iter().enumerate() {
            let path = join(at, key);
            if !known.contains(&key.as_str()) {
                let advice =
                    nearest(key, known).map_or_else(|| format!("known are {}", known.join(", ")), did_you_mean);
                self.violation(path, codes::UNKNOWN_FIELD, format!("is not a field of the API: {advice}"));
            } else if entries[..index].iter().any(|(earlier, _)| earlier == key) {
                self.violation(path, codes::DUPLICATE_FIELD, "stands twice: keep one");
            }
        }
    }

    fn object<'a>(&mut self, at: &str, entries: &'a Entries, key: &str) -> Option<&'a Entries> {
        match find(entries, key)? {
            Tree::Object(entries) => Some(entries),
            other => {
                self.wrong_type(at, key, "an object", other);
                None
            }
        }
    }

    fn number(&mut self, at: &str, entries: &Entries, key: &str) -> Option<i64> {
        match find(entries, key)? {
            Tree::Integer(number) => Some(*number),
            other => {
                self.wrong_type(at, key, "a whole number", other);
                None
            }
        }
    }

    fn known_number<T: Wire<i64>>(&mut self, at: &str, entries: &Entries, key: &str, known: &str) -> Option<T> {
        let number = self.number(at, entries, key)?;
        let value = T::from_wire(&number);
        if value.is_none() {
            self.unknown_value(at, key, number, known);
        }
        value
    }

    fn known_name<T: Wire<&'static str>>(&mut self, at: &str, entries: &Entries, key: &str, stand_in: T) -> T {
        let names: Vec<&str> = T::ALL.iter().map(|value| value.wire()).collect();
        match find(entries, key) {
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

    fn optional_text(&mut self, at: &str, entries: &Entries, key: &str) -> Option<String> {
        match find(entries, key)? {
            Tree::Text(text) => Some(text.clone()),
            other => {
                self.wrong_type(at, key, "a string", other);
                None
            }
        }
    }

    fn required_text(&mut self, at: &str, entries: &Entries, key: &str) -> String {
        if find(entries, key).is_none() {
            self.missing(at, key, "a string");
        }
        self.optional_text(at, entries, key).unwrap_or_else(|| "?".to_owned())
    }

    fn fraction(&mut self, at: &str, entries: &Entries, key: &str) -> f64 {
        match find(entries, key) {
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
    if at.is_empty() { key.to_owned() } else { format!("{at}.{key}") }
}

fn find<'a>(entries: &'a Entries, key: &str) -> Option<&'a Tree> {
    entries.iter().find(|(name, _)| name == key).map(|(_, value)| value)
}

/// The known word that a mistyped one most likely means, letter case and separators aside.
fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let plain = |text: &str| text.to_lowercase().replace(['_', '-'], "");
    let word = plain(word);
    known
        .iter()
        .map(|candidate| (strsim::damerau_levenshtein(&word, &plain(candidate)), *candidate))
        .filter(|(distance, candidate)| *distance <= (candidate.len() / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

fn did_you_mean(candidate: &str) -> String {
    format!("did you mean {candidate}?")
}
