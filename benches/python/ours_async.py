"""This library on asyncio."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from by_hand import APP_KEY, APP_SECRET, ROOM, SESSION
from ours import TARGET, layout_update, recording
from rongcloud_recording import AsyncRecordingClient, RecordingProfile
from window import Target, serve


def run(target: Target) -> None:
    """Serves windows. A further CA comes by SSL_CERT_FILE, which the driver sets."""
    asyncio.run(_run(target))


async def _run(target: Target) -> None:
    async with AsyncRecordingClient(APP_KEY, APP_SECRET, api_url=target.url) as client:
        await serve(_calls(client)[target.operation], target.concurrency)


def _calls(client: AsyncRecordingClient) -> dict[str, Callable[[], Awaitable[None]]]:
    profile, update = RecordingProfile(recording()), layout_update()

    async def start() -> None:
        if not (await client.start(ROOM, SESSION, profile)).record_id:
            raise RuntimeError("no recordId")

    async def stop() -> None:
        await client.stop(TARGET)

    async def layout() -> None:
        await client.update_layout(TARGET, update)

    async def query() -> None:
        if not (await client.query_room(ROOM)).session_id:
            raise RuntimeError("no room")

    return {"start": start, "stop": stop, "layout": layout, "query": query}
