//! Callbacks as tests see them: how they are signed, delivered and listed.

use std::collections::BTreeSet;
use std::fmt;

use axum::http::HeaderName;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// More would only tire the receiver.
const MAX_DUPLICATES: u32 = 100;

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

/// How callbacks are delivered. Its JSON form is in the simulator's README.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Delivery {
    #[serde(default, rename = "delivery")]
    pub(crate) when: When,
    #[serde(default)]
    pub(crate) duplicate: u32,
    pub(crate) shuffle: Option<u64>,
    #[serde(default)]
    pub(crate) lose: BTreeSet<u64>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum When {
    #[default]
    Immediate,
    Held,
}

impl Delivery {
    /// Each as soon as it is made, one after another.
    #[must_use]
    pub fn immediate() -> Self {
        Self::default()
    }

    /// None before a test asks.
    #[must_use]
    pub fn held() -> Self {
        Self { when: When::Held, ..Self::default() }
    }

    /// How many further copies of each are sent.
    #[must_use]
    pub fn duplicate(mut self, copies: u32) -> Self {
        self.duplicate = copies;
        self
    }

    /// Sends those that were held, and their copies, in another order: the same one for the same seed.
    #[must_use]
    pub fn shuffle(mut self, seed: u64) -> Self {
        self.shuffle = Some(seed);
        self
    }

    /// Which are never sent: 0 is the first that is made after this was set.
    #[must_use]
    pub fn lose(mut self, numbers: impl IntoIterator<Item = u64>) -> Self {
        self.lose.extend(numbers);
        self
    }

    pub(crate) fn check(&self) -> Result<(), InvalidCallback> {
        if self.duplicate > MAX_DUPLICATES {
            return Err(InvalidCallback::new("duplicate must be at most 100"));
        }
        if self.shuffle.is_some() && self.when == When::Immediate {
            return Err(InvalidCallback::new("shuffle needs the delivery held"));
        }
        Ok(())
    }
}

/// Where callbacks carry their signature, and under which names.
#[derive(Clone, Debug)]
pub struct CallbackSignature {
    pub(crate) in_query: bool,
    pub(crate) app_key: String,
    pub(crate) nonce: String,
    pub(crate) timestamp: String,
    pub(crate) signature: String,
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
