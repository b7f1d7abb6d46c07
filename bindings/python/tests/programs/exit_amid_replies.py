"""Ends while daemon threads start one recording after the other, so that replies arrive at any moment of the end."""

import asyncio
import os
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from rongcloud_recording import AsyncRecordingClient, RecordingClient, RecordingProfile
from support import Simulator

AT_ONCE = 20
PROFILE = RecordingProfile.from_json('{"videoFormat":"mp4","audioFormat":"aac","sliceMin":60}')
simulator = Simulator.__new__(Simulator)
simulator.url = os.environ["RONGCLOUD_API_URL"]


def blocking(client: RecordingClient) -> None:
    """One start after the other."""
    while True:
        client.start("room1", "aaa", PROFILE)


async def on_loop(client: AsyncRecordingClient) -> None:
    """One start after the other."""
    while True:
        await client.start("room1", "aaa", PROFILE)


async def many_on_loop() -> None:
    """Many of them at once."""
    client = AsyncRecordingClient()
    await asyncio.gather(*(on_loop(client) for _ in range(AT_ONCE)))


if sys.argv[1] == "threads":
    shared = RecordingClient()
    for _ in range(AT_ONCE):
        threading.Thread(target=blocking, args=(shared,), daemon=True).start()
else:
    threading.Thread(target=lambda: asyncio.run(many_on_loop()), daemon=True).start()
simulator.wait(requests=10 * AT_ONCE)
