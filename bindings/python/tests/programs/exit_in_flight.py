"""Ends with fifty calls under way, whose replies never come; with a second argument, shows the log."""

import asyncio
import logging
import os
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from rongcloud_recording import AsyncRecordingClient, RecordingClient, RecordingProfile
from support import Simulator

CALLS = 50
PROFILE = RecordingProfile.from_json('{"videoFormat":"mp4","audioFormat":"aac","sliceMin":60}')
simulator = Simulator.__new__(Simulator)
simulator.url = os.environ["RONGCLOUD_API_URL"]


def in_threads() -> None:
    """Each call in a daemon thread."""
    client = RecordingClient(timeout=600)
    for _ in range(CALLS):
        threading.Thread(target=client.start, args=("room1", "aaa", PROFILE), daemon=True).start()


async def on_loop() -> list[object]:
    """All calls on the running loop."""
    client = AsyncRecordingClient(timeout=600)
    return await asyncio.gather(*(client.start("room1", "aaa", PROFILE) for _ in range(CALLS)))


async def under_way() -> None:
    """Leaves the calls to asyncio.run, which cancels them."""
    calls = asyncio.create_task(on_loop())
    await asyncio.to_thread(simulator.wait, requests=CALLS)
    calls.cancel()


if len(sys.argv) > 2:
    logging.basicConfig(format="%(message)s")
match sys.argv[1]:
    case "threads":
        in_threads()
    case "asyncio":
        asyncio.run(under_way())
    case "loop in a thread":
        threading.Thread(target=lambda: asyncio.run(on_loop()), daemon=True).start()

simulator.wait(requests=CALLS)
print(f"{CALLS} under way")
