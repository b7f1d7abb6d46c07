"""Waiting where threads are green, as gevent's are: many on one thread of the system.

A wait in the library would stop all of them. So a call is waited for by a descriptor, with the `select` that gevent has
put in place of the interpreter's own: the others go on meanwhile.
"""

from __future__ import annotations

import select
from collections.abc import Callable
from types import BuiltinFunctionType
from typing import Any, Protocol

from . import _native
from ._failures import CORE_ERRORS

# A constructor without arguments has no type that a checker can see.
_new_queue: Any = _native.CompletionQueue


class _Call(Protocol):
    def tell(self, queue: _native.CompletionQueue) -> int:
        """Lets the queue tell when there is an answer."""
        raise NotImplementedError


def are_threads_green() -> bool:
    """Whether the interpreter's own `select` has been replaced."""
    return not isinstance(select.select, BuiltinFunctionType)


def wait(call: _Call, seconds: float, between: Callable[[], object]) -> None:
    """Returns once a call has ended, if that can be watched. Calls back whenever so many seconds have passed."""
    try:
        queue: _native.CompletionQueue = _new_queue()
    except CORE_ERRORS:
        # This machine has no such descriptors, or none left: then all wait.
        return
    call.tell(queue)
    while not select.select([queue.descriptor()], [], [], seconds)[0]:
        between()
