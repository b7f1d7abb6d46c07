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


def of_seconds(value: timedelta | float) -> timedelta:
    """A length of time that was given in seconds, or as it is.

    What is endless becomes the longest, and what is not a number the least, far below zero: both are out of any range.
    """
    if isinstance(value, timedelta):
        return value
    try:
        return timedelta(seconds=value)
    except ValueError:
        return timedelta.min
    except OverflowError:
        return timedelta.max if value > 0 else timedelta.min
