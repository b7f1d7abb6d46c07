"""Waits in a start until Ctrl-C; then, if told to go on, for ever."""

import asyncio
import signal
import sys
import threading

from rongcloud_recording import AsyncRecordingClient, RecordingProfile

# A program that was begun in the background ignores Ctrl-C otherwise, and so do those that it begins.
signal.signal(signal.SIGINT, signal.default_int_handler)

PROFILE = RecordingProfile.from_json('{"videoFormat":"mp4","audioFormat":"aac","sliceMin":60}')


async def main() -> None:
    """Starts one recording."""
    await AsyncRecordingClient(timeout=600).start("room1", "aaa", PROFILE)


try:
    asyncio.run(main())
except KeyboardInterrupt:
    if len(sys.argv) == 1:
        raise
    threading.Event().wait()
