#!/usr/bin/env python3
"""Prints the public surface of the installed Python package, one name a line, sorted.

Usage: api-python.py, with the interpreter of the environment that the package is installed in.
"""

import dataclasses
import enum
import inspect
import re
from collections.abc import Iterator

import rongcloud_recording as package


def signature(value: object) -> str:
    """Arguments, types and defaults, without the names of modules."""
    try:
        text = str(inspect.signature(value, eval_str=True))
    except (TypeError, ValueError):
        return "(...)"
    return re.sub(r"\b(?:[a-z_]+\.)+(?=[A-Za-z_])|~", "", text)


def lines(name: str, value: object) -> Iterator[str]:
    """A public name, and those in it."""
    if not inspect.isclass(value):
        yield (
            f"{name}{signature(value)}"
            if callable(value) and hasattr(value, "__code__")
            else f"{name} = {shown(value)}"
        )
        return
    bases = [base.__name__ for base in value.__mro__[1:-1] if is_public(base)]
    yield f"class {name}" + (f"({', '.join(bases)})" if bases else "")
    if issubclass(value, enum.Enum):
        yield from (f"{name}.{member.name} = {member.value!r}" for member in value)
        return
    # A private base's names are the class's own, a public one's stand there.
    own = {inner for kind in value.__mro__ if kind is value or not is_public(kind) for inner in vars(kind)}
    if "__init__" in own and "Protocol" not in bases:
        yield f"{name}{signature(value)}"
    if dataclasses.is_dataclass(value):
        own |= {field.name for field in dataclasses.fields(value)}
    for inner in sorted(own):
        if inner.startswith("_"):
            continue
        member = inspect.getattr_static(value, inner, None)
        if isinstance(member, property):
            yield f"{name}.{inner}{signature(member.fget).removeprefix('(self)')}"
        elif isinstance(member, classmethod | staticmethod) or inspect.isfunction(member):
            kind = ": async" if inspect.iscoroutinefunction(getattr(value, inner)) else ""
            yield f"{name}.{inner}{kind}{signature(getattr(value, inner))}"
        elif dataclasses.is_dataclass(value):
            yield f"{name}.{inner}"
        else:
            yield f"{name}.{inner} = {member!r}"


def is_public(kind: type) -> bool:
    """Whether users can name a class: it isn't one of the package's own private ones."""
    return not kind.__module__.startswith(package.__name__) or kind.__name__ in package.__all__


def shown(value: object) -> str:
    """A union of types."""
    return " | ".join(kind.__name__ for kind in getattr(value, "__args__", ())) or repr(value)


print("\n".join(sorted(line for name in package.__all__ for line in lines(name, getattr(package, name)))))
