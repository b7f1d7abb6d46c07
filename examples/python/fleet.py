"""One of several processes that record, with FastAPI as the web server: a session is recorded once, whoever is asked.

Run as many as you like behind one address, all with the same `RONGCLOUD_LEDGER_URL`:

    POST /rooms/{room_id}/sessions/{session_id}/recording      starts recording, unless somebody has already
    GET /rooms/{room_id}/sessions/{session_id}/recording       tells what is known, whichever process took it in
    DELETE /rooms/{room_id}/sessions/{session_id}/recording    stops it
    POST /recording     takes callbacks in: the recording callback's URL in the console
    GET /health         200 while the store answers, with what is in progress

SIGTERM and Ctrl-C end it after the requests and calls in progress. `make demo-fleet-python` runs two of them, and
kills one.
"""

import math
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
    InvalidInputError,
    OnUnknown,
    RecordingConflictError,
    RecordingError,
    RecordingProfile,
    RecordingTarget,
    SliceLength,
    SplitStreamRecording,
    VideoFormat,
)

RECORDING = "/rooms/{room_id}/sessions/{session_id}/recording"
SECONDS_BETWEEN_LOOKS = 60
# Longer than any call takes.
SECONDS_TO_DRAIN = 20
PROFILE = RecordingProfile(
    SplitStreamRecording(
        video_format=VideoFormat.MP4, audio_format=AudioFormat.AAC, slice_length=SliceLength.MINUTES_60
    )
)


def status_of(error: RecordingError) -> int:
    """The status to answer with where a call has failed."""
    match error:
        case InvalidInputError():
            return 400
        case RecordingConflictError():
            # A start is under way, or its outcome is unknown, or the session is recorded otherwise.
            return 409
        case _:
            return 503 if error.is_retryable else 502


def fleet(client: AsyncRecordingClient, ledger: AsyncRecordingLedger) -> FastAPI:
    """The app, with which client and ledger are closed."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None, None]:
        async with client, ledger:
            ledger.keep_up(SECONDS_BETWEEN_LOOKS)
            yield
            # Calls that no request waits for any more.
            await client.close(drain=SECONDS_TO_DRAIN)

    app = FastAPI(lifespan=lifespan)

    @app.post(RECORDING)
    async def start(room_id: str, session_id: str) -> dict[str, object]:
        started = await ledger.start(room_id, session_id, PROFILE)
        return {"recordId": started.recording.record_id, "isNew": started.is_mine}

    @app.get(RECORDING)
    async def known(session_id: str) -> dict[str, object]:
        found = await ledger.get(session_id)
        if found is None:
            raise HTTPException(404)
        entry = found.entry
        return {
            "state": entry.state.value,
            "recordId": entry.record_id,
            "events": entry.event_count,
            "isDoubled": entry.is_doubled,
            "isSettled": found.is_settled,
        }

    @app.delete(RECORDING)
    async def stop(room_id: str, session_id: str) -> Response:
        await ledger.stop(RecordingTarget(room_id=room_id, session_id=session_id))
        return Response(status_code=204)

    @app.get("/health")
    async def health() -> dict[str, object]:
        # Fails where the store doesn't answer, and then no recording can be started here.
        await ledger.get("health")
        now = client.statistics()
        return {"callsInFlight": now.calls_in_flight, "domains": {it.host: it.is_well for it in now.domains}}

    @app.exception_handler(RecordingError)
    async def failed(_: Request, error: RecordingError) -> Response:
        print(error, file=sys.stderr)
        wait = error.retry_after
        headers = {} if wait is None else {"Retry-After": str(math.ceil(wait.total_seconds()))}
        return Response(str(error), status_of(error), headers, media_type="text/plain")

    # ANCHOR: ledger_webhook
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

    # ANCHOR_END: ledger_webhook

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
