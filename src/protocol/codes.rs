//! What follows from the service's codes.

use super::service_codes;

/// Success, as wide as a reply's number.
pub(crate) const SUCCESS: i64 = service_codes::SUCCESS as i64;
/// HTTP status of a call made too often.
const TOO_MANY_REQUESTS: u16 = 429;

/// What a refusal's code means, where that is known. That of success tells nothing about a refusal.
pub(crate) fn meaning(code: i64) -> Option<&'static str> {
    if code == SUCCESS { None } else { service_codes::meaning(i32::try_from(code).ok()?) }
}

/// Whether an answer says that the service or a gateway failed, so that nobody knows whether it acted.
pub(crate) fn is_server_failure(status: u16, code: Option<i64>) -> bool {
    const FAILURES: [i32; 3] =
        [service_codes::INTERNAL_ERROR, service_codes::INTERNAL_TIMEOUT, service_codes::RTC_INTERNAL_ERROR];
    status >= 500 || is_one_of(code, &FAILURES)
}

/// Whether a refusal is about the signature: a wrong secret or time.
pub(crate) fn is_about_signature(code: Option<i64>) -> bool {
    is_one_of(code, &[service_codes::APP_KEY_MISMATCH, service_codes::INVALID_SIGNATURE])
}

/// Whether a refusal passes with time.
pub(crate) fn passes_with_time(status: u16, code: Option<i64>) -> bool {
    status == TOO_MANY_REQUESTS || is_one_of(code, &[service_codes::RATE_EXCEEDED])
}

fn is_one_of(code: Option<i64>, known: &[i32]) -> bool {
    code.is_some_and(|code| known.iter().any(|known| i64::from(*known) == code))
}
