//! The tag that a start has in the place of an `extra` of its caller's: the one thing of a request that comes back in
//! callbacks, and so the one thing by which a callback shows whose start it is of.

const PREFIX: &str = "rcl1:";
/// Of a permit: 128 bits in hexadecimal.
const DIGITS: usize = 32;

/// The tag of a permit.
pub(crate) fn of(permit: &str) -> String {
    format!("{PREFIX}{permit}")
}

/// Whether an `extra` is a tag of ours.
pub(crate) fn is_tag(extra: &str) -> bool {
    let digits = extra.strip_prefix(PREFIX);
    digits.is_some_and(|digits| digits.len() == DIGITS && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// The `extra` that the start's caller gave.
pub(crate) fn stripped(extra: String) -> String {
    if is_tag(&extra) { String::new() } else { extra }
}
