//! The service's connections over HTTP.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Query, State as Shared};
use axum::http::Response;
use axum::routing::get;
use serde::Deserialize;

use super::{Control, DEFAULT_WAIT_MS, Failure, found};
use crate::server::visit::Service;
use crate::wait;

pub(super) fn router() -> Router<Arc<Service>> {
    Router::new().route("/connections", get(tell)).route("/connections/wait", get(wait_for))
}

async fn tell(Shared(service): Control) -> Result<Response<Body>, Failure> {
    found(&*service.state.connections.counts().borrow())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Wait {
    open: u64,
    timeout_ms: Option<u64>,
}

async fn wait_for(Shared(service): Control, Query(wait): Query<Wait>) -> Result<Response<Body>, Failure> {
    let limit = Duration::from_millis(wait.timeout_ms.unwrap_or(DEFAULT_WAIT_MS));
    let reached = wait::until(service.state.connections.counts(), limit, |counts| counts.open <= wait.open);
    found(&reached.await?)
}
