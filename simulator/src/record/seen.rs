//! The requests a simulator has seen, and what became of each.

use std::fmt;
use std::sync::Arc;

use axum::http::request::Parts;
use serde::{Serialize, Serializer};

use crate::reply::Problem;

pub(crate) const REDACTED: &str = "(redacted)";

/// How much of an answer is kept: those that a script has made long say nothing more.
const KEPT_OF_AN_ANSWER: usize = 16 * 1024;

/// One request to the service, as it arrived.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SeenRequest {
    /// Its number, counted from 1; forgetting the requests doesn't start again.
    pub number: u64,
    /// When it arrived, in milliseconds since the Unix epoch, on the clock that the simulator was started with.
    pub time: u64,
    /// How long it took until it was answered or abandoned, in milliseconds; `None` while its reply is held.
    pub duration_ms: Option<u64>,
    /// The number of the connection that it came on, counted from 1.
    pub connection: u64,
    /// The HTTP method.
    pub method: String,
    /// The path, with the query if there was one.
    pub path: String,
    /// Names in lower case and values, in the order received; a signature's value is redacted.
    pub headers: Vec<(String, String)>,
    /// The exact bytes of the body: of one above the limit its beginning, of an abandoned one what had arrived.
    #[serde(serialize_with = "as_text")]
    pub body: Arc<[u8]>,
    /// What became of it.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// Where it is wrong, as far as that can be named; empty where it isn't.
    pub problems: Vec<Problem>,
    /// What it is answered; `None` when it was abandoned.
    pub answer: Option<GivenAnswer>,
    /// Of its latest change.
    #[serde(skip)]
    pub(super) revision: u64,
}

/// What a request is answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct GivenAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The beginning of the body, at most 16 KiB, without what a script adds to its length.
    pub body: String,
}

impl GivenAnswer {
    pub(crate) fn new(status: u16, body: &str) -> Self {
        let end = (0..=body.len().min(KEPT_OF_AN_ANSWER)).rev().find(|it| body.is_char_boundary(*it));
        Self { status, body: body[..end.unwrap_or_default()].to_owned() }
    }
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", rename_all = "lowercase", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum Verdict {
    /// It arrived whole, and its reply is being held.
    Held,
    /// It was answered with success.
    Accepted {
        /// The recording that was started.
        #[serde(skip_serializing_if = "Option::is_none")]
        record_id: Option<String>,
    },
    /// It was answered with an error.
    Refused {
        /// The HTTP status.
        status: u16,
        /// The code in the body.
        code: u32,
        /// The rule that was broken and where; equal to `errorMessage`.
        why: String,
    },
    /// It was answered from the script, unchecked.
    Scripted {
        /// The HTTP status.
        status: u16,
    },
    /// The client left before the reply was sent. A recording may have been started all the same.
    Abandoned,
}

impl SeenRequest {
    pub(crate) fn new(time: u64, connection: u64, head: &Parts) -> Self {
        let headers = head.headers.iter().map(|(name, value)| {
            let shown = match name.as_str() {
                "signature" | "rc-signature" => REDACTED.to_owned(),
                _ => String::from_utf8_lossy(value.as_bytes()).into_owned(),
            };
            (name.as_str().to_owned(), shown)
        });
        Self {
            number: 0,
            time,
            duration_ms: None,
            connection,
            method: head.method.to_string(),
            path: head.uri.to_string(),
            headers: headers.collect(),
            body: Arc::default(),
            verdict: Verdict::Held,
            problems: Vec::new(),
            answer: None,
            revision: 0,
        }
    }

    /// The first value of a header, whatever the case of its name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The body as text; what isn't UTF-8 is replaced.
    #[must_use]
    pub fn body_text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// One readable line; what the client chose is escaped.
impl fmt::Display for SeenRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (word, rest) = match &self.verdict {
            Verdict::Held => ("held", String::new()),
            Verdict::Accepted { record_id } => {
                ("accepted", record_id.as_ref().map(|id| format!(" recordId={id}")).unwrap_or_default())
            }
            Verdict::Refused { status, code, why } => ("refused", format!(" {status}/{code} {why}")),
            Verdict::Scripted { status } => ("scripted", format!(" {status}")),
            Verdict::Abandoned => ("abandoned", String::new()),
        };
        write!(f, "{word} {} {}", self.method, self.path.escape_debug())?;
        if let Some(room) = self.header("room-id") {
            write!(f, " room={}", room.escape_debug())?;
        }
        f.write_str(&rest)
    }
}

fn as_text<S: Serializer>(body: &Arc<[u8]>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&String::from_utf8_lossy(body))
}
