"""What replies and callbacks of one recording add up to, in whatever order and however often they come."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any, TypeVar

from . import _arguments, _calls, _native
from ._calls import Failed
from ._fields import checked
from ._native import RecordingEvent, StartedRecording, TrackedRecording

# What the core can be told.
_NUMBERS = range(-(2**63), 2**63)

_Tracker = TypeVar("_Tracker", bound="RecordingTracker")


class RecordingTracker:
    """Merges the replies and callbacks of one recording, which may come late, twice or out of order, into one answer.

    Can be shared between threads, copied and pickled. Two workers that restore one snapshot, note an event each and
    save, would lose one of the two. Two patterns lose nothing: store the events, a row each, and build the tracker of
    them; or restore, `merge` and save under a lock or with a compare-and-swap.
    """

    __slots__ = ("_native",)

    _native: _native.RecordingTracker

    def __init__(self, record_id: str) -> None:
        """A tracker of one recording: its `recordId`, from the start's reply or from any callback.

        Errors: `InvalidInputError` where the id is empty.
        """
        made = _calls.attempted(_native.RecordingTracker, _arguments.text("record_id", "record_id", record_id))
        if isinstance(made, Failed):
            raise made.error()
        self._native = made

    @classmethod
    def by_extra(cls: type[_Tracker], extra: str, *, since: datetime | None = None) -> _Tracker:
        """A tracker of one recording by the `extra` of its start, which no other start may have.

        For a start whose outcome is unknown. It learns the `recordId` from the first event that has the tag, or from
        the start's reply.

        Arguments:
            extra: The start's tag.
            since: When the start was sent, with a time zone, as its error's `sent_at` says: from then on it may become
                stale. Default: nothing is stale before the first news.

        Errors: `InvalidInputError` where the tag is empty.
        """
        text = _arguments.text("extra", "extra", extra)
        made = _calls.attempted(_native.RecordingTracker.by_extra, text, checked("since", since, datetime | None))
        if isinstance(made, Failed):
            raise made.error()
        tracker = cls.__new__(cls)
        tracker._native = made
        return tracker

    @classmethod
    def restore(cls: type[_Tracker], snapshot: str) -> _Tracker:
        """A tracker as it was when the snapshot was taken.

        Errors: `InvalidInputError` where the text is not a snapshot.
        """
        text = _arguments.text("snapshot", "snapshot", snapshot)
        made = _calls.attempted(_native.RecordingTracker.restore, text)
        if isinstance(made, Failed):
            raise made.error()
        tracker = cls.__new__(cls)
        tracker._native = made
        return tracker

    def requested(self, started: StartedRecording, at: datetime | None = None) -> None:
        """Notes that the service accepted the start, and when.

        Arguments:
            started: What `start` returned.
            at: When, with a time zone. Default: now.

        Errors: `InvalidInputError` where it is another recording.
        """
        checked("started", started, StartedRecording)
        done = _calls.attempted(self._native.requested, started, _time("at", at))
        if isinstance(done, Failed):
            raise done.error()

    def record(self, event: RecordingEvent) -> bool:
        """Notes an event. True where it is new.

        Errors: `InvalidInputError` where it is another recording's, or where it was made by hand and its `json` doesn't
        say what its fields say: a snapshot keeps the `json`.
        """
        checked("event", event, RecordingEvent)
        for name, value in vars(event).items():
            if isinstance(value, int):
                _arguments.whole(f"event.{name}", value, _NUMBERS)
        is_new = _calls.attempted(self._native.record, event)
        if isinstance(is_new, Failed):
            raise is_new.error()
        return is_new

    def merge(self, other: RecordingTracker) -> None:
        """Takes in everything that another tracker of the same recording has noted.

        A union, in any order, that loses nothing. The other one stays as it is.

        Errors: `InvalidInputError` where it is another recording's, or where nothing shows that it is the same one.
        """
        checked("other", other, RecordingTracker)
        done = _calls.attempted(self._native.merge, other._native)
        if isinstance(done, Failed):
            raise done.error()

    def state(self, *, stale_after: timedelta | float, now: datetime | None = None) -> TrackedRecording:
        """What is known now.

        Arguments:
            stale_after: How long you wait for news before you look into it, in seconds or as a timedelta, from zero
                to 365 days.
            now: The time that silence is measured at, with a time zone. Default: now.
        """
        longest = _arguments.duration_or_zero("stale_after", stale_after)
        state = _calls.attempted(self._native.state, _time("now", now), longest)
        if isinstance(state, Failed):
            raise state.error()
        return state

    def snapshot(self) -> str:
        """Everything noted, as a text to be stored and given to `restore`. Equal facts give equal texts."""
        snapshot = _calls.attempted(self._native.snapshot)
        if isinstance(snapshot, Failed):
            raise snapshot.error()
        return snapshot

    def __repr__(self) -> str:
        # For tools that print the variables of each frame, also of the constructor's.
        if not hasattr(self, "_native"):
            return f"<{type(self).__name__}>"
        state = self.state(stale_after=0)
        of = f"extra {state.extra!r}" if state.record_id is None else repr(state.record_id)
        return f"<{type(self).__name__} of {of}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self).restore, (self.snapshot(),)


def _time(name: str, value: datetime | None) -> datetime:
    checked(name, value, datetime | None)
    return datetime.now(timezone.utc) if value is None else value
