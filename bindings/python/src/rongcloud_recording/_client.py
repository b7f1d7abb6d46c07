"""What both clients are made of."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from ._codec import Record, shown
from ._library import Failed, Handle
from ._native import boundary
from ._objects import Unshared

# The name in the user agent.
_LANGUAGE = "python"


class Client(Unshared):
    """What both clients are made of."""

    _why = "because it holds connections and a secret: make one in each process (a RecordingProfile can be pickled)"
    _native: Handle
    # For tools that print the variables of each frame, also of the constructor's.
    _shown = ""

    @staticmethod
    def _made(app_key: Any, app_secret: Any, options: Any, **given: Any) -> tuple[Handle, str] | Failed:
        """The core's client, and the settings as they may be shown."""
        settings = settled(boundary.CLIENT_OPTIONS, options, given)
        made = boundary.native_client_of_keys(app_key, app_secret, settings, _LANGUAGE)
        return made if isinstance(made, Failed) else (made, shown(settings))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._shown})"

    def _end(self) -> None:
        boundary.native_client_shut_down(self)


def settled(codec: Record[Any], options: Any, given: dict[str, Any]) -> Any:
    """The settings: what is given wins over the options.

    What the library can't be told is found only when it is, together with all else that is wrong. Errors: `TypeError`.
    """
    if options is not None:
        codec.fit("options", options)
        given = {
            field.name: getattr(options, field.name) if given[field.name] is None else given[field.name]
            for field in fields(options)
        }
    return codec.made(**{name: codec.fields[name].fit(name, value) for name, value in given.items()})
