//! Resolutions: a `WIDTHxHEIGHT` text. The list is open, because only six of the service's twelve are publicly known.
//!
//! The six constants are confirmed by the vendor's code; 640x480 also appears in the documentation's example. Other
//! well-formed values are accepted with advice (`advice.rs`), and the service decides. Source: record/start,
//! `config.videoResolution`.

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

/// All of them.
pub(super) const KNOWN: [&str; 6] = [R480X320, R320X480, R640X480, R480X640, R1280X720, R720X1280];

/// The known one that differs the least in width and height together; of two, the one that lies or stands as the given one
/// does. Nothing for what is no size.
pub(super) fn nearest(text: &str) -> Option<&'static str> {
    let (width, height) = size(text)?;
    let difference =
        |known: &&str| size(known).map(|(w, h)| (w.abs_diff(width) + h.abs_diff(height), (w < h) != (width < height)));
    KNOWN.into_iter().min_by_key(difference)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::constant::Value;

    #[test]
    fn every_constant_is_known() {
        let declared: Vec<_> = DECLARED.iter().map(|it| it.value).collect();
        assert_eq!(declared, KNOWN.map(Value::Text));
    }

    #[test]
    fn the_nearest_size_is_told_and_of_two_the_one_that_lies_or_stands_alike() {
        for (given, nearest_known) in [
            ("1281x720", R1280X720),
            ("1920x1080", R1280X720),
            ("1080x1920", R720X1280),
            ("240x320", R320X480),
            ("320x240", R480X320),
            ("640x480", R640X480),
            ("99999x99999", R1280X720),
        ] {
            assert_eq!(nearest(given), Some(nearest_known), "{given}");
        }
        assert_eq!(nearest("1280*720"), None);
    }
}
