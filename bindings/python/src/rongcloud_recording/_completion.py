"""The ends of calls on asyncio: one queue for each event loop, which its loop drains when the core has rung.

The core never calls into Python: a thread of its own that had to wait for the interpreter at each call's end would cost
more than all the rest of a call.
"""

from __future__ import annotations

import asyncio
import os
import weakref
from typing import Any

from . import _delivery, _log, _native
from ._failures import CORE_ERRORS
from ._packed import outcomes

# Only the loop itself holds its queue, by what it calls when the descriptor is readable: with the loop's end it goes,
# and its descriptors with it, also where a call is still under way.
_queues: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, weakref.ref[Queue]] = weakref.WeakKeyDictionary()


class Queue:
    """The ends of the calls of one event loop."""

    __slots__ = ("__weakref__", "_process", "_waiting", "core")

    def __init__(self) -> None:
        self.core = _native.CompletionQueue()
        self._process = os.getpid()
        self._waiting: dict[int, asyncio.Future[Any]] = {}

    def future(self, number: int, loop: asyncio.AbstractEventLoop) -> asyncio.Future[Any]:
        """What awaits a call's end: the recording started, or None where the call itself has the outcome."""
        self._waiting[number] = future = loop.create_future()
        return future

    def cancel_start(self, number: int) -> None:
        """Ends a start that nobody awaits any more. Does nothing in a forked process, whose call it isn't."""
        self._waiting.pop(number, None)
        if self._process == os.getpid():
            self.core.cancel(number)

    def drain(self) -> None:
        """Hands out the outcomes of the calls that have ended."""
        if self._process != os.getpid():
            # This is a copy, and what rings is for the process that forked this one.
            return
        _delivery.wait_where_process_ends()
        is_log_waiting, ended = outcomes(self.core.take())
        if is_log_waiting:
            _log.forward()
        for number, outcome in ended:
            future = self._waiting.pop(number, None)
            if future is not None and not future.done():
                future.set_result(outcome)


def queue_of(loop: asyncio.AbstractEventLoop) -> Queue | None:
    """The queue of a running event loop; nothing where it can't wait for descriptors, as on Windows, or has none left."""
    known = _queues.get(loop)
    queue = None if known is None else known()
    if queue is None:
        try:
            queue = Queue()
            loop.add_reader(queue.core.descriptor(), queue.drain)
        except (NotImplementedError, *CORE_ERRORS):
            return None
        _queues[loop] = weakref.ref(queue)
    return queue


def begin_in_child() -> None:
    """Leaves the queues to the process that forked this one: they tell of its calls."""
    global _queues
    _queues = weakref.WeakKeyDictionary()
