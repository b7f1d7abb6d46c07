"""Starts recordings of many rooms at once, on asyncio: one client, one profile.

`make demo-python` runs it against the simulator. To talk to the service, set `RONGCLOUD_APP_KEY`,
`RONGCLOUD_APP_SECRET`, `RONGCLOUD_DATA_CENTER` (or `RONGCLOUD_API_URL`), and name rooms with their sessions:
`start_recording_async.py ROOM:SESSION…` (`room1:aaa`).
"""

import asyncio
import sys
from uuid import uuid4

from rongcloud_recording import (
    AsyncRecordingClient,
    AudioFormat,
    RecordingError,
    RecordingMode,
    RecordingProfile,
    SliceLength,
    SplitStreamRecording,
    VideoFormat,
)

PROFILE = RecordingProfile(
    SplitStreamRecording(
        mode=RecordingMode.SINGLE_AUDIO_VIDEO,
        video_format=VideoFormat.MP4,
        audio_format=AudioFormat.AAC,
        slice_length=SliceLength.MINUTES_60,
    )
)


async def start(client: AsyncRecordingClient, room_id: str, session_id: str) -> bool:
    """Starts one, and tells what became of it."""
    try:
        started = await client.start(room_id, session_id, PROFILE, extra=uuid4().hex, timeout=10)
    except RecordingError as error:
        print(f"{room_id}: {error}", file=sys.stderr)
        return False
    print(f"{room_id}: record id: {started.record_id}")
    return True


async def main(rooms: list[str]) -> int:
    """Starts all, and returns the program's exit status."""
    async with AsyncRecordingClient() as client:
        starts = (start(client, *room.split(":", 1)) for room in rooms)
        return 0 if all(await asyncio.gather(*starts)) else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:] or ["room1:aaa"])))
