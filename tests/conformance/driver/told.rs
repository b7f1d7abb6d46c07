//! What the library gives, as JSON: fields by their names, times in milliseconds, members of enums in snake_case.

use std::fmt::Debug;

use rongcloud_recording::callback::{
    CallbackError, ReceivedRecordingEvent, ReceivedRoomEvent, RecordingEvent, RoomEvent, TrackedRecording,
};
use rongcloud_recording::ledger::{FollowedRecording, LedgerRecording, ReconcileReport, TakenEvent};
use rongcloud_recording::{
    Acknowledged, Advice, Attempt, Attempts, CallContext, Failure, Layout, LedgerEntry, Member, Room, Span,
    StartedRecording, StreamRef, Timestamp,
};
use serde_json::{Value, json};

/// A member of an enum without fields.
fn name(member: impl Debug) -> String {
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

fn span(span: Option<Span>) -> Option<i64> {
    span.map(|Span(nanoseconds)| nanoseconds / 1_000_000)
}

pub(crate) fn failure(failure: &Failure) -> Value {
    let violations = failure.violations.iter();
    let violations = violations.map(|found| json!({"path": found.path, "code": found.code, "reason": found.reason}));
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
        "retry_after_ms": span(failure.retry_after),
        "violations": violations.collect::<Value>(),
        "entry": failure.entry.as_ref().map(entry),
        "call": failure.call.as_ref().map(call),
    })
}

fn call(call: &CallContext) -> Value {
    json!({
        "operation": name(call.operation),
        "room_id": call.room_id,
        "session_id": call.session_id,
        "extra": call.extra,
        "call_id": call.call_id,
        "request_id": call.request_id,
        "sent_at_ms": time(call.sent_at),
        "attempts": attempts(&call.attempts),
    })
}

