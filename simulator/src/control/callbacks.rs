//! Callbacks over HTTP.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State as Shared;
use axum::http::{Response, StatusCode};
use axum::routing::{get, post, put};
use serde::Deserialize;

use super::{Control, Failure, found, one_or_many};
use crate::callbacks::InvalidCallback;
use crate::callbacks::delivery::Delivery;
use crate::callbacks::failures::{FailedEvent, Failures};
use crate::callbacks::outbox::Urls;
use crate::callbacks::target::Target;
use crate::server::visit::Service;

pub(super) fn router() -> Router<Arc<Service>> {
    Router::new()
        .route("/callbacks", get(list).put(set_delivery).delete(forget))
        .route("/callbacks/urls", put(set_urls))
        .route("/callbacks/failures", put(set_failures))
        .route("/callbacks/deliver", post(deliver))
        .route("/callbacks/flush", post(flush))
}

async fn list(Shared(service): Control) -> Result<Response<Body>, Failure> {
    let callbacks = service.state.world().callbacks.all();
    found(&callbacks)
}

async fn forget(Shared(service): Control) -> StatusCode {
    service.state.world().callbacks.forget();
    StatusCode::NO_CONTENT
}

async fn set_delivery(Shared(service): Control, body: Bytes) -> Result<StatusCode, Failure> {
    let delivery: Delivery = serde_json::from_slice(&body)?;
    delivery.check()?;
    service.state.world().callbacks.set_delivery(delivery);
    Ok(StatusCode::NO_CONTENT)
}

async fn set_failures(Shared(service): Control, body: Bytes) -> Result<StatusCode, Failure> {
    let failures = Failures::new(one_or_many::<FailedEvent>(&body)?)?;
    service.state.world().callbacks.set_failures(failures);
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UrlsAsText {
    recording: Option<String>,
    room: Option<String>,
}

async fn set_urls(Shared(service): Control, body: Bytes) -> Result<StatusCode, Failure> {
    let UrlsAsText { recording, room } = serde_json::from_slice(&body)?;
    let parsed = |url: Option<String>| url.as_deref().map(Target::parse).transpose();
    let urls = Urls { recording: parsed(recording)?, room: parsed(room)? };
    service.state.world().callbacks.set_urls(urls);
    Ok(StatusCode::NO_CONTENT)
}

async fn deliver(Shared(service): Control) -> StatusCode {
    service.state.deliver_callbacks().await;
    StatusCode::NO_CONTENT
}

async fn flush(Shared(service): Control) -> StatusCode {
    service.state.flush_callbacks().await;
    StatusCode::NO_CONTENT
}

impl From<InvalidCallback> for Failure {
    fn from(error: InvalidCallback) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error)
    }
}
