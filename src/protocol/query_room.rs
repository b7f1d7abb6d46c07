//! Asking for a room's session, members and streams. Docs: user/query.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::CallOptions;
use super::operation::{Answer, Operation, checked};
use super::reply::{Call, HttpReply};
use crate::error::{Attempts, CallContext, OperationKind, RecordingError};
use crate::model::{MediaType, Member, Room, Stream, check_room};
use crate::time::known_time;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    room_id: &'a str,
}

/// The request.
pub(crate) fn operation(room_id: &str, options: &CallOptions) -> Result<Operation<Room>, RecordingError> {
    let context = CallContext::new(OperationKind::QueryRoom, room_id, "", "");
    let body = || serde_json::to_vec(&Body { room_id });
    let operation = checked(context, check_room(room_id), options, body, read_reply)?;
    Ok(Operation { is_repeatable: true, ..operation })
}

/// The request that asks for the session before a start, with all that the start is given, so that it is checked before
/// anything is sent. The call's id is left to the start.
pub(crate) fn before_a_start(room_id: &str, options: &CallOptions) -> Result<Operation<Room>, RecordingError> {
    let mut question = operation(room_id, options)?;
    Arc::make_mut(&mut question.context).call_id = None;
    Ok(question)
}

impl Answer for Room {
    fn record_id(&self) -> Option<&str> {
        None
    }

    fn of_call(&mut self, call_id: String, attempts: Attempts) {
        (self.call_id, self.attempts) = (call_id, attempts);
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireRoom {
    session_id: String,
    create_time: Option<u64>,
    #[serde(default)]
    members: Vec<WireMember>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireMember {
    user_id: String,
    join_time: Option<u64>,
    #[serde(default)]
    data: WireData,
}

#[derive(Default, Deserialize)]
struct WireData {
    #[serde(default)]
    uris: Vec<WireStream>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireStream {
    #[serde(default)]
    media_type: i64,
    #[serde(default)]
    msid: String,
    #[serde(default)]
    uri: String,
    #[serde(default)]
    tag: String,
}

/// What the answer says.
pub(super) fn read_reply(reply: &HttpReply, call: &Call) -> Result<Room, RecordingError> {
    let fields = reply.accepted(call)?;
    let room: WireRoom = serde_json::from_value(Value::Object(fields))
        .map_err(|error| reply.unreadable(call, &format!("it is not the description of a room: {error}")))?;
    if room.session_id.is_empty() {
        return Err(reply.unreadable(call, "it describes a room without a session"));
    }
    Ok(Room {
        room_id: call.context.room_id.clone(),
        session_id: room.session_id,
        created_at: known_time(room.create_time),
        members: room.members.into_iter().map(Member::from).collect(),
        request_id: call.request_id.clone(),
        call_id: String::new(),
        attempts: Attempts::default(),
        json: String::from_utf8_lossy(&reply.body).into_owned(),
    })
}

/// The members of a room as far as they can be read.
pub(crate) fn read_members(members: &Value) -> Vec<Member> {
    let member = |member: &Value| WireMember::deserialize(member).ok().map(Member::from);
    members.as_array().into_iter().flatten().filter_map(member).collect()
}

impl From<WireMember> for Member {
    fn from(member: WireMember) -> Self {
        Self {
            user_id: member.user_id,
            joined_at: known_time(member.join_time),
            streams: member.data.uris.into_iter().map(Stream::from).collect(),
        }
    }
}

impl From<WireStream> for Stream {
    fn from(stream: WireStream) -> Self {
        let media_type = MediaType::of_number(stream.media_type);
        Self { stream_id: stream.msid, media_type, uri: stream.uri, tag: stream.tag }
    }
}
