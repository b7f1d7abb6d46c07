//! Callbacks as tests see them: how they are signed and listed.

pub(crate) mod bodies;
pub(crate) mod courier;
pub(crate) mod delivery;
pub(crate) mod failures;
pub(crate) mod outbox;
pub(crate) mod target;

use std::fmt;

use axum::http::HeaderName;
use serde::Serialize;
use serde_json::Value;

use crate::callbacks::delivery::TimestampUnit;

/// A callback that was made, whatever became of it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Callback {
    /// What it tells of.
    pub kind: CallbackKind,
    /// Where it goes.
    pub url: String,
    /// The JSON object that it carries.
    pub body: Value,
    /// What became of it.
    pub state: CallbackState,
    /// All attempts to deliver it, its copies' too, oldest first.
    pub attempts: Vec<Attempt>,
}

/// What a callback tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum CallbackKind {
    /// A recording.
    Recording,
    /// A room and its members.
    Room,
}

/// What became of a callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum CallbackState {
    /// It waits for a test to have it delivered.
    Held,
    /// It is on its way.
    Queued,
    /// Every copy was answered with 200.
    Delivered,
    /// A copy was given up.
    Failed,
    /// It was lost, as a test asked.
    Lost,
}

/// One attempt to deliver a callback.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Attempt {
    /// The URL with its query; a signature's value is redacted.
    pub url: String,
    /// The names in lower case and values of the headers; a signature's value is redacted.
    pub headers: Vec<(String, String)>,
    /// The receiver's HTTP status; `None` when no answer came.
    pub status: Option<u16>,
    /// Why no answer came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

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

/// A setting that no callback can be made or delivered with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidCallback(String);

impl InvalidCallback {
    pub(crate) fn new(why: impl Into<String>) -> Self {
        Self(why.into())
    }
}

impl fmt::Display for InvalidCallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidCallback {}
