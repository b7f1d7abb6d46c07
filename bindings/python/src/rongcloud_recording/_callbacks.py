"""Takes the service's callbacks in: verified, not replayed, read."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, NoReturn, TypeVar

from . import _arguments, _delivery, _headers, _native, _secrets
from ._calls import Failed
from ._failures import CORE_ERRORS, public
from ._fields import checked
from ._headers import Headers
from ._native import CallbackHeaderNames, ReceivedRecordingEvent, ReceivedRoomEvent, RecordingEvent, RoomEvent
from ._refusal import CallbackRefusedError
from ._replay import CoreGuard, ReplayGuard

_core: Any = _native.CallbackError
# What the core can be told.
_SIZES = range(2**63)
_BYTES: tuple[type[Any], ...] = (bytes, bytearray, memoryview)

_T = TypeVar("_T")


class CallbackReceiver:
    """Takes the service's callbacks in and tells which may be believed.

    A callback is believed if its signature was made with one of the given secrets, within the time window, for the app
    whose secret it is. **The signature does not cover the body**: whoever captures one callback could send its
    signature with another body. So each signature is remembered until it expires, and one that comes again is accepted
    as a repeat with the same body only. Serve callbacks over HTTPS all the same, and keep handling idempotent: the
    service may deliver late, twice or out of order.

    Can be shared between threads. Nothing in it waits, unless a replay guard of your own does: on asyncio, call it then
    through `asyncio.to_thread`.
    """

    _native: _native.CallbackReceiver
    _guard: CoreGuard | None

    def __init__(
        self,
        app_key: str | None = None,
        app_secret: str | None = None,
        *,
        other_credentials: Iterable[tuple[str, str]] = (),
        time_window: timedelta | float | None = None,
        header_names: CallbackHeaderNames | None = None,
        largest_body: int | None = None,
        replay_guard: ReplayGuard | None = None,
    ) -> None:
        """Takes the app's key and secret, and what is expected of its callbacks.

        Arguments:
            app_key, app_secret: Default: `RONGCLOUD_APP_KEY` and `RONGCLOUD_APP_SECRET` of the environment. The secret
                can't be read back, appears in no output, and is wiped from the library's memory with the receiver.
            other_credentials: Further pairs of App Key and App Secret: the same app's old secret during a rotation, or
                another app's.
            time_window: How far a callback's timestamp may be from this machine's clock, in the past or in the future,
                in seconds or as a timedelta, above zero. Default: 5 minutes; the service documents none.
            header_names: The names of the signing fields. Default: as documented for room status callbacks.
            largest_body: The largest body that is read, in bytes. Default: 1 MiB.
            replay_guard: Where signatures are remembered. Default: in this process's memory, which does not protect
                several processes from a replay at another.

        Errors: `InvalidInputError` for what is missing or unusable.
        """
        made = _secrets.kept(
            _made,
            app_key,
            app_secret,
            other_credentials,
            time_window=time_window,
            header_names=header_names,
            largest_body=largest_body,
            replay_guard=replay_guard,
        )
        # From here on no traceback can show a secret, not even with the variables of each frame. All go: a secret may
        # stand in another argument's place.
        del app_key, app_secret, other_credentials, time_window, header_names, largest_body, replay_guard
        if isinstance(made, Failed):
            raise made.error()
        self._native, self._guard = made

    def recording_event(
        self, headers: Headers, body: bytes | bytearray, query: str | bytes = ""
    ) -> ReceivedRecordingEvent:
        """Takes in a recording callback: the URL set in the console under cloud recording. Source: record/callback.

        Arguments:
            headers: All headers as the web framework has them: a mapping, or pairs of name and value, as text or as
                ASGI's bytes.
            body: The body's bytes, exactly as they came.
            query: The URL's query, raw, without the question mark: some callbacks are signed there. Default: empty.

        Errors: `CallbackRefusedError`, whose `http_status` is the answer.
        """
        outcome = self._taken_in(self._native.recording_event, headers, body, query)
        if isinstance(outcome, Failed):
            raise outcome.error() from outcome.cause
        return outcome

    def room_event(self, headers: Headers, body: bytes | bytearray, query: str | bytes = "") -> ReceivedRoomEvent:
        """Takes in a room status callback: the URL set in the console's RTC page. Source: room/room-status-callback.

        Arguments and errors are those of `recording_event`.
        """
        outcome = self._taken_in(self._native.room_event, headers, body, query)
        if isinstance(outcome, Failed):
            raise outcome.error() from outcome.cause
        return outcome

    def _taken_in(
        self, take: Callable[[Any], _T], headers: Headers, body: bytes | bytearray, query: str | bytes
    ) -> _T | Failed:
        request = _native.CallbackRequest(
            headers=_headers.listed(headers), body=_body(body), query=_headers.text("query", query)
        )
        taken: list[_T] = []
        try:
            # The core may call the guard before it returns.
            _delivery.enter(lambda: taken.append(take(request)))
        except (_core, *CORE_ERRORS) as error:
            raised = None if self._guard is None else self._guard.taken()
            if raised is None or isinstance(raised, Exception):
                return _refused(error, raised)
        else:
            return taken[0]
        # Such as Ctrl-C while the guard was asked.
        raise raised

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "CallbackReceiver can't be copied or pickled, because it holds a secret: make one in each process"
        )


def _made(
    app_key: str | None,
    app_secret: str | None,
    other_credentials: Iterable[tuple[str, str]],
    *,
    time_window: timedelta | float | None,
    header_names: CallbackHeaderNames | None,
    largest_body: int | None,
    replay_guard: ReplayGuard | None,
) -> tuple[_native.CallbackReceiver, CoreGuard | None]:
    """The core's receiver, and the guard that it asks."""
    credentials = _arguments.all_credentials(app_key, app_secret, other_credentials)
    options = _native.CallbackOptions(
        time_window=_arguments.duration("time_window", time_window),
        header_names=checked("header_names", header_names, CallbackHeaderNames | None),
        largest_body=_arguments.whole("largest_body", largest_body, _SIZES),
    )
    guard = None if replay_guard is None else CoreGuard(replay_guard)
    return _native.CallbackReceiver(credentials, options, guard), guard


