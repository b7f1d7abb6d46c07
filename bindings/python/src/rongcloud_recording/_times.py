"""Times and lengths of time. Those that Python can't hold become the latest and longest that it can."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

_EPOCH = datetime.fromtimestamp(0, timezone.utc)
_LATEST = datetime.max.replace(tzinfo=timezone.utc)


def moment(seconds: int, microseconds: float) -> datetime:
    """A time since 1970."""
    try:
        return _EPOCH + timedelta(seconds=seconds, microseconds=microseconds)
    except OverflowError:
        return _LATEST


def span(seconds: int, microseconds: float) -> timedelta:
    """A length of time."""
    try:
        return timedelta(seconds=seconds, microseconds=microseconds)
    except OverflowError:
        return timedelta.max


def of_seconds(value: timedelta | float) -> timedelta:
    """A length of time that was given in seconds, or as it is."""
    seconds = value.total_seconds() if isinstance(value, timedelta) else value
    if seconds >= timedelta.max.total_seconds():
        return timedelta.max
    return value if isinstance(value, timedelta) else timedelta(seconds=seconds)
