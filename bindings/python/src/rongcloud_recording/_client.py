"""What both clients are made of, and the arguments of their calls."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NoReturn

from . import _arguments, _native
from ._errors import CORE_ERRORS, public
from ._fields import checked
from ._native import DataCenter, HeaderStyle, Layout, LayoutUpdate, RecordingTarget, StartedRecording
from ._profile import RecordingProfile, core_of

# The name in the user agent.
_LANGUAGE = "python"


class Client:
    """What both clients are made of."""

    _native: _native.NativeClient
    # For tools that print the variables of each frame, also of the constructor's.
    _shown = ""

    def __init__(
        self,
        app_key: str | None = None,
        app_secret: str | None = None,
        *,
        data_center: DataCenter | None = None,
        api_url: str | None = None,
        connect_timeout: timedelta | float | None = None,
        timeout: timedelta | float | None = None,
        header_style: HeaderStyle | None = None,
    ) -> None:
        """Takes App Key and App Secret from the console's App Key page, and how to reach the service.

        Arguments:
            app_key, app_secret: Default: `RONGCLOUD_APP_KEY` and `RONGCLOUD_APP_SECRET` of the environment. The secret
                can't be read back, appears in no output, and is wiped from the library's memory with the client.
            data_center: The app's data center. Default: `RONGCLOUD_DATA_CENTER`; required unless there is an `api_url`.
            api_url: The API's address in place of a data center's, for instance `https://gateway.example`; plain http
                for this machine only. Wins over `data_center`. Default: `RONGCLOUD_API_URL`, where neither is given.
            connect_timeout: The longest time for name, connection and TLS handshake, in seconds or as a timedelta,
                above zero. Default: 5 seconds.
            timeout: The longest time for a whole call, to the last byte of the reply, likewise. Default: 15 seconds.
            header_style: How the signing headers are named. Default: `HeaderStyle.PLAIN`.

        Errors: `InvalidInputError` for what is missing or unusable; `NotSentError` where this host can't speak HTTPS,
        for want of CA certificates.
        """
        credentials = _arguments.sealed(app_key, app_secret)
        # From here on no traceback can show it, not even with the variables of each frame.
        del app_key, app_secret
        if isinstance(credentials, Exception):
            raise credentials
        given: dict[str, Any] = {
            "data_center": checked("data_center", data_center, DataCenter | None),
            "api_url": _arguments.optional_text("api_url", "api_url", api_url),
            "connect_timeout": _arguments.duration("connect_timeout", connect_timeout),
            "timeout": _arguments.duration("timeout", timeout),
            "header_style": checked("header_style", header_style, HeaderStyle | None),
        }
        try:
            self._native = _native.NativeClient(credentials, _native.ClientOptions(**given), _LANGUAGE)
        except CORE_ERRORS as error:
            failure = public(error)
        else:
            self._shown = ", ".join(f"{name}={value!r}" for name, value in given.items() if value is not None)
            return
        raise failure()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._shown})"

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            f"{type(self).__name__} can't be copied or pickled, because it holds connections and a secret: "
            "make one in each process (a RecordingProfile can be pickled)"
        )

    def _end(self) -> None:
        self._native.shut_down()


def start_arguments(room_id: str, session_id: str, profile: RecordingProfile, extra: Any, timeout: Any) -> Any:
    """What the core's `start` takes."""
    return (
        _arguments.text("room_id", "Room-Id", room_id),
        _arguments.text("session_id", "sessionId", session_id),
        core_of("profile", profile),
        _arguments.optional_text("extra", "extra", extra),
        _arguments.duration("timeout", timeout),
    )


def start_in_room_arguments(room_id: str, profile: RecordingProfile, extra: Any, timeout: Any) -> Any:
    """What the core's `start_in_room` takes."""
    return (
        _arguments.text("room_id", "Room-Id", room_id),
        core_of("profile", profile),
        _arguments.optional_text("extra", "extra", extra),
        _arguments.duration("timeout", timeout),
    )


def update_arguments(recording: Any, layout: Any, timeout: Any) -> Any:
    """What the core's `update_layout` takes."""
    checked("layout", layout, Layout | LayoutUpdate)
    update = layout if isinstance(layout, LayoutUpdate) else LayoutUpdate(layout=layout)
    return _target(recording), update, _arguments.duration("timeout", timeout)


def stop_arguments(recording: Any, timeout: Any) -> Any:
    """What the core's `stop` takes."""
    return _target(recording), _arguments.duration("timeout", timeout)


def query_arguments(room_id: str, timeout: Any) -> Any:
    """What the core's `query_room` takes."""
    return _arguments.text("room_id", "Room-Id", room_id), _arguments.duration("timeout", timeout)


def _target(recording: StartedRecording | RecordingTarget) -> RecordingTarget:
    checked("recording", recording, StartedRecording | RecordingTarget)
    if isinstance(recording, RecordingTarget):
        return recording
    return RecordingTarget(
        room_id=recording.room_id, session_id=recording.session_id, record_type=recording.record_type
    )
