"""Takes the service's callbacks in: verified, not replayed, read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, Generic, NoReturn, TypeVar

from . import _credentials, _headers, _native, _secrets
from ._arguments import duration, violations_of, whole
from ._calls import Failed
from ._errors import InvalidInputError
from ._failures import CORE_ERRORS
from ._fields import checked
from ._headers import Headers
from ._native import (
    CallbackHeaderNames,
    ReceivedRecordingEvent,
    ReceivedRoomEvent,
    RecordingEvent,
    RoomEvent,
    TimestampUnit,
)
from ._replay import AsyncReplayGuard, ReplayGuard, ask, ask_async, check_guard, refused

_core: Any = _native.CallbackError
# What the core can be told.
_SIZES = range(2**63)
_BYTES: tuple[type[Any], ...] = (bytes, bytearray, memoryview)

_T = TypeVar("_T")
_Guard = TypeVar("_Guard")
_Received = TypeVar("_Received", ReceivedRecordingEvent, ReceivedRoomEvent)


class Receiver(Generic[_Guard]):
    """What both receivers are made of."""

    _native: _native.CallbackReceiver
    _guard: _Guard | None
    _may_be_async = False

    def __init__(
        self,
        app_key: str | None = None,
        app_secret: str | None = None,
        *,
        other_credentials: Iterable[tuple[str, str]] = (),
        time_window: timedelta | float | None = None,
        timestamp_unit: TimestampUnit | None = None,
        header_names: CallbackHeaderNames | None = None,
        largest_body: int | None = None,
        replay_guard: _Guard | None = None,
    ) -> None:
        """Takes the app's key and secret, and what is expected of its callbacks.

        Arguments:
            app_key, app_secret: Default: `RONGCLOUD_APP_KEY` and `RONGCLOUD_APP_SECRET` of the environment, each for
                itself. The secret can't be read back, appears in no output, and is wiped from the library's memory with
                the receiver.
            other_credentials: Further pairs of App Key and App Secret: the same app's old secret during a rotation, or
                another app's.
            time_window: How far a callback's timestamp may be from this machine's clock, in the past or in the future,
                in seconds or as a timedelta, above zero and at most 365 days. Default: 5 minutes; the service documents
                none. Where logs show genuine callbacks refused as `OUTSIDE_TIME_WINDOW` after an outage, a wider window
                takes them.
            timestamp_unit: The unit of a callback's timestamp, of which a receiver takes one only. Default:
                `TimestampUnit.MILLISECONDS`, as documented.
            header_names: The names of the signing fields. Default: as documented for room status callbacks.
            largest_body: The largest body that is read, in bytes, above zero. Default: 1 MiB.
            replay_guard: Where signatures are remembered. Default: in this process's memory, which does not protect
                several processes from a replay at another.

        Errors: `InvalidInputError` with everything that is missing or unusable at once, each named as it was given.
        """
        made = _secrets.kept(
            _made,
            app_key,
            app_secret,
            other_credentials,
            time_window=time_window,
            timestamp_unit=timestamp_unit,
            header_names=header_names,
            largest_body=largest_body,
            replay_guard=replay_guard,
            may_be_async=self._may_be_async,
        )
        guard = replay_guard
        # From here on no traceback can show a secret, not even with the variables of each frame. All go: a secret may
        # stand in another argument's place.
        del app_key, app_secret, other_credentials, time_window, timestamp_unit, header_names, largest_body
        del replay_guard
        if isinstance(made, Failed):
            del guard
            raise made.error()
        self._native, self._guard = made, guard

    def verify_recording_event(
        self, headers: Headers, body: bytes | bytearray, query: str | bytes = ""
    ) -> ReceivedRecordingEvent:
        """Verifies and reads a recording callback, and leaves the remembering to you.

        Store the fingerprint under the key unless there is one already, and give what was there to `check_replay`. A
        replay guard is not asked. Arguments and errors are those of `recording_event`.
        """
        outcome = _read(self._native.verify_recording_event, headers, body, query)
        if isinstance(outcome, Failed):
            raise outcome.error()
        return outcome

    def verify_room_event(
        self, headers: Headers, body: bytes | bytearray, query: str | bytes = ""
    ) -> ReceivedRoomEvent:
        """Verifies and reads a room status callback, and leaves the remembering to you, as `verify_recording_event`."""
        outcome = _read(self._native.verify_room_event, headers, body, query)
        if isinstance(outcome, Failed):
            raise outcome.error()
        return outcome

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            f"{type(self).__name__} can't be copied or pickled, because it holds a secret: make one in each process"
        )


class CallbackReceiver(Receiver[ReplayGuard]):
    """Takes the service's callbacks in and tells which may be believed.

    A callback is believed if its signature was made with one of the given secrets, within the time window, for the app
    whose secret it is. **The signature does not cover the body**: whoever captures one callback could send its
    signature with another body. So each signature is remembered until it expires, and one that comes again is accepted
    with the same body only. Serve callbacks over HTTPS all the same.

    The recipe that loses nothing: verify, remember, store, then answer 200; and the same for a callback that comes
    again, because nobody knows whether it was handled the first time. `recording_event` and `room_event` verify and
    remember. Your store sees to it that the second time changes nothing: a unique index on the event's `fingerprint`
    does.

    Can be shared between threads. Nothing in it waits, unless a replay guard of your own does: on asyncio, there is
    `AsyncCallbackReceiver`.
    """

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
        native = self._native
        outcome = self._taken_in(native.recording_event, native.verify_recording_event, headers, body, query)
        if isinstance(outcome, Failed):
            raise outcome.error() from outcome.cause
        return outcome

    def room_event(self, headers: Headers, body: bytes | bytearray, query: str | bytes = "") -> ReceivedRoomEvent:
        """Takes in a room status callback: the URL set in the console's RTC page. Source: room/room-status-callback.

        Arguments and errors are those of `recording_event`.
        """
        native = self._native
        outcome = self._taken_in(native.room_event, native.verify_room_event, headers, body, query)
        if isinstance(outcome, Failed):
            raise outcome.error() from outcome.cause
        return outcome

    def _taken_in(
        self, take: Callable[[Any], _Received], verify: Callable[[Any], _Received], *request: Any
    ) -> _Received | Failed:
        if self._guard is None:
            return _read(take, *request)
        received = _read(verify, *request)
        return received if isinstance(received, Failed) else ask(self._guard, received) or received


class AsyncCallbackReceiver(Receiver[AsyncReplayGuard | ReplayGuard]):
    """A `CallbackReceiver` for asyncio: it awaits its replay guard.

    The guard's `remember` may also be a plain method; the event loop waits while that runs.
    """

    _may_be_async = True

    async def recording_event(
        self, headers: Headers, body: bytes | bytearray, query: str | bytes = ""
    ) -> ReceivedRecordingEvent:
        """Takes in a recording callback. Arguments and errors are those of `CallbackReceiver.recording_event`."""
        native = self._native
        outcome = await self._taken_in(native.recording_event, native.verify_recording_event, headers, body, query)
        if isinstance(outcome, Failed):
            raise outcome.error() from outcome.cause
        return outcome

    async def room_event(self, headers: Headers, body: bytes | bytearray, query: str | bytes = "") -> ReceivedRoomEvent:
        """Takes in a room status callback. Arguments and errors are those of `CallbackReceiver.recording_event`."""
        native = self._native
        outcome = await self._taken_in(native.room_event, native.verify_room_event, headers, body, query)
        if isinstance(outcome, Failed):
            raise outcome.error() from outcome.cause
        return outcome

    async def _taken_in(
        self, take: Callable[[Any], _Received], verify: Callable[[Any], _Received], *request: Any
    ) -> _Received | Failed:
        if self._guard is None:
            return _read(take, *request)
        received = _read(verify, *request)
        return received if isinstance(received, Failed) else await ask_async(self._guard, received) or received


def _made(
    app_key: str | None,
    app_secret: str | None,
    other_credentials: Iterable[tuple[str, str]],
    *,
    time_window: timedelta | float | None,
    timestamp_unit: TimestampUnit | None,
    header_names: CallbackHeaderNames | None,
    largest_body: int | None,
    replay_guard: Any,
    may_be_async: bool,
) -> _native.CallbackReceiver:
    """The core's receiver. Errors: as for `Receiver`."""
    if replay_guard is not None:
        check_guard(replay_guard, may_be_async=may_be_async)
    given = _credentials.all_given(app_key, app_secret, other_credentials)
    found = list(given.violations)
    try:
        size = whole("largest_body", largest_body, _SIZES)
    except InvalidInputError as error:
        found.extend(error.violations)
        size = None
    options = _native.CallbackOptions(
        time_window=duration("time_window", time_window),
        timestamp_unit=checked("timestamp_unit", timestamp_unit, TimestampUnit | None),
        header_names=checked("header_names", header_names, CallbackHeaderNames | None),
        largest_body=size,
    )
    made, more = violations_of(lambda: _native.CallbackReceiver(given.usable, options))
    found.extend(given.named(violation) for violation in more if given.usable or violation.path != "credentials")
    if found or made is None:
        raise InvalidInputError(violations=found)
    return made


