//! `/__simulator/`: what tests in other languages do with a simulator, over HTTP. Unsigned, JSON.

mod callbacks;
mod connections;
mod doors;
mod guard;
mod rooms;

use std::fmt::Display;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::{Response, StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::IntoResponse;
use axum::routing::{get, post, put};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::counts::{Counts, WaitTimedOut};
use crate::reply::json_response;
use crate::script::{InvalidStep, Step};
use crate::simulation::Simulation;

const DEFAULT_WAIT_MS: u64 = 10_000;

type Control = State<Simulation>;

pub(crate) fn router(simulation: Simulation) -> Router<Simulation> {
    Router::new()
        .route("/requests", get(requests).delete(forget_requests))
        .route("/recordings", get(recordings))
        .route("/executions", get(executions))
        .merge(rooms::router())
        .merge(callbacks::router())
        .merge(doors::router())
        .merge(connections::router())
        .route("/ca.pem", get(ca))
        .route("/next", put(set_script))
        .route("/release", post(release))
        .route("/skew", put(set_skew))
        .route("/wait", get(wait))
        .fallback(unknown)
        .layer(from_fn_with_state(simulation, guard::guard))
}

async fn requests(State(simulation): Control) -> Result<Response<Body>, Failure> {
    found(&simulation.requests())
}

async fn forget_requests(State(simulation): Control) -> StatusCode {
    simulation.forget_requests();
    StatusCode::NO_CONTENT
}

async fn recordings(State(simulation): Control) -> Result<Response<Body>, Failure> {
    found(&simulation.recordings())
}

async fn executions(State(simulation): Control) -> Result<Response<Body>, Failure> {
    found(&simulation.executions())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Skew {
    ms: i64,
}

async fn set_skew(State(simulation): Control, body: Bytes) -> Result<StatusCode, Failure> {
    let Skew { ms } = serde_json::from_slice(&body)?;
    simulation.set_skew_ms(ms);
    Ok(StatusCode::NO_CONTENT)
}

async fn set_script(State(simulation): Control, body: Bytes) -> Result<StatusCode, Failure> {
    simulation.next(one_or_many::<Step>(&body)?)?;
    Ok(StatusCode::NO_CONTENT)
}

/// One, or an array of them.
fn one_or_many<T: DeserializeOwned>(body: &[u8]) -> Result<Vec<T>, serde_json::Error> {
    match serde_json::from_slice(body)? {
        many @ Value::Array(_) => serde_json::from_value(many),
        one => Ok(vec![serde_json::from_value(one)?]),
    }
}

async fn release(State(simulation): Control) -> StatusCode {
    simulation.release();
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Wait {
    #[serde(default)]
    requests: u64,
    #[serde(default)]
    abandoned: u64,
    timeout_ms: Option<u64>,
}

async fn wait(State(simulation): Control, Query(wait): Query<Wait>) -> Result<Response<Body>, Failure> {
    let wanted = Counts { requests: wait.requests, abandoned: wait.abandoned };
    let limit = Duration::from_millis(wait.timeout_ms.unwrap_or(DEFAULT_WAIT_MS));
    found(&simulation.wait(wanted, limit).await?)
}

/// RFC 8555 registers the type.
async fn ca(State(simulation): Control) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/pem-certificate-chain")], simulation.ca_pem().to_owned())
}

async fn unknown() -> Failure {
    Failure::new(StatusCode::NOT_FOUND, "the simulator's README lists what there is under /__simulator/")
}

fn found<T: Serialize>(value: &T) -> Result<Response<Body>, Failure> {
    let body = serde_json::to_vec(value)?;
    Ok(json_response(StatusCode::OK, body))
}

struct Failure {
    status: StatusCode,
    why: String,
}

impl Failure {
    fn new(status: StatusCode, why: impl ToString) -> Self {
        let why = why.to_string();
        Self { status, why }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response<Body> {
        json_response(self.status, json!({ "error": self.why }).to_string())
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error)
    }
}

impl From<InvalidStep> for Failure {
    fn from(error: InvalidStep) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error)
    }
}

impl<T: Display> From<WaitTimedOut<T>> for Failure {
    fn from(error: WaitTimedOut<T>) -> Self {
        Self::new(StatusCode::GATEWAY_TIMEOUT, error)
    }
}
