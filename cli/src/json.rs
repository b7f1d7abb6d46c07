//! What the library gives, as JSON: fields by their names, members of enums in snake_case, as the library itself has it; times
//! in milliseconds, and called so.

use std::fmt::Debug;

use rongcloud_recording::callback::{RecordingEvent, RoomEvent, TrackedRecording};
use rongcloud_recording::ledger::{FollowedRecording, LedgerRecording, ReconcileReport};
use rongcloud_recording::{
    Acknowledged, Advice, Attempt, Attempts, Failure, LedgerEntry, Member, Room, Span, StartedRecording, Timestamp,
};
use serde_json::{Value, json};

/// A member of an enum without fields.
pub fn name(member: impl Debug) -> String {
    let mut name = String::new();
    for letter in format!("{member:?}").chars() {
        if letter.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.extend(letter.to_lowercase());
    }
    name
}

fn time(time: Option<Timestamp>) -> Option<i64> {
    time.map(|Timestamp(milliseconds)| milliseconds)
}

pub fn milliseconds(Span(nanoseconds): Span) -> i64 {
    nanoseconds / 1_000_000
}

/// The library's whole record, and at hand what decides what to do next.
pub fn failure(failure: &Failure) -> Value {
    let call = failure.call.as_ref();
    json!({
        "kind": name(failure.kind),
        "sentence": failure.sentence,
        "reason": failure.reason,
        "cause": failure.cause.map(name),
        "status": failure.status,
        "code": failure.code,
        "maybe_sent": failure.maybe_sent,
        "may_be_recording": failure.may_be_recording,
        "is_retryable": failure.is_retryable,
        "earlier_may_have_acted": failure.earlier_may_have_acted,
        "retry_after_ms": failure.retry_after.map(milliseconds),
        "call_id": call.and_then(|call| call.call_id.as_deref()),
        "request_id": call.and_then(|call| call.request_id.as_deref()),
        "violations": failure.violations,
        "attempts": call.map_or_else(|| json!([]), |call| attempts(&call.attempts)),
        "entry": failure.entry,
        "call": call.map(|call| json!({
            "operation": name(call.operation),
            "room_id": call.room_id,
            "session_id": call.session_id,
            "extra": call.extra,
            "sent_at_ms": time(call.sent_at),
        })),
    })
}

fn attempts(attempts: &Attempts) -> Value {
    let attempt = |attempt: &Attempt| {
        json!({
            "host": attempt.host,
            "request_id": attempt.request_id,
            "sent_at_ms": attempt.sent_at.0,
            "waited_ms": milliseconds(attempt.waited),
            "took_ms": milliseconds(attempt.took),
            "maybe_sent": attempt.maybe_sent,
            "connection_reused": attempt.connection_reused,
            "cause": attempt.cause.map(name),
            "status": attempt.status,
            "code": attempt.code,
            "reason": attempt.reason,
            "reply_head": attempt.reply_head,
        })
    };
    attempts.iter().map(attempt).collect()
}

pub fn advice(advice: &[Advice]) -> Value {
    json!(advice)
}

pub fn started(started: &StartedRecording) -> Value {
    with_attempts(json!(started), &started.attempts)
}

/// With times as all others here have them.
fn with_attempts(mut value: Value, of: &Attempts) -> Value {
    value["attempts"] = attempts(of);
    value
}

pub fn ledger_recording(found: &LedgerRecording) -> Value {
    let mut value = started(&found.recording);
    value["is_mine"] = json!(found.is_mine);
    value["entry"] = json!(found.entry);
    value
}

pub fn acknowledged(acknowledged: &Acknowledged) -> Value {
    with_attempts(json!(acknowledged), &acknowledged.attempts)
}

pub fn room(room: &Room) -> Value {
    json!({
        "room_id": room.room_id,
        "session_id": room.session_id,
        "created_at_ms": time(room.created_at),
        "members": members(&room.members),
        "video_streams": room.video_streams(),
        "request_id": room.request_id,
        "call_id": room.call_id,
        "attempts": attempts(&room.attempts),
    })
}

fn members(members: &[Member]) -> Value {
    let member = |member: &Member| {
        let streams = member.streams.iter().map(|stream| {
            json!({
                "stream_id": stream.stream_id,
                "media_type": name(stream.media_type),
                "uri": stream.uri,
                "tag": stream.tag,
            })
        });
        json!({
            "user_id": member.user_id,
            "joined_at_ms": time(member.joined_at),
            "streams": streams.collect::<Value>(),
        })
    };
    members.iter().map(member).collect()
}

pub fn recording_event(event: &RecordingEvent) -> Value {
    json!({
        "kind": name(event.kind),
        "kind_number": event.kind_number,
        "occurred_at_ms": time(event.occurred_at),
        "app_key": event.app_key,
        "record_id": event.record_id,
        "room_id": event.room_id,
        "session_id": event.session_id,
        "user_id": event.user_id,
        "mode": event.mode,
        "extra": event.extra,
        "code": event.code,
        "error_message": event.error_message,
        "is_failure": event.is_failure(),
        "json": event.json,
    })
}

pub fn room_event(event: &RoomEvent) -> Value {
    json!({
        "kind": name(event.kind),
        "kind_number": event.kind_number,
        "occurred_at_ms": time(event.occurred_at),
        "app_key": event.app_key,
        "room_id": event.room_id,
        "session_id": event.session_id,
        "user_id": event.user_id,
        "lasted_ms": event.lasted.map(milliseconds),
        "members": members(&event.members),
        "json": event.json,
    })
}

pub fn entries(entries: &[LedgerEntry]) -> Value {
    json!({ "entries": entries })
}

pub fn followed(followed: &FollowedRecording) -> Value {
    json!({
        "entry": followed.entry,
        "recording": followed.recording.as_ref().map(tracked),
        "is_settled": followed.is_settled,
    })
}

fn tracked(state: &TrackedRecording) -> Value {
    let events = |events: &[RecordingEvent]| -> Value { events.iter().map(recording_event).collect() };
    json!({
        "phase": name(state.phase),
        "is_stale": state.is_stale,
        "record_id": state.record_id,
        "extra": state.extra,
        "started_at_ms": time(state.started_at),
        "ended_at_ms": time(state.ended_at),
        "last_news_at_ms": time(state.last_news_at),
        "slices": events(&state.slices),
        "uploads": events(&state.uploads),
        "failures": events(&state.failures),
        "others": events(&state.others),
    })
}

pub fn report(report: &ReconcileReport) -> Value {
    json!({
        "looked_at": report.looked_at,
        "unknown": report.unknown,
        "waiting": report.waiting,
        "stopped": report.stopped,
        "over": report.over,
        "silent": report.silent,
        "stale": report.stale,
        "forgotten": report.forgotten,
        "failed": report.failed,
        "oldest_unknown_at_ms": time(report.oldest_unknown_at),
    })
}
