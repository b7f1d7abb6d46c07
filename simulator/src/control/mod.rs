//! `/__simulator/`: what tests in other languages do with a simulator, over HTTP. Unsigned, JSON.

mod answer;
mod callbacks;
mod connections;
mod doors;
mod guard;
mod page;
mod rooms;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::IntoResponse;
use axum::routing::{get, post, put};
use serde::Deserialize;

use crate::counts::Counts;
use crate::reply::json_response;
use crate::scenario::Scenario;
use crate::script::Step;
use crate::server::CONTROL;
use crate::simulation::{RecordingWithFiles, Simulation};
use answer::{Answer, Control, DONE, Done, Failure, found, limit, one_or_many};

pub(crate) fn router(simulation: Simulation) -> Router<Simulation> {
    let api = Router::new()
        .route("/requests", get(requests).delete(forget_requests))
        .route("/requests/{request}", get(request))
        .route("/recordings", get(recordings))
        .route("/changes", get(changes))
        .route("/executions", get(executions))
        .merge(rooms::router())
        .merge(callbacks::router())
        .merge(doors::router())
        .merge(connections::router())
        .route("/ca.pem", get(ca))
        .route("/next", put(set_script).post(add_to_script))
        .route("/release", post(release))
        .route("/skew", put(set_skew))
        .route("/scenario", get(scenario).post(play))
        .route("/wait", get(wait))
        .fallback(unknown)
        .layer(map_response(answer::as_json));
    Router::new().nest(CONTROL, api).merge(page::router()).layer(from_fn_with_state(simulation, guard::guard))
}

async fn requests(State(simulation): Control) -> Answer {
    found(&simulation.requests())
}

async fn forget_requests(State(simulation): Control) -> StatusCode {
    simulation.forget_requests();
    DONE
}

async fn recordings(State(simulation): Control) -> Answer {
    let recordings = simulation.recordings().into_iter().map(RecordingWithFiles::from);
    found(&recordings.collect::<Vec<_>>())
}

async fn request(State(simulation): Control, Path(number): Path<u64>) -> Answer {
    let request = simulation.request(number);
    found(&request.ok_or_else(|| Failure::new(StatusCode::NOT_FOUND, "no such request"))?)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Since {
    #[serde(default)]
    since: u64,
}

async fn changes(State(simulation): Control, Query(Since { since }): Query<Since>) -> Answer {
    found(&simulation.changes(since))
}

async fn executions(State(simulation): Control) -> Answer {
    found(&simulation.executions())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Skew {
    ms: i64,
}

async fn set_skew(State(simulation): Control, body: Bytes) -> Done {
    let Skew { ms } = serde_json::from_slice(&body)?;
    simulation.set_skew_ms(ms);
    Ok(DONE)
}

async fn set_script(State(simulation): Control, body: Bytes) -> Done {
    simulation.next(one_or_many::<Step>(&body)?)?;
    Ok(DONE)
}

async fn add_to_script(State(simulation): Control, body: Bytes) -> Done {
    simulation.then(one_or_many::<Step>(&body)?)?;
    Ok(DONE)
}

async fn release(State(simulation): Control) -> StatusCode {
    simulation.release();
    DONE
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

async fn wait(State(simulation): Control, Query(wait): Query<Wait>) -> Answer {
    let wanted = Counts { requests: wait.requests, abandoned: wait.abandoned };
    found(&simulation.wait(wanted, limit(wait.timeout_ms)).await?)
}

/// Written so that people can go on with it.
async fn scenario(State(simulation): Control) -> Answer {
    Ok(json_response(StatusCode::OK, simulation.scenario().to_json()))
}

async fn play(State(simulation): Control, body: Bytes) -> Done {
    simulation.play(Scenario::from_json(&String::from_utf8_lossy(&body))?)?;
    Ok(DONE)
}

/// RFC 8555 registers the type.
async fn ca(State(simulation): Control) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/pem-certificate-chain")], simulation.ca_pem().to_owned())
}

async fn unknown() -> Failure {
    Failure::new(StatusCode::NOT_FOUND, "the simulator's manual lists what there is under /__simulator/")
}
