"""A receiver's credentials: given, or the environment's, each named as it was given."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from . import _native
from ._arguments import WRONG_TYPE, setting, violations_of
from ._fields import lone_surrogate, wrong_type
from ._native import Violation

_REQUIRED = "required"
_EMPTY = "empty"
_RIGHT = "right"
_ENV_APP_KEY = "RONGCLOUD_APP_KEY"
_ENV_APP_SECRET = "RONGCLOUD_APP_SECRET"  # noqa: S105 - a variable's name


@dataclass(repr=False)
class Given:
    """The credentials that can be used, what each is called, and what is wrong with the others."""

    usable: list[_native.Credentials] = field(default_factory=list[_native.Credentials])
    names: list[str] = field(default_factory=list[str])
    violations: list[Violation] = field(default_factory=list[Violation])

    def add(self, key: _Part, secret: _Part) -> None:
        """Adds a pair, or what is wrong with it."""
        self.violations += [*key.violations, *secret.violations]
        if key.violations and secret.violations:
            return
        # Of a pair that has one half only, this half is looked at all the same, beside something that is right.
        texts = [_RIGHT if part.violations else part.text for part in (key, secret)]
        made, wrong = violations_of(lambda: _native.Credentials(*texts))
        paths = {"app_key": key, "app_secret": secret}
        self.violations += [
            replace(violation, path=paths[violation.path].name)
            for violation in wrong
            if not paths[violation.path].violations
        ]
        if made is not None and not key.violations and not secret.violations:
            self.usable.append(made)
            self.names.append(secret.name)

    def named(self, violation: Violation) -> Violation:
        """A violation of the core's, whose path may be a place among the usable credentials."""
        paths = {f"credentials[{index}]": name for index, name in enumerate(self.names)}
        return replace(violation, path=paths.get(violation.path, violation.path))


@dataclass(repr=False)
class _Part:
    """An App Key or App Secret, and what it is called."""

    name: str
    text: str
    violations: list[Violation] = field(default_factory=list[Violation])


def all_given(app_key: str | None, app_secret: str | None, others: Iterable[tuple[str, str]]) -> Given:
    """The credentials, each of which may be the environment's, and further pairs. Errors: `TypeError`."""
    given = Given()
    given.add(_given_or_set("app_key", app_key, _ENV_APP_KEY), _given_or_set("app_secret", app_secret, _ENV_APP_SECRET))
    if isinstance(others, str | bytes) or not hasattr(others, "__iter__"):
        raise TypeError(f"other_credentials must be pairs of App Key and App Secret, not {type(others).__name__}")
    for index, pair in enumerate(others):
        place = f"other_credentials[{index}]"
        if isinstance(pair, str | bytes) or not hasattr(pair, "__len__") or len(pair) != 2:
            raise TypeError(f"{place} must be a pair of App Key and App Secret, not {type(pair).__name__}")
        key, secret = pair
        given.add(_given(f"{place}.app_key", key), _given(f"{place}.app_secret", secret))
    return given


def _given(name: str, value: object) -> _Part:
    found: list[Violation] = []
    text = setting(name, value, found)
    if text is None:
        raise wrong_type(name, value, str)
    return _Part(name, text, found)


def _given_or_set(argument: str, value: str | None, variable: str) -> _Part:
    """As the core looks them up for a client."""
    if value is not None:
        return _given(argument, value)
    found = os.environ.get(variable)
    if found is None:
        return _missing(argument, _REQUIRED, f"is not given and {variable} is not set")
    if not found:
        return _missing(variable, _EMPTY, "is set but empty")
    if lone_surrogate(found) is not None:
        return _missing(variable, WRONG_TYPE, "is set to something that is not UTF-8 text")
    return _Part(variable, found)


def _missing(path: str, code: str, reason: str) -> _Part:
    return _Part(path, "", [Violation(path=path, code=code, reason=reason)])
