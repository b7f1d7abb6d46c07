"""Closes its loop while a call is under way; the reply comes afterwards."""

import asyncio
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from rongcloud_recording import AsyncRecordingClient, RecordingClient, RecordingProfile
from support import Simulator

PROFILE = RecordingProfile.from_json('{"videoFormat":"mp4","audioFormat":"aac","sliceMin":60}')

simulator = Simulator.__new__(Simulator)
simulator.url = os.environ["RONGCLOUD_API_URL"]
simulator.next(hold=True)

loop = asyncio.new_event_loop()
call = AsyncRecordingClient().start("room1", "aaa", PROFILE)


async def main() -> None:
    """Leaves one call under way behind."""
    # Driven by hand as far as its first wait: no task whose end asyncio would ask for.
    call.send(None)
    await asyncio.to_thread(simulator.wait, requests=1)


loop.run_until_complete(main())
loop.run_until_complete(loop.shutdown_default_executor())
loop.close()
simulator.release()
# Its reply comes on another connection, after the held one's.
RecordingClient().start("room1", "aaa", PROFILE)
print("started after all")
