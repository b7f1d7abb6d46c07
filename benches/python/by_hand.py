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
PATHS = {
    "start": "/rtc/record/start.json",
    "stop": "/rtc/record/stop.json",
    "layout": "/rtc/record/config.json",
    "query": "/rtc/room/query.json",
}


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
            "sliceMin": self.slice_minutes,
            **self.layout(),
        }

    def layout(self) -> dict[str, Any]:
        """What a change of layout says, too."""
        return {
            "mixLayout": 1,
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
        Window("user1", "user1_RongCloudRTC", 0.5, 0.0, 0.5, 0.5),
    ),
)


def body(operation: str) -> bytes:
    """The body of one request."""
    if operation == "start":
        told: dict[str, Any] = {"sessionId": SESSION, "extra": "", "config": CONFIG.to_dict()}
    elif operation == "stop":
        told = {"sessionId": SESSION}
    elif operation == "layout":
        told = {"sessionId": SESSION, **CONFIG.layout()}
    else:
        told = {"roomId": ROOM}
    return json.dumps(told, separators=(",", ":")).encode()


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


@dataclass(frozen=True, slots=True)
class Stream:
    """What a member sends."""

    media_type: int
    msid: str
    uri: str
    tag: str


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a room."""

    user_id: str
    join_time: int
    streams: tuple[Stream, ...]


def read_reply(operation: str, status: int, content: bytes) -> None:
    """Fails where the reply is not that of success."""
    reply = json.loads(content)
    if status != 200 or reply["code"] != 200:
        raise RuntimeError(f"HTTP {status}: {reply}")
    if operation == "start" and not reply["recordId"]:
        raise RuntimeError("no recordId")
    if operation == "query" and (not reply["sessionId"] or not all(it.streams for it in _members(reply))):
        raise RuntimeError("no room")


def _members(reply: dict[str, Any]) -> list[Member]:
    def streams(member: dict[str, Any]) -> tuple[Stream, ...]:
        return tuple(Stream(it["mediaType"], it["msid"], it["uri"], it["tag"]) for it in member["data"]["uris"])

    return [Member(it["userId"], it["joinTime"], streams(it)) for it in reply["members"]]


def trust(ca_file: str | None) -> ssl.SSLContext:
    """TLS that trusts the given issuer."""
    return ssl.create_default_context(cafile=ca_file)
