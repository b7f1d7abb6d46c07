"""What crosses the boundary as bytes: UniFFI's own encoding, whatever the texts hold."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from conftest import Start
from rongcloud_recording import (
    AsyncRecordingClient,
    CallbackReceiver,
    InvalidInputError,
    RecordingClient,
    RecordingProfile,
    RecordType,
    StartedRecording,
)
from rongcloud_recording._codec import (
    BYTES,
    F64,
    I32,
    I64,
    SPAN,
    TEXT,
    TIMESTAMP,
    Codec,
    Optional,
    Sequence,
    Written,
)
from rongcloud_recording._native import boundary
from support import APP_KEY, APP_SECRET, ROOM, SESSION, Simulator

# Two calls that have ended, the first with an answer.
COMPLETIONS = (
    "01 00000002"
    "0000000000000007 01 00000001 00000000 00000002 7200 00000003 e5bd95 00000001 0a 00000002 00000000 00000000 00"
    "7fffffffffffffff 00 01 00000007 00000001 78" + "00000000 00 00 00 01 00 00 00 00 00000000 00 00"
)
# Whatever a text may hold: beyond ASCII and the first plane, and what other formats keep apart by.
TEXTS = ["é录音🎙", "\0", "a\0b\0", "|,;\n\r\t\x1f", '"\\"', "\u2028", " "]
# What the service's own ids may hold: neither control characters nor white space at their ends.
IDS = ["é录音🎙", "|,; |", '"\\"', "a\u00a0b"]
VALUES: list[tuple[Codec[Any], Any, str]] = [
    (TEXT, "", "00000000"),
    (TEXT, "é录\0", "00000006 c3a9 e5bd95 00"),
    (BYTES, b"\0\xff", "00000002 00ff"),
    (I32, -2, "fffffffe"),
    (I64, 2**63 - 1, "7fffffffffffffff"),
    (F64, 0.5, "3fe0000000000000"),
    (Optional(TEXT), None, "00"),
    (Optional(TEXT), "a", "01 00000001 61"),
    (Sequence(I32), (), "00000000"),
    (Sequence(I32), (1, 2), "00000002 00000001 00000002"),
    (SPAN, timedelta(seconds=2.5), "000000009502f900"),
    (SPAN, timedelta(microseconds=-1), "fffffffffffffc18"),
    (TIMESTAMP, datetime(1970, 1, 1, 0, 0, 1, tzinfo=timezone.utc), "00000000000003e8"),
    (boundary.RECORD_TYPE, RecordType.MCU, "00000002"),
]


def started(texts: tuple[str, ...], kind: RecordType) -> StartedRecording:
    """A recording, made as users make one."""
    record_id, room_id, session_id, request_id = texts
    return StartedRecording(
        record_id=record_id, room_id=room_id, session_id=session_id, request_id=request_id, record_type=kind
    )


@pytest.mark.parametrize(("codec", "value", "encoded"), VALUES)
def test_a_value_is_written_as_uniffi_does(codec: Codec[Any], value: Any, encoded: str) -> None:
    out = Written()
    codec.write(out, value)
    assert bytes(out) == bytes.fromhex(encoded)


@pytest.mark.parametrize(("codec", "value", "encoded"), VALUES)
def test_a_value_is_read_as_it_was_written(codec: Codec[Any], value: Any, encoded: str) -> None:
    before = b"before"
    data = before + bytes.fromhex(encoded) + b"after"
    assert codec.read(data, len(before)) == (value, len(data) - len(b"after"))


@pytest.mark.parametrize(
    ("value", "carried"),
    [
        (timedelta.max, 2**63 - 1),
        (timedelta.min, -(2**63)),
        (timedelta(microseconds=1), 1000),
        (timedelta(0), 0),
        (timedelta(days=-1), -86_400 * 10**9),
    ],
)
def test_a_length_of_time_is_carried_to_its_last_microsecond_or_as_far_as_can_be(
    value: timedelta, carried: int
) -> None:
    assert SPAN.encoded(value) == carried


@pytest.mark.parametrize(
    ("carried", "value"),
    [
        (2**63 - 1, datetime.max.replace(tzinfo=timezone.utc)),
        (-(2**63), datetime.min.replace(tzinfo=timezone.utc)),
        (-1, datetime(1969, 12, 31, 23, 59, 59, 999_000, tzinfo=timezone.utc)),
    ],
)
def test_a_time_that_python_cannot_hold_becomes_the_first_or_last_that_it_can(carried: int, value: datetime) -> None:
    assert TIMESTAMP.decoded(carried) == value


def test_a_request_may_hold_any_text() -> None:
    encoded: object = boundary.QUERY_ROOM.encoded("é|\0", 2.5, None)
    assert encoded == bytes.fromhex("00000005 00000004 c3a97c00 01 000000009502f900 00")


def test_outcomes_may_hold_any_text() -> None:
    taken = boundary.COMPLETIONS.decoded(bytes.fromhex(COMPLETIONS))
    first, second = taken.ended
    assert (taken.is_log_waiting, first.number, first.failure) == (True, 7, None)
    assert first.reply == started(("", "r\0", "录", "\n"), RecordType.MCU)
    assert (second.number, second.reply, second.failure.sentence) == (2**63 - 1, None, "x")


def test_a_recording_that_was_read_is_like_one_that_was_constructed() -> None:
    constructed = started(("", "r\0", "录", "\n"), RecordType.MCU)
    read = boundary.COMPLETIONS.decoded(bytes.fromhex(COMPLETIONS)).ended[0].reply
    assert (repr(read), hash(read), read.attempts) == (repr(constructed), hash(constructed), constructed.attempts)


@pytest.mark.parametrize(("session_id", "extra"), [*((one, one) for one in IDS), *((SESSION, one) for one in TEXTS)])
def test_session_and_tag_arrive_as_they_were_given(
    session_id: str, extra: str, start: Start, shared_simulator: Simulator, profile: RecordingProfile
) -> None:
    shared_simulator.set_room(ROOM, session_id)
    shared_simulator.forget_requests()
    recording = start(shared_simulator.url, profile, session_id=session_id, extra=extra)
    (request,) = shared_simulator.requests()
    sent = json.loads(request["body"])
    assert (sent["sessionId"], sent["extra"], recording.session_id) == (session_id, extra, session_id)


@pytest.mark.parametrize("text", IDS)
def test_a_records_id_comes_back_as_the_service_gave_it(
    text: str, start: Start, shared_simulator: Simulator, profile: RecordingProfile
) -> None:
    shared_simulator.set_room(ROOM, SESSION)
    shared_simulator.next(status=200, body=json.dumps({"code": 200, "recordId": text}))
    assert start(shared_simulator.url, profile).record_id == text


@pytest.fixture
def clones(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The objects that were cloned, by their kinds."""
    made: list[str] = []
    for kind in (boundary.RECORDING_PROFILE, boundary.CREDENTIALS):

        def clone(*arguments: Any, name: str = kind.names[0], clone: Any = kind._clone) -> int:
            made.append(name)
            number: int = clone(*arguments)
            return number

        monkeypatch.setattr(kind, "_clone", clone)
    return made


