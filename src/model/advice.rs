//! What is worth a second look in a recording. The documentation forbids none of it, so nothing here stops a start.

use std::fmt;

use super::resolution;
use super::rules::{Around, Row, Rule, Value, broken, has_control_character, place_of_host, row, rules};
use super::window_overlap::{first_of_stream, first_overlapped};
use super::{Layout, SplitStreamRecording};
use crate::error::codes;

/// Something that is allowed but may not be what you meant. It never stops a call.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Advice {
    /// Where it applies, spelled as the API spells it: `config.hostUserId`, `config.input.video[1]`.
    pub path: String,
    /// What it is about, as a stable word: `host_missing`. Every code has a named constant.
    pub code: String,
    /// What it leads to and what to do about it, as a sentence.
    pub reason: String,
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} [{}]", self.path, self.reason, self.code)
    }
}

/// The table of all advice: like [`RULES`](crate::RULES), but none of it is a violation.
pub const ADVICE: &[Rule] = &rules::<{ ROWS.len() }>(ROWS);

#[rustfmt::skip]
const ROWS: &[Row] = &[
    row!(codes::UNKNOWN_RESOLUTION, "config.videoResolution, config.mcuConfig.videoResolution", "one of the six sizes that are publicly known", "record/start, config.videoResolution: twelve values; which they are is inferred for six, from the vendor's code, and unknown for the others",
        Value::Resolution(text) => not_publicly_known(text)),
    row!(codes::LAYOUT_IGNORED, "config.mixLayout", "a custom layout is for modes 3 to 6", "record/start, config.mixLayout: required in every mode, with a meaning in these",
        Value::Layout(Layout::Custom { .. }, Around::Start(SplitStreamRecording { mode: Some(mode), .. })) if !mode.takes_layout() =>
            format!("a custom layout has no meaning in mode {}, which records each user apart: use a mix mode or leave the layout out", *mode as i32)),
    row!(codes::HOST_MISSING, "config.hostUserId", "a floating or adaptive layout in modes 3 and 4 names its host", "record/start, config.hostUserId: not required; the vendor's demo refuses a start without",
        Value::NoHost(Around::Start(SplitStreamRecording { mode: Some(mode), layout, .. })) if mode.mixes_video() =>
            place_of_host(layout.as_ref()).map(|place| format!("{place}, and whom it takes where none is named is not documented: name the host"))),
    row!(codes::DUPLICATE_STREAM, "config.input.video[i], input.video[i]", "a stream has one window", "record/start, config.input: silent about it",
        Value::Window(index, windows) => first_of_stream(index, windows).map(|first| format!("shows the same stream as window {first}: is another one meant?"))),
    row!(codes::OVERLAPPING, "config.input.video[i], input.video[i]", "two windows lie apart, or the smaller one wholly inside the other", "record/start, config.input: silent about overlaps and about which window is then in front",
        Value::Window(index, windows) => first_overlapped(index, windows).map(|other|
            format!("overlaps window {other}, and which is in front is not documented: put them side by side, or the smaller one wholly inside the other as a picture in picture"))),
    row!(codes::CONTROL_CHARACTER, "userId, streamId, hostUserId, hostStreamId", "no line breaks and other control characters", "record/start: any string, and the app chooses its user ids itself",
        Value::Id(id) if has_control_character(id) => "has a line break or another control character: was it read with the end of its line?".to_owned()),
];

/// How a resolution is told that the service need not know. One that is written wrongly has a violation instead.
fn not_publicly_known(text: &str) -> Option<String> {
    let known = || resolution::KNOWN.iter().copied();
    let nearest = resolution::nearest(text).filter(|_| !known().any(|size| size == text))?;
    let all = known().collect::<Vec<_>>().join(", ");
    Some(format!(
        "{text} is none of the sizes that are publicly known ({all}), of which {nearest} is the nearest: the service has \
         twelve and may know this one, too, so look whether it is meant"
    ))
}

/// Adds the advice that a value calls for to what was found.
pub(super) fn advise(path: &str, value: Value<'_>, found: &mut Vec<Advice>) {
    let advice = |(rule, reason): (Rule, _)| Advice { path: path.to_owned(), code: rule.code.to_owned(), reason };
    found.extend(broken(ROWS, value).map(advice));
}
