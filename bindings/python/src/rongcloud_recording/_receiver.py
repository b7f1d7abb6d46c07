"""What both receivers are made of: credentials, given or the environment's, and requests as frameworks have them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias, TypeVar, cast

from ._client import settled
from ._codec import BYTES_LIKE, lone_surrogate, not_unicode, wrong_type
from ._library import Failed, Function, Handle
from ._native import boundary
from ._native.boundary import CALLBACK_HEADER, CALLBACK_OPTIONS, CALLBACK_REQUEST, Violation
from ._native.errors import InvalidInputError
from ._objects import Unshared
from ._replay import check_guard

T = TypeVar("T")
Headers: TypeAlias = Mapping[str, str] | Iterable[tuple[str, str]] | Iterable[tuple[bytes, bytes]]

_RIGHT = "right"


class Receiver(Unshared):
    """What both receivers are made of."""

    _native: Handle
    _may_be_async = False

    @classmethod
    def _made(
        cls, app_key: Any, app_secret: Any, other_credentials: Any, replay_guard: Any, options: Any, **given: Any
    ) -> Handle | Failed:
        """The core's receiver. Errors: `TypeError`; `InvalidInputError` with all that is wrong at once."""
        if replay_guard is not None:
            check_guard(replay_guard, may_be_async=cls._may_be_async)
        credentials = _Credentials()
        credentials.add(
            _given_or_set("app_key", app_key, "RONGCLOUD_APP_KEY"),
            _given_or_set("app_secret", app_secret, "RONGCLOUD_APP_SECRET"),
        )
        if isinstance(other_credentials, str | bytes) or not hasattr(other_credentials, "__iter__"):
            kind = type(other_credentials).__name__
            raise TypeError(f"other_credentials must be pairs of App Key and App Secret, not {kind}")
        for index, pair in enumerate(other_credentials):
            place = f"other_credentials[{index}]"
            key, secret = _pair(place, pair, "a pair of App Key and App Secret")
            credentials.add(_given(f"{place}.app_key", key), _given(f"{place}.app_secret", secret))
        made = boundary.callback_receiver_new(credentials.usable, settled(CALLBACK_OPTIONS, options, given))
        found = credentials.violations
        if isinstance(made, Failed):
            error: Any = made.error()
            found += [
                credentials.named(it) for it in error.violations if credentials.usable or it.path != "credentials"
            ]
        if found or isinstance(made, Failed):
            raise InvalidInputError(violations=found)
        return made


class _Credentials:
    """The credentials that can be used, what each is called, and what is wrong with the others."""

    def __init__(self) -> None:
        self.usable: list[Handle] = []
        self._names: list[str] = []
        self.violations: list[Violation] = []

    def add(self, *parts: _Part) -> None:
        """Adds an App Key and its App Secret, or what is wrong with them."""
        self.violations += [violation for part in parts for violation in part.violations]
        if all(part.violations for part in parts):
            return
        # Of a pair that has one half only, this half is looked at all the same, beside something that is right.
        made = boundary.credentials_new(*(_RIGHT if part.violations else part.text for part in parts))
        if isinstance(made, Failed):
            error: Any = made.error()
            names = dict(zip(("app_key", "app_secret"), parts, strict=True))
            self.violations += [
                _renamed(it, names[it.path].name) for it in error.violations if not names[it.path].violations
            ]
        elif not any(part.violations for part in parts):
            self.usable.append(made)
            self._names.append(parts[-1].name)

    def named(self, violation: Violation) -> Violation:
        """A violation of the core's, whose path may be a place among the usable credentials."""
        paths = {f"credentials[{index}]": name for index, name in enumerate(self._names)}
        return _renamed(violation, paths.get(violation.path, violation.path))


class _Part:
    """An App Key or App Secret: what it is called, and what is wrong with it."""

    def __init__(self, name: str, text: str, *wrong: str) -> None:
        self.name = name
        self.text = text
        self.violations = [Violation(path=name, code=wrong[0], reason=wrong[1])] if wrong else []


def _renamed(violation: Violation, path: str) -> Violation:
    return Violation(path=path, code=violation.code, reason=violation.reason)


def _given(name: str, value: object) -> _Part:
    if not isinstance(value, str):
        raise wrong_type(name, value, ("a str",))
    index = lone_surrogate(value)
    return _Part(name, value) if index is None else _Part(name, "", "wrong_type", not_unicode(index))


def _given_or_set(argument: str, value: object, variable: str) -> _Part:
    """As the core looks them up for a client."""
    if value is not None:
        return _given(argument, value)
    found = os.environ.get(variable)
    if found is None:
        return _Part(argument, "", "required", f"is not given and {variable} is not set")
    if not found:
        return _Part(variable, "", "empty", "is set but empty")
    if lone_surrogate(found) is not None:
        return _Part(variable, "", "wrong_type", "is set to something that is not UTF-8 text")
    return _Part(variable, found)


def read(function: Function[T], receiver: Handle, headers: Headers, body: Any, query: str | bytes) -> T | Failed:
    """What the core reads in a request. Errors: as `requested`."""
    return function(receiver, requested(headers, body, query))


def requested(headers: Headers, body: Any, query: str | bytes) -> Any:
    """A request as the core takes it. Errors: `TypeError` naming what is no part of one."""
    if not isinstance(body, BYTES_LIKE):
        raise TypeError(f"body must be bytes, exactly as they came, not {type(body).__name__}")
    given: Any = headers
    # Of what has both, only the items have values.
    pairs = given.items() if hasattr(given, "items") else given
    if isinstance(pairs, str | bytes) or not hasattr(pairs, "__iter__"):
        raise TypeError(f"headers must be a mapping, or pairs of name and value, not {type(given).__name__}")
    found: list[Any] = []
    for index, pair in enumerate(pairs):
        name, value = _pair(f"headers[{index}]", pair, "a pair of name and value")
        text = (_text(f"headers[{index}][0]", name), _text(f"headers[{index}][1]", value))
        found.append(CALLBACK_HEADER.made(name=text[0], value=text[1]))
    return CALLBACK_REQUEST.made(headers=found, body=bytes(body), query=_text("query", query))


def _pair(place: str, pair: Any, what: str) -> tuple[Any, Any]:
    if isinstance(pair, str | bytes) or not hasattr(pair, "__len__") or len(pair) != 2:
        raise TypeError(f"{place} must be {what}, not {type(pair).__name__}")
    return cast("tuple[Any, Any]", tuple(pair))


def _text(place: str, value: Any) -> str:
    """The text of what came over HTTP. No bytes are wrong: those beyond ASCII are in no signing field."""
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, str):
        # A server may stand for bytes with halves of surrogate pairs, which can't be passed on.
        return value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    raise TypeError(f"{place} must be a str or bytes, not {type(value).__name__}")
