//! Rooms, their members, and the time in them, over HTTP.

use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{Response, StatusCode};
use axum::routing::{post, put};
use serde::Deserialize;

use super::{Control, Failure, found};
use crate::simulation::Simulation;
use crate::world::room::{Member, Room, Stream};
use crate::world::time::MAX_ADVANCE;

pub(super) fn router() -> Router<Simulation> {
    Router::new()
        .route("/rooms/{room}", put(set).delete(remove).get(tell))
        .route("/rooms/{room}/members/{user}", put(join).delete(leave))
        .route("/rooms/{room}/sync", post(sync))
        .route("/clock", post(advance))
}

async fn tell(State(simulation): Control, Path(room_id): Path<String>) -> Result<Response<Body>, Failure> {
    found(&simulation.room(&room_id).ok_or_else(no_such_room)?)
}

async fn set(State(simulation): Control, Path(room_id): Path<String>, body: Bytes) -> Result<StatusCode, Failure> {
    let room: Room = serde_json::from_slice(&body)?;
    simulation.set_room(&room_id, room);
    Ok(StatusCode::NO_CONTENT)
}

async fn remove(State(simulation): Control, Path(room_id): Path<String>) -> Result<StatusCode, Failure> {
    done(simulation.remove_room(&room_id)).ok_or_else(no_such_room)
}

async fn sync(State(simulation): Control, Path(room_id): Path<String>) -> Result<StatusCode, Failure> {
    done(simulation.sync_room(&room_id)).ok_or_else(no_such_room)
}

type MemberPath = Path<(String, String)>;

/// A member without the id, which is in the path.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Joining {
    join_time: Option<u64>,
    #[serde(default)]
    streams: Vec<Stream>,
}

async fn join(
    State(simulation): Control,
    Path((room_id, user_id)): MemberPath,
    body: Bytes,
) -> Result<StatusCode, Failure> {
    let Joining { join_time, streams } = serde_json::from_slice(&body)?;
    let member = Member { user_id, join_time, streams };
    done(simulation.join(&room_id, member)).ok_or_else(no_such_room)
}

async fn leave(State(simulation): Control, Path((room_id, user_id)): MemberPath) -> Result<StatusCode, Failure> {
    let left = done(simulation.leave(&room_id, &user_id));
    left.ok_or_else(|| Failure::new(StatusCode::NOT_FOUND, "no such member"))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Advance {
    advance_ms: u64,
}

async fn advance(State(simulation): Control, body: Bytes) -> Result<StatusCode, Failure> {
    let Advance { advance_ms } = serde_json::from_slice(&body)?;
    let by = Duration::from_millis(advance_ms);
    if by > MAX_ADVANCE {
        return Err(Failure::new(StatusCode::BAD_REQUEST, "advanceMs must be at most 2592000000"));
    }
    simulation.advance(by);
    Ok(StatusCode::NO_CONTENT)
}

fn done(it_was: bool) -> Option<StatusCode> {
    it_was.then_some(StatusCode::NO_CONTENT)
}

fn no_such_room() -> Failure {
    Failure::new(StatusCode::NOT_FOUND, "no such room")
}
