"""This library without async."""

from __future__ import annotations

from collections.abc import Callable

from by_hand import APP_KEY, APP_SECRET, ROOM, SESSION
from ours import TARGET, layout_update, recording
from rongcloud_recording import RecordingClient, RecordingProfile
from window import Target, serve_blocking


def run(target: Target) -> None:
    """Serves windows. A further CA comes by SSL_CERT_FILE, which the driver sets."""
    with RecordingClient(APP_KEY, APP_SECRET, api_url=target.url) as client:
        serve_blocking(_calls(client)[target.operation], target.concurrency)


def _calls(client: RecordingClient) -> dict[str, Callable[[], None]]:
    profile, update = RecordingProfile(recording()), layout_update()

    def start() -> None:
        if not client.start(ROOM, SESSION, profile).record_id:
            raise RuntimeError("no recordId")

    def stop() -> None:
        client.stop(TARGET)

    def layout() -> None:
        client.update_layout(TARGET, update)

    def query() -> None:
        if not client.query_room(ROOM).session_id:
            raise RuntimeError("no room")

    return {"start": start, "stop": stop, "layout": layout, "query": query}
