"""Takes callbacks in with a guard of its own, also in a forked child, and ends with its receiver still there."""

import json
import os
import sys
import time
from datetime import datetime

from rongcloud_recording import CallbackReceiver, CallbackRefusedError, signature


class Guard:
    """Fails at first."""

    def __init__(self) -> None:
        self.calls = 0

    def remember(self, key: str, fingerprint: str, expires_at: datetime) -> str | None:
        """Remembers nothing."""
        self.calls += 1
        if self.calls == 1:
            raise ConnectionError
        return None


KEY, SECRET = os.environ["RONGCLOUD_APP_KEY"], os.environ["RONGCLOUD_APP_SECRET"]
RECEIVER = CallbackReceiver(replay_guard=Guard())


def take() -> None:
    """One callback."""
    timestamp = str(round(time.time() * 1000))
    headers = {"nonce": "1", "timestamp": timestamp, "signature": signature(SECRET, "1", timestamp)}
    RECEIVER.recording_event(headers, json.dumps({"type": 1, "recordId": "r", "appKey": KEY}).encode())


try:
    take()
except CallbackRefusedError as error:
    print("refused", error.http_status, flush=True)
child = os.fork()
if child == 0:
    take()
    print("accepted after a fork", flush=True)
    sys.exit()
os.waitpid(child, 0)
take()
print("accepted")
