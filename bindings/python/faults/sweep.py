"""A start whose connection is reset at each byte of its request, and at each byte of its reply."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from case import OPERATIONS, settings_of
from outcome import outcome_of
from rongcloud_recording import RecordingClient
from support import APP_KEY, APP_SECRET, ROOM, SESSION, Simulator


def sweep(client: dict[str, Any], simulator: Simulator) -> Iterator[dict[str, Any]]:
    """What came of each start."""
    simulator.call("DELETE", f"rooms/{ROOM}")
    simulator.room(ROOM, SESSION)
    door = simulator.open_door()
    name, call = OPERATIONS["start"]
    with RecordingClient(APP_KEY, APP_SECRET, api_url=door.url, **settings_of(client)) as made:
        call(made)
        (whole,) = door.connections()
        cuts = [
            *(("cut request at byte", "requestBytes", byte) for byte in range(whole["requestBytes"] + 1)),
            *(("cut reply at byte", "replyBytes", byte) for byte in range(whole["replyBytes"])),
        ]
        for case, part, byte in cuts:
            simulator.forget()
            door.inject({part: byte, "then": "reset"})
            told = outcome_of(lambda: call(made))
            executions = simulator.call("GET", "executions")[name]
            yield {"case": case, "operation": "start", **told, "executions": executions, "byte": byte}
    door.close()
