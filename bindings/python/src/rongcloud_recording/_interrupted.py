"""What became of a call; also of one that was interrupted: a cancelled task's, or one amid which Ctrl-C was pressed.

The exception that interrupted it carries that on: it is the caller's own, and not for this library to replace.
"""

from __future__ import annotations

from typing import Any

from ._library import Failed, raised_as
from ._native.boundary import FAILURE

_ERROR, _ANSWER = "recording_error", "recording_answer"


def outcome(completion: Any) -> Any:
    """The answer of a call that has ended, or its failure."""
    if isinstance(completion, Failed):
        return completion
    return completion.reply if completion.failure is None else Failed(raised_as[FAILURE](completion.failure))


def end(completion: Any, interruption: BaseException) -> None:
    """Tells the exception that interrupted a call what is known of the call."""
    known = outcome(completion)
    error = known.error() if isinstance(known, Failed) else None
    setattr(interruption, _ERROR, error)
    setattr(interruption, _ANSWER, None if error else known)
    if hasattr(interruption, "add_note"):
        interruption.add_note(str(error) if error else _had_succeeded(known))


def _had_succeeded(answer: Any) -> str:
    started = answer.recording if hasattr(answer, "is_mine") else answer
    if hasattr(started, "record_type"):
        return f"the start had succeeded already: recording {started.record_id} (request {started.request_id})"
    return f"the call had succeeded already (request {getattr(answer, 'request_id', 'unknown')})"


def found(interruption: BaseException) -> Any:
    """What is known of the call that an exception has interrupted, or one that it came of. None where none was."""
    seen: set[int] = set()
    error: BaseException | None = interruption
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        for name in (_ERROR, _ANSWER):
            if (known := getattr(error, name, None)) is not None:
                return known
        error = error.__cause__ or error.__context__
    return None
