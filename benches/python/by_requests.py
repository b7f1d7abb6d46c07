"""requests: one session, whose pool has room for every thread."""

from __future__ import annotations

import requests
from by_hand import PATHS, body, headers, read_reply
from requests.adapters import HTTPAdapter
from window import Target, serve_blocking


def run(target: Target) -> None:
    """Serves windows."""
    url, operation = target.url + PATHS[target.operation], target.operation
    with requests.Session() as session:
        session.mount("https://", HTTPAdapter(pool_maxsize=target.concurrency))
        session.mount("http://", HTTPAdapter(pool_maxsize=target.concurrency))
        # It would look through the environment for proxies and certificates at every request.
        session.trust_env = False
        if target.ca_file:
            session.verify = target.ca_file

        def call() -> None:
            response = session.post(url, data=body(operation), headers=headers(), timeout=15)
            read_reply(operation, response.status_code, response.content)

        serve_blocking(call, target.concurrency)
