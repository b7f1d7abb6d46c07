"""aiohttp: one session, whose connector has room for every task."""

from __future__ import annotations

import asyncio

import aiohttp
from by_hand import PATH, body, headers, read_reply, trust
from window import serve


def run(concurrency: int, url: str, ca_file: str | None) -> None:
    """Serves windows."""
    asyncio.run(_run(concurrency, url + PATH, ca_file))


async def _run(concurrency: int, url: str, ca_file: str | None) -> None:
    connector = aiohttp.TCPConnector(limit=concurrency, ssl=trust(ca_file) if ca_file else True)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def start() -> None:
            async with session.post(url, data=body(), headers=headers()) as response:
                read_reply(response.status, await response.read())

        await serve(start, concurrency)
