//! Doors over HTTP.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post, put};
use serde::Deserialize;
use serde_json::json;

use super::answer::{Answer, Control, DONE, Done, Failure, done, found, limit, one_or_many};
use crate::door::{Door, DoorOptions, Fault};
use crate::simulation::Simulation;

const NO_SUCH_DOOR: &str = "no such door";

pub(super) fn router() -> Router<Simulation> {
    Router::new()
        .route("/doors", post(open))
        .route("/doors/{door}", get(tell).put(shut).delete(close))
        .route("/doors/{door}/faults", put(inject))
        .route("/doors/{door}/wait", get(wait))
}

/// No body means the default options.
async fn open(State(simulation): Control, body: Bytes) -> Answer {
    let options = if body.is_empty() { DoorOptions::default() } else { serde_json::from_slice(&body)? };
    let door = simulation.open_door(options)?;
    found(&json!({ "door": door.id(), "url": door.url() }))
}

async fn tell(State(simulation): Control, Path(id): Path<u64>) -> Answer {
    let door = find(&simulation, id)?;
    found(&json!({ "url": door.url(), "connections": door.connections(), "open": door.counts().open }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Moved {
    shut: bool,
}

async fn shut(State(simulation): Control, Path(id): Path<u64>, body: Bytes) -> Done {
    let door = find(&simulation, id)?;
    let Moved { shut } = serde_json::from_slice(&body)?;
    if shut { door.shut().await } else { door.reopen().await }?;
    Ok(DONE)
}

async fn close(State(simulation): Control, Path(id): Path<u64>) -> Done {
    done(simulation.close_door(&find(&simulation, id)?).await, NO_SUCH_DOOR)
}

async fn inject(State(simulation): Control, Path(id): Path<u64>, body: Bytes) -> Done {
    let door = find(&simulation, id)?;
    door.inject(one_or_many::<Fault>(&body)?)?;
    Ok(DONE)
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

async fn wait(State(simulation): Control, Path(id): Path<u64>, Query(wait): Query<Wait>) -> Answer {
    let door = find(&simulation, id)?;
    let reached = door.wait_within(limit(wait.timeout_ms), |counts| {
        counts.connections >= wait.connections
            && counts.requests >= wait.requests
            && wait.open.is_none_or(|open| counts.open <= open)
    });
    found(&reached.await?)
}

fn find(simulation: &Simulation, id: u64) -> Result<Door, Failure> {
    simulation.door(id).ok_or_else(|| Failure::new(StatusCode::NOT_FOUND, NO_SUCH_DOOR))
}
