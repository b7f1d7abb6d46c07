"""Starts one session many times at once by a ledger, and prints how often it was this process, and what is recorded."""

import asyncio
import json
import sys
from concurrent.futures import ThreadPoolExecutor

from rongcloud_recording import (
    AsyncRecordingClient,
    AsyncRecordingLedger,
    LedgerRecording,
    OnUnknown,
    RecordingClient,
    RecordingLedger,
    RecordingProfile,
)

PROFILE = RecordingProfile.from_json('{"videoFormat":"mp4","audioFormat":"aac","sliceMin":60}')
TIMES = 8


def in_threads() -> list[LedgerRecording]:
    """From as many threads."""
    with (
        RecordingClient() as client,
        RecordingLedger(client, OnUnknown.HOLD) as ledger,
        ThreadPoolExecutor(TIMES) as pool,
    ):
        calls = [pool.submit(ledger.start, "room1", "aaa", PROFILE) for _ in range(TIMES)]
        print("asks", flush=True)
        return [call.result() for call in calls]


async def in_tasks() -> list[LedgerRecording]:
    """From as many tasks."""
    async with AsyncRecordingClient() as client, AsyncRecordingLedger(client, OnUnknown.HOLD) as ledger:
        calls = [asyncio.create_task(ledger.start("room1", "aaa", PROFILE)) for _ in range(TIMES)]
        # Each has begun.
        await asyncio.sleep(0)
        print("asks", flush=True)
        return await asyncio.gather(*calls)


started = in_threads() if sys.argv[1] == "blocking" else asyncio.run(in_tasks())
print(json.dumps({"mine": sum(one.is_mine for one in started), "ids": [one.recording.record_id for one in started]}))
