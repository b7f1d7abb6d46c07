//! A callback as it came in over HTTP, and what is expected of it.

use crate::time::Span;

/// A callback as it arrived over HTTP: what your web framework provides, unchanged.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct CallbackRequest {
    /// All headers. Names may be in any letter case, and a name may occur more than once.
    pub headers: Vec<CallbackHeader>,
    /// The body's bytes, exactly as they arrived.
    pub body: Vec<u8>,
    /// The URL's query, raw, without the question mark. Default: empty.
    #[cfg_attr(feature = "ffi", uniffi(default = ""))]
    pub query: String,
}

/// One HTTP header.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct CallbackHeader {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// The names of the fields that carry the signature, in the headers or the query, in any letter case.
///
/// The documentation names them for room status callbacks only. For recording callbacks it mentions three header
/// fields, but the public copies don't give their names; that they are the same is unconfirmed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
#[non_exhaustive]
pub struct CallbackHeaderNames {
    /// The random text. Default: `nonce`.
    #[cfg_attr(feature = "ffi", uniffi(default = "nonce"))]
    pub nonce: String,
    /// The time of signing. Default: `timestamp`. In a query, `signTimestamp` is accepted too.
    #[cfg_attr(feature = "ffi", uniffi(default = "timestamp"))]
    pub timestamp: String,
    /// The signature. Default: `signature`.
    #[cfg_attr(feature = "ffi", uniffi(default = "signature"))]
    pub signature: String,
    /// The app key, in room status callbacks. Default: `appKey`.
    #[cfg_attr(feature = "ffi", uniffi(default = "appKey"))]
    pub app_key: String,
}

/// The unit of the time at which a callback was signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
pub enum TimestampUnit {
    /// Milliseconds since 1970, exactly 13 digits, as documented. The default.
    #[default]
    Milliseconds,
    /// Seconds since 1970, exactly 10 digits, as the vendor's own server SDKs sign their requests. Use it only if your
    /// callbacks do come with seconds: otherwise a callback that was signed with milliseconds could be given a new
    /// date.
    Seconds,
}

/// What a receiver expects of callbacks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
#[non_exhaustive]
pub struct CallbackOptions {
    /// How far a timestamp may be from this machine's clock, in the past or in the future. Above zero, at most 365
    /// days. Default: 5 minutes; the service documents none. Whether the service sends a callback again with the same
    /// signature is unknown: if your logs show genuine callbacks refused as
    /// [`OutsideTimeWindow`](crate::callback::RefusalReason::OutsideTimeWindow) after an outage, use a wider window.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub time_window: Option<Span>,
    /// The unit of a callback's timestamp. A receiver accepts one unit only. If it accepted both, the digits of a
    /// captured callback could be divided differently between nonce and timestamp, so that an old callback passes for a
    /// current one. Default: milliseconds.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub timestamp_unit: Option<TimestampUnit>,
    /// The names of the signing fields. Default: as documented for room status callbacks.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub header_names: Option<CallbackHeaderNames>,
    /// The maximum size of a body, in bytes, above zero. Default: 1 MiB.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
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
    /// Creates a callback from headers and a body.
    pub fn new<'a>(headers: impl IntoIterator<Item = (&'a str, &'a str)>, body: impl Into<Vec<u8>>) -> Self {
        let header = |(name, value): (&str, &str)| CallbackHeader { name: name.to_owned(), value: value.to_owned() };
        Self { headers: headers.into_iter().map(header).collect(), body: body.into(), query: String::new() }
    }

    /// Sets the URL's query, raw, without the question mark.
    #[must_use]
    pub fn query(mut self, query: impl Into<String>) -> Self {
        self.query = query.into();
        self
    }
}

#[cfg(feature = "http")]
impl CallbackRequest {
    /// Creates a callback from the head of a request and its whole body.
    ///
    /// A header's value that is not UTF-8 is kept with replacement characters, which no field of a signature may have.
    pub fn from_http(headers: &http::HeaderMap, query: Option<&str>, body: impl Into<Vec<u8>>) -> Self {
        let header = |(name, value): (&http::HeaderName, &http::HeaderValue)| CallbackHeader {
            name: name.as_str().to_owned(),
            value: String::from_utf8_lossy(value.as_bytes()).into_owned(),
        };
        let headers = headers.iter().map(header).collect();
        Self { headers, body: body.into(), query: query.unwrap_or_default().to_owned() }
    }
}

/// What web frameworks hand to a handler: the head of a request, and its whole body.
#[cfg(feature = "http")]
impl<B: Into<Vec<u8>>> From<(http::request::Parts, B)> for CallbackRequest {
    fn from((head, body): (http::request::Parts, B)) -> Self {
        Self::from_http(&head.headers, head.uri.query(), body)
    }
}

#[cfg(feature = "http")]
impl<B: Into<Vec<u8>>> From<http::Request<B>> for CallbackRequest {
    fn from(request: http::Request<B>) -> Self {
        request.into_parts().into()
    }
}

impl CallbackOptions {
    /// Sets how far a timestamp may be from this machine's clock.
    #[must_use]
    pub fn time_window(mut self, window: impl Into<Span>) -> Self {
        self.time_window = Some(window.into());
        self
    }

    /// Sets the unit of a callback's timestamp.
    #[must_use]
    pub fn timestamp_unit(mut self, unit: TimestampUnit) -> Self {
        self.timestamp_unit = Some(unit);
        self
    }

    /// Sets the names of the signing fields.
    #[must_use]
    pub fn header_names(mut self, names: CallbackHeaderNames) -> Self {
        self.header_names = Some(names);
        self
    }

    /// Sets the maximum size of a body, in bytes.
    #[must_use]
    pub fn largest_body(mut self, bytes: i64) -> Self {
        self.largest_body = Some(bytes);
        self
    }
}
