"""Makes a ledger, forks, and uses it on both sides; if told so, before the fork, too."""

import asyncio
import os
import sys
import warnings
from typing import Any

from rongcloud_recording import (
    AsyncRecordingClient,
    AsyncRecordingLedger,
    NotSentError,
    OnUnknown,
    RecordingClient,
    RecordingLedger,
    RecordingProfile,
)

PROFILE = RecordingProfile.from_json('{"videoFormat":"mp4","audioFormat":"aac","sliceMin":60}')

# From 3.12 on Python warns of every fork of a process that has threads.
warnings.simplefilter("ignore", DeprecationWarning)
client, later = RecordingClient(), AsyncRecordingClient()
blocking, on_asyncio = RecordingLedger(client, OnUnknown.HOLD), AsyncRecordingLedger(later, OnUnknown.HOLD)


def start(**options: Any) -> str:
    """Who a start is by, with a ledger of the kind that was asked for."""
    try:
        if sys.argv[1] == "blocking":
            started: Any = blocking.start("room1", "aaa", PROFILE, **options)
        else:
            started = asyncio.run(on_asyncio.start("room1", "aaa", PROFILE, **options))
    except NotSentError as error:
        return f"{error.cause}: {error.reason}"
    return "mine" if started.is_mine else "another's"


# So that there are threads and connections to be left alone.
client.query_room("room1")
is_used_before = len(sys.argv) > 2
if is_used_before:
    start()
child = os.fork()
outcome = start(timeout=0.1) if is_used_before and not child else start()
# In one piece, also where output is unbuffered: the two sides must not mix.
sys.stdout.write(f"{'parent' if child else 'child'}: {outcome}\n" if is_used_before else f"{outcome}\n")
sys.stdout.flush()
if child:
    sys.exit(os.waitpid(child, 0)[1])
