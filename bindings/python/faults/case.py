"""One case of the grid: a fault, a client that meets it, and one call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from outcome import outcome_of
from rongcloud_recording import (
    AudioFormat,
    CustomLayout,
    RecordingClient,
    RecordingMode,
    RecordingProfile,
    RecordingTarget,
    RetryPolicy,
    SliceLength,
    SplitStreamRecording,
    VideoFormat,
    Window,
)
from support import APP_KEY, APP_SECRET, ROOM, SESSION, Door, Simulator

LAYOUT = CustomLayout([Window(user_id="111", stream_id="111_RongCloudRTC", x=0, y=0, width=1, height=1)])
PROFILE = RecordingProfile(
    SplitStreamRecording(
        mode=RecordingMode.MIX_AUDIO_VIDEO,
        video_format=VideoFormat.MP4,
        audio_format=AudioFormat.AAC,
        layout=LAYOUT,
        slice_length=SliceLength.MINUTES_60,
    )
)
TARGET = RecordingTarget(room_id=ROOM, session_id=SESSION)

# What the simulator calls each operation, and the call itself.
OPERATIONS: dict[str, tuple[str, Callable[[RecordingClient], object]]] = {
    "start": ("start", lambda client: client.start(ROOM, SESSION, PROFILE)),
    "update_layout": ("config", lambda client: client.update_layout(TARGET, LAYOUT)),
    "stop": ("stop", lambda client: client.stop(TARGET)),
    "query_room": ("query", lambda client: client.query_room(ROOM)),
}


def settings_of(given: dict[str, Any]) -> dict[str, Any]:
    """A client's arguments, of the grid's."""
    retry = given["retry"]
    return {
        "timeout": given["timeout_ms"] / 1000,
        "connect_timeout": given["connect_timeout_ms"] / 1000,
        "retry": RetryPolicy(
            max_attempts=retry["max_attempts"],
            attempt_timeout=retry["attempt_timeout_ms"] / 1000,
            first_backoff=retry["first_backoff_ms"] / 1000,
            longest_backoff=retry["longest_backoff_ms"] / 1000,
        ),
    }


def run_case(case: dict[str, Any], operation: str, client: dict[str, Any], simulator: Simulator) -> dict[str, Any]:
    """What came of one operation in one case."""
    name, call = OPERATIONS[operation]
    begin(operation, simulator)
    with faulty(case, simulator) as addresses:
        key, secret = (APP_SECRET, APP_KEY) if case["swapped_credentials"] else (APP_KEY, APP_SECRET)
        with RecordingClient(key, secret, **settings_of(client), **addresses) as made:
            told = outcome_of(lambda: call(made))
            executions = simulator.call("GET", "executions")[name]
    return {"case": case["name"], "operation": operation, **told, "executions": executions}


def begin(operation: str, simulator: Simulator) -> None:
    """Makes the room anew, with a recording where the operation needs one."""
    simulator.call("DELETE", f"rooms/{ROOM}")
    simulator.room(ROOM, SESSION)
    if operation in ("update_layout", "stop"):
        with RecordingClient(APP_KEY, APP_SECRET, api_url=simulator.url) as client:
            client.start(ROOM, SESSION, PROFILE)
    simulator.forget()


@contextmanager
def faulty(case: dict[str, Any], simulator: Simulator) -> Iterator[dict[str, Any]]:
    """What leads a client to the case's fault, as long as it is there."""
    with ExitStack() as afterwards:

        def opened(tls: str) -> Door:
            door = simulator.open_door(tls)
            afterwards.callback(door.close)
            return door

        afterwards.callback(simulator.call, "PUT", "next", [])
        afterwards.callback(simulator.call, "PUT", "skew", {"ms": 0})
        is_tls = case["tls"] != "none"
        door = opened(case["tls"])
        addresses = {"api_url": door.url}
        door.inject(*case["faults"])
        if case["shut"]:
            door.shut()
        simulator.call("PUT", "skew", {"ms": case["skew_ms"]})
        simulator.call("PUT", "next", case["steps"])
        if case["backup"]:
            addresses["backup_api_url"] = opened("valid" if is_tls else "none").url
        if is_tls:
            addresses["ca_certificates"] = simulator.ca_certificates()
        yield addresses
