"""A recording's config, validated once."""

from __future__ import annotations

import functools
from typing import Any, TypeVar

from . import _native
from ._errors import InvalidInputError
from ._failures import CORE_ERRORS, public
from ._fields import checked, lone_surrogate, wrong_type
from ._native import Advice, McuRecording, SplitStreamRecording, Violation

_Profile = TypeVar("_Profile", bound="RecordingProfile")


class RecordingProfile:
    """A recording's config, validated once and kept as the bytes that are sent.

    Make one when your program starts and use it for every room: starting then costs no validation and no serialisation
    of the config. A profile is immutable, can be shared between threads, tasks and clients, and can be pickled.
    Profiles are equal where what they send is equal.
    """

    __slots__ = ("_native",)

    _native: _native.RecordingProfile

    def __init__(self, config: SplitStreamRecording | McuRecording) -> None:
        """Validates the config. A profile that exists is valid for ever.

        Errors: `InvalidInputError` with all violations at once.
        """
        kind = checked("config", config, SplitStreamRecording | McuRecording)
        wrapped = (
            _native.McuRecordingConfig(kind)
            if isinstance(kind, McuRecording)
            else _native.SplitStreamRecordingConfig(kind)
        )
        self._native = _made(_native.RecordingProfile, wrapped)

    @classmethod
    def from_json(cls: type[_Profile], json: str | bytes) -> _Profile:
        """Reads and validates the API's own JSON: the `config` object, or the whole body of `start.json` around it.

        The body's `sessionId` and `extra` are not kept. Bytes are read as UTF-8. Unknown and misspelt keys, repeated
        keys, wrong types and undocumented values are reported by path; text that is not JSON by line and column. Keys
        that are documented as valid only for the other `recordType` are left out.

        Errors: `InvalidInputError` with all violations at once.
        """
        profile = cls.__new__(cls)
        profile._native = _made(_native.RecordingProfile.from_json, _decoded(json))
        return profile

    @property
    def config(self) -> SplitStreamRecording | McuRecording:
        """The config it was made of."""
        config: SplitStreamRecording | McuRecording = self._native.config().recording
        return config

    @property
    def advice(self) -> tuple[Advice, ...]:
        """What is allowed and may still not be what was meant. Nothing of it stops a start."""
        return tuple(self._native.advice())

    def to_json(self) -> str:
        """The `config` object as the API's JSON, compact, exactly as it is sent."""
        return self._native.to_json()

    def __repr__(self) -> str:
        # For tools that print the variables of each frame, also of the constructor's.
        config = repr(self.config) if hasattr(self, "_native") else ""
        return f"{type(self).__name__}({config})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RecordingProfile):
            return NotImplemented
        return self.to_json() == other.to_json()

    def __hash__(self) -> int:
        return hash(self.to_json())

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self).from_json, (self.to_json(),)


def core_of(name: str, profile: object) -> _native.RecordingProfile:
    """The core's profile of a profile that was passed as an argument.

    Errors: `TypeError` naming the argument.
    """
    if isinstance(profile, RecordingProfile):
        return profile._native
    raise wrong_type(name, profile, RecordingProfile)


def _decoded(json: str | bytes) -> str:
    if isinstance(json, str) and (index := lone_surrogate(json)) is not None:
        raise _not_unicode(json, index)
    checked("json", json, str | bytes)
    if isinstance(json, str):
        return str.__str__(json)
    try:
        return json.decode()
    except UnicodeDecodeError as error:
        failure = _not_unicode(json, error.start)
    raise failure


def _not_unicode(json: str | bytes, index: int) -> InvalidInputError:
    before = json[:index] if isinstance(json, str) else json[:index].decode("utf-8")
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    reason = "not JSON: the text is not Unicode, or its bytes are not UTF-8"
    return InvalidInputError(
        violations=[Violation(path=f"line {line}, column {column}", code="invalid_json", reason=reason)]
    )


def _made(make: Any, argument: Any) -> _native.RecordingProfile:
    try:
        made: _native.RecordingProfile = make(argument)
        return made
    except CORE_ERRORS as error:
        failure = public(error)
    except ValueError:
        # Of all fields only this one is a number that may not fit; the others' types have been checked.
        violation = Violation(
            path="config.mcuConfig.mode", code="unknown_value", reason="must be a whole number of 32 bits"
        )
        failure = functools.partial(InvalidInputError, violations=[violation])
    raise failure()
