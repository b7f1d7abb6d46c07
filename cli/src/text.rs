//! Texts of others, made fit for a terminal, and our own words for times.

use std::time::Duration;

use rongcloud_recording::{Span, Timestamp};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A text in which nothing moves a cursor or changes a direction: such characters are escaped, line breaks stay.
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        if character != '\n' && (character.is_control() || is_invisible(character)) {
            plain.extend(character.escape_unicode());
        } else {
            plain.push(character);
        }
    }
    plain
}

/// Line and paragraph separators, and what turns the direction of writing.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
}

/// The beginning of a text that fits into so many columns, filled up with blanks.
pub fn fitted(text: &str, columns: usize) -> String {
    let text = plain(&text.replace('\n', " "));
    let mut fitted = String::new();
    let mut width = 0;
    let is_cut = text.width() > columns;
    for character in text.chars() {
        let next = width + character.width().unwrap_or_default();
        if next > columns.saturating_sub(usize::from(is_cut)) {
            break;
        }
        fitted.push(character);
        width = next;
    }
    if is_cut && columns > 0 {
        fitted.push('…');
        width += 1;
    }
    fitted.extend(std::iter::repeat_n(' ', columns.saturating_sub(width)));
    fitted
}

/// A moment as HTTP writes it, in UTC.
pub fn moment(time: Timestamp) -> String {
    httpdate::fmt_http_date(time.into())
}

/// A length of time for people, at a glance.
pub fn length(span: Span) -> String {
    match Duration::try_from(span) {
        Ok(length) => format!("{length:.1?}"),
        Err(_) => format!("-{:.1?}", Duration::from_nanos(span.0.unsigned_abs())),
    }
}

/// The known word that is nearest to one that is not known, if any is near.
pub fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    const NEAR: f64 = 0.75;
    let rated = known.map(|known| (strsim::jaro_winkler(&word.to_lowercase(), &known.to_lowercase()), known));
    rated.filter(|(rate, _)| *rate >= NEAR).max_by(|(one, _), (other, _)| one.total_cmp(other)).map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_move_the_cursor_is_escaped() {
        assert_eq!(plain("a\u{1b}[2Jb\r\nc\u{202e}"), "a\\u{1b}[2Jb\\u{d}\nc\\u{202e}");
    }

    #[test]
    fn a_wide_character_takes_two_columns() {
        assert_eq!(fitted("录制", 6), "录制  ");
        assert_eq!(fitted("录制ab", 4), "录… ");
        assert_eq!(fitted("abc", 0), "");
    }
}
