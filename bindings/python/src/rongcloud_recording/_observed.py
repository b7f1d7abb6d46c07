"""Whoever wants to see each call as it begins and ends: nobody, unless the program has asked for it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, TypeAlias

# Told the operation's name, entered where a call begins and left where it ends. What it gives is told what the call has
# come to: its answer, or its error.
Observe: TypeAlias = Callable[[str], AbstractContextManager[Callable[[Any], None]]]

observe: Observe | None = None


def set_observer(observer: Observe | None) -> None:
    """Sets who sees each call of this process from now on."""
    global observe
    observe = observer
