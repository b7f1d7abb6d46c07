//! The service's connections over HTTP.

use axum::Router;
use axum::extract::{Query, State};
use axum::routing::get;
use serde::Deserialize;

use super::answer::{Answer, Control, found, limit};
use crate::simulation::Simulation;

pub(super) fn router() -> Router<Simulation> {
    Router::new().route("/connections", get(tell)).route("/connections/wait", get(wait_for))
}

async fn tell(State(simulation): Control) -> Answer {
    found(&simulation.connections())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Wait {
    open: u64,
    timeout_ms: Option<u64>,
}

async fn wait_for(State(simulation): Control, Query(wait): Query<Wait>) -> Answer {
    found(&simulation.wait_for_at_most(wait.open, limit(wait.timeout_ms)).await?)
}
