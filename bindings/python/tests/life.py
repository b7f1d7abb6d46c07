"""What the golden files of operations, rooms, layouts, callbacks and trackers expect of this package."""

from __future__ import annotations

import json
import time
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

import rongcloud_recording as package
from rongcloud_recording import (
    AdaptiveLayout,
    Advice,
    CallbackReceiver,
    CallbackRefusedError,
    Corner,
    CustomLayout,
    FloatingLayout,
    Host,
    InvalidInputError,
    Layout,
    LayoutUpdate,
    Member,
    RecordingClient,
    RecordingEvent,
    RecordingProfile,
    RecordingTarget,
    RecordingTracker,
    RecordType,
    RefusedError,
    RenderMode,
    Room,
    RoomEvent,
    StartedRecording,
    StreamRef,
    TimestampUnit,
    TrackedRecording,
    UnreadableReplyError,
    Violation,
    Window,
    parse_recording_event,
    signature,
)
from support import APP_KEY, APP_SECRET, Simulator

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def client_of(simulator: Simulator) -> RecordingClient:
    """A client of the simulator."""
    return RecordingClient(APP_KEY, APP_SECRET, api_url=simulator.url)


def violations(entry: dict[str, Any]) -> tuple[Violation, ...]:
    """The violations that an entry expects."""
    return tuple(Violation(**violation) for violation in entry["violations"])


def advice(entry: dict[str, Any]) -> tuple[Advice, ...]:
    """The advice that an entry expects."""
    return tuple(Advice(**found) for found in entry["advice"])


def at(milliseconds: int) -> datetime:
    """A time, from the golden files'."""
    return EPOCH + timedelta(milliseconds=milliseconds)


def milliseconds(moment: datetime | timedelta | None) -> int | None:
    """A time, as the golden files have it."""
    if moment is None:
        return None
    since = moment - EPOCH if isinstance(moment, datetime) else moment
    return since // timedelta(milliseconds=1)


def target(entry: dict[str, Any]) -> RecordingTarget:
    """The recording that an entry is about."""
    kind = entry["record_type"]
    return RecordingTarget(
        room_id=entry["room_id"],
        session_id=entry["session_id"],
        record_type=None if kind is None else RecordType[kind.upper()],
    )


def update(entry: dict[str, Any]) -> LayoutUpdate:
    """The change that an entry makes."""
    layouts: dict[str, Layout] = {
        "floating": FloatingLayout(),
        "adaptive": AdaptiveLayout(),
        "custom": CustomLayout([Window(**window) for window in entry["windows"] or ()]),
    }
    mode, host = entry["render_mode"], entry["host"]
    return LayoutUpdate(
        layout=layouts[entry["layout"]],
        render_mode=None if mode is None else RenderMode[mode.upper()],
        host=None if host is None else Host(**host),
    )


def carry_out(client: RecordingClient, entry: dict[str, Any]) -> object:
    """Calls what an entry says."""
    match entry["operation"]:
        case "stop":
            return client.stop(target(entry))
        case "update_layout":
            return client.update_layout(target(entry), update(entry))
        case other:
            return getattr(client, other)(**entry["arguments"])


def check_operation(entry: dict[str, Any], simulator: Simulator, _: RecordingProfile) -> None:
    seen = len(simulator.requests())
    with client_of(simulator) as client:
        if "violations" in entry:
            with pytest.raises(InvalidInputError) as caught:
                carry_out(client, entry)
            assert caught.value.violations == violations(entry)
            assert len(simulator.requests()) == seen
            return
        if entry["operation"] == "update_layout":
            assert update(entry).advice == advice(entry)
        simulator.next(status=200, body='{"code":200,"sessionId":"s"}')
        carry_out(client, entry)
    request = simulator.requests()[-1]
    assert (request["path"], request["body"]) == (entry["path"], entry["body"])


