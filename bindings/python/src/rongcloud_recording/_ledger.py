"""What both ledgers are made of."""

from __future__ import annotations

from typing import Any, ClassVar

from . import _log
from ._client import Client, settled
from ._codec import shown, wrong_type
from ._library import Failed, Handle
from ._native import boundary
from ._objects import Unshared


class Ledger(Unshared):
    """What both ledgers are made of."""

    _why = "because it holds connections, and may hold a password: make one in each process, all with the same store"
    # Whose calls are made as the ledger's are.
    _client_type: ClassVar[type[Client]]
    _native: Handle
    # For tools that print the variables of each frame, also of the constructor's.
    _shown = ""

    @classmethod
    def _made(
        cls, client: Any, on_unknown: Any, receiver: Any, options: Any, **given: Any
    ) -> tuple[Handle, str] | Failed:
        """The core's ledger, and what it was given as that may be shown."""
        if not isinstance(client, cls._client_type):
            raise wrong_type("client", client, (cls._client_type.__name__,))
        settings = settled(boundary.LEDGER_OPTIONS, options, given)
        made = boundary.native_ledger_new(client, on_unknown, receiver, settings)
        if isinstance(made, Failed):
            return made
        told = shown(settings)
        return made, f"{client!r}, {on_unknown}" + (told and f", {told}")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._shown})"

    def _keep_up(self, interval: Any) -> Failed | None:
        _log.listen()
        return boundary.native_ledger_keep_up(self, interval)

    def _is_closed(self) -> bool:
        # What can't be asked any more is.
        return boundary.native_ledger_is_closed(self) is not False

    def _end(self) -> None:
        boundary.native_ledger_shut_down(self)
