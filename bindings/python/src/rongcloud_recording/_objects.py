"""What objects and errors of the library's have in Python beside their own, and how secrets stay out of tracebacks."""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import TracebackType
from typing import Any, ClassVar, NoReturn, ParamSpec, TypeVar

from ._codec import Optional, Record
from ._library import Failed, Handle

T = TypeVar("T")
P = ParamSpec("P")
E = TypeVar("E", bound="CoreError")

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


class CoreError(Exception):
    """An exception of a record of the core's, which has its text as `sentence` and works the rest of it out."""

    _codec: ClassVar[Record[Any]]
    # The fields that one is made of, by the names of its arguments; and those that must be there.
    _made_of: ClassVar[dict[str, str]] = {}
    _required: ClassVar[frozenset[str]] = frozenset()
    _told: Any

    def __init__(self, facts: dict[str, Any]) -> None:
        fields: dict[str, Any] = {}
        for name, field in self._made_of.items():
            codec = self._codec.fields[field]
            if field in self._required and isinstance(codec, Optional):
                codec = codec.inner
            fields[field] = codec.fit(name, facts[name])
        told = self._completed(fields)
        if isinstance(told, Failed):
            raise told.error()
        self._tell(told)

    def _completed(self, fields: dict[str, Any]) -> Any:
        raise NotImplementedError

    def _tell(self, told: Any) -> None:
        self._told = told
        super().__init__(told.sentence)

    @classmethod
    def _of(cls: type[E], told: Any) -> E:
        """The exception of a record that is complete."""
        error = cls.__new__(cls)
        error._tell(told)
        return error

    def __reduce__(self) -> tuple[Any, ...]:
        facts = {name: getattr(self, field) for name, field in self._made_of.items()}
        return functools.partial(type(self), **facts), ()


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
