"""What objects of the library's have in Python beside their own methods, and how secrets are kept out of tracebacks."""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import TracebackType
from typing import Any, NoReturn, ParamSpec, TypeVar

from ._library import Failed, Handle

T = TypeVar("T")
P = ParamSpec("P")

_PACKAGE = __name__.partition(".")[0]


class RecordingProfileIdiom:
    """A profile is its config: equal, shown and pickled as that."""

    __slots__ = ("_native",)

    _native: Handle

    def __repr__(self) -> str:
        # For tools that print the variables of each frame, also of the constructor's.
        config = repr(getattr(self, "config", "")) if hasattr(self, "_native") else ""
        return f"{type(self).__name__}({config})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RecordingProfileIdiom):
            return NotImplemented
        return self._json() == other._json()

    def __hash__(self) -> int:
        return hash(self._json())

    def __reduce__(self) -> tuple[Any, ...]:
        this: Any = self
        return this.from_json, (self._json(),)

    def _json(self) -> str:
        this: Any = self
        json: str = this.to_json()
        return json


class RecordingTrackerIdiom:
    """A tracker is copied and pickled as its snapshot."""

    __slots__ = ("_native",)

    _native: Handle

    def __repr__(self) -> str:
        this: Any = self
        if not hasattr(self, "_native"):
            return f"<{type(self).__name__}>"
        state = this.state(stale_after=0)
        of = f"extra {state.extra!r}" if state.record_id is None else repr(state.record_id)
        return f"<{type(self).__name__} of {of}>"

    def __reduce__(self) -> tuple[Any, ...]:
        this: Any = self
        return this.restore, (this.snapshot(),)


class Unshared:
    """What holds a secret is neither copied nor pickled."""

    _why = "because it holds a secret: make one in each process"

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"{type(self).__name__} can't be copied or pickled, {self._why}")


def kept(call: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T | Failed:
    """The outcome of a call that is given secrets.

    Tools that print the variables of each frame of a traceback must find no secret in this package's frames, whatever
    failed there. So an error is returned, and the caller forgets the secrets before it raises it. It comes without this
    package's frames, but with those of others: an iterable of the caller's own may have raised it.
    """
    try:
        return call(*arguments, **named)
    except BaseException as error:
        return Failed(functools.partial(error.with_traceback, _of_others(error.__traceback__)))


def _of_others(traceback: TracebackType | None) -> TracebackType | None:
    if traceback is None:
        return None
    rest = _of_others(traceback.tb_next)
    if str(traceback.tb_frame.f_globals.get("__name__")).partition(".")[0] == _PACKAGE:
        return rest
    return TracebackType(rest, traceback.tb_frame, traceback.tb_lasti, traceback.tb_lineno)
