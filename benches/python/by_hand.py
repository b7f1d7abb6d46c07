"""What a user without this library writes by hand: a typed config, a signed request, a reply that is read."""

from __future__ import annotations

import hashlib
import json
import secrets
import ssl
import time
from dataclasses import dataclass
from typing import Any

# The simulator's app, whose secret is the one of the vendor's published signature.
APP_KEY = "uwd1c0sxdlx2"
APP_SECRET = "Y1W2MeFwwwRxa0"
ROOM = "room1"
SESSION = "aaa"
PATH = "/rtc/record/start.json"


@dataclass(frozen=True, slots=True)
class Window:
    """One picture."""

    user_id: str
    stream_id: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Config:
    """A split-stream recording with a custom layout."""

    mode: int
    video_resolution: str
    video_format: str
    audio_format: str
    slice_minutes: int
    render_mode: int
    host_user_id: str
    host_stream_id: str
    windows: tuple[Window, ...]

    # Written out: `dataclasses.asdict` copies deeply and takes several times as long.
    def to_dict(self) -> dict[str, Any]:
        """The API's `config`."""
        return {
            "recordType": 1,
            "mode": self.mode,
            "videoResolution": self.video_resolution,
            "videoFormat": self.video_format,
            "audioFormat": self.audio_format,
            "mixLayout": 1,
            "sliceMin": self.slice_minutes,
            "renderMode": self.render_mode,
            "hostUserId": self.host_user_id,
            "hostStreamId": self.host_stream_id,
            "input": {
                "video": [
                    {
                        "userId": window.user_id,
                        "streamId": window.stream_id,
                        "x": window.x,
                        "y": window.y,
                        "width": window.width,
                        "height": window.height,
                    }
                    for window in self.windows
                ]
            },
        }


CONFIG = Config(
    mode=3,
    video_resolution="640x480",
    video_format="mkv",
    audio_format="aac",
    slice_minutes=60,
    render_mode=1,
    host_user_id="user0",
    host_stream_id="user0_RongCloudRTC",
    windows=(
        Window("user0", "user0_RongCloudRTC", 0.0, 0.0, 0.5, 0.5),
        Window("user1", "user1_RongCloudRTC", 0.0, 0.0, 0.5, 0.5),
    ),
)


def body() -> bytes:
    """The body of one request."""
    return json.dumps({"sessionId": SESSION, "extra": "", "config": CONFIG.to_dict()}, separators=(",", ":")).encode()


def headers() -> dict[str, str]:
    """The headers of one request."""
    nonce = secrets.token_hex(9)
    timestamp = str(time.time_ns() // 1_000_000)
    # The service's rule.
    signature = hashlib.sha1(f"{APP_SECRET}{nonce}{timestamp}".encode()).hexdigest()  # noqa: S324
    return {
        "App-Key": APP_KEY,
        "Nonce": nonce,
        "Timestamp": timestamp,
        "Signature": signature,
        "Room-Id": ROOM,
        "X-Request-ID": secrets.token_hex(16),
        "Content-Type": "application/json",
    }


def read_reply(status: int, content: bytes) -> None:
    """Fails where the reply is not that of a started recording."""
    reply = json.loads(content)
    if status != 200 or reply["code"] != 200 or not reply["recordId"]:
        raise RuntimeError(f"HTTP {status}: {reply}")


def trust(ca_file: str | None) -> ssl.SSLContext:
    """TLS that trusts the given issuer."""
    return ssl.create_default_context(cafile=ca_file)
