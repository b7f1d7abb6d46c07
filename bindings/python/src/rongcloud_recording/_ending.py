"""What becomes of those who wait when the process ends.

While the interpreter takes itself apart, only daemon threads can still be waiting: the others have been joined. As for
any daemon thread at that time, its wait then doesn't end, instead of ending in an error that nobody can handle.
"""

import threading

_end = threading.Event()
# Bound, because it is asked while the interpreter takes itself apart, too.
process_ends = _end.is_set
begin_end_of_process = _end.set


def wait_where_process_ends() -> None:
    """Returns, unless this is a daemon thread of a process that is ending."""
    if process_ends() and threading.current_thread().daemon:
        threading.Event().wait()
