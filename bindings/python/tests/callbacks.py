"""A callback of the tests' app, and a receiver of it."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

from rongcloud_recording import AsyncCallbackReceiver, CallbackReceiver, signature
from support import APP_KEY, APP_SECRET

BODY = json.dumps({"type": 1, "recordId": "r-1", "appKey": APP_KEY, "timestamp": 1586244141831}).encode()
FORGED = BODY.replace(b"r-1", b"r-2")


def signed(nonce: str = "14314") -> dict[str, str]:
    """The headers of a callback that is signed now."""
    timestamp = str(round(time.time() * 1000))
    return {"nonce": nonce, "timestamp": timestamp, "signature": signature(APP_SECRET, nonce, timestamp)}


def asyncio_receiver(**options: Any) -> AsyncCallbackReceiver:
    """A receiver of the tests' app, for asyncio."""
    return AsyncCallbackReceiver(APP_KEY, APP_SECRET, **options)


def taken(
    receiver: CallbackReceiver | AsyncCallbackReceiver, headers: Any, body: bytes, kind: str = "recording"
) -> Any:
    """What a receiver makes of a callback."""
    received: Any = getattr(receiver, f"{kind}_event")(headers, body)

    async def awaited() -> Any:
        return await received

    return asyncio.run(awaited()) if asyncio.iscoroutine(received) else received


def receiver(**options: Any) -> CallbackReceiver:
    """A receiver of the tests' app."""
    return CallbackReceiver(APP_KEY, APP_SECRET, **options)
