//! `POST /rtc/room/query.json`. docs: user/query.
//!
//! Assumptions:
//! - `Room-Id` may be absent, and else must be equal to `roomId`.
//! - The reply has no `errorMessage`, and none of the further fields that the documentation is known to have.

use serde_json::{Value, json};

use super::endpoint::Endpoint;
use crate::reply::{Accepted, Answer, Code, Problem, Refusal};
use crate::request::{Need, Signed};
use crate::shared::Shared;
use crate::world::{Member, Room, World};

pub(crate) const ENDPOINT: Endpoint = Endpoint { path: "/rtc/room/query.json", answer };

const BODY: [&str; 1] = ["roomId"];

fn answer(request: &Signed<'_>, world: &Shared<World>) -> Answer {
    let call = request.read(Need::Optional, &BODY, |body, problems| {
        body.id("roomId", Need::Required, problems);
    })?;
    let room_id = call.text("roomId");
    if !call.room_id.is_empty() && call.room_id != room_id {
        return Err(Refusal::at(Code::Parameter, Problem::body("roomId", "must be equal to Room-Id")));
    }
    let world = world.lock();
    let room = world
        .rooms()
        .get(room_id)
        .ok_or_else(|| Refusal::at(Code::NoSuchRoom, Problem::body("roomId", "is unknown")))?;
    Ok(Accepted::plain(&reply(room_id, room)))
}

fn reply(room_id: &str, room: &Room) -> Value {
    let members: Vec<Value> = room.members.iter().map(member).collect();
    json!({
        "code": Code::Success.row().0,
        "roomId": room_id,
        "sessionId": room.session_id,
        "createTime": room.create_time,
        "members": members,
    })
}

fn member(member: &Member) -> Value {
    json!({ "userId": member.user_id, "joinTime": member.join_time, "data": { "uris": member.uris() } })
}
