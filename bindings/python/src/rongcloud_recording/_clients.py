"""The two clients: one that blocks, one for asyncio."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any, NoReturn, TypeVar

from . import _arguments, _delivery, _log, _native
from ._errors import CORE_ERRORS, public
from ._fields import checked
from ._native import DataCenter, HeaderStyle, StartedRecording
from ._profile import RecordingProfile, core_of

# The name in the user agent.
_LANGUAGE = "python"
# How long a blocking call may hold back a signal, such as Ctrl-C.
_SLICE = timedelta(milliseconds=100)

_Sync = TypeVar("_Sync", bound="RecordingClient")
_Async = TypeVar("_Async", bound="AsyncRecordingClient")


class _Client:
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


def _start_arguments(room_id: str, session_id: str, profile: RecordingProfile, extra: Any, timeout: Any) -> Any:
    return (
        _arguments.text("room_id", "Room-Id", room_id),
        _arguments.text("session_id", "sessionId", session_id),
        core_of("profile", profile),
        _arguments.optional_text("extra", "extra", extra),
        _arguments.duration("timeout", timeout),
    )


class RecordingClient(_Client):
    """Starts recordings, from code without async.

    Can be shared between threads, and used on both sides of a `fork`. Ctrl-C ends a call at once. Close it with `with`
    or `close()`, or leave that to the end of the process.
    """

    def start(
        self,
        room_id: str,
        session_id: str,
        profile: RecordingProfile,
        *,
        extra: str | None = None,
        timeout: timedelta | float | None = None,
    ) -> StartedRecording:
        """Starts recording a session of a room: `POST /rtc/record/start.json`.

        The console's recording trigger must be set to manual. The request is sent at most once, whatever happens: the
        service has no key by which it could know a repeated start, so repeating one is your decision.

        Arguments:
            room_id: The room: `Room-Id`. Visible ASCII, not empty.
            session_id: The current call's session, from the room status callback or the room query: `sessionId`.
            profile: What to record and how: `config`.
            extra: A tag of your own that comes back in the recording's callbacks: `extra`. Default: empty.
                The longest one that the service takes is not documented.
            timeout: The longest time for this call, in seconds or as a timedelta. Default: the client's.

        Errors: `InvalidInputError`, `NotSentError`, `OutcomeUnknownError`, `RefusedError`, `UnreadableReplyError`, and
        `RecordingCancelledError` where the client is closed meanwhile; all are `RecordingError`s.
        """
        arguments = _start_arguments(room_id, session_id, profile, extra, timeout)
        try:
            with _log.Forwarding():
                return _waited_for(self._native.begin_start(*arguments))
        except CORE_ERRORS as error:
            _delivery.wait_where_process_ends()
            failure = public(error)
        # Here, so that it comes of no other error and its traceback ends here.
        raise failure()

    def close(self) -> None:
        """Closes the client: calls under way end as `RecordingCancelledError`, later ones fail as `NotSentError`.

        In a forked child this closes the child's client only. Closing twice is no harm.
        """
        self._end()

    def __enter__(self: _Sync) -> _Sync:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _waited_for(call: _native.StartCall) -> StartedRecording:
    try:
        while True:
            started = call.wait(_SLICE)
            if started is not None:
                return started
            # So that a request that hangs can be seen while it does.
            _log.forward()
    except CORE_ERRORS:
        raise
    except BaseException:
        # Ctrl-C, or another exception out of a signal handler. The traceback keeps the call alive, so it is told.
        call.cancel()
        raise


class AsyncRecordingClient(_Client):
    """Starts recordings, from asyncio code.

    Can be shared between tasks, event loops and threads, and used on both sides of a `fork`. Cancelling a task cancels
    its call; a request that had begun to leave may still have reached the service. Close it with `async with` or
    `await close()`, or leave that to the end of the process.
    """

    async def start(
        self,
        room_id: str,
        session_id: str,
        profile: RecordingProfile,
        *,
        extra: str | None = None,
        timeout: timedelta | float | None = None,
    ) -> StartedRecording:
        """Starts recording a session of a room: `POST /rtc/record/start.json`.

        Arguments, errors and behaviour are those of `RecordingClient.start`. A cancelled task raises
        `asyncio.CancelledError`, as always.
        """
        arguments = _start_arguments(room_id, session_id, profile, extra, timeout)
        loop = _running_loop()
        try:
            with _log.Forwarding() as tells_meanwhile:
                # As the blocking client does: a request that hangs can be seen while it does.
                telling = loop.call_later(_SLICE.total_seconds(), _log.forward) if tells_meanwhile else None
                try:
                    return await self._native.start(*arguments)
                finally:
                    if telling is not None:
                        telling.cancel()
        except CORE_ERRORS as error:
            _delivery.wait_where_process_ends()
            failure = public(error)
        raise failure()

    async def close(self) -> None:
        """Closes the client: calls under way end as `RecordingCancelledError`, later ones fail as `NotSentError`.

        In a forked child this closes the child's client only. Closing twice is no harm.
        """
        self._end()

    async def __aenter__(self: _Async) -> _Async:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


def _running_loop() -> asyncio.AbstractEventLoop:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        failure = RuntimeError(
            "AsyncRecordingClient needs a running asyncio event loop, such as asyncio.run makes; "
            "for code without one there is RecordingClient"
        )
    raise failure
