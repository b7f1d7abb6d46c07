"""A callback's headers and query as web frameworks give them, turned into text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from ._native import CallbackHeader

Headers: TypeAlias = Mapping[str, str] | Iterable[tuple[str, str]] | Iterable[tuple[bytes, bytes]]


def listed(headers: Headers) -> list[CallbackHeader]:
    """All headers, those that stand twice too.

    Errors: `TypeError` naming what isn't a header.
    """
    given: Any = headers
    # Of what has both, only the items have values.
    pairs = given.items() if hasattr(given, "items") else given
    if isinstance(pairs, str | bytes) or not hasattr(pairs, "__iter__"):
        raise TypeError(f"headers must be a mapping, or pairs of name and value, not {type(given).__name__}")
    found: list[CallbackHeader] = []
    for index, pair in enumerate(pairs):
        place = f"headers[{index}]"
        if isinstance(pair, str | bytes) or not hasattr(pair, "__len__") or len(pair) != 2:
            raise TypeError(f"{place} must be a pair of name and value, not {type(pair).__name__}")
        name, value = pair
        found.append(CallbackHeader(name=text(f"{place}[0]", name), value=text(f"{place}[1]", value)))
    return found


def text(place: str, value: Any) -> str:
    """The text of what came over HTTP. No bytes are wrong: those beyond ASCII are in no signing field.

    Errors: `TypeError` naming the place.
    """
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, str):
        # A server may stand for bytes with halves of surrogate pairs, which can't be passed on.
        return value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    raise TypeError(f"{place} must be a str or bytes, not {type(value).__name__}")
