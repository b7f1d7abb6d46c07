"""What callers pass, checked and turned into what the core takes."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import timedelta

from . import _native
from ._errors import InvalidInputError
from ._fields import checked, lone_surrogate, not_unicode
from ._native import Violation
from ._times import of_seconds

# As the core's own: a value of another type than the API's.
_WRONG_TYPE = "wrong_type"
_REQUIRED = "required"
_OUT_OF_RANGE = "out_of_range"
_ENV_APP_KEY = "RONGCLOUD_APP_KEY"
_ENV_APP_SECRET = "RONGCLOUD_APP_SECRET"  # noqa: S105 - a variable's name


def text(name: str, path: str, value: object) -> str:
    """A text argument.

    Errors: `TypeError` naming the argument; `InvalidInputError` with the path where no encoding can carry it.
    """
    if isinstance(value, str) and (index := lone_surrogate(value)) is not None:
        violation = Violation(path=path, code=_WRONG_TYPE, reason=not_unicode(index))
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


def duration(name: str, value: timedelta | float | None) -> timedelta | None:
    """A time span, of seconds or a timedelta.

    What isn't above zero becomes zero, of which the core says what is wrong.
    Errors: `TypeError` naming the argument; `InvalidInputError` with its name where it has no end.
    """
    if value is None:
        return None
    checked(name, value, float | timedelta | None)
    seconds = value.total_seconds() if isinstance(value, timedelta) else value
    # So that NaN, which compares with nothing, counts as nothing too.
    return _length(name, value) if seconds > 0 else timedelta(0)


def duration_or_zero(name: str, value: timedelta | float) -> timedelta:
    """A time span, of seconds or a timedelta.

    Errors: `TypeError` naming the argument; `InvalidInputError` with its name where it is below zero, or no length.
    """
    length = _length(name, checked(name, value, float | timedelta))
    if length < timedelta(0):
        raise InvalidInputError(violations=[out_of_range(name, "must be zero or above")])
    return length


def _length(name: str, value: timedelta | float) -> timedelta:
    length = of_seconds(value)
    if length is None:
        raise InvalidInputError(
            violations=[out_of_range(name, "must be a number of seconds, and no more than a timedelta can hold")]
        )
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


def credentials(app_key: str | None, app_secret: str | None) -> _native.Credentials | None:
    """The credentials, or nothing where they are the environment's. Errors: for what is wrong with them."""
    if app_key is None and app_secret is None:
        return None
    if app_key is None or app_secret is None:
        raise TypeError(
            "give app_key and app_secret together, or neither: then RONGCLOUD_APP_KEY and RONGCLOUD_APP_SECRET are used"
        )
    return _pair(app_key, app_secret)


def _pair(app_key: str, app_secret: str) -> _native.Credentials:
    return _native.Credentials(text("app_key", "app_key", app_key), text("app_secret", "app_secret", app_secret))


def all_credentials(
    app_key: str | None, app_secret: str | None, others: Iterable[tuple[str, str]]
) -> list[_native.Credentials]:
    """The credentials, which may be the environment's, and further pairs. Errors: for what is wrong with them."""
    found = [credentials(app_key, app_secret) or _of_environment()]
    if isinstance(others, str | bytes) or not hasattr(others, "__iter__"):
        raise TypeError(f"other_credentials must be pairs of App Key and App Secret, not {type(others).__name__}")
    for index, pair in enumerate(others):
        if isinstance(pair, str | bytes) or not hasattr(pair, "__len__") or len(pair) != 2:
            raise TypeError(
                f"other_credentials[{index}] must be a pair of App Key and App Secret, not {type(pair).__name__}"
            )
        key, secret = pair
        found.append(_pair(key, secret))
    return found


def _of_environment() -> _native.Credentials:
    # As the core looks them up for a client: a variable that is set to nothing counts as not set.
    key, secret = os.environ.get(_ENV_APP_KEY), os.environ.get(_ENV_APP_SECRET)
    missing = [
        Violation(path=path, code=_REQUIRED, reason=f"is not given and {name} is not set")
        for path, name, value in (("app_key", _ENV_APP_KEY, key), ("app_secret", _ENV_APP_SECRET, secret))
        if not value
    ]
    if missing:
        raise InvalidInputError(violations=missing)
    return _pair(key or "", secret or "")
