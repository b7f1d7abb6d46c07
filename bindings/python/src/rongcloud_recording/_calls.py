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

from . import _delivery, _green, _interrupted, _log, _native
from ._completion import Queue, queue_of
from ._failures import CORE_ERRORS, public
from ._native import StartedRecording
from ._packed import outcomes

# How long a blocking call may hold back a signal, such as Ctrl-C.
_SLICE_MILLISECONDS = 100
_SLICE = timedelta(milliseconds=_SLICE_MILLISECONDS)
# For a call that has ended.
_AT_ONCE = timedelta(0)

_T = TypeVar("_T")
_Answer = TypeVar("_Answer", covariant=True)


class Failed:
    """A call that failed: makes the error to raise."""

    __slots__ = ("cause", "error")

    def __init__(self, error: Callable[[], BaseException], cause: Exception | None = None) -> None:
        self.error = error
        self.cause = cause


class Call(Protocol[_Answer]):
    """A call of the core under way."""

    def wait(self, longest: timedelta) -> _Answer | None:
        """The answer, or nothing where the call goes on after the time given."""

    def ended(self) -> Awaitable[_Answer]:
        """The answer, told by the core."""
        raise NotImplementedError

    def tell(self, queue: _native.CompletionQueue) -> int:
        """Lets the queue tell when there is an answer, under the number returned."""
        raise NotImplementedError

    def cancel(self) -> _Answer:
        """Ends it, and raises what is known of it; the answer, where it has ended already."""
        raise NotImplementedError


def attempted(call: Callable[..., _T], *arguments: Any) -> _T | Failed:
    """The outcome of a call that doesn't wait for anything."""
    try:
        return call(*arguments)
    except CORE_ERRORS as error:
        return Failed(public(error))


def waited_for(begin: Callable[..., Call[_T]], *arguments: Any) -> _T | Failed:
    """The outcome of a call to the service, waited for here."""
    return _waited_for(lambda call: (call.wait(_SLICE), True), begin, *arguments)


def start_waited_for(client: _native.NativeClient, *arguments: Any) -> StartedRecording | Failed:
    """The outcome of a start, waited for here."""
    return _waited_for(_wait_for_start, client.begin_start_packed, *arguments)


def _wait_for_start(call: _native.StartCall) -> tuple[StartedRecording | None, bool]:
    packed = call.wait_packed(_SLICE_MILLISECONDS)
    if not packed:
        return None, True
    is_log_waiting, ((_, started),) = outcomes(packed)
    return (call.wait(_AT_ONCE) if started is None else started), is_log_waiting


def _waited_for(
    wait: Callable[[Any], tuple[_T | None, bool]], begin: Callable[..., Any], *arguments: Any
) -> _T | Failed:
    """The outcome of a call; `wait` returns a slice's answer and whether the log may have records to fetch."""
    is_log_waiting, call = True, None
    try:
        try:
            _log.listen()
            call = begin(*arguments)
            if _green.are_threads_green():
                _green.wait(call, _SLICE.total_seconds(), _log.forward)
            while True:
                answer, is_log_waiting = wait(call)
                if answer is not None:
                    return answer
                # So that a request that hangs can be seen while it does.
                _log.forward()
        except CORE_ERRORS as error:
            _delivery.wait_where_process_ends()
            return Failed(public(error))
        finally:
            if is_log_waiting:
                _log.forward()
    except BaseException as interruption:
        # Ctrl-C, or another exception out of a signal's or the log's handler. The traceback keeps the call alive, so it
        # is ended here.
        if call is not None:
            _interrupted.end(call.cancel, interruption)
            # It ends at once, on another thread; then the log has a record of it.
            with contextlib.suppress(*CORE_ERRORS):
                call.wait(_SLICE)
            _log.forward()
        raise


def awaited(begin: Callable[..., Call[_T]], *arguments: Any) -> Awaitable[_T | Failed]:
    """The outcome of a call to the service, awaited on asyncio."""
    return _awaited(_ended, begin, *arguments)


def start_awaited(client: _native.NativeClient, *arguments: Any) -> Awaitable[StartedRecording | Failed]:
    """The outcome of a start, awaited on asyncio."""
    return _awaited(_started, client, *arguments)


async def _awaited(answer: Callable[..., Awaitable[_T]], *arguments: Any) -> _T | Failed:
    loop = _running_loop()
    queue = queue_of(loop)
    queue.begin()
    try:
        return await answer(queue, *arguments)
    except GeneratorExit:
        # Nobody awaits it any more, perhaps because the interpreter takes itself apart and no other name is left.
        raise
    except asyncio.CancelledError:
        # The call ends on another thread, and then the log has a record of it.
        loop.call_later(_SLICE.total_seconds(), _log.forward)
        raise
    except CORE_ERRORS as error:
        _log.forward()
        _delivery.wait_where_process_ends()
        return Failed(public(error))
    finally:
        queue.end()


async def _ended(queue: Queue, begin: Callable[..., Call[_T]], *arguments: Any) -> _T:
    call = begin(*arguments)
    try:
        if queue.core is not None:
            await queue.future(call.tell(queue.core))
            answer = call.wait(_AT_ONCE)
            if answer is not None:
                return answer
        # Where the loop can't watch descriptors, the core calls back.
        answer = await call.ended()
        _log.forward()
    except BaseException as interruption:
        queue.interrupt(call, interruption)
        raise
    return answer


async def _started(queue: Queue, client: _native.NativeClient, *arguments: Any) -> StartedRecording:
    if queue.core is None:
        return await _ended(queue, client.begin_start_packed, *arguments)
    number = client.queue_start(queue.core, *arguments)
    future = queue.future(number)
    try:
        answer = await future
    except BaseException as interruption:
        queue.interrupt_start(number, future, interruption)
        raise
    return queue.core.outcome(number) if answer is None else answer


def _running_loop() -> asyncio.AbstractEventLoop:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        failure = RuntimeError(
            "AsyncRecordingClient needs a running asyncio event loop, such as asyncio.run makes; "
            "for code without one there is RecordingClient"
        )
    raise failure
