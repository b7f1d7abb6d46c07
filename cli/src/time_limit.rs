//! Lengths of time as they are given: `15`, `15s`, `500ms`, `2m`, `1h`.

use std::time::Duration;

/// Reads one. A bare number is in seconds.
///
/// # Errors
/// Where it is none.
pub fn length(text: &str) -> Result<Duration, String> {
    let wrong = || format!("{text:?} is no length of time such as 15, 15s, 500ms, 2m or 1h");
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let seconds = match &text[digits.len()..] {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" => 60.0,
        "h" => 3_600.0,
        _ => return Err(wrong()),
    };
    if digits.starts_with(['+', '-', '.']) {
        return Err(wrong());
    }
    let number: f64 = digits.parse().map_err(|_| wrong())?;
    Duration::try_from_secs_f64(number * seconds).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_has_a_unit_or_is_in_seconds() {
        for (text, milliseconds) in
            [("15", 15_000), ("1.5s", 1_500), ("500ms", 500), ("2m", 120_000), ("1h", 3_600_000)]
        {
            assert_eq!(length(text), Ok(Duration::from_millis(milliseconds)), "{text}");
        }
        for text in ["", "s", "-1", "1d", "1e3x", "nan", "inf", "1 s", "1e300h"] {
            assert!(length(text).is_err(), "{text}");
        }
    }
}
