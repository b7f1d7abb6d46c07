"""Where signatures are remembered, so that a captured signature can't be used with another body."""

from __future__ import annotations

import functools
import inspect
from datetime import datetime
from typing import Any, Protocol

from ._codec import wrong_type
from ._library import Failed
from ._native import boundary
from ._native.boundary import RefusalReason
from ._native.errors import CallbackRefusedError


class ReplayGuard(Protocol):
    """Remembers signatures until they expire, so that a captured signature can't be used with another body.

    A `CallbackReceiver` has one in memory, which protects one process. If several processes receive callbacks, give all
    of them one shared store, with a class of this form. Each call must be one atomic "set if absent, and return what
    was there". In Redis 7: `client.set(key, fingerprint, nx=True, get=True, pxat=expires_at)`.
    """

    def remember(self, key: str, fingerprint: str, expires_at: datetime) -> str | bytes | None:
        """Stores the fingerprint under the key until the given time; if one is stored already, returns that instead.

        `key` and `fingerprint` are short texts of letters, digits and colons. It is called in the thread that received
        the callback, and in several threads at once if they all receive callbacks. If it raises, the callback is
        refused as `RefusalReason.GUARD_FAILED`, which asks the service to try again.
        """


class AsyncReplayGuard(Protocol):
    """A `ReplayGuard` for asyncio, which an `AsyncCallbackReceiver` takes."""

    async def remember(self, key: str, fingerprint: str, expires_at: datetime) -> str | bytes | None:
        """The same as `ReplayGuard.remember`, awaited by the task that received the callback."""


def check_replay(fingerprint: str, remembered: str | bytes | None) -> None:
    """Compares what a store remembered under a callback's `key` with the callback's `fingerprint`.

    Use it with a store that is not a `ReplayGuard`, after `verify_recording_event` or `verify_room_event`. If nothing
    was remembered, the callback is new. If the fingerprint is the same, the callback has arrived again; handle it
    again, because it is not known whether it was handled the first time.

    Errors: `CallbackRefusedError` with `RefusalReason.REPLAYED` if the fingerprint is another one, which means a
    captured signature on a forged body.
    """
    failed = _compared(fingerprint, _text("remembered", remembered))
    if failed is not None:
        raise failed.error()


def ask(guard: Any, received: Any) -> Failed | None:
    """Lets a guard remember a callback. What speaks against it, if anything does."""
    try:
        answer = _text(_ANSWER, guard.remember(received.key, received.fingerprint, received.expires_at))
    except Exception as error:
        return _guard_failed(error)
    return _compared(received.fingerprint, answer)


async def ask_async(guard: Any, received: Any) -> Failed | None:
    """As `ask`; the guard may answer later."""
    try:
        answer = guard.remember(received.key, received.fingerprint, received.expires_at)
        answer = _text(_ANSWER, await answer if inspect.isawaitable(answer) else answer)
    except Exception as error:
        return _guard_failed(error)
    return _compared(received.fingerprint, answer)


_ANSWER = "what the replay guard's remember returns"


def _text(name: str, found: object) -> str | None:
    # A store's client may give back bytes. Those that aren't the fingerprint that was stored are another one's.
    if isinstance(found, bytes):
        return found.decode("ascii", "replace")
    if found is None:
        return None
    if isinstance(found, str):
        return str.encode(found, "utf-8", "replace").decode()
    raise wrong_type(name, found, ("a str", "bytes", "None"))


def _compared(fingerprint: str, remembered: str | None) -> Failed | None:
    outcome = boundary.check_replay(fingerprint, remembered)
    return outcome if isinstance(outcome, Failed) else None


def _guard_failed(error: Exception) -> Failed:
    # Its own text stays out: it may name the store's address and password.
    explanation = f"the replay guard failed with {type(error).__name__}"
    refused = functools.partial(CallbackRefusedError, reason=RefusalReason.GUARD_FAILED, explanation=explanation)
    return Failed(refused, error)


def check_guard(guard: object, *, may_be_async: bool) -> None:
    """Errors: `TypeError` for what can't be a guard of the receiver."""
    remember = getattr(guard, "remember", None)
    if not callable(remember) or inspect.isclass(guard):
        raise TypeError(f"replay_guard must have a method remember, as ReplayGuard has: {_name(guard)} has none")
    if inspect.iscoroutinefunction(remember) and not may_be_async:
        raise TypeError(
            f"replay_guard can't be asynchronous: {_name(guard)}.remember must be a plain method, "
            "or the receiver an AsyncCallbackReceiver"
        )


def _name(guard: object) -> str:
    return guard.__name__ if isinstance(guard, type) else type(guard).__name__
