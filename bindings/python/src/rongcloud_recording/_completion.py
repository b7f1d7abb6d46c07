"""The ends of calls on asyncio: one queue for each event loop, which its loop drains when the core has rung.

The core never calls into Python: a thread of its own that had to wait for the interpreter at each call's end would cost
more than all the rest of a call.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import weakref
from collections.abc import Callable
from typing import Any, Protocol

from . import _delivery, _interrupted, _log, _native
from ._failures import CORE_ERRORS
from ._packed import outcomes

# A constructor without arguments has no type that a checker can see.
_new_core: Any = _native.CompletionQueue
# How long a call may be under way before the log tells of it.
_SECONDS_BETWEEN_LOGS = 0.1
# Only the loop itself holds its queue, by what it calls when the descriptor is readable: with the loop's end it goes,
# and its descriptors with it, also where a call is still under way.
_queues: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, weakref.ref[Queue]] = weakref.WeakKeyDictionary()


class _Call(Protocol):
    def cancel(self) -> object:
        """Ends it, and raises what is known of it; the answer, where it has ended already."""


class Queue:
    """The ends of the calls of one event loop."""

    __slots__ = ("__weakref__", "_late", "_loop", "_process", "_telling", "_under_way", "_waiting", "core")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        # Nothing where the loop can't watch descriptors, as on Windows, or the process has none left.
        self.core: _native.CompletionQueue | None = None
        self._loop = loop
        self._process = os.getpid()
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        # Starts that had succeeded when their tasks, which don't know of their own cancellation yet, were cancelled.
        self._late: dict[int, Any] = {}
        self._under_way = 0
        self._telling = False
        with contextlib.suppress(NotImplementedError, *CORE_ERRORS):
            core: _native.CompletionQueue = _new_core()
            loop.add_reader(core.descriptor(), self._drain)
            self.core = core

    def begin(self) -> None:
        """A call begins; `end` must follow."""
        self._under_way += 1
        if _log.listen() and not self._telling:
            self._tell_later()

    def end(self) -> None:
        """A call has ended."""
        self._under_way -= 1

    def future(self, number: int) -> asyncio.Future[Any]:
        """What awaits a call's end: the recording started, or None where the call itself has the outcome."""
        self._waiting[number] = future = self._loop.create_future()
        return future

    # Both may be called while the interpreter takes itself apart: what tells is bound, because no global name is left.

    def interrupt(
        self, call: _Call, interruption: BaseException, _process_ends: Callable[[], bool] = _delivery.process_ends
    ) -> None:
        """Ends a call that nobody awaits any more, and tells its interruption what became of it."""
        if not _process_ends() and not isinstance(interruption, CORE_ERRORS):
            _interrupted.end(call.cancel, interruption)

    def interrupt_start(
        self,
        number: int,
        future: asyncio.Future[Any],
        interruption: BaseException,
        _process_ends: Callable[[], bool] = _delivery.process_ends,
    ) -> None:
        """As `interrupt`, for a start. Does nothing in a forked process, whose call it isn't."""
        self._waiting.pop(number, None)
        core = self.core
        if core is None or _process_ends() or self._process != os.getpid():
            return
        known = self._late.pop(number, None)
        if known is None and future.done() and not future.cancelled():
            known = future.result()
        _interrupted.end(lambda: core.cancel(number) if known is None else known, interruption)

    def _drain(self) -> None:
        """Hands out the outcomes of the calls that have ended."""
        if self.core is None or self._process != os.getpid():
            # This is a copy, and what rings is for the process that forked this one.
            return
        _delivery.wait_where_process_ends()
        is_log_waiting, ended = outcomes(self.core.take())
        try:
            if is_log_waiting:
                _log.forward()
        finally:
            # Whatever the logger's handlers raise.
            for number, outcome in ended:
                future = self._waiting.pop(number, None)
                if future is None:
                    continue
                if not future.done():
                    future.set_result(outcome)
                elif outcome is not None:
                    self._late[number] = outcome

    def _tell_later(self) -> None:
        self._telling = True
        self._loop.call_later(_SECONDS_BETWEEN_LOGS, self._tell)

    def _tell(self) -> None:
        # So that a request that hangs can be seen while it does.
        _log.forward()
        self._telling = False
        if self._under_way:
            self._tell_later()


def queue_of(loop: asyncio.AbstractEventLoop) -> Queue:
    """The queue of the running event loop."""
    known = _queues.get(loop)
    queue = None if known is None else known()
    if queue is None:
        queue = Queue(loop)
        _queues[loop] = weakref.ref(queue)
    return queue


def begin_in_child() -> None:
    """Leaves the queues to the process that forked this one: they tell of its calls."""
    global _queues
    _queues = weakref.WeakKeyDictionary()
