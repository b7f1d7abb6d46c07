"""Times and whole numbers out of range: a violation with the path of the setting, wherever one is taken."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from rongcloud_recording import (
    AsyncCallbackReceiver,
    AsyncRecordingClient,
    CallbackReceiver,
    ConnectionPolicy,
    CustomLayout,
    FailoverPolicy,
    InvalidInputError,
    OperationKind,
    RecordingClient,
    RecordingProfile,
    RecordingTarget,
    RecordingTracker,
    RecordType,
    RetryPolicy,
    StartedRecording,
    Window,
    parse_recording_event,
)

PROFILE = RecordingProfile.from_json('{"videoFormat":"mp4","audioFormat":"aac","sliceMin":60}')
TARGET = RecordingTarget(room_id="room1", session_id="aaa")
LAYOUT = CustomLayout([Window(user_id="u", stream_id="s", x=0, y=0, width=1, height=1)])
EVENT = parse_recording_event('{"type":1,"recordId":"r-1"}')
STARTED = StartedRecording(
    record_id="r-1", room_id="room1", session_id="aaa", request_id="q", record_type=RecordType.SPLIT_STREAM
)
NO_TIMES: dict[str, Any] = {
    "not a number": float("nan"),
    "endless": float("inf"),
    "the longest timedelta": timedelta.max,
    "a little over a year": timedelta(days=365, microseconds=1),
    "endless below zero": float("-inf"),
    "too large": 1e300,
    "a whole number too large": 10**400,
    "too small": -1e300,
    "below zero": -1,
    "a little below zero": -0.001,
    "a timedelta below zero": timedelta(microseconds=-1),
    "the least timedelta": timedelta.min,
}


def client(**settings: Any) -> RecordingClient:
    """A client that reaches nobody."""
    return RecordingClient("key", "secret", api_url="https://api.example", **settings)


def on_asyncio(call: Callable[[AsyncRecordingClient], Any]) -> None:
    """A call of the other client."""

    async def main() -> None:
        await call(AsyncRecordingClient("key", "secret", api_url="https://api.example"))

    asyncio.run(main())


TAKEN: dict[str, tuple[str, Callable[[Any], object]]] = {
    "connect_timeout": ("connect_timeout", lambda time: client(connect_timeout=time)),
    "timeout": ("timeout", lambda time: client(timeout=time)),
    "attempt_timeout": ("retry.attempt_timeout", lambda time: client(retry=RetryPolicy(attempt_timeout=time))),
    "first_backoff": ("retry.first_backoff", lambda time: client(retry=RetryPolicy(first_backoff=time))),
    "longest_backoff": ("retry.longest_backoff", lambda time: client(retry=RetryPolicy(longest_backoff=time))),
    "probe_after": ("failover.probe_after", lambda time: client(failover=FailoverPolicy(probe_after=time))),
    "max_idle": ("connections.max_idle", lambda time: client(connections=ConnectionPolicy(max_idle=time))),
    "start": ("timeout", lambda time: client().start("room1", "aaa", PROFILE, timeout=time)),
    "start_in_room": ("timeout", lambda time: client().start_in_room("room1", PROFILE, timeout=time)),
    "update_layout": ("timeout", lambda time: client().update_layout(TARGET, LAYOUT, timeout=time)),
    "stop": ("timeout", lambda time: client().stop(TARGET, timeout=time)),
    "query_room": ("timeout", lambda time: client().query_room("room1", timeout=time)),
    "start on asyncio": (
        "timeout",
        lambda time: on_asyncio(lambda other: other.start("room1", "aaa", PROFILE, timeout=time)),
    ),
    "stop on asyncio": ("timeout", lambda time: on_asyncio(lambda other: other.stop(TARGET, timeout=time))),
    "time_window": ("time_window", lambda time: CallbackReceiver("key", "secret", time_window=time)),
    "time_window on asyncio": (
        "time_window",
        lambda time: AsyncCallbackReceiver("key", "secret", time_window=time),
    ),
}
STALE_AFTER: dict[str, tuple[str, Callable[[Any], object]]] = {
    "stale_after": ("stale_after", lambda time: RecordingTracker("r-1").state(stale_after=time)),
}
LONG = ("endless", "the longest timedelta", "a little over a year", "too large", "a whole number too large")
takers = pytest.mark.parametrize("taker", TAKEN)


@pytest.mark.parametrize(
    ("taker", "time"),
    [
        *itertools.product(TAKEN, NO_TIMES),
        *itertools.product(STALE_AFTER, (time for time in NO_TIMES if time not in LONG)),
    ],
)
def test_what_is_no_length_of_time_is_a_violation_with_its_path(taker: str, time: str) -> None:
    path, take = {**TAKEN, **STALE_AFTER}[taker]
    with pytest.raises(InvalidInputError) as caught:
        take(NO_TIMES[time])
    (violation,) = (found for found in caught.value.violations if found.path == path)
    assert violation.code == "out_of_range"


@pytest.mark.parametrize("taker", [*TAKEN, *STALE_AFTER])
@pytest.mark.parametrize("value", ["1", b"1", [1], True, object()], ids=["str", "bytes", "list", "bool", "object"])
def test_what_is_of_another_type_is_a_type_error(taker: str, value: object) -> None:
    _, take = {**TAKEN, **STALE_AFTER}[taker]
    with pytest.raises(TypeError, match=r" must be timedelta or a number( or None)?, not "):
        take(value)


# Where no shorter limit is documented, and no call begins.
@pytest.mark.parametrize("taker", ["connect_timeout", "timeout", "attempt_timeout", "probe_after", "time_window"])
def test_a_year_is_a_length_of_time(taker: str) -> None:
    _, take = TAKEN[taker]
    take(timedelta(days=365))


@pytest.mark.parametrize("time", LONG)
def test_silence_may_last_as_long_as_one_likes(time: str) -> None:
    tracker = RecordingTracker("r-1")
    tracker.requested(STARTED, datetime(1970, 1, 2, tzinfo=timezone.utc))
    assert not tracker.state(stale_after=NO_TIMES[time], now=datetime(1970, 6, 1, tzinfo=timezone.utc)).is_stale


def test_a_backoff_and_silence_of_nothing_are_lengths_of_time() -> None:
    client(retry=RetryPolicy(first_backoff=0, longest_backoff=timedelta(0)))
    RecordingTracker("r-1").state(stale_after=0)


@takers
def test_a_call_that_its_timeout_keeps_from_beginning_is_named(taker: str) -> None:
    path, take = TAKEN[taker]
    with pytest.raises(InvalidInputError) as caught:
        take(float("inf"))
    name = taker.removesuffix(" on asyncio")
    operations = {"start": "START", "update_layout": "UPDATE_LAYOUT", "stop": "STOP", "query_room": "QUERY_ROOM"}
    told = caught.value.operation
    if name in operations:
        assert (path, told) == ("timeout", OperationKind[operations[name]])
    elif name != "start_in_room":
        assert told is None


@pytest.mark.parametrize("number", [0, -1, -(2**63), 2**63, 10**400])
def test_a_largest_body_that_is_none_is_a_violation(number: int) -> None:
    with pytest.raises(InvalidInputError) as caught:
        CallbackReceiver("key", "secret", largest_body=number)
    assert [(found.path, found.code) for found in caught.value.violations] == [("largest_body", "out_of_range")]


@pytest.mark.parametrize("name", ["kind_number", "mode", "code"])
@pytest.mark.parametrize("number", [-(2**63) - 1, 2**63, 10**400])
def test_a_number_that_no_event_can_have_is_a_violation(number: int, name: str) -> None:
    changed: dict[str, Any] = {name: number}
    event = replace(EVENT, **changed)
    with pytest.raises(InvalidInputError) as caught:
        RecordingTracker("r-1").record(event)
    assert [(found.path, found.code) for found in caught.value.violations] == [(f"event.{name}", "out_of_range")]


@pytest.mark.parametrize("name", ["max_attempts", "budget"])
@pytest.mark.parametrize("number", [-(2**31) - 1, -1, 2**31, 10**400])
def test_a_count_out_of_range_is_a_violation(number: int, name: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        client(retry=RetryPolicy(**{name: number}))
    assert [(found.path, found.code) for found in caught.value.violations] == [(f"retry.{name}", "out_of_range")]


@pytest.mark.parametrize("number", [-(2**40), -1, 0, 11, 2**31 - 1, 2**40])
def test_a_number_of_attempts_out_of_range_is_told_the_range_there_is(number: int) -> None:
    with pytest.raises(InvalidInputError) as caught:
        client(retry=RetryPolicy(max_attempts=number))
    (found,) = caught.value.violations
    assert found.reason.endswith(" is not from 1 to 10")
