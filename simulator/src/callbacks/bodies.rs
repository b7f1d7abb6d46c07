//! What callbacks say. docs: record/callback and room/room-status-callback.

use serde_json::{Value, json};

use crate::reply::Code;
use crate::settings::RoomCallbackVersion;
use crate::world::{Change, Event, Happened, Member, RecordedFile, Recording, rules};

/// docs: record/callback, type.
const STARTED: u8 = 1;
const UPLOADED: u8 = 4;

/// One body for each user who is recorded apart, or one for all.
pub(crate) fn of_recording(recording: &Recording, event: Event, at: u64) -> Vec<Value> {
    let (number, slice) = match event {
        Event::Started => (STARTED, None),
        Event::SliceClosed(slice) => (2, Some(slice)),
        Event::Ended => (3, None),
        Event::Uploaded(slice) => (UPLOADED, Some(slice)),
    };
    // Every slice has a file for each of them.
    let files = recording.files_of(slice.unwrap_or(1));
    files.into_iter().map(|file| of_user(recording, number, at, file, slice.is_some())).collect()
}

fn of_user(recording: &Recording, number: u8, at: u64, file: RecordedFile, about_file: bool) -> Value {
    let (code, _, message) = Code::Success.row();
    let RecordedFile { file_name, user_id, .. } = file;
    let mut body = json!({
        "timestamp": at,
        "type": number,
        "appKey": recording.app_key,
        "recordId": recording.record_id,
        "roomId": recording.room_id,
        "sessionId": recording.session_id,
        "userId": user_id,
        "mode": rules::mode(&recording.config),
        "extra": recording.extra,
        "code": code,
        "errorMessage": message,
    });
    if number == STARTED {
        body["config"] = recording.config.clone();
    }
    if about_file {
        if number == UPLOADED {
            // A name that never resolves (RFC 2606): nothing was uploaded.
            body["fileUrl"] = json!(format!("https://storage.invalid/{file_name}"));
        }
        body["fileName"] = json!(file_name);
    }
    body
}

pub(crate) fn of_room(change: &Change, app_key: &str, version: RoomCallbackVersion, at: u64) -> Value {
    let (event, user_id, duration, members) = match &change.what {
        Happened::Synced(members) => (1, "", None, members.iter().map(told).collect()),
        Happened::Created => (2, "", None, Vec::new()),
        Happened::Destroyed { lasted_ms } => (3, "", Some(lasted_ms), Vec::new()),
        Happened::Joined(member) => (11, member.user_id.as_str(), None, vec![told(member)]),
        Happened::Left { member, stayed_ms } => (12, member.user_id.as_str(), Some(stayed_ms), vec![told(member)]),
        Happened::Published(member) => (20, member.user_id.as_str(), None, vec![told(member)]),
    };
    let mut body = json!({
        "appKey": app_key,
        "event": event,
        "userId": user_id,
        "timestamp": at,
        "token": "",
        "members": members,
    });
    match version {
        RoomCallbackVersion::V1_0 => body["channelId"] = json!(change.room_id),
        RoomCallbackVersion::V1_1 => {
            body["roomId"] = json!(change.room_id);
            body["sessionId"] = json!(change.session_id);
        }
    }
    if let Some(duration) = duration {
        body["durationTime"] = json!(duration);
    }
    body
}

/// docs: room/room-status-callback, where `uris` is JSON in a string.
fn told(member: &Member) -> Value {
    let uris = Value::Array(member.uris()).to_string();
    json!({ "userId": member.user_id, "data": { "uris": uris } })
}
