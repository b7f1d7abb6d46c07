//! Doors over HTTP.

use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::{Response, StatusCode};
use axum::routing::{get, post, put};
use serde::Deserialize;
use serde_json::json;

use super::{Control, DEFAULT_WAIT_MS, Failure, found, one_or_many};
use crate::door::{Door, DoorError, DoorOptions, Fault, InvalidFault};
use crate::simulation::Simulation;

pub(super) fn router() -> Router<Simulation> {
    Router::new()
        .route("/doors", post(open))
        .route("/doors/{door}", get(tell).put(shut).delete(close))
        .route("/doors/{door}/faults", put(inject))
        .route("/doors/{door}/wait", get(wait))
}

/// No body means the default options.
async fn open(State(simulation): Control, body: Bytes) -> Result<Response<Body>, Failure> {
    let options = if body.is_empty() { DoorOptions::default() } else { serde_json::from_slice(&body)? };
    let door = simulation.open_door(options)?;
    found(&json!({ "door": door.id(), "url": door.url() }))
}

async fn tell(State(simulation): Control, Path(id): Path<u64>) -> Result<Response<Body>, Failure> {
    let door = find(&simulation, id)?;
    found(&json!({ "url": door.url(), "connections": door.connections(), "open": door.counts().open }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Moved {
    shut: bool,
}

async fn shut(State(simulation): Control, Path(id): Path<u64>, body: Bytes) -> Result<StatusCode, Failure> {
    let door = find(&simulation, id)?;
    let Moved { shut } = serde_json::from_slice(&body)?;
    if shut { door.shut().await } else { door.reopen().await }?;
    Ok(StatusCode::NO_CONTENT)
}

async fn close(State(simulation): Control, Path(id): Path<u64>) -> Result<StatusCode, Failure> {
    if simulation.close_door(&find(&simulation, id)?).await { Ok(StatusCode::NO_CONTENT) } else { Err(no_such_door()) }
}

async fn inject(State(simulation): Control, Path(id): Path<u64>, body: Bytes) -> Result<StatusCode, Failure> {
    let door = find(&simulation, id)?;
    door.inject(one_or_many::<Fault>(&body)?)?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Wait {
    #[serde(default)]
    connections: u64,
    #[serde(default)]
    requests: u64,
    open: Option<u64>,
    timeout_ms: Option<u64>,
}

async fn wait(
    State(simulation): Control,
    Path(id): Path<u64>,
    Query(wait): Query<Wait>,
) -> Result<Response<Body>, Failure> {
    let door = find(&simulation, id)?;
    let limit = Duration::from_millis(wait.timeout_ms.unwrap_or(DEFAULT_WAIT_MS));
    let reached = door.wait_within(limit, |counts| {
        counts.connections >= wait.connections
            && counts.requests >= wait.requests
            && wait.open.is_none_or(|open| counts.open <= open)
    });
    found(&reached.await?)
}

fn find(simulation: &Simulation, id: u64) -> Result<Door, Failure> {
    simulation.door(id).ok_or_else(no_such_door)
}

fn no_such_door() -> Failure {
    Failure::new(StatusCode::NOT_FOUND, "no such door")
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

impl From<InvalidFault> for Failure {
    fn from(error: InvalidFault) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error)
    }
}
