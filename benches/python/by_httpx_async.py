"""httpx on asyncio: one client, whose pool has room for every task."""

from __future__ import annotations

import asyncio

import httpx
from by_hand import PATHS, body, headers, read_reply, trust
from window import Target, serve


def run(target: Target) -> None:
    """Serves windows."""
    asyncio.run(_run(target))


async def _run(target: Target) -> None:
    url, operation = target.url + PATHS[target.operation], target.operation
    limits = httpx.Limits(max_connections=target.concurrency, max_keepalive_connections=target.concurrency)
    verify = trust(target.ca_file) if target.ca_file else True
    async with httpx.AsyncClient(limits=limits, verify=verify, timeout=15) as client:

        async def call() -> None:
            response = await client.post(url, content=body(operation), headers=headers())
            read_reply(operation, response.status_code, response.content)

        await serve(call, target.concurrency)
