"""The exception of a callback that must not be believed."""

from __future__ import annotations

import functools
from typing import Any

from . import _native
from ._fields import checked
from ._native import RefusalReason

# Its variants, which a type checker can't see.
_core: Any = _native.CallbackError


class CallbackRefusedError(Exception):
    """A callback that must not be believed. Its text is the whole refusal as a sentence, for your log.

    To the sender, answer `http_status` and nothing more. Where a replay guard failed, `__cause__` is what it raised.
    """

    def __init__(self, *, reason: RefusalReason, explanation: str) -> None:
        """A refusal for the given reason. Made by the library, and by you for tests of your own."""
        self._refusal = _core.Refused(
            checked("reason", reason, RefusalReason), checked("explanation", explanation, str)
        )
        super().__init__(self._refusal.sentence())

    def __reduce__(self) -> tuple[Any, ...]:
        return functools.partial(type(self), reason=self.reason, explanation=self.explanation), ()

    @property
    def reason(self) -> RefusalReason:
        """Why, for programs."""
        reason: RefusalReason = self._refusal.reason
        return reason

    @property
    def explanation(self) -> str:
        """Why, as a sentence for your log. It holds nothing that the sender could not know."""
        explanation: str = self._refusal.explanation
        return explanation

    @property
    def http_status(self) -> int:
        """The HTTP status to answer with.

        401 for anything about the signature, whatever it is; 413 and 400 for the body; 503 where the service should try
        again.
        """
        status: int = self._refusal.http_status()
        return status
