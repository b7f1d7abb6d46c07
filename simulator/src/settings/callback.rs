//! How callbacks are signed and written, and what no callback can be made with.

use axum::http::HeaderName;
use serde::{Deserialize, Serialize};

use crate::invalid::InvalidCallback;

/// Where callbacks carry their signature, and under which names.
#[derive(Clone, Debug)]
pub struct CallbackSignature {
    pub(crate) in_query: bool,
    pub(crate) app_key: String,
    pub(crate) nonce: String,
    pub(crate) timestamp: String,
    pub(crate) signature: String,
    pub(crate) timestamp_unit: TimestampUnit,
}

impl CallbackSignature {
    /// In the headers `appKey`, `nonce`, `timestamp` and `signature`.
    #[must_use]
    pub fn headers() -> Self {
        Self {
            in_query: false,
            app_key: "appKey".to_owned(),
            nonce: "nonce".to_owned(),
            timestamp: "timestamp".to_owned(),
            signature: "signature".to_owned(),
            timestamp_unit: TimestampUnit::default(),
        }
    }

    /// In the query as `appKey`, `nonce`, `signTimestamp` and `signature`, as the vendor's older services have it.
    #[must_use]
    pub fn query() -> Self {
        Self { in_query: true, timestamp: "signTimestamp".to_owned(), ..Self::headers() }
    }

    /// Under other names: of the app key, the nonce, the timestamp and the signature.
    #[must_use]
    pub fn names(mut self, names: [&str; 4]) -> Self {
        [self.app_key, self.nonce, self.timestamp, self.signature] = names.map(str::to_owned);
        self
    }

    /// What the timestamp counts; milliseconds by default, as documented.
    #[must_use]
    pub fn timestamp_unit(mut self, unit: TimestampUnit) -> Self {
        self.timestamp_unit = unit;
        self
    }

    pub(crate) fn check(&self) -> Result<(), InvalidCallback> {
        let names = [&self.app_key, &self.nonce, &self.timestamp, &self.signature];
        match names.into_iter().find(|name| name.parse::<HeaderName>().is_err()) {
            Some(name) => Err(InvalidCallback::new(format!("{} can't name a header", name.escape_debug()))),
            None => Ok(()),
        }
    }
}

/// What a callback's signed timestamp counts. Times in its body are always milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum TimestampUnit {
    /// Milliseconds since the Unix epoch: 13 digits.
    #[default]
    Milliseconds,
    /// Seconds since the Unix epoch: 10 digits.
    Seconds,
}

impl TimestampUnit {
    /// Always as many digits, whatever a test's clock says.
    pub(crate) fn digits(self, now_ms: u64) -> String {
        match self {
            Self::Milliseconds => format!("{now_ms:013}"),
            Self::Seconds => format!("{:010}", now_ms / 1000),
        }
    }
}

/// Which fields callbacks about rooms have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RoomCallbackVersion {
    /// The room as `channelId`, and no session.
    V1_0,
    /// The room as `roomId`, and the session.
    #[default]
    V1_1,
}
