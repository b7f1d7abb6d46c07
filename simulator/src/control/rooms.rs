//! Rooms, their members, and the time in them, over HTTP.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State as Shared};
use axum::http::{Response, StatusCode};
use axum::routing::{post, put};
use serde::Deserialize;

use super::{Control, Failure, found};
use crate::server::visit::Service;
use crate::world::MAX_ADVANCE;
use crate::world::rooms::{Member, Room, Stream};

pub(super) fn router() -> Router<Arc<Service>> {
    Router::new()
        .route("/rooms/{room}", put(set).delete(remove).get(tell))
        .route("/rooms/{room}/members/{user}", put(join).delete(leave))
        .route("/rooms/{room}/sync", post(sync))
        .route("/clock", post(advance))
}

async fn tell(Shared(service): Control, Path(room_id): Path<String>) -> Result<Response<Body>, Failure> {
    match service.state.world().room(&room_id) {
        Some(room) => found(room),
        None => Err(no_such_room()),
    }
}

async fn set(Shared(service): Control, Path(room_id): Path<String>, body: Bytes) -> Result<StatusCode, Failure> {
    let room: Room = serde_json::from_slice(&body)?;
    service.state.world().set_room(&room_id, room);
    Ok(StatusCode::NO_CONTENT)
}

async fn remove(Shared(service): Control, Path(room_id): Path<String>) -> Result<StatusCode, Failure> {
    done(service.state.world().remove_room(&room_id)).ok_or_else(no_such_room)
}

async fn sync(Shared(service): Control, Path(room_id): Path<String>) -> Result<StatusCode, Failure> {
    done(service.state.world().sync_room(&room_id)).ok_or_else(no_such_room)
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
    Shared(service): Control,
    Path((room_id, user_id)): MemberPath,
    body: Bytes,
) -> Result<StatusCode, Failure> {
    let Joining { join_time, streams } = serde_json::from_slice(&body)?;
    let member = Member { user_id, join_time, streams };
    done(service.state.world().join(&room_id, member)).ok_or_else(no_such_room)
}

async fn leave(Shared(service): Control, Path((room_id, user_id)): MemberPath) -> Result<StatusCode, Failure> {
    let left = done(service.state.world().leave(&room_id, &user_id));
    left.ok_or_else(|| Failure::new(StatusCode::NOT_FOUND, "no such member"))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Advance {
    advance_ms: u64,
}

async fn advance(Shared(service): Control, body: Bytes) -> Result<StatusCode, Failure> {
    let Advance { advance_ms } = serde_json::from_slice(&body)?;
    let by = Duration::from_millis(advance_ms);
    if by > MAX_ADVANCE {
        return Err(Failure::new(StatusCode::BAD_REQUEST, "advanceMs must be at most 2592000000"));
    }
    service.state.world().advance(by);
    Ok(StatusCode::NO_CONTENT)
}

fn done(it_was: bool) -> Option<StatusCode> {
    it_was.then_some(StatusCode::NO_CONTENT)
}

fn no_such_room() -> Failure {
    Failure::new(StatusCode::NOT_FOUND, "no such room")
}