fn attempts(attempts: &Attempts) -> Value {
    let attempt = |attempt: &Attempt| {
        json!({
            "host": attempt.host,
            "request_id": attempt.request_id,
            "sent_at_ms": attempt.sent_at.0,
            "waited_ms": span(Some(attempt.waited)),
            "took_ms": span(Some(attempt.took)),
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

pub(crate) fn advice(advice: &[Advice]) -> Value {
    advice.iter().map(|found| json!({"path": found.path, "code": found.code, "reason": found.reason})).collect()
}

pub(crate) fn started(started: &StartedRecording) -> Value {
    json!({
        "record_id": started.record_id,
        "room_id": started.room_id,
        "session_id": started.session_id,
        "request_id": started.request_id,
        "record_type": name(started.record_type),
        "call_id": started.call_id,
        "attempts": attempts(&started.attempts),
    })
}

pub(crate) fn acknowledged(acknowledged: &Acknowledged) -> Value {
    json!({
        "record_id": acknowledged.record_id,
        "room_id": acknowledged.room_id,
        "session_id": acknowledged.session_id,
        "request_id": acknowledged.request_id,
        "call_id": acknowledged.call_id,
        "attempts": attempts(&acknowledged.attempts),
    })
}

pub(crate) fn layout(layout: &Layout) -> Value {
    let Layout::Custom { windows } = layout else { return Value::Null };
    let window = windows.iter().map(|window| {
        json!({
            "user_id": window.user_id,
            "stream_id": window.stream_id,
            "x": window.x,
            "y": window.y,
            "width": window.width,
            "height": window.height,
        })
    });
    json!({"windows": window.collect::<Value>()})
}

pub(crate) fn room(room: &Room) -> Value {
    json!({
        "room_id": room.room_id,
        "session_id": room.session_id,
        "created_at_ms": time(room.created_at),
        "members": room.members.iter().map(member).collect::<Value>(),
        "request_id": room.request_id,
        "call_id": room.call_id,
        "attempts": attempts(&room.attempts),
        "json": room.json,
        "video_streams": room.video_streams().iter().map(stream).collect::<Value>(),
    })
}

fn stream(stream: &StreamRef) -> Value {
    json!({"user_id": stream.user_id, "stream_id": stream.stream_id})
}

fn member(member: &Member) -> Value {
    let streams = member.streams.iter().map(|stream| {
        json!({
            "stream_id": stream.stream_id,
            "media_type": name(stream.media_type),
            "uri": stream.uri,
            "tag": stream.tag,
        })
    });
    json!({"user_id": member.user_id, "joined_at_ms": time(member.joined_at), "streams": streams.collect::<Value>()})
}

pub(crate) fn received_recording_event(received: &ReceivedRecordingEvent) -> Value {
    let event = recording_event(&received.event);
    json!({"event": event, "fingerprint": received.fingerprint, "key": received.key, "expires_at_ms": received.expires_at.0})
}

pub(crate) fn received_room_event(received: &ReceivedRoomEvent) -> Value {
    let event = room_event(&received.event);
    json!({"event": event, "fingerprint": received.fingerprint, "key": received.key, "expires_at_ms": received.expires_at.0})
}

fn recording_event(event: &RecordingEvent) -> Value {
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

fn room_event(event: &RoomEvent) -> Value {
    json!({
        "kind": name(event.kind),
        "kind_number": event.kind_number,
        "occurred_at_ms": time(event.occurred_at),
        "app_key": event.app_key,
        "room_id": event.room_id,
        "session_id": event.session_id,
        "user_id": event.user_id,
        "lasted_ms": span(event.lasted),
        "members": event.members.iter().map(member).collect::<Value>(),
        "json": event.json,
    })
}

pub(crate) fn refused(error: &CallbackError) -> Value {
    let CallbackError::Refused { reason, explanation } = error else { return json!(error.to_string()) };
    json!({"refusal": name(*reason), "http_status": error.http_status(), "explanation": explanation})
}

pub(crate) fn state(state: &TrackedRecording) -> Value {
    let events = |events: &[RecordingEvent]| -> Value { events.iter().map(recording_event).collect() };
    json!({
        "phase": name(state.phase),
        "is_stale": state.is_stale,
        "record_id": state.record_id,
        "extra": state.extra,
        "requested_at_ms": time(state.requested_at),
        "started_at_ms": time(state.started_at),
        "ended_at_ms": time(state.ended_at),
        "slices": events(&state.slices),
        "uploads": events(&state.uploads),
        "failures": events(&state.failures),
        "others": events(&state.others),
        "last_news_at_ms": time(state.last_news_at),
    })
}

pub(crate) fn entry(entry: &LedgerEntry) -> Value {
    json!({
        "app_key": entry.app_key,
        "session_id": entry.session_id,
        "room_id": entry.room_id,
        "state": name(entry.state),
        "generation": entry.generation,
        "version": entry.version,
        "record_id": entry.record_id,
        "other_record_ids": entry.other_record_ids,
        "extra": entry.extra,
        "holder": entry.holder,
        "request_id": entry.request_id,
        "requested_at_ms": time(entry.requested_at),
        "deadline_ms": time(entry.deadline),
        "last_news_at_ms": time(entry.last_news_at),
        "event_count": entry.event_count,
        "changed_at_ms": entry.changed_at.0,
        "has_failed": entry.has_failed,
        "is_doubled": entry.is_doubled,
        "reason": entry.reason,
    })
}

pub(crate) fn recorded(recorded: &LedgerRecording) -> Value {
    json!({
        "recording": started(&recorded.recording),
        "entry": entry(&recorded.entry),
        "is_mine": recorded.is_mine,
    })
}

pub(crate) fn taken(taken: &TakenEvent) -> Value {
    json!({"event": recording_event(&taken.event), "entry": entry(&taken.entry), "is_new": taken.is_new})
}

pub(crate) fn followed(followed: &FollowedRecording) -> Value {
    json!({
        "entry": entry(&followed.entry),
        "recording": followed.recording.as_ref().map(state),
        "is_settled": followed.is_settled,
    })
}

pub(crate) fn reconciled(report: &ReconcileReport) -> Value {
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
