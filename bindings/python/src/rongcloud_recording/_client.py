"""What both clients are made of, and the arguments of their calls."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NoReturn

from . import _arguments, _native, _options, _packed, _secrets
from ._calls import Failed
from ._fields import checked
from ._native import (
    ConnectionPolicy,
    DataCenter,
    FailoverPolicy,
    HeaderStyle,
    Layout,
    LayoutUpdate,
    RecordingTarget,
    RetryPolicy,
    StartedRecording,
    Violation,
)
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
        backup_api_url: str | None = None,
        proxy: str | None = None,
        ca_certificates: str | None = None,
        retry: RetryPolicy | None = None,
        failover: FailoverPolicy | None = None,
        connections: ConnectionPolicy | None = None,
    ) -> None:
        """Takes App Key and App Secret from the console's App Key page, and how to reach the service.

        Arguments:
            app_key, app_secret: Default: `RONGCLOUD_APP_KEY` and `RONGCLOUD_APP_SECRET` of the environment, each for
                itself. The secret can't be read back, appears in no output, and is wiped from the library's memory with
                the client.
            data_center: The app's data center. Default: `RONGCLOUD_DATA_CENTER`; required unless there is an `api_url`.
            api_url: The API's address in place of a data center's, for instance `https://gateway.example`; plain http
                for this machine only. Wins over `data_center`. Default: `RONGCLOUD_API_URL`, where neither is given.
            connect_timeout: The longest time for name, connection and TLS handshake, in seconds or as a timedelta,
                above zero and at most 365 days. Default: 5 seconds.
            timeout: The longest time for a whole call, to the last byte of the reply, likewise. Default: 15 seconds.
            header_style: How the signing headers are named. Default: `HeaderStyle.PLAIN`.
            backup_api_url: A second address of the same service, used while `api_url` fails, as a data center's backup
                domain is. Only beside `api_url`. Default: none.
            proxy: The proxy to go through, for instance `http://proxy.example:3128`, with user and password if it needs
                them, which appear in no output; or `direct` for none. Default: what `HTTPS_PROXY`, `ALL_PROXY` and
                `NO_PROXY` of the environment say.
            ca_certificates: CA certificates as PEM, trusted in addition to the platform's: a company's own, for
                instance. Default: none.
            retry: How often and how fast calls are tried again. Default: see `RetryPolicy`.
            failover: When the other domain of a data center is used. Default: see `FailoverPolicy`.
            connections: How connections are kept, and how many calls there are at once. Default: see
                `ConnectionPolicy`.

        Errors: `InvalidInputError` with everything that is missing or unusable at once, each named as it was given: by
        its argument or its variable of the environment; `NotSentError` where this host can't speak HTTPS,
        for want of CA certificates.
        """
        made = _secrets.kept(
            _made,
            app_key,
            app_secret,
            data_center=data_center,
            api_url=api_url,
            connect_timeout=connect_timeout,
            timeout=timeout,
            header_style=header_style,
            backup_api_url=backup_api_url,
            proxy=proxy,
            ca_certificates=ca_certificates,
            retry=retry,
            failover=failover,
            connections=connections,
        )
        # From here on no traceback can show a secret or a password, not even with the variables of each frame. All go:
        # a secret may stand in another argument's place.
        del app_key, app_secret, data_center, api_url, connect_timeout, timeout, header_style, backup_api_url, proxy
        del ca_certificates, retry, failover, connections
        if isinstance(made, Failed):
            raise made.error()
        self._native, self._shown = made

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._shown})"

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            f"{type(self).__name__} can't be copied or pickled, because it holds connections and a secret: "
            "make one in each process (a RecordingProfile can be pickled)"
        )

    def _end(self) -> None:
        self._native.shut_down()


def _made(app_key: str | None, app_secret: str | None, **settings: Any) -> tuple[_native.NativeClient, str]:
    """The core's client, and the settings as they may be shown."""
    found: list[Violation] = []
    key = _arguments.setting("app_key", app_key, found)
    secret = _arguments.setting("app_secret", app_secret, found)
    options = _options.settled(settings, found)
    native = _arguments.with_all_that_is_wrong(
        found, lambda: _native.NativeClient.of_keys(key, secret, options, _LANGUAGE)
    )
    return native, _options.shown(options)


def start_arguments(
    room_id: str, session_id: str, profile: RecordingProfile, extra: Any, timeout: Any
) -> tuple[_native.RecordingProfile, bytes]:
    """What the core's `start` takes: the profile, and the rest packed."""
    room = _arguments.encoded("room_id", "Room-Id", room_id)
    session = _arguments.encoded("session_id", "sessionId", session_id)
    core = core_of("profile", profile)
    tag = b"" if extra is None else _arguments.encoded("extra", "extra", extra)
    return core, _packed.start_arguments(room, session, tag, _arguments.duration("timeout", timeout))


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
