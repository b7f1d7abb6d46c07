"""Waits in a start until Ctrl-C, and says so; then, if told so, tells what became of it, or goes on for ever."""

import asyncio
import logging
import signal
import sys
import threading
from typing import Any

from rongcloud_recording import AsyncRecordingClient, RecordingProfile, interrupted_outcome

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


async def main() -> None:
    """Starts one recording."""
    await AsyncRecordingClient(timeout=600).start("room1", "aaa", PROFILE)


try:
    asyncio.run(main())
except KeyboardInterrupt as interrupt:
    if len(sys.argv) == 1:
        raise
    if sys.argv[1] == "tell":
        error: Any = interrupted_outcome(interrupt)
        print(type(error).__name__, error.request_id, "may be recording:", error.may_be_recording)
        sys.exit()
    threading.Event().wait()
