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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_known_and_not_shown() {
        let tag = of("00112233445566778899aabbccddeeff");
        assert_eq!(tag, "rcl1:00112233445566778899aabbccddeeff");
        assert!(is_tag(&tag));
        assert_eq!(stripped(tag), "");
    }

    #[test]
    fn what_somebody_else_gave_is_no_tag() {
        for extra in ["", "order-7", "rcl1:", "rcl1:0011", "rcl2:00112233445566778899aabbccddeeff"] {
            assert!(!is_tag(extra), "{extra}");
            assert_eq!(stripped(extra.to_owned()), extra);
        }
        assert!(!is_tag("rcl1:00112233445566778899aabbccddeefg") && !is_tag("rcl1:00112233445566778899aabbccddeeff0"));
    }
}
