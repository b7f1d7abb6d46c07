"""Every entry of every golden file that all languages share."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from life import (
    advice,
    check_arrangement,
    check_callback,
    check_operation,
    check_room,
    check_tracker,
    client_of,
    violations,
)
from rongcloud_recording import (
    AudioFormat,
    ConnectionPolicy,
    CustomLayout,
    FailoverPolicy,
    Host,
    InvalidInputError,
    McuMode,
    OutcomeUnknownError,
    RecordingClient,
    RecordingError,
    RecordingMode,
    RecordingProfile,
    RefusedError,
    RenderMode,
    Resolution,
    RetryPolicy,
    ServiceCode,
    SliceLength,
    SplitStreamRecording,
    UnreadableReplyError,
    VideoFormat,
    Window,
    signature,
)
from support import ROOM, SESSION, VECTORS, Simulator

KINDS = {
    "outcome_unknown": OutcomeUnknownError,
    "refused": RefusedError,
    "unreadable_reply": UnreadableReplyError,
}


def entries() -> list[Any]:
    """Each entry with the name of its file."""
    found = []
    for file in sorted(VECTORS.iterdir()):
        content = json.loads(file.read_text(encoding="utf-8"))
        for entry in content if isinstance(content, list) else [{"name": "all", **content}]:
            found.append(pytest.param(file.name, entry, id=f"{file.stem}: {entry['name']}"))
    assert found, f"no vectors in {VECTORS}"
    return found


@pytest.mark.parametrize(("file", "entry"), entries())
def test_a_vector_holds(
    file: str, entry: dict[str, Any], shared_simulator: Simulator, profile: RecordingProfile
) -> None:
    assert file in CHECKS, f"{file} is a kind of vector that this suite doesn't run"
    CHECKS[file](entry, shared_simulator, profile)


def test_the_eight_mistakes_are_found_in_a_typed_config_too() -> None:
    (entry,) = (
        entry
        for entry in json.loads((VECTORS / "violations.json").read_text(encoding="utf-8"))
        if entry["name"] == "eight mistakes"
    )
    recording = SplitStreamRecording(
        mode=RecordingMode.MIX_AUDIO_VIDEO,
        video_resolution="640*480",
        video_format=VideoFormat.MP4,
        audio_format=AudioFormat.AAC,
        layout=CustomLayout(
            [
                Window(user_id="", stream_id="111_RongCloudRTC", x=-0.1, y=0.0, width=0.5, height=0.5),
                Window(user_id="2222", stream_id="", x=0.6, y=0.5, width=0.5, height=0.0),
            ]
        ),
        slice_length=SliceLength.MINUTES_60,
        render_mode=RenderMode.FIT,
        host=Host(user_id="", stream_id=""),
    )
    with pytest.raises(InvalidInputError) as caught:
        RecordingProfile(recording)
    assert caught.value.violations == violations(entry)


def check_signature(entry: dict[str, Any], _: Simulator, __: RecordingProfile) -> None:
    assert signature(entry["app_secret"], entry["nonce"], entry["timestamp"]) == entry["signature"]


def check_config(entry: dict[str, Any], _: Simulator, __: RecordingProfile) -> None:
    profile = RecordingProfile.from_json(entry["input"])
    assert profile.to_json() == entry["json"]
    assert RecordingProfile(profile.config).to_json() == entry["json"]
    assert profile.advice == advice(entry)


def check_violations(entry: dict[str, Any], _: Simulator, __: RecordingProfile) -> None:
    with pytest.raises(InvalidInputError) as caught:
        RecordingProfile.from_json(entry["input"])
    assert caught.value.violations == violations(entry)


def check_call(entry: dict[str, Any], simulator: Simulator, profile: RecordingProfile) -> None:
    seen = len(simulator.requests())
    with client_of(simulator) as client, pytest.raises(InvalidInputError) as caught:
        client.start(entry["room_id"], entry["session_id"], profile)
    assert caught.value.violations == violations(entry)
    assert len(simulator.requests()) == seen


def check_body(entry: dict[str, Any], simulator: Simulator, _: RecordingProfile) -> None:
    profile = RecordingProfile.from_json(entry["config"])
    room = quote(f"body of {entry['name']}", safe="")
    simulator.room(room, entry["session_id"])
    with client_of(simulator) as client:
        client.start(f"body of {entry['name']}", entry["session_id"], profile, extra=entry["extra"])
    assert simulator.requests()[-1]["body"] == entry["body"]


def check_reply(entry: dict[str, Any], simulator: Simulator, profile: RecordingProfile) -> None:
    simulator.next(status=entry["status"], body=entry["body"], contentType=entry["content_type"])
    if "record_id" in entry:
        with client_of(simulator) as client:
            assert client.start(ROOM, SESSION, profile).record_id == entry["record_id"]
        return
    with client_of(simulator) as client, pytest.raises(RecordingError) as caught:
        client.start(ROOM, SESSION, profile)
    error: Any = caught.value
    expected = entry["error"]
    assert {
        "kind": next(name for name, kind in KINDS.items() if isinstance(error, kind)),
        "status": error.status,
        "code": error.code,
        "retryable": error.is_retryable,
        "maybe_sent": error.maybe_sent,
        "reason": error.reason,
    } == expected
    assert error.request_id == simulator.headers()[-1]["x-request-id"]


def check_options(entry: dict[str, Any], _: Simulator, __: RecordingProfile) -> None:
    policies = {"retry": RetryPolicy, "failover": FailoverPolicy, "connections": ConnectionPolicy}

    def settings(given: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, value in given.items():
            if name in policies:
                found[name] = policies[name](**settings(value))
            elif name.endswith("_ms"):
                found[name.removesuffix("_ms")] = None if value is None else value / 1000
            elif name not in ("name", "violations"):
                found[name] = value
        return found

    with pytest.raises(InvalidInputError) as caught:
        RecordingClient("key", "secret", **settings(entry))
    assert caught.value.violations == violations(entry)


def check_constants(entry: dict[str, Any], _: Simulator, __: RecordingProfile) -> None:
    def constants(kind: type) -> dict[str, Any]:
        return {name: value for name, value in vars(kind).items() if not name.startswith("_")}

    kinds = {"resolutions": Resolution, "mcu_modes": McuMode, "service_codes": ServiceCode}
    assert {"name": "all", **{name: constants(kind) for name, kind in kinds.items()}} == entry


CHECKS: dict[str, Callable[[dict[str, Any], Simulator, RecordingProfile], None]] = {
    "arrangements.json": check_arrangement,
    "bodies.json": check_body,
    "callbacks.json": check_callback,
    "calls.json": check_call,
    "configs.json": check_config,
    "constants.json": check_constants,
    "operations.json": check_operation,
    "options.json": check_options,
    "replies.json": check_reply,
    "rooms.json": check_room,
    "signatures.json": check_signature,
    "trackers.json": check_tracker,
    "violations.json": check_violations,
}


def test_the_suite_runs_no_file_that_is_gone() -> None:
    assert set(CHECKS) == {file.name for file in VECTORS.iterdir()}
