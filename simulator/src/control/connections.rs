//! The service's connections over HTTP.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::Response;
use axum::routing::get;
use serde::Deserialize;

use super::{Control, DEFAULT_WAIT_MS, Failure, found};
use crate::simulation::Simulation;

pub(super) fn router() -> Router<Simulation> {
    Router::new().route("/connections", get(tell)).route("/connections/wait", get(wait_for))
}

async fn tell(State(simulation): Control) -> Result<Response<Body>, Failure> {
    found(&simulation.connections())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Wait {
    open: u64,
    timeout_ms: Option<u64>,
}

async fn wait_for(State(simulation): Control, Query(wait): Query<Wait>) -> Result<Response<Body>, Failure> {
    let limit = Duration::from_millis(wait.timeout_ms.unwrap_or(DEFAULT_WAIT_MS));
    found(&simulation.wait_for_at_most(wait.open, limit).await?)
}
