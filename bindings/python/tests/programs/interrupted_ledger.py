"""Waits in a ledger's start until Ctrl-C, and says so; then tells what became of it, and what is on record of it."""

import logging
import signal
from typing import Any

from rongcloud_recording import OnUnknown, RecordingClient, RecordingLedger, RecordingProfile, interrupted_outcome

# A program that was begun in the background ignores Ctrl-C otherwise, and so do those that it begins.
signal.signal(signal.SIGINT, signal.default_int_handler)
PROFILE = RecordingProfile.from_json('{"videoFormat":"mp4","audioFormat":"aac","sliceMin":60}')


class Says(logging.Handler):
    """Says that the request has left."""

    def emit(self, record: logging.LogRecord) -> None:
        """Tells of it."""
        if record.getMessage().startswith("request "):
            print("waits", flush=True)


logging.getLogger("rongcloud_recording").addHandler(Says())
logging.getLogger("rongcloud_recording").setLevel(logging.DEBUG)

with RecordingClient(timeout=600) as client, RecordingLedger(client, OnUnknown.HOLD, store="memory:") as ledger:
    try:
        ledger.start("room1", "aaa", PROFILE)
    except KeyboardInterrupt as interruption:
        error: Any = interrupted_outcome(interruption)
        print(type(error).__name__, "may be recording:", error.may_be_recording)
    found: Any = ledger.get("aaa")
    while found.entry.state.value == "sending":
        found = ledger.next_change("aaa", found.entry.version, 60)
    print(found.entry.state.value)
