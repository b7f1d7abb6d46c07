//! What the control API reads and answers.

use std::fmt::Display;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::header::{ALLOW, CONTENT_TYPE};
use axum::http::{Response, StatusCode};
use axum::response::IntoResponse;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::callbacks::ResendError;
use crate::counts::{LIMIT, WaitTimedOut};
use crate::door::DoorError;
use crate::invalid::Invalid;
use crate::reply::json_response;
use crate::simulation::Simulation;

pub(super) type Control = State<Simulation>;
pub(super) type Answer = Result<Response<Body>, Failure>;
pub(super) type Done = Result<StatusCode, Failure>;

pub(super) const DONE: StatusCode = StatusCode::NO_CONTENT;

/// What the router says of a mistake is shorter.
const LONGEST_SENTENCE: usize = 16 * 1024;

/// One, or an array of them.
pub(super) fn one_or_many<T: DeserializeOwned>(body: &[u8]) -> Result<Vec<T>, serde_json::Error> {
    match serde_json::from_slice(body)? {
        many @ Value::Array(_) => serde_json::from_value(many),
        one => Ok(vec![serde_json::from_value(one)?]),
    }
}

/// How long a wait may last, 10 s where it isn't said.
pub(super) fn limit(timeout_ms: Option<u64>) -> Duration {
    timeout_ms.map_or(LIMIT, Duration::from_millis)
}

pub(super) fn found<T: Serialize>(value: &T) -> Answer {
    let body = serde_json::to_vec(value)?;
    Ok(json_response(StatusCode::OK, body))
}

/// Done where there was something to do it to.
pub(super) fn done(it_was: bool, missing: &str) -> Done {
    if it_was { Ok(DONE) } else { Err(Failure::new(StatusCode::NOT_FOUND, missing)) }
}

pub(super) struct Failure {
    pub(super) status: StatusCode,
    pub(super) why: String,
}

impl Failure {
    pub(super) fn new(status: StatusCode, why: impl ToString) -> Self {
        Self { status, why: why.to_string() }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response<Body> {
        json_response(self.status, json!({ "error": self.why }).to_string())
    }
}

/// A mistake that the router itself has found (a number in the path that is none, an unknown parameter, a method that there is
/// not) is told as every other one is.
pub(super) async fn as_json(response: Response<Body>) -> Response<Body> {
    let is_told = response.headers().get(CONTENT_TYPE).is_some_and(|it| it.as_bytes().starts_with(b"application/"));
    let status = response.status();
    if is_told || !status.is_client_error() {
        return response;
    }
    let allowed = response.headers().get(ALLOW).cloned();
    let text = to_bytes(response.into_body(), LONGEST_SENTENCE).await.unwrap_or_default();
    let why = match String::from_utf8_lossy(&text).trim() {
        "" => status.canonical_reason().unwrap_or_default().to_lowercase(),
        why => why.to_owned(),
    };
    let mut told = Failure::new(status, why).into_response();
    told.headers_mut().extend(allowed.map(|methods| (ALLOW, methods)));
    told
}

impl From<DoorError> for Failure {
    fn from(error: DoorError) -> Self {
        let status = match error {
            DoorError::TooMany => StatusCode::CONFLICT,
            DoorError::Closed => StatusCode::NOT_FOUND,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self::new(status, error)
    }
}

impl From<ResendError> for Failure {
    fn from(error: ResendError) -> Self {
        let status = match error {
            ResendError::NotThere => StatusCode::NOT_FOUND,
            _ => StatusCode::CONFLICT,
        };
        Self::new(status, error)
    }
}

impl<T: Display> From<WaitTimedOut<T>> for Failure {
    fn from(error: WaitTimedOut<T>) -> Self {
        Self::new(StatusCode::GATEWAY_TIMEOUT, error)
    }
}

impl Invalid for serde_json::Error {}

impl<E: Invalid> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error)
    }
}
