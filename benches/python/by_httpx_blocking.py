"""httpx without async: one client, whose pool has room for every thread."""

from __future__ import annotations

import httpx
from by_hand import PATH, body, headers, read_reply, trust
from window import serve_blocking


def run(concurrency: int, url: str, ca_file: str | None) -> None:
    """Serves windows."""
    url += PATH
    limits = httpx.Limits(max_connections=concurrency, max_keepalive_connections=concurrency)
    verify = trust(ca_file) if ca_file else True
    with httpx.Client(limits=limits, verify=verify, timeout=15) as client:

        def start() -> None:
            response = client.post(url, content=body(), headers=headers())
            read_reply(response.status_code, response.content)

        serve_blocking(start, concurrency)
