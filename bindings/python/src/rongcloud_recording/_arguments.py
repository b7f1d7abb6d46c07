"""What callers pass, checked and turned into what the core takes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import TypeVar

from . import _native
from ._errors import InvalidInputError, RecordingError
from ._failures import CORE_ERRORS, public
from ._fields import checked, lone_surrogate, not_unicode
from ._native import Violation
from ._times import of_seconds

_T = TypeVar("_T")
# As the core's own: a value of another type than the API's.
_WRONG_TYPE = "wrong_type"
_REQUIRED = "required"
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

    What isn't above zero becomes zero, of which the core says what is wrong, and what is endless the longest there is.
    Errors: `TypeError` naming the argument.
    """
    if value is None:
        return None
    checked(name, value, float | timedelta | None)
    seconds = value.total_seconds() if isinstance(value, timedelta) else value
    # So that NaN, which compares with nothing, counts as nothing too.
    return of_seconds(value) if seconds > 0 else timedelta(0)


def quietly(make: Callable[[str], _T], secret: str) -> _T | Exception:
    """What is made of a secret, or the error that comes of it.

    The error is returned, so that the caller can forget the secret before raising: tools that print the variables of
    each frame of a traceback must not find it.
    """
    try:
        return make(text("app_secret", "app_secret", secret))
    except CORE_ERRORS as error:
        return public(error)()
    except (TypeError, RecordingError) as error:
        return error.with_traceback(None)


def sealed(app_key: str | None, app_secret: str | None) -> _native.Credentials | Exception | None:
    """The credentials, or nothing where they are the environment's, or what is wrong with them."""
    if app_key is None and app_secret is None:
        return None
    if app_key is None or app_secret is None:
        return TypeError(
            "give app_key and app_secret together, or neither: then RONGCLOUD_APP_KEY and RONGCLOUD_APP_SECRET are used"
        )
    return _sealed_pair(app_key, app_secret)


def _sealed_pair(app_key: str, app_secret: str) -> _native.Credentials | Exception:
    return quietly(lambda secret: _native.Credentials(text("app_key", "app_key", app_key), secret), app_secret)


def all_sealed(
    app_key: str | None, app_secret: str | None, others: Iterable[tuple[str, str]]
) -> list[_native.Credentials] | Exception:
    """The credentials, which may be the environment's, and further pairs of them; or what is wrong with them."""
    first = sealed(app_key, app_secret)
    found = [_of_environment() if first is None else first]
    if isinstance(others, str | bytes) or not hasattr(others, "__iter__"):
        return TypeError(f"other_credentials must be pairs of App Key and App Secret, not {type(others).__name__}")
    for index, pair in enumerate(others):
        if isinstance(pair, str | bytes) or not hasattr(pair, "__len__") or len(pair) != 2:
            return TypeError(
                f"other_credentials[{index}] must be a pair of App Key and App Secret, not {type(pair).__name__}"
            )
        key, secret = pair
        found.append(_sealed_pair(key, secret))
    good: list[_native.Credentials] = []
    for credentials in found:
        if isinstance(credentials, Exception):
            return credentials
        good.append(credentials)
    return good


def _of_environment() -> _native.Credentials | Exception:
    # As the core looks them up for a client: a variable that is set to nothing counts as not set.
    key, secret = os.environ.get(_ENV_APP_KEY), os.environ.get(_ENV_APP_SECRET)
    missing = [
        Violation(path=path, code=_REQUIRED, reason=f"is not given and {name} is not set")
        for path, name, value in (("app_key", _ENV_APP_KEY, key), ("app_secret", _ENV_APP_SECRET, secret))
        if not value
    ]
    if missing:
        return InvalidInputError(violations=missing)
    return _sealed_pair(key or "", secret or "")
