"""What the end of the process and `fork` ask of a library with threads."""

from __future__ import annotations

import atexit
import contextlib
import os
import threading
from datetime import timedelta
from typing import Any

from . import _completion, _delivery, _log, _native
from ._failures import CORE_ERRORS

# The threads wait for sockets only, so that they end at once; a name being resolved may take longer and is left behind.
_LONGEST_END = timedelta(seconds=1)


def _end() -> None:
    """Ends the library's threads while the interpreter can still be entered by them."""
    _delivery.begin_end_of_process(_LONGEST_END.total_seconds())
    # There is nobody left to raise it to.
    with contextlib.suppress(*CORE_ERRORS):
        _native.shut_down_runtime(_LONGEST_END)
        # Of the calls that ended with it.
        _log.forward()


def _begin_in_child() -> None:
    """Replaces what other threads may have held when the process forked: of locks there are the generated code's."""
    _delivery.begin_in_child()
    _completion.begin_in_child()
    waiting: Any = _native.rongcloud_recording._UniffiContinuationHandleMap
    waiting._lock = threading.Lock()


atexit.register(_end)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_in_child)
