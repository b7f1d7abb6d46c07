"""How the end of a call reaches the code that waits for it, and what becomes of that when the process ends.

While the interpreter takes itself apart, only daemon threads can still be waiting: the others have been joined. As for
any daemon thread at that time, its wait then doesn't end, instead of ending in an error that nobody can handle. And
none may be on its way from the library into Python: the interpreter ends such a thread, which the library's frames
beneath don't survive.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Any

_end = threading.Event()
# Bound, because it is asked while the interpreter takes itself apart, too.
process_ends = _end.is_set
# The threads within calls that may call back; a set, whose operations need no lock that a fork could leave held.
_within: set[int] = set()


def begin_end_of_process(longest: float) -> None:
    """From here on no call's end is told to daemon threads. Waits until none of them is on its way into Python."""
    _end.set()
    until = time.monotonic() + longest
    while _within and time.monotonic() < until:
        time.sleep(0.001)


def begin_in_child() -> None:
    """Forgets the threads that a forked process doesn't have."""
    _within.clear()


def wait_where_process_ends() -> None:
    """Returns, unless this is a daemon thread of a process that is ending."""
    if process_ends() and threading.current_thread().daemon:
        threading.Event().wait()


def enter(call: Callable[..., object], *arguments: Any) -> None:
    """Makes a call to the library that may call back into Python before it returns."""
    thread = threading.get_ident()
    _within.add(thread)
    # Looked at only now, so that the end of the process either sees this thread or is seen by it.
    if process_ends():
        _within.discard(thread)
        wait_where_process_ends()
    try:
        call(*arguments)
    finally:
        _within.discard(thread)


def free(call: Callable[..., object], *arguments: Any, _process_ends: Callable[[], bool] = process_ends) -> None:
    """Frees what the library holds for a call, unless the process ends."""
    if not _process_ends():
        enter(call, *arguments)


def call_soon(loop: asyncio.AbstractEventLoop, callback: Callable[..., object], *arguments: Any) -> None:
    """Calls back on the event loop, from any thread."""
    if process_ends() and not _is_running_here(loop):
        return
    try:
        loop.call_soon_threadsafe(callback, *arguments)
    except RuntimeError:
        # Closed with calls under way: nobody waits for them any more.
        if not loop.is_closed():
            raise


def _is_running_here(loop: asyncio.AbstractEventLoop) -> bool:
    try:
        return asyncio.get_running_loop() is loop
    except RuntimeError:
        return False
