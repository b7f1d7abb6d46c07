//! The service's codes. The RTC pages publish no list: this is the general table of the vendor's gateway.

/// Success.
pub(crate) const SUCCESS: i64 = 200;
/// Internal error of the service: whether it acted is not known.
const INTERNAL: i64 = 1000;
/// Internal timeout of the service: whether it acted is not known.
const INTERNAL_TIMEOUT: i64 = 1050;
/// App Key and App Secret do not match.
const MISMATCH: i64 = 1001;
/// The signature check failed.
const WRONG_SIGNATURE: i64 = 1004;
/// Called too often.
const RATE_EXCEEDED: i64 = 1008;
/// HTTP status of the same.
const TOO_MANY_REQUESTS: u16 = 429;

/// What a code means, where that is known.
pub(crate) fn meaning(code: i64) -> Option<&'static str> {
    Some(match code {
        INTERNAL => "internal error of the service",
        MISMATCH => "App Key and App Secret do not match",
        1002 => "a parameter is wrong",
        1003 => "the request had no body",
        WRONG_SIGNATURE => {
            "the signature check failed: is it the App Secret of this App Key, and is this host's clock right?"
        }
        1005 => "a parameter is too long",
        1006 => "the app is locked or deleted",
        1007 => "this app may not call this method",
        RATE_EXCEEDED => "called too often",
        1009 => "the service is not enabled for this app",
        1015 => "the id of the chat room to keep alive is missing",
        1016 => "too many chat rooms to keep alive",
        1017 => "this version of the RTC SDK is not supported",
        1018 => "the RTC service is not enabled",
        INTERNAL_TIMEOUT => "internal timeout of the service",
        2007 => "too many test users",
        40001 => "the user is not in the room",
        40002 => "internal error of the RTC service",
        40003 => "the room does not exist",
        40004 => "the user id is wrong",
        40005 => "joined already",
        _ => return None,
    })
}

/// Whether an answer says that the service or a gateway failed, so that nobody knows whether it acted.
pub(crate) fn is_server_failure(status: u16, code: Option<i64>) -> bool {
    status >= 500 || matches!(code, Some(INTERNAL | INTERNAL_TIMEOUT))
}

/// Whether a refusal is about the signature: a wrong secret or time.
pub(crate) fn is_about_signature(code: Option<i64>) -> bool {
    matches!(code, Some(MISMATCH | WRONG_SIGNATURE))
}

/// Whether a refusal passes with time.
pub(crate) fn passes_with_time(status: u16, code: Option<i64>) -> bool {
    status == TOO_MANY_REQUESTS || code == Some(RATE_EXCEEDED)
}
