//! Resolutions: a `WIDTHxHEIGHT` text. The list is open, because only six of the service's twelve are publicly known.
//!
//! The six constants are confirmed by the vendor's code; 640x480 also appears in the documentation's example. Other
//! well-formed values are accepted, and the service decides. Source: record/start, `config.videoResolution`.

use crate::constant::constants;

constants! {
    DECLARED: texts;
    /// 480 wide, 320 high.
    R480X320 = "480x320";
    /// 320 wide, 480 high.
    R320X480 = "320x480";
    /// 640 wide, 480 high.
    R640X480 = "640x480";
    /// 480 wide, 640 high.
    R480X640 = "480x640";
    /// 1280 wide, 720 high.
    R1280X720 = "1280x720";
    /// 720 wide, 1280 high.
    R720X1280 = "720x1280";
}

/// The width and height of a `WIDTHxHEIGHT`: two positive whole numbers of at most five digits and a lower-case x.
pub(super) fn size(text: &str) -> Option<(u32, u32)> {
    two_numbers(text, 'x')
}

/// The width and height of a shape such as `16:9`.
pub(super) fn ratio(text: &str) -> Option<(u32, u32)> {
    two_numbers(text, ':')
}

fn two_numbers(text: &str, separator: char) -> Option<(u32, u32)> {
    let number = |digits: &str| {
        let is_number = (1..=5).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { digits.parse().ok() } else { None }
    };
    let (width, height) = text.split_once(separator)?;
    Some((number(width)?, number(height)?))
}
