"""One of several processes that record, with FastAPI as the web server: a session is recorded once, whoever is asked.

Run as many as you like behind one address, all with the same `RONGCLOUD_LEDGER_URL`:

    POST /rooms/{room_id}/recording     starts recording the room's current call, unless it is being recorded already
    GET /recordings/{session_id}        tells what is known of a recording, whichever process took its callbacks in
    POST /recording                     takes callbacks in: the recording callback's URL in the console

SIGTERM and Ctrl-C end it after the requests in progress.
"""

import os
import socket
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI, HTTPException, Request, Response

from rongcloud_recording import (
    AsyncRecordingClient,
    AsyncRecordingLedger,
    AudioFormat,
    CallbackRefusedError,
    OnUnknown,
    RecordingConflictError,
    RecordingError,
    RecordingProfile,
    SliceLength,
    SplitStreamRecording,
    VideoFormat,
)

SECONDS_BETWEEN_LOOKS = 60
PROFILE = RecordingProfile(
    SplitStreamRecording(
        video_format=VideoFormat.MP4, audio_format=AudioFormat.AAC, slice_length=SliceLength.MINUTES_60
    )
)


def fleet(client: AsyncRecordingClient, ledger: AsyncRecordingLedger) -> FastAPI:
    """The app, with which client and ledger are closed."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None, None]:
        async with client, ledger:
            ledger.keep_up(SECONDS_BETWEEN_LOOKS)
            yield

    app = FastAPI(lifespan=lifespan)

    @app.post("/rooms/{room_id}/recording")
    async def record(room_id: str) -> dict[str, object]:
        try:
            started = await ledger.start_in_room(room_id, PROFILE)
        except RecordingConflictError as error:
            # It may be recording already, or is recorded differently: the error says what is on record.
            raise HTTPException(409, str(error)) from error
        except RecordingError as error:
            # If it may be recording now, the next request is a conflict, and nothing is started twice.
            raise HTTPException(503 if error.is_retryable else 502, str(error)) from error
        recording = started.recording
        return {"session": recording.session_id, "recording": recording.record_id, "isNew": started.is_mine}

    @app.get("/recordings/{session_id}")
    async def known(session_id: str) -> dict[str, object]:
        found = await ledger.get(session_id)
        if found is None:
            raise HTTPException(404)
        entry = found.entry
        return {"state": entry.state.value, "recording": entry.record_id, "isSettled": found.is_settled}

    @app.post("/recording")
    async def recording_callback(request: Request) -> Response:
        try:
            await ledger.take(request.headers, await request.body(), request.url.query)
        except CallbackRefusedError as error:
            print(error, file=sys.stderr)
            return Response(status_code=error.http_status)
        except RecordingError as error:
            print(error, file=sys.stderr)
            # So that the service sends it again.
            return Response(status_code=503)
        return Response()

    return app


def main() -> None:
    """Serves until it is told to end."""
    port = int(os.environ.get("RONGCLOUD_CALLBACK_PORT", "8700"))
    # App Key, App Secret, data center and store come from the environment.
    client = AsyncRecordingClient()
    app = fleet(client, AsyncRecordingLedger(client, OnUnknown.STOP))
    with socket.create_server(("127.0.0.1", port)) as listener:
        print(f"listening on 127.0.0.1:{listener.getsockname()[1]}", flush=True)
        uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listener])


if __name__ == "__main__":
    main()
