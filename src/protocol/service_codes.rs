//! The service's codes, as in `RecordingError`'s `code`: `error.code() == Some(service_codes::ROOM_NOT_FOUND)`.
//!
//! The RTC pages publish no list. This is the general table of the vendor's gateway, from public copies, and the codes
//! of RTC signalling. The service may send other codes, which are passed on unchanged.

macro_rules! service_codes {
    ($($name:ident = $number:literal, $meaning:literal;)+) => {
        crate::constant::constants! {
            DECLARED: numbers;
            $(
                #[doc = concat!("`", $number, "`: ", $meaning, ".")]
                $name = $number;
            )+
        }

        /// Every known code with its name.
        pub const ALL: &[(&str, i32)] = &[$((stringify!($name), $name)),+];

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
    SUCCESS = 200, "success";
    INTERNAL_ERROR = 1000, "internal error of the service";
    APP_KEY_MISMATCH = 1001, "App Key and App Secret do not match";
    INVALID_PARAMETER = 1002, "a parameter is wrong";
    EMPTY_BODY = 1003, "the request had no body";
    INVALID_SIGNATURE = 1004, "the signature check failed: is it the App Secret of this App Key, and is this host's clock right?";
    PARAMETER_TOO_LONG = 1005, "a parameter is too long";
    APP_LOCKED = 1006, "the app is locked or deleted";
    METHOD_NOT_ALLOWED = 1007, "this app may not call this method";
    RATE_EXCEEDED = 1008, "called too often";
    SERVICE_NOT_ENABLED = 1009, "the service is not enabled for this app";
    CHAT_ROOM_ID_MISSING = 1015, "the id of the chat room to keep alive is missing";
    TOO_MANY_CHAT_ROOMS = 1016, "too many chat rooms to keep alive";
    RTC_SDK_NOT_SUPPORTED = 1017, "this version of the RTC SDK is not supported";
    RTC_NOT_ENABLED = 1018, "the RTC service is not enabled";
    INTERNAL_TIMEOUT = 1050, "internal timeout of the service";
    TOO_MANY_TEST_USERS = 2007, "too many test users";
    USER_NOT_IN_ROOM = 40001, "the user is not in the room";
    RTC_INTERNAL_ERROR = 40002, "internal error of the RTC service";
    ROOM_NOT_FOUND = 40003, "the room does not exist";
    INVALID_USER_ID = 40004, "the user id is wrong";
    ALREADY_JOINED = 40005, "joined already";
}
