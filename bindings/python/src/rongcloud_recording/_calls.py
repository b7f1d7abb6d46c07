"""Calls of the core: how they begin and end, the same for every operation of clients and ledgers.

The core never calls into Python: a thread of its own that had to wait for the interpreter at each call's end would cost
more than all the rest of a call.
"""

from __future__ import annotations

import asyncio
import select
from collections.abc import Coroutine
from types import BuiltinFunctionType
from typing import Any, TypeVar

from . import _interrupted, _log, _observed
from ._completion import queue_of
from ._ending import wait_where_process_ends
from ._library import Failed, Handle, Operation
from ._native import boundary

T = TypeVar("T")

# How long a blocking call may hold back a signal, such as Ctrl-C.
_SLICE_SECONDS = 0.1
_SLICE = int(_SLICE_SECONDS * 1e9)


def waited_for(asked: Handle, operation: Operation[T], *values: Any) -> T | Failed:
    """The outcome of a call of a client or a ledger, waited for here."""
    if _observed.observe is None:
        return _waited_for(asked, operation, *values)
    with _observed.observe(operation.name) as ended:
        outcome = _waited_for(asked, operation, *values)
        ended(outcome.error() if isinstance(outcome, Failed) else outcome)
    return outcome


def _waited_for(asked: Handle, operation: Operation[T], *values: Any) -> T | Failed:
    request = operation.encoded(*values)
    # One of its own, with which the call ends, whatever interrupts it.
    queue = boundary.completion_queue_new.told([])
    if isinstance(request, Failed):
        return request
    if isinstance(queue, Failed):
        return queue
    number: Any = None
    try:
        number = _log.begun(asked, lambda: operation.begin.told([asked, queue, request]))
        if isinstance(number, Failed):
            return _broken_off(number)
        if not isinstance(select.select, BuiltinFunctionType):
            _let_others_run(queue)
        while True:
            taken: Any = boundary.completion_queue_wait.told([queue, _SLICE])
            if isinstance(taken, Failed):
                return _broken_off(taken)
            # Also while it lasts, so that a request that hangs can be seen.
            if taken.is_log_waiting:
                _log.forward()
            if taken.ended:
                return _ended(taken.ended[0])
    except BaseException as interruption:
        # Ctrl-C, or another exception out of a signal's or the log's handler, perhaps before it was known here that the
        # call had begun, or ended. The traceback keeps the queue alive, so the call is ended here.
        known: Any = boundary.completion_queue_cancel_all.told([queue])
        for completion in [known] if isinstance(known, Failed) else known:
            _interrupted.end(completion, interruption)
            if _log.is_listening():
                # It ends at once, on another thread; then the log has a record of it.
                boundary.completion_queue_wait.told([queue, _SLICE])
                _log.forward()
        raise
    finally:
        _log.ended(number)


def _let_others_run(queue: Handle) -> None:
    """Waits for the queue's only call where threads are green, as gevent's are: many on one thread of the system.

    A wait in the library would stop all of them. So this waits for a descriptor, with the `select` that gevent has put
    in place of the interpreter's own.
    """
    descriptor = boundary.completion_queue_descriptor.told([queue])
    # Where this machine has no such descriptors, or none left, all wait.
    while isinstance(descriptor, int) and not select.select([descriptor], [], [], _SLICE_SECONDS)[0]:
        _log.forward()


def awaited(asked: Handle, operation: Operation[T], *values: Any) -> Coroutine[Any, Any, T | Failed]:
    """The outcome of a call of a client or a ledger, awaited on asyncio."""
    if _observed.observe is None:
        return _awaited(asked, operation, *values)
    return _observed_while_awaited(_observed.observe, asked, operation, *values)


async def _observed_while_awaited(
    observe: _observed.Observe, asked: Handle, operation: Operation[T], *values: Any
) -> T | Failed:
    with observe(operation.name) as ended:
        outcome = await _awaited(asked, operation, *values)
        ended(outcome.error() if isinstance(outcome, Failed) else outcome)
    return outcome


async def _awaited(asked: Handle, operation: Operation[T], *values: Any) -> T | Failed:
    request = operation.encoded(*values)
    if isinstance(request, Failed):
        return request
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        loop = None
    if loop is None:
        raise RuntimeError(
            "AsyncRecordingClient needs a running asyncio event loop, such as asyncio.run makes, as does its ledger; "
            "for code without one there are RecordingClient and RecordingLedger"
        )
    queue = queue_of(loop)
    queue.begin()
    number: Any = None
    ended = _log.ended
    try:
        number = _log.begun(asked, lambda: operation.begin.told([asked, queue.core, request]))
        if isinstance(number, Failed):
            return _broken_off(number)
        future = queue.future(number)
        try:
            completion = await future
        except BaseException as interruption:
            queue.interrupt(number, future, interruption)
            raise
    except GeneratorExit:
        # Nobody awaits it any more, perhaps because the interpreter takes itself apart and no other name is left.
        raise
    except asyncio.CancelledError:
        # The call ends on another thread, and then the log has a record of it.
        loop.call_later(_SLICE_SECONDS, _last_word, number)
        number = None
        raise
    finally:
        queue.end()
        ended(number)
    outcome: T | Failed = _ended(completion)
    return outcome


def _last_word(number: Any) -> None:
    _log.forward()
    _log.ended(number)


def _broken_off(failed: Failed) -> Failed:
    _log.forward()
    wait_where_process_ends()
    return failed


def _ended(completion: Any) -> Any | Failed:
    outcome = _interrupted.outcome(completion)
    if isinstance(outcome, Failed):
        wait_where_process_ends()
    return outcome
