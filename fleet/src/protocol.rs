//! What is said to a worker and what it answers, a line of JSON each.

use rongcloud_recording::callback::{CallbackHeader, CallbackRequest};
use serde::{Deserialize, Serialize};

/// What a worker is told.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Command {
    Start { room: String, session: String },
    Stop { room: String, session: String },
    Take(Delivery),
    Reconcile,
    Get { session: String },
}

/// A callback as it came in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Delivery {
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) query: String,
    pub(crate) body: String,
}

impl From<Delivery> for CallbackRequest {
    fn from(delivery: Delivery) -> Self {
        let header = |(name, value)| CallbackHeader { name, value };
        let headers = delivery.headers.into_iter().map(header).collect();
        Self { headers, body: delivery.body.into_bytes(), query: delivery.query }
    }
}

/// What a worker answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Answer {
    /// A session is recorded.
    Recording { record_id: String, is_mine: bool },
    /// It was done.
    Done,
    /// What a reconciliation has found and done, as a sentence.
    Reconciled(String),
    /// What is on record; nothing where nothing is.
    Entry(Option<Entry>),
    /// It was not done: the kind of the error, and the state on record where it tells.
    Failed { kind: String, state: Option<String>, sentence: String },
}

/// What is on record of a session, as far as it is judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) state: String,
    pub(crate) generation: i64,
    pub(crate) record_id: Option<String>,
    pub(crate) events: i64,
    pub(crate) is_doubled: bool,
}
