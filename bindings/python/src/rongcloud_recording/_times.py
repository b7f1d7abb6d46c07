"""Times that the core tells. The service may name some that Python can't hold: they become the latest that it can."""

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
