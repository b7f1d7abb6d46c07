"""The client for code without async."""

from __future__ import annotations

from datetime import timedelta
from typing import TypeVar

from . import _calls
from ._calls import Failed
from ._client import Client, query_arguments, start_arguments, start_in_room_arguments, stop_arguments, update_arguments
from ._native import Acknowledged, Layout, LayoutUpdate, RecordingTarget, Room, StartedRecording
from ._profile import RecordingProfile

_Client = TypeVar("_Client", bound="RecordingClient")


class RecordingClient(Client):
    """Starts, changes and stops recordings, from code without async.

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

        The console's recording trigger must be set to manual. The request leaves this machine at most once, whatever
        happens: the service has no key by which it could know a repeated start, so repeating one is your decision. It
        is tried again only where it provably never left.

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
        outcome = _calls.start_waited_for(self._native, *start_arguments(room_id, session_id, profile, extra, timeout))
        if isinstance(outcome, Failed):
            raise outcome.error()
        return outcome

    def start_in_room(
        self,
        room_id: str,
        profile: RecordingProfile,
        *,
        extra: str | None = None,
        timeout: timedelta | float | None = None,
    ) -> StartedRecording:
        """Starts recording whatever call is going on in a room: asks for the room's session, then starts.

        `timeout` covers both. Where the question fails, nothing was started. Other arguments are those of `start`.

        Errors: as `start`. `RefusedError` with code 40003: there is no call in that room.
        """
        outcome = _calls.waited_for(
            self._native.begin_start_in_room, *start_in_room_arguments(room_id, profile, extra, timeout)
        )
        if isinstance(outcome, Failed):
            raise outcome.error()
        return outcome

    def update_layout(
        self,
        recording: StartedRecording | RecordingTarget,
        layout: Layout | LayoutUpdate,
        *,
        timeout: timedelta | float | None = None,
    ) -> Acknowledged:
        """Changes the layout of a running split-stream recording: `POST /rtc/record/config.json`.

        Changing a layout twice is the same as once, so that a change whose outcome is unknown is tried again, and may
        be repeated by you.

        Arguments:
            recording: What `start` returned, or a room and session.
            layout: The new arrangement: `mixLayout` and `input`. A `LayoutUpdate` has `renderMode` (default: fit) and
                the host, which floating and adaptive layouts need, too.
            timeout: The longest time for this call, in seconds or as a timedelta. Default: the client's.

        Errors: as `start`; `InvalidInputError` also for a recording that is known to be an MCU recording.
        """
        outcome = _calls.waited_for(self._native.begin_update_layout, *update_arguments(recording, layout, timeout))
        if isinstance(outcome, Failed):
            raise outcome.error()
        return outcome

    def stop(
        self, recording: StartedRecording | RecordingTarget, *, timeout: timedelta | float | None = None
    ) -> Acknowledged:
        """Stops recording a session of a room: `POST /rtc/record/stop.json`.

        The files follow later, by callback. A stop whose outcome is unknown is tried again, and may be repeated by you.
        It may then be refused because the first one did stop the recording. Where that was an attempt of the same call,
        the error's `reason` says that "an earlier attempt whose outcome is unknown may have done it".

        Arguments:
            recording: What `start` returned, or a room and session.
            timeout: The longest time for this call, in seconds or as a timedelta. Default: the client's.

        Errors: as `start`.
        """
        outcome = _calls.waited_for(self._native.begin_stop, *stop_arguments(recording, timeout))
        if isinstance(outcome, Failed):
            raise outcome.error()
        return outcome

    def query_room(self, room_id: str, *, timeout: timedelta | float | None = None) -> Room:
        """Asks for a room's session, members and streams: `POST /rtc/room/query.json`. May be repeated, and is.

        Arguments:
            room_id: The room: `roomId`, and `Room-Id`. Visible ASCII, not empty.
            timeout: The longest time for this call, in seconds or as a timedelta. Default: the client's.

        Errors: as `start`. `RefusedError` with code 40003: there is no call in that room.
        """
        outcome = _calls.waited_for(self._native.begin_query_room, *query_arguments(room_id, timeout))
        if isinstance(outcome, Failed):
            raise outcome.error()
        return outcome

    def close(self) -> None:
        """Closes the client: calls under way end as `RecordingCancelledError`, later ones fail as `NotSentError`.

        In a forked child this closes the child's client only. Closing twice is no harm.
        """
        self._end()

    def __enter__(self: _Client) -> _Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