def parse_recording_event(body: bytes | bytearray | str) -> RecordingEvent:
    """Reads a recording callback's body **without verifying it**: for one that was verified before it was stored.

    Errors: `CallbackRefusedError` with `RefusalReason.UNREADABLE_BODY`.
    """
    outcome = _parsed(_native.parse_recording_event, body)
    if isinstance(outcome, Failed):
        raise outcome.error()
    return outcome


def parse_room_event(body: bytes | bytearray | str) -> RoomEvent:
    """Reads a room status callback's body **without verifying it**: for one that was verified before it was stored.

    Errors: `CallbackRefusedError` with `RefusalReason.UNREADABLE_BODY`.
    """
    outcome = _parsed(_native.parse_room_event, body)
    if isinstance(outcome, Failed):
        raise outcome.error()
    return outcome


def _read(read: Callable[[Any], _T], headers: Headers, body: Any, query: str | bytes) -> _T | Failed:
    request = _native.CallbackRequest(
        headers=_headers.listed(headers), body=_body(body), query=_headers.text("query", query)
    )
    try:
        return read(request)
    except (_core, *CORE_ERRORS) as error:
        return refused(error)


def _parsed(read: Callable[[bytes], _T], body: Any) -> _T | Failed:
    # Half of a surrogate pair becomes bytes that are not UTF-8, which the core refuses as such.
    raw = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else _body(body)
    try:
        return read(raw)
    except (_core, *CORE_ERRORS) as error:
        return refused(error)


def _body(body: Any) -> bytes:
    if not isinstance(body, _BYTES):
        raise TypeError(f"body must be bytes, exactly as they came, not {type(body).__name__}")
    return bytes(body)