def members_as_json(members: tuple[Member, ...] | Any) -> list[Any]:
    """Members, as the golden files have them."""
    return [
        {
            "user_id": member.user_id,
            "joined_at_ms": milliseconds(member.joined_at),
            "streams": [
                {
                    "stream_id": stream.stream_id,
                    "media_type": stream.media_type.name.lower(),
                    "uri": stream.uri,
                    "tag": stream.tag,
                }
                for stream in member.streams
            ],
        }
        for member in members
    ]


def room_as_json(room: Room) -> dict[str, Any]:
    """A room, as the golden files have it."""
    return {
        "session_id": room.session_id,
        "created_at_ms": milliseconds(room.created_at),
        "members": members_as_json(room.members),
        "video_streams": [{"user_id": one.user_id, "stream_id": one.stream_id} for one in room.video_streams],
    }


def check_room(entry: dict[str, Any], simulator: Simulator, _: RecordingProfile) -> None:
    simulator.next(status=200, body=entry["body"])
    with client_of(simulator) as client:
        if "room" in entry:
            room = client.query_room("room1")
            assert room_as_json(room) == entry["room"]
            assert json.loads(room.json) == json.loads(entry["body"])
            return
        kind = {"refused": RefusedError, "unreadable_reply": UnreadableReplyError}[entry["error"]["kind"]]
        with pytest.raises(kind) as caught:
            client.query_room("room1")
    error: Any = caught.value
    found = {"kind": entry["error"]["kind"], "status": error.status, "code": error.code, "reason": error.reason}
    assert found == entry["error"]


def arranged(entry: dict[str, Any]) -> CustomLayout:
    """The layout that an entry asks for."""
    numbers = entry.get("stream_numbers", range(entry["streams"]))
    streams = [StreamRef(user_id=f"u{number}", stream_id=f"s{number}") for number in numbers]
    resolution = entry.get("resolution")
    match entry["arrangement"]:
        case "grid":
            return package.grid_layout(streams, resolution=resolution, cameras=entry.get("cameras"))
        case "side_by_side":
            return package.side_by_side_layout(streams, resolution=resolution)
        case "spotlight":
            return package.spotlight_layout(streams[0], streams[1:], resolution=resolution)
        case "picture_in_picture":
            return package.picture_in_picture_layout(streams[0], streams[1], Corner[entry["corner"].upper()])
        case other:
            raise AssertionError(other)


def check_arrangement(entry: dict[str, Any], _: Simulator, __: RecordingProfile) -> None:
    if "violations" in entry:
        with pytest.raises(InvalidInputError) as caught:
            arranged(entry)
        assert caught.value.violations == violations(entry)
        return
    windows = arranged(entry).windows
    assert [window.user_id for window in windows] == [f"u{index}" for index in range(len(entry["windows"]))]
    for window, golden in zip(windows, entry["windows"], strict=True):
        assert [window.x, window.y, window.width, window.height] == pytest.approx(golden, abs=1e-9)


