//! One broken rule: where, which, and what to do about it.

use std::fmt;

use super::CallContext;

/// The stable codes of violations and of advice. [`RULES`](crate::RULES) and [`ADVICE`](crate::ADVICE) say which rule
/// each stands for.
pub mod codes {
    /// A value that must be given is missing.
    pub const REQUIRED: &str = "required";
    /// A text that must not be empty is empty, or has white space only.
    pub const EMPTY: &str = "empty";
    /// A text that travels as an HTTP header has characters that a header can't carry.
    pub const NOT_HEADER_SAFE: &str = "not_header_safe";
    /// A text has a line break or another control character.
    pub const CONTROL_CHARACTER: &str = "control_character";
    /// A resolution is not written `WIDTHxHEIGHT`.
    pub const INVALID_RESOLUTION: &str = "invalid_resolution";
    /// A shape is written neither `WIDTH:HEIGHT` nor `WIDTHxHEIGHT`.
    pub const INVALID_SHAPE: &str = "invalid_shape";
    /// A number is outside its range.
    pub const OUT_OF_RANGE: &str = "out_of_range";
    /// A window reaches over the right or bottom edge of the canvas.
    pub const OUTSIDE_CANVAS: &str = "outside_canvas";
    /// Advice: two windows overlap and neither lies wholly inside the other.
    pub const OVERLAPPING: &str = "overlapping";
    /// A custom layout has no windows.
    pub const WINDOWS_REQUIRED: &str = "windows_required";
    /// A layout is changed to a floating or adaptive one that has no host.
    pub const HOST_REQUIRED: &str = "host_required";
    /// Advice: a floating or adaptive layout of a video mix has no host.
    pub const HOST_MISSING: &str = "host_missing";
    /// Advice: a custom layout beside a mode that records each user apart.
    pub const LAYOUT_IGNORED: &str = "layout_ignored";
    /// The same stream is given twice. Advice where a custom layout has it in two windows.
    pub const DUPLICATE_STREAM: &str = "duplicate_stream";
    /// A value has no meaning beside the others that were given.
    pub const NOT_APPLICABLE: &str = "not_applicable";
    /// The text is not JSON.
    pub const INVALID_JSON: &str = "invalid_json";
    /// A key that the API does not have.
    pub const UNKNOWN_FIELD: &str = "unknown_field";
    /// A key that stands twice in one object.
    pub const DUPLICATE_FIELD: &str = "duplicate_field";
    /// A value of another JSON type than the API's.
    pub const WRONG_TYPE: &str = "wrong_type";
    /// A value that is not one of the documented ones.
    pub const UNKNOWN_VALUE: &str = "unknown_value";
    /// An address that is not a usable URL.
    pub const INVALID_URL: &str = "invalid_url";
    /// A text that should hold CA certificates holds none that can be used.
    pub const INVALID_CERTIFICATES: &str = "invalid_certificates";
    /// Two values that nobody could tell apart later: App Secrets of which one begins with the other.
    pub const AMBIGUOUS: &str = "ambiguous";
    /// Plain http to a host other than this machine.
    pub const INSECURE_URL: &str = "insecure_url";
}

/// One broken rule.
#[derive(Debug, Clone, PartialEq, Eq, Hash, uniffi::Record)]
pub struct Violation {
    /// Where, spelled as the API spells it: `config.input.video[1].width`, `sessionId`, `Room-Id`.
    /// For a text that is not JSON: `line 33, column 1`.
    pub path: String,
    /// Which rule, as a stable word: `out_of_range`.
    pub code: String,
    /// What is wrong and what to do, as a sentence.
    pub reason: String,
}

impl Violation {
    pub(crate) fn new(path: impl Into<String>, code: &'static str, reason: impl Into<String>) -> Self {
        Self { path: path.into(), code: code.to_owned(), reason: reason.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} [{}]", self.path, self.reason, self.code)
    }
}

pub(super) fn sentence(violations: &[Violation], call: Option<&CallContext>) -> String {
    let told = match call {
        Some(call) => format!("{}: invalid input, nothing was sent", call.operation.name()),
        None => "invalid input".to_owned(),
    };
    match violations {
        [one] => format!("{told}: {one}"),
        many => {
            let mut text = format!("{told}: {} violations", many.len());
            for violation in many {
                text.push_str("\n  ");
                text.push_str(&violation.to_string());
            }
            text
        }
    }
}

/// A value as it may be shown in a sentence: quoted, without control characters, not endless.
pub(crate) fn shown(value: &str) -> String {
    const LONGEST: usize = 120;
    let mut text: String = value.chars().take(LONGEST).collect();
    if value.chars().nth(LONGEST).is_some() {
        text.push('…');
    }
    format!("{text:?}")
}
