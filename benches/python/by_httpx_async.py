"""httpx on asyncio: one client, whose pool has room for every task."""

from __future__ import annotations

import asyncio

import httpx
from by_hand import PATH, body, headers, read_reply, trust
from window import serve


def run(concurrency: int, url: str, ca_file: str | None) -> None:
    """Serves windows."""
    asyncio.run(_run(concurrency, url + PATH, ca_file))


async def _run(concurrency: int, url: str, ca_file: str | None) -> None:
    limits = httpx.Limits(max_connections=concurrency, max_keepalive_connections=concurrency)
    verify = trust(ca_file) if ca_file else True
    async with httpx.AsyncClient(limits=limits, verify=verify, timeout=15) as client:

        async def start() -> None:
            response = await client.post(url, content=body(), headers=headers())
            read_reply(response.status_code, response.content)

        await serve(start, concurrency)
