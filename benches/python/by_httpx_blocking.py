"""httpx without async: one client, whose pool has room for every thread."""

from __future__ import annotations

import httpx
from by_hand import PATHS, body, headers, read_reply, trust
from window import Target, serve_blocking


def run(target: Target) -> None:
    """Serves windows."""
    url, operation = target.url + PATHS[target.operation], target.operation
    limits = httpx.Limits(max_connections=target.concurrency, max_keepalive_connections=target.concurrency)
    verify = trust(target.ca_file) if target.ca_file else True
    with httpx.Client(limits=limits, verify=verify, timeout=15) as client:

        def call() -> None:
            response = client.post(url, content=body(operation), headers=headers())
            read_reply(operation, response.status_code, response.content)

        serve_blocking(call, target.concurrency)
