import asyncio
from rongcloud_recording import AsyncRecordingClient, RecordingProfile

# The API's own JSON is read too, and checked as strictly.
profile = RecordingProfile.from_json('{"mode": 0, "videoFormat": "mp4", "audioFormat": "aac", "sliceMin": 60}')


async def main():
    async with AsyncRecordingClient() as client:
        started = await client.start("room1", "aaa", profile, extra="order-7", timeout=5)
        print(started.record_id)


asyncio.run(main())