def start(client: RecordingClient, profile: RecordingProfile, extra: str) -> None:
    """A blocking start."""
    client.start(ROOM, SESSION, profile, extra=extra)


def start_on_asyncio(client: AsyncRecordingClient, profile: RecordingProfile, extra: str) -> None:
    """A start on asyncio."""
    asyncio.run(client.start(ROOM, SESSION, profile, extra=extra))


@pytest.mark.parametrize(("kind", "start"), [(RecordingClient, start), (AsyncRecordingClient, start_on_asyncio)])
def test_an_object_beside_an_argument_that_cannot_be_carried_is_let_go_of(
    kind: Any, start: Callable[..., None], simulator: Simulator, profile: RecordingProfile, clones: list[str]
) -> None:
    client = kind(APP_KEY, APP_SECRET, api_url=simulator.url)
    with pytest.raises(InvalidInputError):
        start(client, profile, "\ud800")
    assert clones == []
    start(client, profile, "order-7")
    assert clones == ["RecordingProfile"]


def test_credentials_beside_a_setting_that_cannot_be_carried_are_handed_over_once(clones: list[str]) -> None:
    with pytest.raises(InvalidInputError):
        CallbackReceiver("key", "secret", largest_body=2**70)
    # To be asked for what else is wrong, with what it lets go of.
    assert clones == ["Credentials"]