def filled(template: str, sign: dict[str, Any]) -> str:
    """A header or query with the signature that belongs into it."""
    if template.startswith("{signature:"):
        return signature(sign["secret"], template.removeprefix("{signature:").removesuffix("}"), "")
    milliseconds_now = round(time.time() * 1000) + sign["offset_ms"]
    timestamp = sign.setdefault("timestamp", str(milliseconds_now // (1000 if sign["unit"] == "s" else 1)))
    signed = signature(sign["secret"], sign["nonce"], timestamp)
    # One digit moves from the front of the timestamp to the end of the nonce: both sign the same text.
    longer = f"{sign['nonce']}{timestamp[0]}" if template == "{nonce}1" else f"{sign['nonce']}1"
    for name, value in (
        ("{nonce}1", longer),
        ("{nonce}", sign["nonce"]),
        ("{timestamp-1}", timestamp[1:]),
        ("{timestamp}", timestamp),
        ("{signature}", signed),
        ("{SIGNATURE}", signed.upper()),
    ):
        template = template.replace(name, value)
    return template


def body_of(delivery: dict[str, Any]) -> bytes:
    """The bytes that a delivery brings."""
    if "body_hex" in delivery:
        return bytes.fromhex(delivery["body_hex"])
    if "body_times" in delivery:
        text, times = delivery["body_times"]
        return bytes(text.encode() * times)
    return bytes(delivery["body"].encode())


def event_as_json(event: RecordingEvent | RoomEvent) -> dict[str, Any]:
    """An event, as the golden files have it."""
    fields = {
        name: value for name, value in vars(event).items() if name not in ("json", "kind", "occurred_at", "lasted")
    }
    fields |= {"kind": event.kind.name.lower(), "occurred_at_ms": milliseconds(event.occurred_at)}
    if isinstance(event, RecordingEvent):
        fields |= {"is_failure": event.is_failure}
    else:
        fields |= {"lasted_ms": milliseconds(event.lasted), "members": members_as_json(event.members)}
    return fields


def check_callback(entry: dict[str, Any], _: Simulator, __: RecordingProfile) -> None:
    (key, secret), *others = entry["credentials"]
    unit = entry.get("timestamp_unit")
    receiver = CallbackReceiver(
        key, secret, other_credentials=others, timestamp_unit=None if unit is None else TimestampUnit[unit.upper()]
    )
    take = {"recording": receiver.recording_event, "room": receiver.room_event}[entry["kind"]]
    sign = dict(entry["sign"])
    headers = [(name, filled(value, sign)) for name, value in entry["headers"]]
    query = filled(entry["query"], sign)
    for delivery in entry["deliveries"]:
        try:
            received: Any = take(headers, body_of(delivery), query)
            seen = {"event": event_as_json(received.event), "fingerprint": received.fingerprint}
        except CallbackRefusedError as error:
            seen = {"refusal": error.reason.name.lower(), "http_status": error.http_status}
            if "explanation" in delivery["expect"]:
                seen["explanation"] = error.explanation
        assert seen == delivery["expect"]


def tracker_of(entry: dict[str, Any], events: list[str]) -> RecordingTracker:
    """A tracker that was told these events."""
    is_by_extra = entry["record_id"] is None
    tracker = RecordingTracker.by_extra(entry["extra"]) if is_by_extra else RecordingTracker(entry["record_id"])
    for event in events:
        tracker.record(parse_recording_event(event))
    if entry["requested_at_ms"] is not None:
        started = StartedRecording(
            record_id=entry["record_id"],
            room_id="room1",
            session_id="aaa",
            request_id="q",
            record_type=RecordType.SPLIT_STREAM,
        )
        tracker.requested(started, at(entry["requested_at_ms"]))
    return tracker


def state_of(entry: dict[str, Any], tracker: RecordingTracker) -> dict[str, Any]:
    """What a tracker tells at an entry's time, as the golden files have it."""
    stale_after = timedelta(milliseconds=entry["stale_after_ms"])
    state: TrackedRecording = tracker.state(stale_after=stale_after, now=at(entry["now_ms"]))
    return {
        "phase": state.phase.name.lower(),
        "is_stale": state.is_stale,
        "record_id": state.record_id,
        "extra": state.extra,
        "requested_at_ms": milliseconds(state.requested_at),
        "started_at_ms": milliseconds(state.started_at),
        "ended_at_ms": milliseconds(state.ended_at),
        "slices": [event.json for event in state.slices],
        "uploads": [event.json for event in state.uploads],
        "failures": [event.json for event in state.failures],
        "others": [event.json for event in state.others],
        "last_news_at_ms": milliseconds(state.last_news_at),
    }


def check_tracker(entry: dict[str, Any], _: Simulator, __: RecordingProfile) -> None:
    assert state_of(entry, tracker_of(entry, entry["events"])) == entry["state"]
