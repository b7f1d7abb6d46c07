"""Checks values against their declared types, so that a wrong one is named where it was written."""

import enum
import types
import typing
from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, cast

from ._times import of_seconds

# Whatever is passed to the core travels as UTF-8.
_ENCODING = "utf-8"
# Looked up once for each class.
_FIELD_TYPES: dict[type[Any], dict[str, Any]] = {}
_NAMES = {float: "a number", str: "a str", bytes: "bytes"}


def check_fields(record: object) -> None:
    """Checks the fields of a dataclass that has just been made.

    Errors: `TypeError` naming class and field; `ValueError` as for `checked`.
    """
    kind: type[Any] = type(record)
    for name, expected in _field_types(kind).items():
        value = getattr(record, name)
        fitting = checked(f"{kind.__name__}.{name}", value, expected)
        if fitting is not value:
            object.__setattr__(record, name, fitting)


def settle_lengths(record: object, names: Iterable[str]) -> None:
    """Makes the lengths of time in a dataclass that has just been made, which may be seconds, a timedelta.

    What is out of range is named where the record is used, with all else that is wrong.
    """
    for name in names:
        value = getattr(record, name)
        if value is not None:
            object.__setattr__(record, name, of_seconds(value))


def checked(place: str, value: Any, expected: Any) -> Any:
    """The value, where it is of the expected type; a sequence as a tuple.

    Errors: `TypeError` naming the place; `ValueError` for a text that isn't Unicode, or a time without a time zone.
    """
    if typing.get_origin(expected) is Sequence:
        (item_type,) = typing.get_args(expected)
        return tuple(checked(f"{place}[{index}]", item, item_type) for index, item in enumerate(_items(place, value)))
    if not any(_is_instance(value, kind) for kind in _alternatives(expected)):
        raise wrong_type(place, value, expected)
    if isinstance(value, str) and (index := lone_surrogate(value)) is not None:
        raise ValueError(f"{place} {not_unicode(index)}")
    if isinstance(value, datetime) and value.utcoffset() is None:
        raise ValueError(f"{place} has no time zone: datetime.now(timezone.utc) has one")
    return value


def _items(place: str, value: Any) -> Iterable[Any]:
    if isinstance(value, str | bytes) or not hasattr(value, "__iter__"):
        raise TypeError(f"{place} must be a sequence, not {type(value).__name__}")
    return cast("Iterable[Any]", value)


def lone_surrogate(text: str) -> int | None:
    """The index of the first character that no encoding of Unicode can carry."""
    try:
        text.encode(_ENCODING)
    except UnicodeEncodeError as error:
        return error.start
    return None


def not_unicode(index: int) -> str:
    """What to say of a text with a lone surrogate."""
    return f"is not Unicode text: it has half of a surrogate pair at index {index}"


def _field_types(kind: type[Any]) -> dict[str, Any]:
    known = _FIELD_TYPES.get(kind)
    if known is None:
        types_of = typing.get_type_hints(kind)
        known = _FIELD_TYPES[kind] = {field.name: types_of[field.name] for field in fields(kind)}
    return known


def _alternatives(expected: Any) -> tuple[Any, ...]:
    if typing.get_origin(expected) in (typing.Union, types.UnionType):
        return typing.get_args(expected)
    return (expected,)


def _is_instance(value: object, kind: type) -> bool:
    if isinstance(value, bool):
        return kind is bool
    return isinstance(value, (int, float) if kind is float else kind)


def wrong_type(place: str, value: object, expected: Any) -> TypeError:
    """The error for a value of another type than expected."""
    names = " or ".join(_name(kind) for kind in _alternatives(expected))
    # The value itself is not shown: it may be a secret in the wrong place.
    return TypeError(f"{place} must be {names}, not {type(value).__name__}{_hint(value, expected)}")


def _name(kind: Any) -> str:
    if kind is types.NoneType:
        return "None"
    return _NAMES.get(kind) or str(kind.__name__)


def _hint(value: object, expected: Any) -> str:
    for kind in _alternatives(expected):
        if isinstance(kind, type) and issubclass(kind, enum.Enum):
            for member in kind:
                if value == member.value or (isinstance(value, str) and value.upper().replace("-", "_") == member.name):
                    return f": use {member}"
    return ""
