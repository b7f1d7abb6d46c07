"""What became of a call that was interrupted: a cancelled task's, or one amid which Ctrl-C was pressed.

The exception that interrupted it carries that on: it is the caller's own, and not for this library to replace.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from ._errors import RecordingError
from ._failures import CORE_ERRORS, public
from ._native import Acknowledged, Room, StartedRecording

_ERROR, _ANSWER = "recording_error", "recording_answer"

_Outcome: TypeAlias = RecordingError | StartedRecording | Acknowledged | Room


def end(cancel: Callable[[], Any], interruption: BaseException) -> None:
    """Ends a call, and tells the exception that interrupted it what is known of the call."""
    error: RecordingError | None = None
    answer: Any = None
    try:
        answer = cancel()
    except CORE_ERRORS as failure:
        error = public(failure)()
    setattr(interruption, _ERROR, error)
    setattr(interruption, _ANSWER, answer)
    if hasattr(interruption, "add_note"):
        interruption.add_note(str(error) if error is not None else _had_succeeded(answer))


def _had_succeeded(answer: Any) -> str:
    if isinstance(answer, StartedRecording):
        return f"the start had succeeded already: recording {answer.record_id} (request {answer.request_id})"
    return f"the call had succeeded already (request {answer.request_id})"


def interrupted_outcome(interruption: BaseException) -> _Outcome | None:
    """What is known of the call that an exception has interrupted.

    The exception may be any that ended a call from this side: `asyncio.CancelledError` of a cancelled task,
    `TimeoutError` of `asyncio.timeout`, `KeyboardInterrupt`, gevent's `GreenletExit`, or one that a signal's handler
    raised. The outcome stands in its attributes `recording_error` and `recording_answer`, one of which is None, and as
    a sentence in its notes; this looks for it in the exceptions that it came of, too.

    Returns: a `RecordingError` where the call was ended or had failed already: its `maybe_sent` tells whether the
    request had left, and `may_be_recording` what that means. The call's answer where it had succeeded already: of a
    start, the recording that is running now. None where no call was interrupted.
    """
    seen: set[int] = set()
    error: BaseException | None = interruption
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        for name in (_ERROR, _ANSWER):
            outcome: _Outcome | None = getattr(error, name, None)
            if outcome is not None:
                return outcome
        error = error.__cause__ or error.__context__
    return None
