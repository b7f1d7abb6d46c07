"""What a command gives, as the package's own types."""

from __future__ import annotations

from base64 import b64decode
from datetime import datetime, timedelta, timezone
from typing import Any

from rongcloud_recording import (
    AdaptiveLayout,
    ConnectionPolicy,
    CustomLayout,
    FailoverPolicy,
    FloatingLayout,
    Host,
    Layout,
    LayoutUpdate,
    NotStartedResolution,
    OnUnknown,
    OverResolution,
    RecordingProfile,
    RecordingTarget,
    RecordType,
    RenderMode,
    RetryPolicy,
    StartedRecording,
    StartedResolution,
    Window,
)

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
POLICIES = {"retry": RetryPolicy, "failover": FailoverPolicy, "connections": ConnectionPolicy}


def span(milliseconds: int) -> timedelta:
    """A length of time."""
    return timedelta(milliseconds=milliseconds)


def moment(milliseconds: int) -> datetime:
    """A time."""
    return EPOCH + span(milliseconds)


def settings(fields: dict[str, Any]) -> dict[str, Any]:
    """A client's arguments, or a policy's."""
    found: dict[str, Any] = {}
    for name, value in fields.items():
        if name in POLICIES and value is not None:
            found[name] = POLICIES[name](**settings(value))
        elif name.endswith("_ms"):
            found[name.removesuffix("_ms")] = None if value is None else span(value)
        else:
            found[name] = value
    return found


def ledger(*, on_unknown: str, **options: Any) -> dict[str, Any]:
    """A ledger's arguments."""
    return {"on_unknown": OnUnknown[on_unknown.upper()], **settings(options)}


def arguments(fields: dict[str, Any]) -> dict[str, Any]:
    """An operation's: what is no text or number is made of its fields."""
    found = settings(fields)
    if "profile" in fields:
        found["profile"] = RecordingProfile.from_json(fields["profile"])
    if "recording" in fields:
        found["recording"] = _target(**fields["recording"])
    if "update" in fields:
        found["layout"] = update(**found.pop("update"))
    if "body" in fields:
        found["body"] = b64decode(fields["body"])
    if "resolution" in fields:
        found["resolution"] = _resolution(fields["resolution"], found.pop("record_id", None))
    return found


def _resolution(kind: str, record_id: str | None) -> StartedResolution | NotStartedResolution | OverResolution:
    kinds: dict[str, StartedResolution | NotStartedResolution | OverResolution] = {
        "started": StartedResolution(record_id),
        "not_started": NotStartedResolution(),
        "over": OverResolution(),
    }
    return kinds[kind]


def _target(*, record_type: str | None, **ids: str) -> RecordingTarget:
    return RecordingTarget(**ids, record_type=None if record_type is None else RecordType[record_type.upper()])


def update(
    *, layout: str, windows: list[Any] | None, render_mode: str | None, host: dict[str, Any] | None
) -> LayoutUpdate:
    """A change of layout."""
    layouts: dict[str, Layout] = {
        "floating": FloatingLayout(),
        "adaptive": AdaptiveLayout(),
        "custom": CustomLayout([Window(**window) for window in windows or ()]),
    }
    return LayoutUpdate(
        layout=layouts[layout],
        render_mode=None if render_mode is None else RenderMode[render_mode.upper()],
        host=None if host is None else Host(**host),
    )


def requested(*, record_id: str, at_ms: int) -> tuple[StartedRecording, datetime]:
    """A start that was accepted, and when."""
    started = StartedRecording(
        record_id=record_id,
        room_id="room1",
        session_id="aaa",
        request_id="q",
        record_type=RecordType.SPLIT_STREAM,
    )
    return started, moment(at_ms)
