"""What callers pass, checked and turned into what the core takes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from . import _native
from ._errors import InvalidInputError
from ._fields import checked, lone_surrogate, not_unicode
from ._native import Violation
from ._times import of_seconds

# As the core's own: a value of another type than the API's.
WRONG_TYPE = "wrong_type"
_OUT_OF_RANGE = "out_of_range"
# As the core has it for every other time: what lasts longer is endless.
_LONGEST = timedelta(days=365)

# Its variants, which a type checker can't see.
_core: Any = _native.RecordingError

_T = TypeVar("_T")


def text(name: str, path: str, value: object) -> str:
    """A text argument.

    Errors: `TypeError` naming the argument; `InvalidInputError` with the path where no encoding can carry it.
    """
    if isinstance(value, str) and (index := lone_surrogate(value)) is not None:
        violation = Violation(path=path, code=WRONG_TYPE, reason=not_unicode(index))
        raise InvalidInputError(violations=[violation])
    # A subclass of str, such as an enum's member, is passed on as the text it is.
    return str.__str__(checked(name, value, str))


def encoded(name: str, path: str, value: object) -> bytes:
    """A text argument in UTF-8. Errors: as `text`."""
    if type(value) is str:
        try:
            return value.encode()
        except UnicodeEncodeError:
            # `text` tells what is wrong.
            pass
    return text(name, path, value).encode()


def optional_text(name: str, path: str, value: object) -> str | None:
    """A text argument that may be left out. Errors: as `text`."""
    return None if value is None else text(name, path, value)


def setting(name: str, value: object, found: list[Violation]) -> str | None:
    """A setting that is a text, or None. One that no encoding can carry is added to what was found, and stands empty.

    Errors: `TypeError` naming the setting.
    """
    try:
        return optional_text(name, name, value)
    except InvalidInputError as error:
        found.extend(error.violations)
        return ""


def duration(name: str, value: timedelta | float | None) -> timedelta | None:
    """A time span, of seconds or a timedelta.

    What is below zero or not a number becomes zero, and what is endless the longest: the core says what is wrong.
    Errors: `TypeError` naming the argument.
    """
    if value is None:
        return None
    return max(of_seconds(checked(name, value, float | timedelta | None)), timedelta(0))


def duration_or_zero(name: str, value: timedelta | float) -> timedelta:
    """A time span, of seconds or a timedelta, that may be zero.

    Errors: `TypeError` naming the argument; `InvalidInputError` with its name where it is out of range.
    """
    length = of_seconds(checked(name, value, float | timedelta))
    if length < timedelta(0):
        raise InvalidInputError(violations=[out_of_range(name, "must be zero or above")])
    if length > _LONGEST:
        raise InvalidInputError(violations=[out_of_range(name, f"must be at most {_LONGEST.days} days")])
    return length


def whole(name: str, value: int | None, numbers: range) -> int | None:
    """A whole number, or None.

    Errors: `TypeError` naming the argument; `InvalidInputError` with its name where it is none of these numbers.
    """
    checked(name, value, int | None)
    if value is not None and value not in numbers:
        raise InvalidInputError(violations=[out_of_range(name, f"must be from {numbers.start} to {numbers.stop - 1}")])
    return value


def out_of_range(path: str, reason: str) -> Violation:
    """What is wrong with a value that is out of range."""
    return Violation(path=path, code=_OUT_OF_RANGE, reason=reason)


def violations_of(make: Callable[[], _T]) -> tuple[_T | None, list[Violation]]:
    """What is made, or what the core finds wrong with it."""
    try:
        return make(), []
    except _core.InvalidInput as error:
        return None, list(error.violations)


def with_all_that_is_wrong(found: list[Violation], make: Callable[[], _T]) -> _T:
    """What is made of settings.

    Errors: `InvalidInputError` with what was found before and what the core finds wrong, all at once.
    """
    made, more = violations_of(make)
    # The core was given something else in place of what had been found wrong.
    known = {violation.path for violation in found}
    found = [*found, *(violation for violation in more if violation.path not in known)]
    if found or made is None:
        raise InvalidInputError(violations=found)
    return made
