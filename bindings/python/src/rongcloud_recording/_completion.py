"""The ends of calls on asyncio: one queue for each event loop, which its loop drains when the core has told it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import weakref
from collections.abc import Callable, Iterable
from typing import Any

from . import _interrupted, _log
from ._ending import process_ends, wait_where_process_ends
from ._library import Failed, Handle
from ._native import boundary

# How long a call may be under way before the log tells of it.
_SECONDS_BETWEEN_LOGS = 0.1
# How often a loop that can't watch descriptors looks.
_SECONDS_BETWEEN_LOOKS = 0.01
# Only the loop itself holds its queue, by what it calls when the descriptor is readable: with the loop's end it goes,
# and its descriptors with it, also where a call is still under way.
_queues: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, weakref.ref[Queue]] = weakref.WeakKeyDictionary()


class Queue:
    """The ends of the calls of one event loop."""

    __slots__ = (
        "__weakref__",
        "_late",
        "_looking",
        "_looks",
        "_loop",
        "_process",
        "_telling",
        "_under_way",
        "_waiting",
        "core",
    )

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        core = boundary.completion_queue_new()
        if isinstance(core, Failed):
            raise core.error()
        self.core: Handle = core
        self._loop = loop
        self._process = os.getpid()
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        # Calls that had ended when their tasks, which don't know of their own cancellation yet, were cancelled.
        self._late: dict[int, Any] = {}
        self._under_way = 0
        self._telling = False
        # Whether it has to look at all, and does.
        self._looks = True
        self._looking = False
        with contextlib.suppress(NotImplementedError):
            descriptor = boundary.completion_queue_descriptor(core)
            if isinstance(descriptor, int):
                loop.add_reader(descriptor, self._drain)
                self._looks = False

    def begin(self) -> None:
        """A call begins; `end` must follow."""
        self._under_way += 1
        if self._looks and not self._looking:
            self._look()
        if _log.listen() and not self._telling:
            self._tell_later()

    def end(self) -> None:
        """A call has ended."""
        self._under_way -= 1

    def future(self, number: int) -> asyncio.Future[Any]:
        """What awaits a call's end."""
        self._waiting[number] = future = self._loop.create_future()
        return future

    # May be called while the interpreter takes itself apart: what tells is bound, because no global name is left.
    def interrupt(
        self,
        number: int,
        future: asyncio.Future[Any],
        interruption: BaseException,
        _process_ends: Callable[[], bool] = process_ends,
    ) -> None:
        """Ends a call that nobody awaits any more, and tells its interruption what became of it.

        Does nothing in a forked process, whose call it isn't.
        """
        self._waiting.pop(number, None)
        if _process_ends() or self._process != os.getpid():
            return
        known = self._late.pop(number, None)
        if known is None and future.done() and not future.cancelled():
            known = future.result()
        _interrupted.end(known or boundary.completion_queue_cancel(self.core, number), interruption)

    def _drain(self) -> None:
        """Hands out the outcomes of the calls that have ended."""
        if self._process != os.getpid():
            # This is a copy, and what is told is for the process that forked this one.
            return
        wait_where_process_ends()
        taken: Any = None
        try:
            taken = boundary.completion_queue_take.told([self.core])
            self._hand_out((it.number, it) for it in taken.ended)
        except BaseException:
            # A signal's handler raised it, and the loop may go on all the same: nobody may be left waiting. Where it is
            # lost what was taken, all calls are ended, of which those that had ended tell their outcomes.
            cancel = boundary.completion_queue_cancel_and_tell.told
            numbers = list(self._waiting) if taken is None else [it.number for it in taken.ended]
            self._hand_out((number, cancel([self.core, number])) for number in numbers)
            raise
        # Last, as the logger's handlers may raise anything.
        if taken.is_log_waiting:
            _log.forward()

    def _hand_out(self, ended: Iterable[tuple[int, Any]]) -> None:
        """Tells those who await calls of their ends, of each once."""
        for number, completion in ended:
            future = self._waiting.get(number)
            if future is None:
                continue
            if future.cancelled():
                self._late[number] = completion
            elif not future.done():
                future.set_result(completion)
            del self._waiting[number]

    def _look(self) -> None:
        try:
            self._drain()
        finally:
            # Whatever the logger's handlers raise.
            self._looking = self._under_way > 0
            if self._looking:
                self._loop.call_later(_SECONDS_BETWEEN_LOOKS, self._look)

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
