"""Times and lengths of time. The service's that Python can't hold become the latest and longest that it can."""

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


def of_seconds(value: timedelta | float) -> timedelta | None:
    """A length of time that was given in seconds, or as it is. None where it is none: endless, or not a number."""
    if isinstance(value, timedelta):
        return value
    try:
        return timedelta(seconds=value)
    except (OverflowError, ValueError):
        return None
