"""Waits in a start until Ctrl-C, and says so; then, if told to go on, for ever."""

import logging
import signal
import sys
import threading

from rongcloud_recording import RecordingClient, RecordingProfile

# A program that was begun in the background ignores Ctrl-C otherwise, and so do those that it begins.
signal.signal(signal.SIGINT, signal.default_int_handler)


class Says(logging.Handler):
    """Says that the call has begun: not while it begins, as the simulator could."""

    def emit(self, record: logging.LogRecord) -> None:
        """Tells of the request."""
        if record.getMessage().startswith("request "):
            print("waits", flush=True)


logging.getLogger("rongcloud_recording").addHandler(Says())
logging.getLogger("rongcloud_recording").setLevel(logging.DEBUG)

PROFILE = RecordingProfile.from_json('{"videoFormat":"mp4","audioFormat":"aac","sliceMin":60}')

client = RecordingClient(timeout=600)
try:
    client.start("room1", "aaa", PROFILE)
except KeyboardInterrupt as interrupt:
    if len(sys.argv) == 1:
        raise
    # As a program would that logs it with its traceback later.
    kept = interrupt
    threading.Event().wait()
