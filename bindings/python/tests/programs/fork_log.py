"""Leaves a log record in the library's queue, forks, and counts the starts that each side's logger is told of."""

import logging
import os
import sys
import warnings

from rongcloud_recording import RecordingClient, RecordingProfile, _log

PROFILE = RecordingProfile.from_json('{"videoFormat":"mp4","audioFormat":"aac","sliceMin":60}')

warnings.simplefilter("ignore", DeprecationWarning)
told: list[logging.LogRecord] = []


class Counter(logging.Handler):
    """Keeps what it is told."""

    def emit(self, record: logging.LogRecord) -> None:
        """Keeps it."""
        told.append(record)


logging.basicConfig(level=logging.INFO, handlers=[Counter()])
client = RecordingClient()
forward, _log.forward = _log.forward, lambda: None
client.start("room1", "aaa", PROFILE)
_log.forward = forward
child = os.fork()
client.start("room1", "aaa", PROFILE)
# In one piece, also where output is unbuffered: the two sides must not mix.
sys.stdout.write(f"{'parent' if child else 'child'}: {len(told)}\n")
sys.stdout.flush()
if child:
    sys.exit(os.waitpid(child, 0)[1])
