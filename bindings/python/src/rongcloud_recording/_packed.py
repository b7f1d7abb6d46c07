"""A start's arguments and outcomes as plain bytes, because each text that is handed to the core by itself is dear.

The layout is described where the core has it, in `src/ffi/packed.rs`.
"""

from __future__ import annotations

import struct
from datetime import timedelta

from ._native import RecordType, StartedRecording

_ARGUMENTS = struct.Struct("<qIII")
_NUMBER_AND_KIND = struct.Struct("<QB")
_LENGTHS = struct.Struct("<IIII")
_RECORD_TYPES = {1: RecordType.SPLIT_STREAM, 2: RecordType.MCU}
_SECONDS_OF_DAY = 86_400


def start_arguments(room_id: bytes, session_id: bytes, extra: bytes, timeout: timedelta | None) -> bytes:
    """The arguments of a start, their texts in UTF-8."""
    if timeout is None:
        seconds, nanoseconds = -1, 0
    else:
        seconds = timeout.days * _SECONDS_OF_DAY + timeout.seconds
        nanoseconds = timeout.microseconds * 1000
    return _ARGUMENTS.pack(seconds, nanoseconds, len(room_id), len(session_id)) + room_id + session_id + extra


def outcomes(packed: bytes) -> tuple[bool, list[tuple[int, StartedRecording | None]]]:
    """Whether the log has records to fetch; and by number the recordings started, or None for other outcomes."""
    found: list[tuple[int, StartedRecording | None]] = []
    at, end = 1, len(packed)
    while at < end:
        number, kind = _NUMBER_AND_KIND.unpack_from(packed, at)
        at += _NUMBER_AND_KIND.size
        if not kind:
            found.append((number, None))
            continue
        lengths = _LENGTHS.unpack_from(packed, at)
        at += _LENGTHS.size
        texts: list[str] = []
        for length in lengths:
            texts.append(packed[at : at + length].decode())
            at += length
        found.append((number, _started(_RECORD_TYPES[kind], *texts)))
    return packed[0] == 1, found


def _started(
    record_type: RecordType, record_id: str, room_id: str, session_id: str, request_id: str
) -> StartedRecording:
    # Past the constructor, whose checks of each field's type cost several times as much as everything here.
    started = StartedRecording.__new__(StartedRecording)
    vars(started).update(
        record_id=record_id,
        room_id=room_id,
        session_id=session_id,
        request_id=request_id,
        record_type=record_type,
    )
    return started
