"""The whole life of a recording, from the room to the uploaded files, with FastAPI as the web server.

It asks for the room, starts, changes the layout, stops, and follows the callbacks.

`make demo-python` runs it against the simulator. To talk to the service, set what `start_recording.py` names, and let
the console's recording callback reach `http://<this machine>:<RONGCLOUD_CALLBACK_PORT>/recording`.
"""

import asyncio
import os
import socket
import sys
import uuid
from datetime import datetime, timezone

import uvicorn
from fastapi import FastAPI, Request, Response

from rongcloud_recording import (
    AsyncRecordingClient,
    AudioFormat,
    CallbackReceiver,
    CallbackRefusedError,
    FloatingLayout,
    Host,
    InvalidInputError,
    RecordingError,
    RecordingEvent,
    RecordingMode,
    RecordingPhase,
    RecordingProfile,
    RecordingTarget,
    RecordingTracker,
    Resolution,
    SliceLength,
    SplitStreamRecording,
    VideoFormat,
    grid_layout,
)

LONGEST_WAIT = 30.0


def webhook(receiver: CallbackReceiver, events: asyncio.Queue[RecordingEvent]) -> FastAPI:
    """Verifies callbacks and passes them on. One that keeps them for good is in `webhook.py`."""
    app = FastAPI()

    @app.post("/recording")
    async def recording_callback(request: Request) -> Response:
        try:
            received = receiver.recording_event(request.headers, await request.body(), request.url.query)
        except CallbackRefusedError as error:
            print(error, file=sys.stderr)
            return Response(status_code=error.http_status)
        events.put_nowait(received.event)
        return Response()

    return app


async def record(room_id: str) -> RecordingTracker:
    """Starts a recording of whoever is in the room, shows all of them on it, and stops it."""
    # No other start has this tag, which comes back in every callback of the recording.
    extra = f"{room_id}-{uuid.uuid4().hex}"
    tracker = RecordingTracker.by_extra(extra, since=datetime.now(timezone.utc))
    async with AsyncRecordingClient() as client:
        room = await client.query_room(room_id)
        streams = room.video_streams
        print(f"room {room.room_id} has session {room.session_id} and {len(streams)} video streams")
        if not streams:
            sys.exit("nobody publishes video")

        profile = RecordingProfile(
            SplitStreamRecording(
                mode=RecordingMode.MIX_AUDIO_VIDEO,
                video_resolution=Resolution.R1280X720,
                video_format=VideoFormat.MP4,
                audio_format=AudioFormat.AAC,
                slice_length=SliceLength.MINUTES_60,
                layout=FloatingLayout(),
                host=Host(user_id=streams[0].user_id, stream_id=streams[0].stream_id),
            )
        )
        for found in profile.advice:
            print(f"{found.path}: {found.reason}", file=sys.stderr)
        try:
            started = await client.start(room_id, room.session_id, profile, extra=extra)
        except RecordingError as error:
            if not error.may_be_recording:
                raise
            # Never started again: whether it records, its callbacks will tell.
            print(error, file=sys.stderr)
        else:
            print(f"started {started.record_id}")
            tracker.requested(started)
        recording = RecordingTarget(room_id=room_id, session_id=room.session_id)
        await client.update_layout(recording, grid_layout(streams, resolution=Resolution.R1280X720))
        print("changed to a grid")
        await client.stop(recording)
        print("stopped")
        return tracker


async def follow(tracker: RecordingTracker, events: asyncio.Queue[RecordingEvent]) -> None:
    """Returns once a file has been uploaded."""
    while (state := tracker.state(stale_after=LONGEST_WAIT)).phase is not RecordingPhase.UPLOADED:
        if state.phase is RecordingPhase.FAILED:
            sys.exit(f"failed: {state.failures[0].json}")
        event = await events.get()
        print(f"event {event.kind.name.lower()}: {event.json}")
        try:
            tracker.record(event)
        except InvalidInputError as error:
            # Another recording's, for there may be several.
            print(error, file=sys.stderr)
    print("uploaded")


async def main() -> None:
    """Serves the webhook while it records and follows."""
    room_id = os.environ.get("RONGCLOUD_ROOM_ID", "room1")
    port = int(os.environ.get("RONGCLOUD_CALLBACK_PORT", "8700"))
    events: asyncio.Queue[RecordingEvent] = asyncio.Queue()
    app = webhook(CallbackReceiver(), events)
    # Open before the first callback can come.
    with socket.create_server(("127.0.0.1", port)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            tracker = await record(room_id)
            await asyncio.wait_for(follow(tracker, events), LONGEST_WAIT)
        finally:
            server.should_exit = True
            await serving


if __name__ == "__main__":
    asyncio.run(main())