def parse_recording_event(body: bytes | bytearray | str) -> RecordingEvent:
    """Reads a recording callback's body **without verifying it**: for one that was verified before it was stored.

    Errors: `CallbackRefusedError` with `RefusalReason.UNREADABLE_BODY`.
    """
    outcome = _read(_native.parse_recording_event, body)
    if isinstance(outcome, Failed):
        raise outcome.error()
    return outcome


def parse_room_event(body: bytes | bytearray | str) -> RoomEvent:
    """Reads a room status callback's body **without verifying it**: for one that was verified before it was stored.

    Errors: `CallbackRefusedError` with `RefusalReason.UNREADABLE_BODY`.
    """
    outcome = _read(_native.parse_room_event, body)
    if isinstance(outcome, Failed):
        raise outcome.error()
    return outcome


def _read(read: Callable[[bytes], _T], body: Any) -> _T | Failed:
    # Half of a surrogate pair becomes bytes that are not UTF-8, which the core refuses as such.
    raw = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else _body(body)
    try:
        return read(raw)
    except (_core, *CORE_ERRORS) as error:
        return _refused(error, None)


def _refused(error: Any, cause: Exception | None) -> Failed:
    if isinstance(error, CORE_ERRORS):
        return Failed(public(error))
    refusal = functools.partial(CallbackRefusedError, reason=error.reason, explanation=error.explanation)
    return Failed(refusal, cause)


def _body(body: Any) -> bytes:
    if not isinstance(body, _BYTES):
        raise TypeError(f"body must be bytes, exactly as they came, not {type(body).__name__}")
    return bytes(body)
