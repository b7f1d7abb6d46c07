"""What the end of the process and `fork` ask of a library with threads."""

from __future__ import annotations

import atexit
import os

from . import _completion, _log
from ._ending import begin_end_of_process
from ._native import boundary

# The threads wait for sockets only, so that they end at once; a name being resolved may take longer and is left behind.
_LONGEST_END_SECONDS = 1


def _end() -> None:
    """Ends the library's threads, and tells of the calls that ended with them."""
    begin_end_of_process()
    # Where it fails, there is nobody left to raise it to.
    boundary.shut_down_runtime(_LONGEST_END_SECONDS)
    _log.forward()


atexit.register(_end)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_completion.begin_in_child)
