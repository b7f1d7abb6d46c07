//! The service's answers: its codes with their HTTP statuses, and the JSON they travel in.

use std::fmt;

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use serde::Serialize;
use serde_json::{Value, json};

/// docs: record/start, Response Example.
pub(crate) const JSON: &str = "application/json; charset=utf-8";

/// The part of the vendor's status code table that the simulator answers with.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Code {
    Success,
    UnknownApp,
    Parameter,
    EmptyPost,
    Signature,
    TooLong,
    NoSuchPath,
    Method,
    NoSuchRoom,
}

impl Code {
    /// The code in the body, the HTTP status, and the sentence that `errorMessage` begins with.
    pub(crate) const fn row(self) -> (u32, StatusCode, &'static str) {
        match self {
            Self::Success => (200, StatusCode::OK, "Success"),
            Self::UnknownApp => (1001, StatusCode::UNAUTHORIZED, "app key or secret mismatch"),
            Self::Parameter => (1002, StatusCode::BAD_REQUEST, "parameter error"),
            Self::EmptyPost => (1003, StatusCode::BAD_REQUEST, "empty POST"),
            Self::Signature => (1004, StatusCode::UNAUTHORIZED, "signature check failed"),
            Self::TooLong => (1005, StatusCode::BAD_REQUEST, "parameter too long"),
            Self::NoSuchPath => (404, StatusCode::NOT_FOUND, "no such path"),
            Self::Method => (405, StatusCode::METHOD_NOT_ALLOWED, "method not allowed"),
            Self::NoSuchRoom => (40003, StatusCode::OK, "room does not exist"),
        }
    }
}

/// A request that the service accepts, and the body it answers with.
pub(crate) struct Accepted {
    pub(crate) record_id: Option<String>,
    pub(crate) body: String,
}

impl Accepted {
    /// docs: record/start, Response.
    pub(crate) fn recording(record_id: String) -> Self {
        let (code, _, message) = Code::Success.row();
        let body = json!({ "code": code, "errorMessage": message, "recordId": record_id });
        Self { record_id: Some(record_id), body: body.to_string() }
    }

    /// An answer about anything but a recording.
    pub(crate) fn plain(body: &Value) -> Self {
        Self { record_id: None, body: body.to_string() }
    }
}

/// One thing that is wrong with a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Problem {
    /// What is wrong.
    pub part: Part,
    /// Where in it: the name of a header, or a key of the body, as `config.input.video[0].x`.
    pub path: String,
    /// What is wrong there; it completes the path to a sentence.
    pub sentence: String,
}

/// A part of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Part {
    /// One of its headers.
    Header,
    /// Its body.
    Body,
}

impl Problem {
    pub(crate) fn header(name: &str, sentence: impl Into<String>) -> Self {
        Self { part: Part::Header, path: name.to_owned(), sentence: sentence.into() }
    }

    pub(crate) fn body(path: &str, sentence: impl Into<String>) -> Self {
        Self { part: Part::Body, path: path.to_owned(), sentence: sentence.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.path, self.sentence)
    }
}

/// A request that the service refuses, and what is wrong with it.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) code: Code,
    /// All that is wrong at places that can be named.
    pub(crate) problems: Vec<Problem>,
    why: String,
}

impl Refusal {
    pub(crate) fn new(code: Code, why: impl Into<String>) -> Self {
        Self { code, problems: Vec::new(), why: why.into() }
    }

    /// One thing that is wrong.
    pub(crate) fn at(code: Code, problem: Problem) -> Self {
        Self::of(code, vec![problem], "")
    }

    /// All that is wrong, and what is said after it.
    pub(crate) fn of(code: Code, problems: Vec<Problem>, more: &str) -> Self {
        let sentences: Vec<String> = problems.iter().map(Problem::to_string).collect();
        Self { code, problems, why: sentences.join("; ") + more }
    }

    /// A room that is unknown, or whose current session is another one.
    pub(crate) fn no_such_session() -> Self {
        Self::at(Code::NoSuchRoom, Problem::header("Room-Id", "has no such current session"))
    }

    /// Assumption: which code the service has for it is unknown.
    pub(crate) fn nothing_to_do(sentence: &str) -> Self {
        Self::at(Code::Parameter, Problem::body("sessionId", sentence))
    }

    pub(crate) fn message(&self) -> String {
        format!("{}: {}", self.code.row().2, self.why)
    }

    pub(crate) fn body(&self) -> String {
        json!({ "code": self.code.row().0, "errorMessage": self.message() }).to_string()
    }
}

pub(crate) type Answer = Result<Accepted, Refusal>;

pub(crate) fn json_response(status: StatusCode, body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(JSON));
    response
}
