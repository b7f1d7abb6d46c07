"""Forwards the core's log to the logger `rongcloud_recording`.

The core keeps its records in a queue and calls nobody, so they are fetched at each call's end, of one that succeeded
too, because an attempt of it may have failed; and only when somebody listens. `request_id` and all other details are
attributes of the record, and stand in its line.
"""

from __future__ import annotations

import json
import logging
import os
import time
from typing import Any

from ._ending import wait_where_process_ends
from ._native import boundary
from ._native.boundary import LogLevel

LOGGER = logging.getLogger("rongcloud_recording")
LOGGER.addHandler(logging.NullHandler())

# From the most important; each level includes those before it.
_LEVELS = {LogLevel.WARN: logging.WARNING, LogLevel.INFO: logging.INFO, LogLevel.DEBUG: logging.DEBUG}
# What a LogRecord has already; a detail of the same name can't be an attribute too.
_TAKEN = {*vars(logging.makeLogRecord({})), "message", "asctime"}
# The request's headers, one a line, and its body, whose text is JSON.
_VERBATIM = {"headers", "body"}

_listening = LogLevel.OFF
# Milliseconds since 1970; older records are those of the process that forked this one, which tells them itself.
_process_began = 0.0


def listen() -> bool:
    """Tells the core how much the logger wants. Whether it wants anything."""
    global _listening
    wanted = LogLevel.OFF
    for level, number in _LEVELS.items():
        if not LOGGER.isEnabledFor(number):
            break
        wanted = level
    if wanted is not _listening:
        boundary.set_log_level(wanted)
        _listening = wanted
    return is_listening()


def is_listening() -> bool:
    """Whether the core keeps records."""
    return _listening is not LogLevel.OFF


def forward() -> None:
    """Hands the logger what the core has to say."""
    # The thread that ends the process tells the rest: a daemon thread could be stopped amid a line.
    wait_where_process_ends()
    records: Any = boundary.take_log_records()
    for record in records:
        number = _LEVELS[record.level]
        if record.timestamp_ms >= _process_began and LOGGER.isEnabledFor(number):
            LOGGER.handle(_as_log_record(record, number))


def _as_log_record(record: Any, number: int) -> logging.LogRecord:
    details: dict[str, Any] = {field.name: field.value for field in record.fields}
    line = record.text + "".join(_shown(name, value) for name, value in details.items())
    extra = {name if name not in _TAKEN else f"{name}_": value for name, value in details.items()}
    # The place in Rust that speaks, such as rongcloud_recording::client.
    made = LOGGER.makeRecord(LOGGER.name, number, record.target, 0, line, (), None, extra=extra)
    made.created, made.msecs = record.timestamp_ms / 1000, float(record.timestamp_ms % 1000)
    return made


def _shown(name: str, value: str) -> str:
    if name in _VERBATIM:
        return f"\n    {name}: {value}"
    # Quoted where a value could otherwise pretend to be another line or detail.
    is_plain = value.isprintable() and " " not in value
    return f" {name}={value if is_plain else json.dumps(value, ensure_ascii=False)}"


def _begin_in_child() -> None:
    global _process_began
    _process_began = time.time() * 1000


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_in_child)
