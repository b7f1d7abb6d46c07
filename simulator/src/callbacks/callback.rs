//! Callbacks as tests see them.

use serde::Serialize;
use serde_json::Value;

/// A callback that was made, whatever became of it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Callback {
    /// Its number, counted from 1; forgetting the callbacks doesn't start again.
    pub number: u64,
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
    /// Of its latest change.
    #[serde(skip)]
    pub(super) revision: u64,
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
    /// When it began, in milliseconds since the Unix epoch, on the clock that the simulator was started with.
    pub time: u64,
    /// How long the receiver took, in milliseconds.
    pub duration_ms: u64,
    /// The URL with its query; a signature's value is redacted.
    pub url: String,
    /// The names in lower case and values of the headers; a signature's value is redacted.
    pub headers: Vec<(String, String)>,
    /// The receiver's HTTP status; `None` when no answer came.
    pub status: Option<u16>,
    /// The beginning of the receiver's answer, at most 1 KiB.
    pub answer: String,
    /// Why no answer came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}
