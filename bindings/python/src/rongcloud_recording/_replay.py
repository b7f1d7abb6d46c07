"""Where signatures are remembered, so that a captured one can't be used under another body."""

from __future__ import annotations

import inspect
import threading
from datetime import datetime
from typing import Any, Protocol

from . import _native
from ._fields import checked
from ._native import RefusalReason
from ._times import moment

_core: Any = _native.CallbackError
_MILLISECONDS = 1000


class ReplayGuard(Protocol):
    """Remembers signatures until they expire, so that a captured one can't be used under another body.

    A `CallbackReceiver` has one in memory, which protects one process. Where callbacks arrive at several, give all of
    them one shared store with a class of this form: one call is one atomic "set if absent, and tell what was there". In
    Redis: `client.set(key, fingerprint, nx=True, get=True, pxat=expires_at)`.
    """

    def remember(self, key: str, fingerprint: str, expires_at: datetime) -> str | bytes | None:
        """Stores the fingerprint under the key until the time given; where there is one already, returns that instead.

        `key` and `fingerprint` are short texts of letters, digits and colons. It is called in the thread that took the
        callback in, from several at once where they do. Whatever it raises refuses the callback as
        `RefusalReason.GUARD_FAILED`, which asks the service to try again.
        """


class CoreGuard(_native.ReplayGuard):
    """A guard as the core calls it: nothing that it raises may get lost in between."""

    def __init__(self, guard: ReplayGuard) -> None:
        """Wraps the guard. Errors: `TypeError` for what can't be one."""
        remember = getattr(guard, "remember", None)
        if not callable(remember) or inspect.isclass(guard):
            raise TypeError(f"replay_guard must have a method remember, as ReplayGuard has: {_name(guard)} has none")
        if inspect.iscoroutinefunction(remember):
            raise TypeError(f"replay_guard can't be asynchronous: {_name(guard)}.remember must be a plain method")
        self._remember = remember
        self._raised = threading.local()

    def remember(self, key: str, fingerprint: str, expires_at_ms: int) -> str | None:
        """Asks the guard, and keeps what it raises for `taken`."""
        try:
            seconds, milliseconds = divmod(expires_at_ms, _MILLISECONDS)
            return _text(self._remember(key, fingerprint, moment(seconds, milliseconds * 1000)))
        except BaseException as error:
            self._raised.error = error
            # Its own text stays out: it may name the store's address and password.
            explanation = f"the replay guard failed with {type(error).__name__}"
            refusal = _core.Refused(RefusalReason.GUARD_FAILED, explanation)
        raise refusal

    def taken(self) -> BaseException | None:
        """What the guard raised in this thread since the last time."""
        error: BaseException | None = getattr(self._raised, "error", None)
        self._raised.error = None
        return error


def _text(found: object) -> str | None:
    # A store's client may give back bytes. Those that aren't the fingerprint that was stored are another one's.
    if isinstance(found, bytes):
        return found.decode("ascii", "replace")
    checked("what the replay guard's remember returns", found, str | None)
    return None if found is None else str(found)


def _name(guard: object) -> str:
    return guard.__name__ if isinstance(guard, type) else type(guard).__name__


def renew_lock() -> None:
    """Gives the generated code a lock that nobody holds."""
    converter: Any = _native.rongcloud_recording._UniffiFfiConverterTypeReplayGuard
    # One that its own thread may take again: a garbage collection under it may free another receiver's guard.
    converter._handle_map._lock = threading.RLock()


renew_lock()
