import asyncio
from rongcloud_recording import (
    AsyncRecordingClient,
    RecordingError,
    RecordingProfile,
    StartedRecording,
    interrupted_outcome,
)

profile = RecordingProfile.from_json('{"mode": 0, "videoFormat": "mp4", "audioFormat": "aac", "sliceMin": 60}')


async def main() -> None:
    async with AsyncRecordingClient() as client:
        try:
            await asyncio.wait_for(client.start("room1", "aaa", profile, extra="order-7"), 5)
        except (asyncio.CancelledError, asyncio.TimeoutError) as interruption:
            outcome = interrupted_outcome(interruption)
            if isinstance(outcome, StartedRecording):
                print("it had started already:", outcome.record_id)
            elif isinstance(outcome, RecordingError):
                print(outcome.request_id, outcome.maybe_sent, outcome.may_be_recording)
            raise


asyncio.run(main())
