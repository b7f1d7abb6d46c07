"""Forwards the core's log to the logger `rongcloud_recording`.

The core keeps its records in a queue and calls nobody, so they are fetched at each call's end, of one that succeeded
too, because an attempt of it may have failed; and only when somebody listens. `request_id` and all other details are
attributes of the record, and stand in its line. Whoever fetches a record, it is logged in the context of its call: with
the context variables, and under the task's name, of whoever made the call.
"""

from __future__ import annotations

import asyncio
import contextvars
import json
import logging
import os
import threading
import time
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from ._ending import wait_where_process_ends
from ._library import Handle
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

T = TypeVar("T")


class _Caller(NamedTuple):
    """Whoever made a call."""

    logger: logging.Logger
    context: contextvars.Context
    task_name: str | None


# The callers of calls under way, by the calls' numbers.
_callers: dict[int, _Caller] = {}
# Held to fetch: by then, each call that has begun has its caller. Reentrant, because a signal's handler may make a
# call.
_beginning = threading.RLock()

_listening = LogLevel.OFF
# Milliseconds since 1970; older records are those of the process that forked this one, which tells them itself.
_process_began = 0.0


# All that some client's records go to.
_loggers: set[logging.Logger] = {LOGGER}


def log_to(asked: Handle, logger: logging.Logger) -> None:
    """Has the records of a client's calls go to a logger of its own."""
    asked.logger = logger
    _loggers.add(logger)


def log_alike(asked: Handle, other: Handle | None) -> None:
    """Has the records of a ledger's calls go where its client's go."""
    if other is not None:
        asked.logger = other.logger


def listen() -> bool:
    """Tells the core how much the loggers want. Whether any wants anything."""
    global _listening
    wanted = LogLevel.OFF
    for level, number in _LEVELS.items():
        if not any(logger.isEnabledFor(number) for logger in _loggers):
            break
        wanted = level
    if wanted is not _listening:
        boundary.set_log_level(wanted)
        _listening = wanted
    return is_listening()


def is_listening() -> bool:
    """Whether the core keeps records."""
    return _listening is not LogLevel.OFF


def begun(asked: Handle, begin: Callable[[], T]) -> T:
    """Begins a call, whose number that gives: its records are its caller's, until it has `ended`."""
    if not listen():
        return begin()
    with _beginning:
        number = begin()
        if isinstance(number, int):
            _callers[number] = _Caller(asked.logger or LOGGER, contextvars.copy_context(), _task_name())
    return number


# May be called while the interpreter takes itself apart: what it needs is bound, because no global name is left.
def ended(number: Any, _forget: Callable[..., object] = _callers.pop) -> None:
    """Forgets a call's caller."""
    _forget(number, None)


def forward() -> None:
    """Hands the logger what the core has to say."""
    # The thread that ends the process tells the rest: a daemon thread could be stopped amid a line.
    wait_where_process_ends()
    with _beginning:
        taken: Any = boundary.take_log_records()
        records = [(record, _callers.get(record.call)) for record in taken]
    for record, caller in records:
        number = _LEVELS[record.level]
        logger = LOGGER if caller is None else caller.logger
        if record.timestamp_ms < _process_began or not logger.isEnabledFor(number):
            continue
        made = _as_log_record(logger, record, number)
        if caller is None:
            logger.handle(made)
        else:
            made.taskName = caller.task_name
            # A copy, because its own task may be running in it.
            caller.context.copy().run(logger.handle, made)


def _task_name() -> str | None:
    try:
        task = asyncio.current_task()
    except RuntimeError:
        return None
    return None if task is None else task.get_name()


def _as_log_record(logger: logging.Logger, record: Any, number: int) -> logging.LogRecord:
    details = {it.name: it.value if it.number is None else it.number for it in record.fields}
    line = record.text + "".join(_shown(name, str(value)) for name, value in details.items())
    extra = {name if name not in _TAKEN else f"{name}_": value for name, value in details.items()}
    # The place in Rust that speaks, such as rongcloud_recording::client.
    made = logger.makeRecord(logger.name, number, record.target, 0, line, (), None, extra=extra)
    made.created, made.msecs = record.timestamp_ms / 1000, float(record.timestamp_ms % 1000)
    return made


def _shown(name: str, value: str) -> str:
    if name in _VERBATIM:
        return f"\n    {name}: {value}"
    # Quoted where a value could otherwise pretend to be another line or detail.
    is_plain = value.isprintable() and " " not in value
    return f" {name}={value if is_plain else json.dumps(value, ensure_ascii=False)}"


def _begin_in_child() -> None:
    global _beginning, _process_began
    # Another thread may have held it, which the child doesn't have.
    _beginning = threading.RLock()
    _callers.clear()
    _process_began = time.time() * 1000


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_in_child)
