//! One broken rule: where, which, and what to do about it.

use std::fmt;

use super::CallContext;

/// The stable codes of violations and of advice. [`RULES`](crate::RULES) and [`ADVICE`](crate::ADVICE) say which rule
/// each stands for.
pub mod codes {
    crate::constant::constants! {
        DECLARED: texts;
        /// A value that must be given is missing.
        REQUIRED = "required";
        /// A text that must not be empty is empty, or contains only white space.
        EMPTY = "empty";
        /// A text that is sent as an HTTP header contains characters that a header can't carry.
        NOT_HEADER_SAFE = "not_header_safe";
        /// A text is longer than the service accepts.
        TOO_LONG = "too_long";
        /// A text contains a line break or another control character.
        CONTROL_CHARACTER = "control_character";
        /// A resolution is not written `WIDTHxHEIGHT`.
        INVALID_RESOLUTION = "invalid_resolution";
        /// Advice: a resolution is none of those that are publicly known. The service may know it all the same.
        UNKNOWN_RESOLUTION = "unknown_resolution";
        /// A shape is written neither `WIDTH:HEIGHT` nor `WIDTHxHEIGHT`.
        INVALID_SHAPE = "invalid_shape";
        /// A number is outside its range.
        OUT_OF_RANGE = "out_of_range";
        /// A window extends beyond the right or bottom edge of the canvas.
        OUTSIDE_CANVAS = "outside_canvas";
        /// Advice: two windows overlap and neither lies wholly inside the other.
        OVERLAPPING = "overlapping";
        /// A custom layout has no windows.
        WINDOWS_REQUIRED = "windows_required";
        /// A layout update to a floating or adaptive layout has no host.
        HOST_REQUIRED = "host_required";
        /// Advice: a floating or adaptive layout of a video mix has no host.
        HOST_MISSING = "host_missing";
        /// Advice: a custom layout is given with a mode that records each user separately.
        LAYOUT_IGNORED = "layout_ignored";
        /// The same stream is given twice. Advice if a custom layout has it in two windows.
        DUPLICATE_STREAM = "duplicate_stream";
        /// A value has no meaning together with the others that were given.
        NOT_APPLICABLE = "not_applicable";
        /// The text is not JSON.
        INVALID_JSON = "invalid_json";
        /// A key that the API does not have.
        UNKNOWN_FIELD = "unknown_field";
        /// A key that occurs twice in one object.
        DUPLICATE_FIELD = "duplicate_field";
        /// A value of another JSON type than the API's.
        WRONG_TYPE = "wrong_type";
        /// A value that is not one of the documented ones.
        UNKNOWN_VALUE = "unknown_value";
        /// An address that is not a usable URL.
        INVALID_URL = "invalid_url";
        /// A text that should contain CA certificates contains none that can be used.
        INVALID_CERTIFICATES = "invalid_certificates";
        /// Two values that could not be told apart later: App Secrets of which one begins with the other.
        AMBIGUOUS = "ambiguous";
        /// Plain http to a host other than this machine.
        INSECURE_URL = "insecure_url";
    }
}

/// One broken rule.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Violation {
    /// Where it is, spelled as the API spells it: `config.input.video[1].width`, `sessionId`, `Room-Id`. For a text
    /// that is not JSON: `line 33, column 1`.
    pub path: String,
    /// The broken rule, as a stable word: `out_of_range`. Every code has a named constant.
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
        Some(call) => format!("{}: invalid input, nothing was sent", call.operation.facts().name),
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
