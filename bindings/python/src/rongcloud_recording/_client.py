"""What both clients are made of."""

from __future__ import annotations

import logging
from dataclasses import fields
from typing import Any

from ._codec import Record, shown, wrong_type
from ._library import Failed, Handle
from ._log import log_to
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
    def _made(app_key: Any, app_secret: Any, options: Any, logger: Any, **given: Any) -> tuple[Handle, str] | Failed:
        """The core's client, and the settings as they may be shown."""
        settings = settled(boundary.CLIENT_OPTIONS, options, given)
        if logger is not None and not isinstance(logger, logging.Logger):
            raise wrong_type("logger", logger, ("a logging.Logger", "None"))
        made = boundary.native_client_of_keys(app_key, app_secret, settings, _LANGUAGE)
        if isinstance(made, Failed):
            return made
        if logger is not None:
            log_to(made, logger)
        return made, shown(settings)

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
