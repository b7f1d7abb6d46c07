"""From the core's errors to the exceptions to raise."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from . import _native
from ._errors import (
    InternalError,
    InvalidInputError,
    NotSentError,
    NotSentTimeoutError,
    OutcomeUnknownError,
    OutcomeUnknownTimeoutError,
    RecordingCancelledError,
    RecordingError,
    RefusedError,
    UnreadableReplyError,
)
from ._native import FailureCause

_CLASSES: dict[Any, type[RecordingError]] = {
    kind._variant: kind
    for kind in (
        InvalidInputError,
        NotSentError,
        OutcomeUnknownError,
        RefusedError,
        UnreadableReplyError,
        RecordingCancelledError,
        InternalError,
    )
}
_TIMEOUTS: dict[type[RecordingError], type[RecordingError]] = {
    NotSentError: NotSentTimeoutError,
    OutcomeUnknownError: OutcomeUnknownTimeoutError,
}

# An exception, which a type checker can't see.
_core: Any = _native.RecordingError
# What a call of the core may raise: its own error, or the one of a panic.
CORE_ERRORS: tuple[type[Exception], ...] = (_core, _native.InternalError)


def public(error: Exception) -> Callable[[], RecordingError]:
    """Makes the exception to raise for an error of the core.

    A function that makes it, because an exception that a frame on its own traceback holds isn't freed at once.
    """
    kind = _CLASSES.get(type(error))
    if kind is None:
        # A panic's own text may hold anything: it stays out.
        return functools.partial(InternalError, reason="a defect in this library stopped the call")
    fields = vars(error)
    if fields.get("cause") is FailureCause.TIMEOUT:
        kind = _TIMEOUTS[kind]
    return functools.partial(kind, **fields)
