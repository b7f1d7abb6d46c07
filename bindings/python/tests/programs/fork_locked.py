"""Forks at the moment at which another thread would hold the generated code's lock, and starts in the child."""

import asyncio
import os
import signal
import sys
import warnings

from rongcloud_recording import AsyncRecordingClient, RecordingProfile, _native

PROFILE = RecordingProfile.from_json('{"videoFormat":"mp4","audioFormat":"aac","sliceMin":60}')

warnings.simplefilter("ignore", DeprecationWarning)
with _native.rongcloud_recording._UniffiContinuationHandleMap._lock:
    child = os.fork()
    if child == 0:
        # A child that waits for the lock is ended by this.
        signal.alarm(30)
        asyncio.run(AsyncRecordingClient().start("room1", "aaa", PROFILE))
        print("started", flush=True)
        os._exit(0)
sys.exit(os.waitpid(child, 0)[1])
