"""What a call came to, as one JSON object."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from rongcloud_recording import (
    InternalError,
    InvalidInputError,
    NotSentError,
    OutcomeUnknownError,
    RecordingCancelledError,
    RecordingError,
    RefusedError,
    UnreadableReplyError,
)

KINDS: dict[type[RecordingError], str] = {
    InvalidInputError: "invalid_input",
    NotSentError: "not_sent",
    OutcomeUnknownError: "outcome_unknown",
    RefusedError: "refused",
    UnreadableReplyError: "unreadable_reply",
    RecordingCancelledError: "cancelled",
    InternalError: "internal",
}


def outcome_of(call: Callable[[], object]) -> dict[str, Any]:
    """Calls, and tells how long that took and what came of it. Whatever isn't the library's error is raised."""
    began = time.monotonic()
    error: RecordingError | None = None
    try:
        call()
    except RecordingError as raised:
        error = raised
    elapsed_ms = round((time.monotonic() - began) * 1000)
    if error is None:
        known = {"outcome": "ok", "cause": None, "status": None, "code": None, "retryable": False, "maybe_sent": True}
        return {**known, "reason": None, "elapsed_ms": elapsed_ms}
    cause = getattr(error, "cause", None)
    return {
        "outcome": next(name for kind, name in KINDS.items() if isinstance(error, kind)),
        "cause": None if cause is None else cause.name.lower(),
        "status": error.status,
        "code": error.code,
        "retryable": error.is_retryable,
        "maybe_sent": error.maybe_sent,
        "reason": getattr(error, "reason", None),
        "elapsed_ms": elapsed_ms,
    }
