//! Callbacks over HTTP.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{Response, StatusCode};
use axum::routing::{get, post, put};
use serde::Deserialize;

use super::{Control, Failure, found, one_or_many};
use crate::callbacks::{Delivery, FailedEvent};
use crate::settings::callback::InvalidCallback;
use crate::simulation::Simulation;

pub(super) fn router() -> Router<Simulation> {
    Router::new()
        .route("/callbacks", get(list).put(set_delivery).delete(forget))
        .route("/callbacks/urls", put(set_urls))
        .route("/callbacks/failures", put(set_failures))
        .route("/callbacks/deliver", post(deliver))
        .route("/callbacks/flush", post(flush))
}

async fn list(State(simulation): Control) -> Result<Response<Body>, Failure> {
    let callbacks = simulation.callbacks();
    found(&callbacks)
}

async fn forget(State(simulation): Control) -> StatusCode {
    simulation.forget_callbacks();
    StatusCode::NO_CONTENT
}

async fn set_delivery(State(simulation): Control, body: Bytes) -> Result<StatusCode, Failure> {
    let delivery: Delivery = serde_json::from_slice(&body)?;
    simulation.set_delivery(delivery)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn set_failures(State(simulation): Control, body: Bytes) -> Result<StatusCode, Failure> {
    simulation.fail_events(one_or_many::<FailedEvent>(&body)?)?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UrlsAsText {
    recording: Option<String>,
    room: Option<String>,
}

async fn set_urls(State(simulation): Control, body: Bytes) -> Result<StatusCode, Failure> {
    let UrlsAsText { recording, room } = serde_json::from_slice(&body)?;
    simulation.set_callback_urls(recording.as_deref(), room.as_deref())?;
    Ok(StatusCode::NO_CONTENT)
}

async fn deliver(State(simulation): Control) -> StatusCode {
    simulation.deliver_callbacks().await;
    StatusCode::NO_CONTENT
}

async fn flush(State(simulation): Control) -> StatusCode {
    simulation.flush_callbacks().await;
    StatusCode::NO_CONTENT
}

impl From<InvalidCallback> for Failure {
    fn from(error: InvalidCallback) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error)
    }
}
