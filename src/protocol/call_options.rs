//! What may be said of any one call.

use std::time::Duration;

use crate::time::Span;

/// The options of one call. Where they are asked for, `None` stands for the defaults, and a timeout alone for itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct CallOptions {
    /// The timeout for this call. Above zero, at most 365 days. Default: the client's.
    pub timeout: Option<Span>,
    /// An id of your own for this call, under which its log records and its errors have it (`call_id`). Its first
    /// attempt is sent with it as `X-Request-ID`, any further one with a random id. 1 to 36 visible ASCII characters.
    /// Default: the first attempt's random id.
    pub request_id: Option<String>,
}

/// Of a call of which at most its timeout is given.
impl From<Option<Duration>> for CallOptions {
    fn from(timeout: Option<Duration>) -> Self {
        Self::within(timeout.map(Span::from))
    }
}

impl From<Duration> for CallOptions {
    fn from(timeout: Duration) -> Self {
        Some(timeout).into()
    }
}

impl CallOptions {
    /// Those of a call of which at most its timeout is given.
    pub(crate) fn within(timeout: Option<Span>) -> Self {
        Self { timeout, request_id: None }
    }

    /// Sets the timeout for this call.
    #[must_use]
    pub fn timeout(mut self, timeout: impl Into<Span>) -> Self {
        self.timeout = Some(timeout.into());
        self
    }

    /// Sets the id of this call.
    #[must_use]
    pub fn request_id(mut self, id: impl Into<String>) -> Self {
        self.request_id = Some(id.into());
        self
    }
}
