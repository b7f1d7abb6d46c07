"""Forks at any moment of what other threads do in the library, and starts in the child."""

import asyncio
import os
import signal
import sys
import threading
import warnings

from rongcloud_recording import AsyncRecordingClient, RecordingClient, RecordingProfile

PROFILE = RecordingProfile.from_json('{"videoFormat":"mp4","audioFormat":"aac","sliceMin":60}')
CLIENT = AsyncRecordingClient()

warnings.simplefilter("ignore", DeprecationWarning)
over = threading.Event()


def call() -> None:
    """Makes calls all the time."""
    with RecordingClient() as client:
        while not over.is_set():
            client.query_room("room1")


threads = [threading.Thread(target=call) for _ in range(4)]
for thread in threads:
    thread.start()
for _ in range(20):
    child = os.fork()
    if child == 0:
        # A child that waits for a lock is ended by this.
        signal.alarm(30)
        asyncio.run(CLIENT.start("room1", "aaa", PROFILE))
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        over.set()
        sys.exit("a child failed")
over.set()
print("20 children started", flush=True)
