"""aiohttp: one session, whose connector has room for every task."""

from __future__ import annotations

import asyncio

import aiohttp
from by_hand import PATHS, body, headers, read_reply, trust
from window import Target, serve


def run(target: Target) -> None:
    """Serves windows."""
    asyncio.run(_run(target))


async def _run(target: Target) -> None:
    url, operation = target.url + PATHS[target.operation], target.operation
    connector = aiohttp.TCPConnector(limit=target.concurrency, ssl=trust(target.ca_file) if target.ca_file else True)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def call() -> None:
            async with session.post(url, data=body(operation), headers=headers()) as response:
                read_reply(operation, response.status, await response.read())

        await serve(call, target.concurrency)
