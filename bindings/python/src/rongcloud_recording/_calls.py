"""Calls of the core: how they begin and end, the same for every operation and both clients.

What fails is returned as `Failed`, so that the method that was called raises the error: its traceback then ends there,
and the error comes of no other.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Protocol, TypeVar

from . import _delivery, _log
from ._failures import CORE_ERRORS, public

# How long a blocking call may hold back a signal, such as Ctrl-C.
_SLICE = timedelta(milliseconds=100)

_T = TypeVar("_T")
_Answer = TypeVar("_Answer", covariant=True)


class Failed:
    """A call that failed: makes the error to raise."""

    __slots__ = ("cause", "error")

    def __init__(self, error: Callable[[], Exception], cause: Exception | None = None) -> None:
        self.error = error
        self.cause = cause


class Call(Protocol[_Answer]):
    """A call of the core under way."""

    def wait(self, longest: timedelta) -> _Answer | None:
        """The answer, or nothing where the call goes on after the time given."""

    def cancel(self) -> None:
        """Ends it."""


def attempted(call: Callable[..., _T], *arguments: Any) -> _T | Failed:
    """The outcome of a call that doesn't wait for anything."""
    try:
        return call(*arguments)
    except CORE_ERRORS as error:
        return Failed(public(error))


def waited_for(begin: Callable[..., Call[_T]], *arguments: Any) -> _T | Failed:
    """The outcome of a call to the service, waited for here."""
    try:
        with _log.Forwarding():
            return _answer(begin(*arguments))
    except CORE_ERRORS as error:
        _delivery.wait_where_process_ends()
        return Failed(public(error))


def _answer(call: Call[_T]) -> _T:
    try:
        while True:
            answer = call.wait(_SLICE)
            if answer is not None:
                return answer
            # So that a request that hangs can be seen while it does.
            _log.forward()
    except CORE_ERRORS:
        raise
    except BaseException:
        # Ctrl-C, or another exception out of a signal handler. The traceback keeps the call alive, so it is told.
        call.cancel()
        # It ends at once, on another thread; then the log has a record of it.
        with contextlib.suppress(*CORE_ERRORS):
            call.wait(_SLICE)
        raise


async def awaited(call: Callable[..., Awaitable[_T]], *arguments: Any) -> _T | Failed:
    """The outcome of a call to the service, awaited on asyncio."""
    loop = _running_loop()
    try:
        with _log.Forwarding() as listens:
            telling = _Telling(loop) if listens else None
            try:
                return await call(*arguments)
            finally:
                if telling is not None:
                    telling.end()
    except asyncio.CancelledError:
        # The call ends on another thread, and then the log has a record of it.
        loop.call_later(_SLICE.total_seconds(), _log.forward)
        raise
    except CORE_ERRORS as error:
        _delivery.wait_where_process_ends()
        return Failed(public(error))


class _Telling:
    """As the blocking client does: tells the log while a call lasts, so that one that hangs can be seen while it does.

    Ever less often, because there may be thousands of such calls.
    """

    __slots__ = ("_loop", "_next", "_pause")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._pause = _SLICE.total_seconds()
        self._next = loop.call_later(self._pause, self._tell)

    def _tell(self) -> None:
        _log.forward()
        self._pause *= 2
        self._next = self._loop.call_later(self._pause, self._tell)

    def end(self) -> None:
        """Tells no more."""
        self._next.cancel()


def _running_loop() -> asyncio.AbstractEventLoop:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        failure = RuntimeError(
            "AsyncRecordingClient needs a running asyncio event loop, such as asyncio.run makes; "
            "for code without one there is RecordingClient"
        )
    raise failure
