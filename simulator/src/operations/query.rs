//! `POST /rtc/room/query.json`. docs: user/query.

use serde_json::{Value, json};

use crate::reply::{Accepted, Answer, Code, Refusal};
use crate::request;
use crate::request::fields::Need;
use crate::server::visit::{Endpoint, Signed};
use crate::world::rooms::{Member, Room, Stream};

pub(crate) const ENDPOINT: Endpoint = Endpoint { path: "/rtc/room/query.json", answer, count: |it| &mut it.query };

const BODY: [&str; 1] = ["roomId"];

fn answer(request: &Signed<'_>) -> Answer {
    let call = request::read(request, Need::Optional, &BODY, |body, problems| {
        body.id("roomId", Need::Required, problems);
    })?;
    let room_id = call.text("roomId");
    if !call.room_id.is_empty() && call.room_id != room_id {
        return Err(Refusal::new(Code::Parameter, "roomId must be equal to Room-Id"));
    }
    let world = request.state.world();
    let room = world.room(room_id).ok_or_else(|| Refusal::new(Code::NoSuchRoom, "roomId is unknown"))?;
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
    json!({ "userId": member.user_id, "joinTime": member.join_time, "data": { "uris": uris(member) } })
}

/// What a member publishes, as room queries and room callbacks tell it.
pub(crate) fn uris(member: &Member) -> Vec<Value> {
    let streams = member.streams.iter();
    streams.map(uri).collect()
}

fn uri(stream: &Stream) -> Value {
    json!({ "mediaType": stream.media_type, "msid": stream.stream_id, "uri": stream.uri, "tag": stream.tag })
}
