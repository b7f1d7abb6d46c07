"""What the package gives, as JSON: fields and properties by name, times in milliseconds, members of enums by name."""

from __future__ import annotations

import dataclasses
import typing
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from given import EPOCH
from rongcloud_recording import (
    Failure,
    InternalError,
    InvalidInputError,
    NotSentError,
    OutcomeUnknownError,
    RecordingCancelledError,
    RecordingConflictError,
    RecordingError,
    RefusedError,
    UnreadableReplyError,
)

KINDS: dict[type[RecordingError], str] = {
    InvalidInputError: "invalid_input",
    NotSentError: "not_sent",
    OutcomeUnknownError: "outcome_unknown",
    RefusedError: "refused",
    UnreadableReplyError: "unreadable_reply",
    RecordingConflictError: "conflict",
    RecordingCancelledError: "cancelled",
    InternalError: "internal",
}


def told(value: Any) -> Any:
    """A value of any of its types."""
    if isinstance(value, RecordingError):
        return _failure(value)
    if isinstance(value, Enum):
        return value.name.lower()
    if isinstance(value, datetime):
        return (value - EPOCH) // timedelta(milliseconds=1)
    if isinstance(value, timedelta):
        return value // timedelta(milliseconds=1)
    if isinstance(value, (tuple, list)):
        return [told(one) for one in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _fields(value)
    return value


def _fields(value: Any) -> dict[str, Any]:
    kinds = typing.get_type_hints(type(value))
    properties = [name for name, member in vars(type(value)).items() if isinstance(member, property)]
    names = [*(field.name for field in dataclasses.fields(value)), *properties]
    return {_name(name, kinds.get(name)): told(getattr(value, name)) for name in names}


def _name(name: str, kind: Any) -> str:
    kinds = typing.get_args(kind) or (kind,)
    return f"{name}_ms" if datetime in kinds or timedelta in kinds else name


def _failure(error: RecordingError) -> dict[str, Any]:
    """Each fact as the exception tells it, where it does."""
    facts: dict[str, Any] = _fields(error.failure)
    own = {_name(name, kind): name for name, kind in typing.get_type_hints(Failure).items() if hasattr(error, name)}
    return {
        **facts,
        **{fact: told(getattr(error, name)) for fact, name in own.items()},
        "kind": next(name for kind, name in KINDS.items() if isinstance(error, kind)),
        "sentence": str(error),
    }
