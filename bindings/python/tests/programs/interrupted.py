"""Waits in a start until Ctrl-C; then, if told to go on, for ever."""

import signal
import sys
import threading

from rongcloud_recording import RecordingClient, RecordingProfile

# A program that was begun in the background ignores Ctrl-C otherwise, and so do those that it begins.
signal.signal(signal.SIGINT, signal.default_int_handler)

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
