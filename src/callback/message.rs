//! A callback as it came in over HTTP, and what is expected of it.

use crate::time::Span;

/// A callback as it came in over HTTP: whatever your web framework gives you, unchanged.
#[derive(Debug, Clone, PartialEq, Eq, Default, uniffi::Record)]
pub struct CallbackRequest {
    /// All headers. Names in any letter case; a name may stand twice.
    pub headers: Vec<CallbackHeader>,
    /// The body's bytes, exactly as they came.
    pub body: Vec<u8>,
    /// The URL's query, raw, without the question mark. Default: empty.
    #[uniffi(default = "")]
    pub query: String,
}

/// One HTTP header.
#[derive(Debug, Clone, PartialEq, Eq, Hash, uniffi::Record)]
pub struct CallbackHeader {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// The names of the fields that carry the signature, in headers or query, in any letter case.
///
/// The documentation names them for room status callbacks only. For recording callbacks it speaks of three header
/// fields without (in public copies) their names: that they are the same is unconfirmed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, uniffi::Record)]
pub struct CallbackHeaderNames {
    /// The random text. Default: `nonce`.
    #[uniffi(default = "nonce")]
    pub nonce: String,
    /// The time of signing. Default: `timestamp`. In a query, `signTimestamp` is read too.
    #[uniffi(default = "timestamp")]
    pub timestamp: String,
    /// The signature. Default: `signature`.
    #[uniffi(default = "signature")]
    pub signature: String,
    /// The app key, in room status callbacks. Default: `appKey`.
    #[uniffi(default = "appKey")]
    pub app_key: String,
}

/// In which unit callbacks say when they were signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, uniffi::Enum)]
pub enum TimestampUnit {
    /// Milliseconds since 1970, exactly 13 digits: as documented, and the default.
    #[default]
    Milliseconds,
    /// Seconds since 1970, exactly 10 digits, as the vendor's own server SDKs sign their requests. Only where your
    /// callbacks do come with seconds: one that was signed with milliseconds could be dated anew.
    Seconds,
}

/// What is expected of callbacks.
#[derive(Debug, Clone, PartialEq, Eq, Default, uniffi::Record)]
pub struct CallbackOptions {
    /// How far a timestamp may be from this machine's clock, in the past or in the future. Above zero, at most 365 days.
    /// Default: 5 minutes; the service documents none. Whether it sends a callback again with the same signature is
    /// unknown: where logs show genuine ones refused as
    /// [`OutsideTimeWindow`](crate::callback::RefusalReason::OutsideTimeWindow) after an outage, a wider window takes them.
    #[uniffi(default = None)]
    pub time_window: Option<Span>,
    /// The unit of a callback's timestamp. One receiver takes one only: with both, the digits of a captured callback
    /// could be divided anew between nonce and timestamp, and an old one be taken for one of today. Default:
    /// milliseconds.
    #[uniffi(default = None)]
    pub timestamp_unit: Option<TimestampUnit>,
    /// The names of the signing fields. Default: as documented for room status callbacks.
    #[uniffi(default = None)]
    pub header_names: Option<CallbackHeaderNames>,
    /// The largest body that is read, in bytes, above zero. Default: 1 MiB.
    #[uniffi(default = None)]
    pub largest_body: Option<i64>,
}

impl Default for CallbackHeaderNames {
    fn default() -> Self {
        Self {
            nonce: "nonce".to_owned(),
            timestamp: "timestamp".to_owned(),
            signature: "signature".to_owned(),
            app_key: "appKey".to_owned(),
        }
    }
}

impl CallbackRequest {
    /// A callback of these headers and this body.
    pub fn new<'a>(headers: impl IntoIterator<Item = (&'a str, &'a str)>, body: impl Into<Vec<u8>>) -> Self {
        let header = |(name, value): (&str, &str)| CallbackHeader { name: name.to_owned(), value: value.to_owned() };
        Self { headers: headers.into_iter().map(header).collect(), body: body.into(), query: String::new() }
    }
}
