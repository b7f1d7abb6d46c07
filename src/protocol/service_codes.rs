//! The service's codes, as in `RecordingError`'s `code`: `error.code() == Some(service_codes::ROOM_NOT_FOUND)`.
//!
//! The RTC pages publish no list. This is the general table of the vendor's gateway, from public copies, and the codes
//! of RTC signalling. The service may send other codes, which are passed on unchanged.

macro_rules! service_codes {
    ($($name:ident = $number:literal, $meaning:literal, $to_do:literal;)+) => {
        crate::constant::constants! {
            DECLARED: numbers;
            $(
                #[doc = concat!("`", $number, "`: ", $meaning, ".")]
                $name = $number;
            )+
        }

        /// Every known code with its name.
        pub const ALL: &[(&str, i32)] = &[$((stringify!($name), $name)),+];

        /// What to do about each.
        pub(crate) const TO_DO: &[(i32, &str)] = &[$(($number, $to_do)),+];

        /// What a code means, as part of a sentence. Nothing where that is not known.
        pub fn meaning(code: i32) -> Option<&'static str> {
            Some(match code {
                $($number => $meaning,)+
                _ => return None,
            })
        }
    };
}

service_codes! {
    SUCCESS = 200, "success",
        "Nothing: the service did what was asked.";
    INTERNAL_ERROR = 1000, "internal error of the service",
        "Treat the outcome as unknown: after a start, wait for its callback or stop the session's recording before another start.";
    APP_KEY_MISMATCH = 1001, "App Key and App Secret do not match",
        "Copy App Key and App Secret anew from the console's App Key page; both must be of the same app and environment.";
    INVALID_PARAMETER = 1002, "a parameter is wrong",
        "Compare the request with the page of the operation. A stop or a change of layout may be about a recording that is over.";
    EMPTY_BODY = 1003, "the request had no body",
        "Look for a gateway on the way that drops bodies: this library always sends one.";
    INVALID_SIGNATURE = 1004, "the signature check failed: is it the App Secret of this App Key, and is this host's clock right?",
        "Run `rongcloud-recording doctor --signed`: it compares the clock, and looks for a secret that is padded or swapped with the key.";
    PARAMETER_TOO_LONG = 1005, "a parameter is too long",
        "Shorten the room id, the `extra` or whatever the reply names.";
    APP_LOCKED = 1006, "the app is locked or deleted",
        "Look at the app in the console, or ask the vendor's support.";
    METHOD_NOT_ALLOWED = 1007, "this app may not call this method",
        "Enable cloud recording for the app in the console.";
    RATE_EXCEEDED = 1008, "called too often",
        "Wait as long as `retry_after` says, and call less often. All calls but a start have been tried again already.";
    SERVICE_NOT_ENABLED = 1009, "the service is not enabled for this app",
        "Enable the service for the app in the console.";
    CHAT_ROOM_ID_MISSING = 1015, "the id of the chat room to keep alive is missing",
        "No operation of this library is about chat rooms: ask the vendor's support, with the request id.";
    TOO_MANY_CHAT_ROOMS = 1016, "too many chat rooms to keep alive",
        "No operation of this library is about chat rooms: ask the vendor's support, with the request id.";
    RTC_SDK_NOT_SUPPORTED = 1017, "this version of the RTC SDK is not supported",
        "Update the RTC SDK of the apps that are in the call.";
    RTC_NOT_ENABLED = 1018, "the RTC service is not enabled",
        "Enable the RTC service for the app in the console.";
    INTERNAL_TIMEOUT = 1050, "internal timeout of the service",
        "Treat the outcome as unknown: after a start, wait for its callback or stop the session's recording before another start.";
    TOO_MANY_TEST_USERS = 2007, "too many test users",
        "Delete test users of the development environment, or use the production environment.";
    USER_NOT_IN_ROOM = 40001, "the user is not in the room",
        "Ask for the room, and name a user who is in it.";
    RTC_INTERNAL_ERROR = 40002, "internal error of the RTC service",
        "Treat the outcome as unknown: after a start, wait for its callback or stop the session's recording before another start.";
    ROOM_NOT_FOUND = 40003, "the room does not exist",
        "Start when somebody is in the room, with the session that a room query or a room callback names: whether a session that is not the room's current one gets this code, too, is not documented. And look whether the data center is the app's.";
    INVALID_USER_ID = 40004, "the user id is wrong",
        "Name the user as the app does.";
    ALREADY_JOINED = 40005, "joined already",
        "Nothing: no operation of this library joins a room.";
}
