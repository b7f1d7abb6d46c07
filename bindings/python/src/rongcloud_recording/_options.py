"""A client's settings, as the core takes them. What may have a password in it is shown nowhere."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

from . import _arguments
from ._fields import checked
from ._native import (
    ClientOptions,
    ConnectionPolicy,
    DataCenter,
    FailoverPolicy,
    HeaderStyle,
    RetryPolicy,
    Violation,
)

_Take = Callable[[str, Any, list[Violation]], Any]


def _duration(name: str, value: Any, _: list[Violation]) -> timedelta | None:
    return _arguments.duration(name, value)


def _of(kind: type) -> _Take:
    return functools.partial(_checked, kind)


def _checked(kind: type, name: str, value: Any, _: list[Violation]) -> Any:
    return checked(name, value, kind | None)


def _policy(kind: type) -> _Take:
    return functools.partial(_within_reach, kind)


def _within_reach(kind: type, name: str, value: Any, found: list[Violation]) -> Any:
    """A policy whose values the core can be told: one that is beyond them is out of its range as well."""
    checked(name, value, kind | None)
    if value is None:
        return None
    nearest: dict[str, Any] = {}
    for field in fields(value):
        given = getattr(value, field.name)
        if isinstance(given, timedelta) and given < timedelta(0):
            nearest[field.name] = timedelta(0)
            if field.name in _MAY_BE_ZERO:
                found.append(_arguments.out_of_range(f"{name}.{field.name}", "must be zero or above"))
        elif isinstance(given, int) and given not in _COUNTS:
            nearest[field.name] = _COUNTS[0] if given < 0 else _COUNTS[-1]
    return replace(value, **nearest)


_TAKE: dict[str, _Take] = {
    "data_center": _of(DataCenter),
    "api_url": _arguments.setting,
    "backup_api_url": _arguments.setting,
    "proxy": _arguments.setting,
    "ca_certificates": _arguments.setting,
    "connect_timeout": _duration,
    "timeout": _duration,
    "header_style": _of(HeaderStyle),
    "retry": _policy(RetryPolicy),
    "failover": _policy(FailoverPolicy),
    "connections": _policy(ConnectionPolicy),
}
# Of 32 bits.
_COUNTS = range(-(2**31), 2**31)
_MAY_BE_ZERO = {"first_backoff", "longest_backoff"}
# A proxy's address may have a password in it, and certificates are long.
_SHOWN_AS = {"proxy": "[redacted]", "ca_certificates": "[PEM]"}


def settled(given: dict[str, Any], found: list[Violation]) -> ClientOptions:
    """The settings, by name. What the core can't even be told is added to what was found.

    Errors: `TypeError` for the first that is of another type.
    """
    return ClientOptions(**{name: _TAKE[name](name, value, found) for name, value in given.items()})


def shown(options: ClientOptions) -> str:
    """The settings that were given, as the arguments they are."""
    values = {field.name: getattr(options, field.name) for field in fields(options)}
    return ", ".join(
        f"{name}={_SHOWN_AS.get(name) or repr(value)}" for name, value in values.items() if value is not None
    )
