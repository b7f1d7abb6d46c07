//! Callbacks over HTTP.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post, put};
use serde::Deserialize;

use super::answer::{Answer, Control, DONE, Done, found, one_or_many};
use crate::callbacks::{Delivery, FailedEvent, RetrySignature};
use crate::simulation::Simulation;

pub(super) fn router() -> Router<Simulation> {
    Router::new()
        .route("/callbacks", get(list).put(set_delivery).delete(forget))
        .route("/callbacks/urls", put(set_urls))
        .route("/callbacks/failures", put(set_failures))
        .route("/callbacks/deliver", post(deliver))
        .route("/callbacks/flush", post(flush))
        .route("/callbacks/lose", put(lose))
        .route("/callbacks/{callback}/resend", post(resend))
}

async fn list(State(simulation): Control) -> Answer {
    found(&simulation.callbacks())
}

async fn forget(State(simulation): Control) -> StatusCode {
    simulation.forget_callbacks();
    DONE
}

async fn set_delivery(State(simulation): Control, body: Bytes) -> Done {
    let delivery: Delivery = serde_json::from_slice(&body)?;
    simulation.set_delivery(delivery)?;
    Ok(DONE)
}

async fn set_failures(State(simulation): Control, body: Bytes) -> Done {
    simulation.fail_events(one_or_many::<FailedEvent>(&body)?)?;
    Ok(DONE)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UrlsAsText {
    recording: Option<String>,
    room: Option<String>,
}

async fn set_urls(State(simulation): Control, body: Bytes) -> Done {
    let UrlsAsText { recording, room } = serde_json::from_slice(&body)?;
    simulation.set_callback_urls(recording.as_deref(), room.as_deref())?;
    Ok(DONE)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Losing {
    times: u64,
}

async fn lose(State(simulation): Control, body: Bytes) -> Done {
    let Losing { times } = serde_json::from_slice(&body)?;
    simulation.lose_callbacks(times);
    Ok(DONE)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Resending {
    signature: RetrySignature,
}

async fn resend(State(simulation): Control, Path(number): Path<u64>, body: Bytes) -> Done {
    let Resending { signature } = serde_json::from_slice(&body)?;
    simulation.resend_callback(number, signature)?;
    Ok(DONE)
}

async fn deliver(State(simulation): Control) -> StatusCode {
    simulation.deliver_callbacks().await;
    DONE
}

async fn flush(State(simulation): Control) -> StatusCode {
    simulation.flush_callbacks().await;
    DONE
}
