"""A callback of the tests' app, and a receiver of it."""

from __future__ import annotations

import json
import time
from typing import Any

from rongcloud_recording import CallbackReceiver, signature
from support import APP_KEY, APP_SECRET

BODY = json.dumps({"type": 1, "recordId": "r-1", "appKey": APP_KEY, "timestamp": 1586244141831}).encode()
FORGED = BODY.replace(b"r-1", b"r-2")


def signed(nonce: str = "14314") -> dict[str, str]:
    """The headers of a callback that is signed now."""
    timestamp = str(round(time.time() * 1000))
    return {"nonce": nonce, "timestamp": timestamp, "signature": signature(APP_SECRET, nonce, timestamp)}


def receiver(**options: Any) -> CallbackReceiver:
    """A receiver of the tests' app."""
    return CallbackReceiver(APP_KEY, APP_SECRET, **options)
