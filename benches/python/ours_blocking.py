"""This library without async."""

from __future__ import annotations

from by_hand import APP_KEY, APP_SECRET, ROOM, SESSION
from ours import recording
from rongcloud_recording import RecordingClient, RecordingProfile
from window import serve_blocking


def run(concurrency: int, url: str, _ca_file: str | None) -> None:
    """Serves windows. A further CA comes by SSL_CERT_FILE, which the driver sets."""
    profile = RecordingProfile(recording())
    with RecordingClient(APP_KEY, APP_SECRET, api_url=url) as client:

        def start() -> None:
            if not client.start(ROOM, SESSION, profile).record_id:
                raise RuntimeError("no recordId")

        serve_blocking(start, concurrency)
