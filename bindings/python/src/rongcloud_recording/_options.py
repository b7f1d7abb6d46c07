"""A client's settings, as the core takes them. What may have a password in it is shown nowhere."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Any

from . import _arguments
from ._errors import InvalidInputError, RecordingError
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
# As the core's own.
_OUT_OF_RANGE = "out_of_range"
# A proxy's address may have a password in it, and certificates are long.
_SHOWN_AS = {"proxy": "[redacted]", "ca_certificates": "[PEM]"}


def sealed(**given: Any) -> ClientOptions | Exception:
    """The settings, or what is wrong with the first one that is no setting at all.

    The error is returned, so that the caller can forget the proxy's address before raising: tools that print the
    variables of each frame of a traceback must not find a password in it.
    """
    try:
        options = ClientOptions(**{name: _TAKE[name](name, value) for name, value in given.items()})
        too_large = list(_too_large(options))
        return InvalidInputError(violations=too_large) if too_large else options
    except (TypeError, RecordingError) as error:
        return error.with_traceback(None)


def _too_large(options: ClientOptions) -> Iterator[Violation]:
    """The counts that the core can't even be told."""
    for name in ("retry", "failover", "connections"):
        policy = getattr(options, name)
        for count in fields(policy) if policy is not None else ():
            value = getattr(policy, count.name)
            if isinstance(value, int) and not -(2**31) <= value < 2**31:
                yield Violation(
                    path=f"{name}.{count.name}", code=_OUT_OF_RANGE, reason="must be a whole number of 32 bits"
                )


def shown(options: ClientOptions) -> str:
    """The settings that were given, as the arguments they are."""
    values = {field.name: getattr(options, field.name) for field in fields(options)}
    return ", ".join(
        f"{name}={_SHOWN_AS.get(name) or repr(value)}" for name, value in values.items() if value is not None
    )
