//! Why a request may have been refused: what can be seen from this side, said as a guess.

use std::time::{Duration, SystemTime};

use super::{HttpReply, codes, service_codes};
use crate::credentials::Credentials;
use crate::error::RecordingError;

/// Clocks that differ by less are no explanation. How much the service accepts is not documented.
pub(crate) const NOTABLE_SKEW: Duration = Duration::from_secs(30);

/// Of a call that names a session. The code is known from questions for a room, where it is what it says; which one a
/// session has that is not the room's current one is unknown.
const MAYBE_ANOTHER_SESSION: &str = "perhaps only its session is another by now: which code that gets is not \
                                     documented, and a room query tells the current one";

/// A refusal of the signature, or of the room, with its likely causes; any other error as it is.
pub(crate) fn with_likely_causes(
    error: RecordingError,
    reply: &HttpReply,
    credentials: &Credentials,
    received_at: SystemTime,
) -> RecordingError {
    let RecordingError::Refused { code, call, .. } = &error else { return error };
    if *code == Some(service_codes::ROOM_NOT_FOUND) && !call.session_id.is_empty() {
        return error.with_note(MAYBE_ANOTHER_SESSION);
    }
    if !codes::is_about_signature(code.map(i64::from)) {
        return error;
    }
    of_refused_signature(reply, credentials, received_at)
        .into_iter()
        .fold(error, |error, cause| error.with_note(&format!("likely: {cause}")))
}

/// The likely causes of a refused signature, as sentences. `received_at` is by this host's clock.
fn of_refused_signature(reply: &HttpReply, credentials: &Credentials, received_at: SystemTime) -> Vec<String> {
    let skew = reply.date().and_then(|date| skew(date, received_at));
    skew.into_iter().chain(credentials.doubts().into_iter().map(str::to_owned)).collect()
}

fn skew(date: SystemTime, received_at: SystemTime) -> Option<String> {
    let (skew, direction) = match received_at.duration_since(date) {
        Ok(ahead) => (ahead, "ahead of"),
        Err(behind) => (behind.duration(), "behind"),
    };
    (skew >= NOTABLE_SKEW).then(|| {
        format!("this host's clock is {} seconds {direction} the service's (its Date header): set it", skew.as_secs())
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn diagnosed(app_key: &str, app_secret: &str, seconds_ahead: i64) -> Vec<String> {
        let date = "Sun, 06 Nov 1994 08:49:37 GMT";
        let reply = HttpReply { date: Some(date.to_owned()), ..HttpReply::default() };
        let at = httpdate::parse_http_date(date).unwrap();
        let step = Duration::from_secs(seconds_ahead.unsigned_abs());
        let received_at = if seconds_ahead < 0 { at - step } else { at + step };
        let credentials = Credentials::new(app_key.to_owned(), app_secret.to_owned()).unwrap();
        of_refused_signature(&reply, &credentials, received_at)
    }

    #[test]
    fn a_clock_that_is_wrong_is_named_with_its_direction() {
        let said = diagnosed("uwd1c0sxdlx2", "Y1W2MeFwwwRxa0", -600);
        assert_eq!(said, ["this host's clock is 600 seconds behind the service's (its Date header): set it"]);
        assert!(diagnosed("uwd1c0sxdlx2", "Y1W2MeFwwwRxa0", 600)[0].contains("600 seconds ahead of"));
    }

    #[test]
    fn nothing_is_guessed_where_nothing_is_to_be_seen() {
        assert!(diagnosed("uwd1c0sxdlx2", "Y1W2MeFwwwRxa0", 29).is_empty());
    }

    #[test]
    fn swapped_credentials_are_named() {
        assert_eq!(diagnosed("Y1W2MeFwwwRxa0", "uwd1c0sxdlx2", 0), ["the App Key and the App Secret look swapped"]);
    }

    #[test]
    fn white_space_inside_is_named() {
        assert!(diagnosed("uwd1c0sxdlx2", "Y1W2Me Fwww", 0)[0].starts_with("there is white space"));
        assert!(diagnosed("uwd1c0\u{20}sxdlx2", "Y1W2MeFwww", 0)[0].starts_with("there is white space"));
    }
}
