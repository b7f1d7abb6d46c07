//! Doors over HTTP.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State as Shared};
use axum::http::{Response, StatusCode};
use axum::routing::{get, post, put};
use serde::Deserialize;
use serde_json::json;

use super::{Control, DEFAULT_WAIT_MS, Failure, found, one_or_many};
use crate::door::{Door, DoorError, DoorOptions, Fault, InvalidFault};
use crate::server::visit::Service;

pub(super) fn router() -> Router<Arc<Service>> {
    Router::new()
        .route("/doors", post(open))
        .route("/doors/{door}", get(tell).put(shut).delete(close))
        .route("/doors/{door}/faults", put(inject))
        .route("/doors/{door}/wait", get(wait))
}

/// No body means the default options.
async fn open(Shared(service): Control, body: Bytes) -> Result<Response<Body>, Failure> {
    let options = if body.is_empty() { DoorOptions::default() } else { serde_json::from_slice(&body)? };
    let door = service.doors.open(options, &service.authority)?;
    found(&json!({ "door": door.id(), "url": door.url() }))
}

async fn tell(Shared(service): Control, Path(id): Path<u64>) -> Result<Response<Body>, Failure> {
    let door = find(&service, id)?;
    found(&json!({ "url": door.url(), "connections": door.connections(), "open": door.counts().open }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Moved {
    shut: bool,
}

async fn shut(Shared(service): Control, Path(id): Path<u64>, body: Bytes) -> Result<StatusCode, Failure> {
    let door = find(&service, id)?;
    let Moved { shut } = serde_json::from_slice(&body)?;
    if shut { door.shut().await } else { door.reopen().await }?;
    Ok(StatusCode::NO_CONTENT)
}

async fn close(Shared(service): Control, Path(id): Path<u64>) -> Result<StatusCode, Failure> {
    if service.doors.close(id).await { Ok(StatusCode::NO_CONTENT) } else { Err(no_such_door()) }
}

async fn inject(Shared(service): Control, Path(id): Path<u64>, body: Bytes) -> Result<StatusCode, Failure> {
    let door = find(&service, id)?;
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
    Shared(service): Control,
    Path(id): Path<u64>,
    Query(wait): Query<Wait>,
) -> Result<Response<Body>, Failure> {
    let door = find(&service, id)?;
    let limit = Duration::from_millis(wait.timeout_ms.unwrap_or(DEFAULT_WAIT_MS));
    let reached = door.wait_within(limit, |counts| {
        counts.connections >= wait.connections
            && counts.requests >= wait.requests
            && wait.open.is_none_or(|open| counts.open <= open)
    });
    found(&reached.await?)
}

fn find(service: &Service, id: u64) -> Result<Door, Failure> {
    service.doors.find(id).ok_or_else(no_such_door)
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
