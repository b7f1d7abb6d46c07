"""requests: one session, whose pool has room for every thread."""

from __future__ import annotations

import requests
from by_hand import PATH, body, headers, read_reply
from requests.adapters import HTTPAdapter
from window import serve_blocking


def run(concurrency: int, url: str, ca_file: str | None) -> None:
    """Serves windows."""
    url += PATH
    with requests.Session() as session:
        session.mount("https://", HTTPAdapter(pool_maxsize=concurrency))
        session.mount("http://", HTTPAdapter(pool_maxsize=concurrency))
        # It would look through the environment for proxies and certificates at every request.
        session.trust_env = False
        if ca_file:
            session.verify = ca_file

        def start() -> None:
            response = session.post(url, data=body(), headers=headers(), timeout=15)
            read_reply(response.status_code, response.content)

        serve_blocking(start, concurrency)
