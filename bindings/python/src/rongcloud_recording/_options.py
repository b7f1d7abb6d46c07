"""A client's settings, as the core takes them. What may have a password in it is shown nowhere."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import timedelta
from typing import Any

from . import _arguments
from ._errors import InvalidInputError
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

_Take = Callable[[str, Any], Any]


def _text(name: str, value: Any) -> str | None:
    return _arguments.optional_text(name, name, value)


def _of(kind: type) -> _Take:
    return functools.partial(_checked, kind)


def _checked(kind: type, name: str, value: Any) -> Any:
    return checked(name, value, kind | None)


_TAKE: dict[str, _Take] = {
    "data_center": _of(DataCenter),
    "api_url": _text,
    "backup_api_url": _text,
    "proxy": _text,
    "ca_certificates": _text,
    "connect_timeout": _arguments.duration,
    "timeout": _arguments.duration,
    "header_style": _of(HeaderStyle),
    "retry": _of(RetryPolicy),
    "failover": _of(FailoverPolicy),
    "connections": _of(ConnectionPolicy),
}
# Of 32 bits.
_COUNTS = range(-(2**31), 2**31)
_POLICIES = ("retry", "failover", "connections")
# A proxy's address may have a password in it, and certificates are long.
_SHOWN_AS = {"proxy": "[redacted]", "ca_certificates": "[PEM]"}


def settled(given: dict[str, Any]) -> ClientOptions:
    """The settings, by name.

    Errors: `TypeError` for the first that is of another type; `InvalidInputError` for all that the core can't even be
    told.
    """
    taken: dict[str, Any] = {}
    found: list[Violation] = []
    for name, value in given.items():
        try:
            taken[name] = _TAKE[name](name, value)
        except InvalidInputError as error:
            found.extend(error.violations)
    for name in _POLICIES:
        if taken.get(name) is not None:
            found.extend(_out_of_range(name, taken[name]))
    if found:
        raise InvalidInputError(violations=found)
    return ClientOptions(**taken)


def _out_of_range(name: str, policy: Any) -> Iterator[Violation]:
    for field in fields(policy):
        if _is_beyond(getattr(policy, field.name)):
            yield _arguments.out_of_range(f"{name}.{field.name}", "must be within the range that the setting names")


def _is_beyond(value: Any) -> bool:
    if isinstance(value, timedelta):
        return value < timedelta(0)
    # A length of time that no timedelta can hold has stayed a number.
    return isinstance(value, float) or (isinstance(value, int) and value not in _COUNTS)


def shown(options: ClientOptions) -> str:
    """The settings that were given, as the arguments they are."""
    values = {field.name: getattr(options, field.name) for field in fields(options)}
    return ", ".join(
        f"{name}={_SHOWN_AS.get(name) or repr(value)}" for name, value in values.items() if value is not None
    )
