"""This library on asyncio."""

from __future__ import annotations

import asyncio

from by_hand import APP_KEY, APP_SECRET, ROOM, SESSION
from ours import recording
from rongcloud_recording import AsyncRecordingClient, RecordingProfile
from window import serve


def run(concurrency: int, url: str, _ca_file: str | None) -> None:
    """Serves windows. A further CA comes by SSL_CERT_FILE, which the driver sets."""
    asyncio.run(_run(concurrency, url))


async def _run(concurrency: int, url: str) -> None:
    profile = RecordingProfile(recording())
    async with AsyncRecordingClient(APP_KEY, APP_SECRET, api_url=url) as client:

        async def start() -> None:
            if not (await client.start(ROOM, SESSION, profile)).record_id:
                raise RuntimeError("no recordId")

        await serve(start, concurrency)
