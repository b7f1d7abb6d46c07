"""Starts that cross the boundary as plain bytes: both sides read them alike, whatever the texts hold."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from conftest import Start
from rongcloud_recording import RecordingProfile, RecordType, StartedRecording
from rongcloud_recording._packed import outcomes, start_arguments
from support import ROOM, SESSION, Simulator

# The same bytes as in src/ffi/packed.rs.
ARGUMENTS = "0200000000000000 0065cd1d 03000000 04000000 720000 c3a97c00 e5bd950a00"
EMPTY_ARGUMENTS = "ffffffffffffffff 00000000 00000000 00000000"
OUTCOMES = (
    "01 0700000000000000 00"
    "ffffffffffffffff 02 00000000 02000000 03000000 01000000 7200 e5bd95 0a"
    "0800000000000000 01 01000000 00000000 00000000 00000000 78"
)
# Whatever a text may hold: beyond ASCII and the first plane, and what other formats keep apart by.
TEXTS = ["é录音🎙", "\0", "a\0b\0", "|,;\n\r\t\x1f", '"\\"', "\u2028", " "]
# What the service's own ids may hold: neither control characters nor white space at their ends.
IDS = ["é录音🎙", "|,; |", '"\\"', "a\u00a0b"]


def started(record_id: str, room_id: str, session_id: str, request_id: str, kind: RecordType) -> StartedRecording:
    """A recording, made as users make one."""
    return StartedRecording(
        record_id=record_id, room_id=room_id, session_id=session_id, request_id=request_id, record_type=kind
    )


def test_arguments_may_hold_any_text() -> None:
    packed = start_arguments(b"r\0\0", "é|\0".encode(), "录\n\0".encode(), timedelta(seconds=2.5))
    assert packed == bytes.fromhex(ARGUMENTS)


def test_without_a_timeout_the_seconds_are_below_zero() -> None:
    assert start_arguments(b"", b"", b"", None) == bytes.fromhex(EMPTY_ARGUMENTS)


@pytest.mark.parametrize("timeout", [timedelta(0), timedelta(microseconds=1), timedelta.max])
def test_a_timeout_is_packed_to_its_last_microsecond(timeout: timedelta) -> None:
    packed = start_arguments(b"", b"", b"", timeout)
    seconds, nanoseconds = int.from_bytes(packed[:8], "little"), int.from_bytes(packed[8:12], "little")
    assert timedelta(seconds=seconds, microseconds=nanoseconds // 1000) == timeout


def test_outcomes_may_hold_any_text() -> None:
    assert outcomes(bytes.fromhex(OUTCOMES)) == (
        True,
        [
            (7, None),
            (2**64 - 1, started("", "r\0", "录", "\n", RecordType.MCU)),
            (8, started("x", "", "", "", RecordType.SPLIT_STREAM)),
        ],
    )


def test_no_outcomes_tell_of_the_log_only() -> None:
    assert outcomes(b"\0") == (False, [])


def test_a_recording_that_was_unpacked_is_like_one_that_was_constructed() -> None:
    _, [_, (_, unpacked), _] = outcomes(bytes.fromhex(OUTCOMES))
    constructed = started("", "r\0", "录", "\n", RecordType.MCU)
    assert (repr(unpacked), hash(unpacked)) == (repr(constructed), hash(constructed))


@pytest.mark.parametrize(("session_id", "extra"), [*((one, one) for one in IDS), *((SESSION, one) for one in TEXTS)])
def test_session_and_tag_arrive_as_they_were_given(
    session_id: str, extra: str, start: Start, shared_simulator: Simulator, profile: RecordingProfile
) -> None:
    shared_simulator.room(ROOM, session_id)
    shared_simulator.forget()
    recording = start(shared_simulator.url, profile, session_id=session_id, extra=extra)
    (request,) = shared_simulator.requests()
    sent = json.loads(request["body"])
    assert (sent["sessionId"], sent["extra"], recording.session_id) == (session_id, extra, session_id)


@pytest.mark.parametrize("text", IDS)
def test_a_records_id_comes_back_as_the_service_gave_it(
    text: str, start: Start, shared_simulator: Simulator, profile: RecordingProfile
) -> None:
    shared_simulator.room(ROOM, SESSION)
    shared_simulator.next(status=200, body=json.dumps({"code": 200, "recordId": text}))
    assert start(shared_simulator.url, profile).record_id == text
