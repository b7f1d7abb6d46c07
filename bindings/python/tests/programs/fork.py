"""Uses a client, forks, and uses the same client on both sides."""

import asyncio
import logging
import os
import sys
import warnings

from rongcloud_recording import AsyncRecordingClient, RecordingClient, RecordingProfile

PROFILE = RecordingProfile.from_json('{"videoFormat":"mp4","audioFormat":"aac","sliceMin":60}')

# From 3.12 on Python warns of every fork of a process that has threads.
warnings.simplefilter("ignore", DeprecationWarning)
logging.basicConfig(level=logging.DEBUG, handlers=[logging.NullHandler()])
blocking, on_asyncio = RecordingClient(), AsyncRecordingClient()


def start() -> str:
    """One start with the client of the kind that was asked for."""
    if sys.argv[1] == "blocking":
        return blocking.start("room1", "aaa", PROFILE).record_id
    return asyncio.run(on_asyncio.start("room1", "aaa", PROFILE)).record_id


start()
child = os.fork()
ids = {start() for _ in range(5)}
# In one piece, also where output is unbuffered: the two sides must not mix.
sys.stdout.write(f"{'parent' if child else 'child'}: {len(ids)}\n")
sys.stdout.flush()
if child:
    sys.exit(os.waitpid(child, 0)[1])
