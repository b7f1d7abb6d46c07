//! What is said to a worker and what it answers, a line of JSON each.

use rongcloud_recording::callback::{CallbackHeader, CallbackRequest};
use serde::{Deserialize, Serialize};

/// What a worker is told.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Command {
    Start {
        room: String,
        session: String,
    },
    Stop {
        room: String,
        session: String,
    },
    Take(Delivery),
    Reconcile,
    KeepUp {
        milliseconds: u64,
    },
    /// That the start of this generation did nothing.
    Resolve {
        session: String,
        generation: i64,
    },
    Get {
        session: String,
    },
}

impl Command {
    /// Which session it is about, as far as it says.
    pub(crate) fn session(&self) -> Option<&str> {
        match self {
            Self::Start { session, .. }
            | Self::Stop { session, .. }
            | Self::Resolve { session, .. }
            | Self::Get { session } => Some(session),
            Self::Take(delivery) => delivery.session(),
            Self::Reconcile | Self::KeepUp { .. } => None,
        }
    }
}

/// A callback as it came in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Delivery {
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) query: String,
    pub(crate) body: String,
}

impl Delivery {
    fn session(&self) -> Option<&str> {
        let (_, rest) = self.body.split_once("\"sessionId\":\"")?;
        rest.split('"').next()
    }
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
