//! Rooms, their members, and the time in them, over HTTP.

use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post, put};
use serde::Deserialize;

use super::answer::{Answer, Control, DONE, Done, Failure, done, found};
use crate::simulation::Simulation;
use crate::world::{MAX_ADVANCE, Member, Room, Stream};

const NO_SUCH_ROOM: &str = "no such room";

pub(super) fn router() -> Router<Simulation> {
    Router::new()
        .route("/rooms", get(all))
        .route("/rooms/{room}", put(set).delete(remove).get(tell))
        .route("/rooms/{room}/members/{user}", put(join).delete(leave))
        .route("/rooms/{room}/sync", post(sync))
        .route("/clock", post(advance))
}

async fn all(State(simulation): Control) -> Answer {
    found(&simulation.rooms())
}

async fn tell(State(simulation): Control, Path(room_id): Path<String>) -> Answer {
    let room = simulation.room(&room_id);
    found(&room.ok_or_else(|| Failure::new(StatusCode::NOT_FOUND, NO_SUCH_ROOM))?)
}

async fn set(State(simulation): Control, Path(room_id): Path<String>, body: Bytes) -> Done {
    let room: Room = serde_json::from_slice(&body)?;
    simulation.set_room(&room_id, room);
    Ok(DONE)
}

async fn remove(State(simulation): Control, Path(room_id): Path<String>) -> Done {
    done(simulation.remove_room(&room_id), NO_SUCH_ROOM)
}

async fn sync(State(simulation): Control, Path(room_id): Path<String>) -> Done {
    done(simulation.sync_room(&room_id), NO_SUCH_ROOM)
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

async fn join(State(simulation): Control, Path((room_id, user_id)): MemberPath, body: Bytes) -> Done {
    let Joining { join_time, streams } = serde_json::from_slice(&body)?;
    let member = Member { user_id, join_time, streams };
    done(simulation.join(&room_id, member), NO_SUCH_ROOM)
}

async fn leave(State(simulation): Control, Path((room_id, user_id)): MemberPath) -> Done {
    done(simulation.leave(&room_id, &user_id), "no such member")
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Advance {
    advance_ms: u64,
}

async fn advance(State(simulation): Control, body: Bytes) -> Done {
    let Advance { advance_ms } = serde_json::from_slice(&body)?;
    let by = Duration::from_millis(advance_ms);
    if by > MAX_ADVANCE {
        return Err(Failure::new(StatusCode::BAD_REQUEST, "advanceMs must be at most 2592000000"));
    }
    simulation.advance(by);
    Ok(DONE)
}
