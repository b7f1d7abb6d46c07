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

use self::Value::{
    Changed, Extent, Header, Id, NoHost, Position, Repeated, RequestId, Resolution, Secret, Session, Shape, Streams,
    Windows,
};
use super::resolution::{ratio, size};
use super::window_overlap::ROUNDING;
use super::{Layout, LayoutUpdate, RecordType, SplitStreamRecording, Window};
use crate::error::{Violation, codes, shown};

/// One rule: the code of its violation or advice, what it requires, and where that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// The stable code.
    pub code: &'static str,
    /// Where it applies.
    pub applies_to: &'static str,
    /// What it requires.
    pub rule: &'static str,
    /// Where that is written, or what it is inferred from.
    pub source: &'static str,
}

/// A value as the rules look at it. Each rule knows which it is about.
#[derive(Clone, Copy)]
pub(crate) enum Value<'a> {
    /// A text that travels as a header.
    Header(&'a str),
    /// A session id is of the service's making and asked for, never invented: what no such id has was read wrongly, and
    /// a start with it must fail.
    Session(&'a str),
    /// An id that a caller gives to a request.
    RequestId(&'a str),
    /// An App Secret. No sentence shows it.
    Secret(&'a str),
    /// An id of a user or stream, which the app itself chooses.
    Id(&'a str),
    Resolution(&'a str),
    /// The shape of a grid's cameras.
    Shape(&'a str),
    /// `x` or `y`.
    Position(f64),
    /// `width` along `x`, or `height` along `y`.
    Extent(char, f64, Around<'a>),
    Windows(&'a [Window]),
    /// The window of this number among all.
    Window(usize, &'a [Window]),
    /// The streams of an arrangement.
    Streams(usize),
    /// A stream of an arrangement, and where it was given before.
    Repeated(&'a str),
    Layout(&'a Layout, Around<'a>),
    NoHost(Around<'a>),
    /// The kind of the recording whose layout is to change.
    Changed(Option<RecordType>),
}

/// What a value stands in, where a rule asks for more than the value.
#[derive(Clone, Copy)]
pub(crate) enum Around<'a> {
    Start(&'a SplitStreamRecording),
    Update(&'a LayoutUpdate),
    Window(&'a Window),
    Other,
}

/// A rule, and what finds it broken: a sentence that says how. Nothing where it is found by whoever reads the text that
/// the value stands in.
pub(super) struct Row {
    pub rule: Rule,
    pub broken: Option<fn(Value<'_>) -> Option<String>>,
}

/// A row: code, where it applies, what it asks, and source; then what breaks it, and how that is said.
macro_rules! row {
    ($code:expr, $applies_to:literal, $rule:literal, $source:literal) => {
        Row { rule: Rule { code: $code, applies_to: $applies_to, rule: $rule, source: $source }, broken: None }
    };
    ($code:expr, $applies_to:literal, $rule:literal, $source:literal, $($value:pat $(if $is_broken:expr)? => $reason:expr),+) => {
        Row {
            broken: Some(|value| match value {
                $($value $(if $is_broken)? => Option::<String>::from($reason),)+
                _ => None,
            }),
            ..row!($code, $applies_to, $rule, $source)
        }
    };
}
pub(super) use row;

/// The rules of a table, to be published.
pub(super) const fn rules<const N: usize>(rows: &[Row]) -> [Rule; N] {
    let mut rules = [rows[0].rule; N];
    let mut index = 0;
    while index < N {
        rules[index] = rows[index].rule;
        index += 1;
    }
    rules
}

/// The table of all rules. Documentation pages are named by their last path element.
pub const RULES: &[Rule] = &rules::<{ ROWS.len() }>(ROWS);

#[rustfmt::skip]
/// Docs: authentication, `X-Request-ID`.
const LONGEST_REQUEST_ID: usize = 36;

const ROWS: &[Row] = &[
    row!(codes::EMPTY, "Room-Id, sessionId, userId, streamId, hostUserId, hostStreamId, App-Key, App-Secret", "not empty", "record/start: required",
        Header(text) | Session(text) | Id(text) | Secret(text) if text.is_empty() => "must not be empty".to_owned()),
    row!(codes::EMPTY, "sessionId, App-Secret", "not only white space", "follows from the above",
        Session(text) | Secret(text) if is_blank(text) => "has white space only".to_owned()),
    row!(
        codes::EMPTY,
        "RONGCLOUD_APP_KEY, RONGCLOUD_APP_SECRET, RONGCLOUD_API_URL, RONGCLOUD_DATA_CENTER",
        "not empty where the value is needed",
        "this library"
    ),
    row!(codes::NOT_HEADER_SAFE, "Room-Id, App-Key", "visible ASCII without spaces at the ends, because it travels as an HTTP header", "RFC 9110, field values",
        Header(text) if !is_header_safe(text) => "travels as an HTTP header: use visible ASCII characters, without white space at the ends".to_owned()),
    row!(codes::NOT_HEADER_SAFE, "App-Secret", "no white space at the ends", "this library: none has any, so it was copied wrongly",
        Secret(text) if !is_blank(text) && text.trim() != text => "has white space at its ends: a copied line break or blank?".to_owned()),
    row!(codes::CONTROL_CHARACTER, "sessionId, App-Secret", "no line breaks and other control characters", "this library: neither has any, so it was read wrongly",
        Session(text) if !is_blank(text) && has_control_character(text) => "has a line break or another control character, as no session id has: was it read with the end of its line?".to_owned(),
        Secret(text) if !is_blank(text) && has_control_character(text.trim()) => "has a line break or another control character inside: was more than the secret copied?".to_owned()),
    row!(codes::INVALID_RESOLUTION, "videoResolution, mcuConfig.videoResolution, resolution of an arrangement", "WIDTHxHEIGHT, two whole numbers above 0 of at most five digits", "record/start, config.videoResolution",
        Resolution(text) if size(text).is_none() => format!("{} is not WIDTHxHEIGHT, two whole numbers of at most five digits with a small x between, such as 640x480", shown(text))),
    row!(codes::INVALID_SHAPE, "cameras of a grid", "WIDTH:HEIGHT or WIDTHxHEIGHT, two whole numbers above 0", "this library",
        Shape(text) if ratio(text).or_else(|| size(text)).is_none() => format!("{} is neither WIDTH:HEIGHT, such as 16:9, nor WIDTHxHEIGHT", shown(text))),
    row!(codes::DUPLICATE_STREAM, "streams, others, inset of an arrangement", "each stream once", "this library: an arrangement shows everyone once",
        Repeated(earlier) => format!("is the same stream as {earlier}: give each one once")),
    row!(codes::OUT_OF_RANGE, "x, y, width, height", "x and y from 0 to 1, width and height above 0 and at most 1", "record/start, config.input; the range is inferred from its examples",
        Extent(_, 0.0, _) => "0 leaves nothing to see: use more than 0".to_owned(),
        Position(number) | Extent(_, number, _) if !is_fraction(number) => format!("{number} is not a fraction of the canvas from 0 to 1")),
    row!(codes::TOO_LONG, "X-Request-ID", "at most 36 characters", "authentication, X-Request-ID",
        RequestId(id) if id.len() > LONGEST_REQUEST_ID => format!("must have at most {LONGEST_REQUEST_ID} characters, and has {}", id.len())),
    row!(codes::OUT_OF_RANGE, "timeouts", "above zero and at most 365 days", "this library"),
    row!(
        codes::OUT_OF_RANGE,
        "retry, failover, connections",
        "within the range that each setting names",
        "this library; base-url, connections: below 55 seconds idle and 80 requests"
    ),
    row!(codes::OUTSIDE_CANVAS, "width, height", "x + width and y + height at most 1", "follows from the range",
        Extent('x', width, Around::Window(Window { x, .. })) if is_over(*x, width) => format!("x {x} and {width} together reach over the right edge: keep the sum at most 1"),
        Extent('y', height, Around::Window(Window { y, .. })) if is_over(*y, height) => format!("y {y} and {height} together reach over the bottom edge: keep the sum at most 1")),
    row!(codes::WINDOWS_REQUIRED, "config.input.video, streams of an arrangement", "a custom layout has at least one window", "record/start, config.input: required when mixLayout=1",
        Windows([]) => "a custom layout needs at least one window".to_owned(),
        Streams(0) => "a layout needs at least one stream".to_owned()),
    row!(codes::HOST_REQUIRED, "hostUserId of a layout update", "a floating or adaptive layout has a host", "record/change-layout, hostUserId",
        NoHost(Around::Update(LayoutUpdate { layout, .. })) => place_of_host(Some(layout)).map(|place| format!("{place}: name the host, or use a custom layout"))),
    row!(codes::NOT_APPLICABLE, "config.recordType of a layout update", "the recording is no MCU recording", "record/change-layout: split-stream only",
        Changed(Some(RecordType::Mcu)) => "the layout of an MCU recording is the live stream's own and can't be changed here".to_owned()),
    row!(codes::NOT_APPLICABLE, "config.input", "windows are for the custom layout", "record/start, config.input"),
    row!(
        codes::NOT_APPLICABLE,
        "config.mcuConfig",
        "mcuConfig is for recordType 2, which must be said",
        "record/start, config.mcuConfig"
    ),
    row!(codes::INVALID_JSON, "the text", "is JSON", "RFC 8259"),
    row!(codes::REQUIRED, "videoFormat, audioFormat, sliceMin and others", "given", "record/start: required"),
    row!(codes::UNKNOWN_FIELD, "any key", "is a key of the API", "record/start"),
    row!(codes::DUPLICATE_FIELD, "any key", "occurs once", "RFC 8259, names should be unique"),
    row!(codes::WRONG_TYPE, "RONGCLOUD_APP_KEY and the other variables", "UTF-8 text", "this library"),
    row!(codes::WRONG_TYPE, "any value", "has the API's type", "record/start, column Type"),
    row!(
        codes::UNKNOWN_VALUE,
        "recordType, mode, videoFormat, audioFormat, mixLayout, sliceMin, renderMode, RONGCLOUD_DATA_CENTER",
        "is one of the documented values",
        "record/start; base-url"
    ),
    row!(
        codes::INVALID_URL,
        "api_url, backup_api_url",
        "an absolute https URL without user, query and fragment",
        "this library"
    ),
    row!(
        codes::INVALID_URL,
        "proxy",
        "an http or https URL without path, query and fragment, or the word direct",
        "this library"
    ),
    row!(codes::INVALID_CERTIFICATES, "ca_certificates", "PEM with at least one usable certificate", "this library"),
    row!(codes::NOT_APPLICABLE, "backup_api_url", "only together with an api_url", "this library"),
    row!(codes::INSECURE_URL, "api_url, backup_api_url", "plain http only to this machine", "this library"),
];

/// Adds each rule that a value breaks to what was found.
pub(crate) fn check(path: &str, value: Value<'_>, found: &mut Vec<Violation>) {
    found.extend(broken(ROWS, value).map(|(rule, reason)| Violation::new(path, rule.code, reason)));
}

/// The rules of a table that a value breaks, each with the sentence that says how.
pub(super) fn broken<'a>(rows: &'a [Row], value: Value<'a>) -> impl Iterator<Item = (Rule, String)> + 'a {
    rows.iter().filter_map(move |row| Some((row.rule, row.broken?(value)?)))
}

/// Every violation of the identifiers of a call.
pub(crate) fn check_call(room_id: &str, session_id: &str) -> Vec<Violation> {
    let mut found = check_room(room_id);
    check("sessionId", Value::Session(session_id), &mut found);
    found
}

/// Every violation of a room's identifier.
pub(crate) fn check_room(room_id: &str) -> Vec<Violation> {
    let mut found = Vec::new();
    check("Room-Id", Value::Header(room_id), &mut found);
    found
}

/// Every violation of an id that a caller gives to a request.
pub(crate) fn check_request_id(request_id: &str) -> Vec<Violation> {
    let mut found = Vec::new();
    check("X-Request-ID", Value::Header(request_id), &mut found);
    check("X-Request-ID", Value::RequestId(request_id), &mut found);
    found
}

/// Whether a text has a control character, or one of the two further line breaks of Unicode.
pub(super) fn has_control_character(text: &str) -> bool {
    text.chars().any(|character| character.is_control() || matches!(character, '\u{2028}' | '\u{2029}'))
}

fn is_blank(text: &str) -> bool {
    !text.is_empty() && text.trim().is_empty()
}

fn is_header_safe(text: &str) -> bool {
    text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) && text.trim() == text
}

pub(super) fn is_fraction(value: f64) -> bool {
    (0.0..=1.0).contains(&value)
}

fn is_over(start: f64, extent: f64) -> bool {
    is_fraction(start) && is_fraction(extent) && extent > 0.0 && start + extent > 1.0 + ROUNDING
}

/// What a layout does with the host. A custom one has none.
pub(super) fn place_of_host(layout: Option<&Layout>) -> Option<&'static str> {
    match layout {
        Some(Layout::Custom { .. }) => None,
        Some(Layout::Floating) | None => Some("a floating layout (the default) fills the canvas with the host"),
        Some(Layout::Adaptive) => Some("an adaptive layout puts the host at the top left"),
    }
}
