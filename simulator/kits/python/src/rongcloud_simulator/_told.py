"""What a simulator tells, in its own words: the simulator's manual describes each."""

from __future__ import annotations

from typing import Any, TypedDict


class Request(TypedDict, total=False):
    """A request to the service, and what became of it: `verdict` is `accepted`, `refused`, `scripted` or another."""

    number: int
    connection: int
    time: int
    durationMs: int | None
    method: str
    path: str
    headers: list[tuple[str, str]]
    body: str
    verdict: str
    recordId: str
    status: int
    code: int
    why: str
    problems: list[dict[str, str]]
    answer: dict[str, Any] | None


class Recording(TypedDict):
    """A recording that was started: its `state` is `recording` or `stopped`."""

    recordId: str
    appKey: str
    roomId: str
    sessionId: str
    extra: str
    config: dict[str, Any]
    requestId: str | None
    state: str
    layout: dict[str, Any] | None
    startTime: int
    stopTime: int | None
    slices: int
    files: list[dict[str, Any]]
    fileCount: int


class Callback(TypedDict):
    """A callback that was made: its `state` is `delivered`, `failed` or another."""

    number: int
    kind: str
    url: str
    body: dict[str, Any]
    state: str
    attempts: list[dict[str, Any]]


class Room(TypedDict):
    """A room that has a call."""

    sessionId: str
    createTime: int
    members: list[dict[str, Any]]


class Connection(TypedDict):
    """A connection to a door."""

    connection: int
    requests: int
    open: bool
    ended: str | None
    requestBytes: int
    replyBytes: int
