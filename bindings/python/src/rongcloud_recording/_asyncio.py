"""The client for asyncio."""

from __future__ import annotations

from datetime import timedelta
from typing import TypeVar

from . import _calls
from ._calls import Failed
from ._client import Client, query_arguments, start_arguments, start_in_room_arguments, stop_arguments, update_arguments
from ._native import Acknowledged, Layout, LayoutUpdate, RecordingTarget, Room, StartedRecording
from ._profile import RecordingProfile

_Client = TypeVar("_Client", bound="AsyncRecordingClient")


class AsyncRecordingClient(Client):
    """Starts, changes and stops recordings, from asyncio code.

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
        outcome = await _calls.start_awaited(
            self._native, *start_arguments(room_id, session_id, profile, extra, timeout)
        )
        if isinstance(outcome, Failed):
            raise outcome.error()
        return outcome

    async def start_in_room(
        self,
        room_id: str,
        profile: RecordingProfile,
        *,
        extra: str | None = None,
        timeout: timedelta | float | None = None,
    ) -> StartedRecording:
        """Starts recording whatever call is going on in a room: asks for the room's session, then starts.

        Arguments, errors and behaviour are those of `RecordingClient.start_in_room`.
        """
        outcome = await _calls.awaited(
            self._native.begin_start_in_room,
            *start_in_room_arguments(room_id, profile, extra, timeout),
        )
        if isinstance(outcome, Failed):
            raise outcome.error()
        return outcome

    async def update_layout(
        self,
        recording: StartedRecording | RecordingTarget,
        layout: Layout | LayoutUpdate,
        *,
        timeout: timedelta | float | None = None,
    ) -> Acknowledged:
        """Changes the layout of a running split-stream recording: `POST /rtc/record/config.json`.

        Arguments, errors and behaviour are those of `RecordingClient.update_layout`.
        """
        outcome = await _calls.awaited(self._native.begin_update_layout, *update_arguments(recording, layout, timeout))
        if isinstance(outcome, Failed):
            raise outcome.error()
        return outcome

    async def stop(
        self, recording: StartedRecording | RecordingTarget, *, timeout: timedelta | float | None = None
    ) -> Acknowledged:
        """Stops recording a session of a room: `POST /rtc/record/stop.json`.

        Arguments, errors and behaviour are those of `RecordingClient.stop`.
        """
        outcome = await _calls.awaited(self._native.begin_stop, *stop_arguments(recording, timeout))
        if isinstance(outcome, Failed):
            raise outcome.error()
        return outcome

    async def query_room(self, room_id: str, *, timeout: timedelta | float | None = None) -> Room:
        """Asks for a room's session, members and streams: `POST /rtc/room/query.json`.

        Arguments, errors and behaviour are those of `RecordingClient.query_room`.
        """
        outcome = await _calls.awaited(self._native.begin_query_room, *query_arguments(room_id, timeout))
        if isinstance(outcome, Failed):
            raise outcome.error()
        return outcome

    async def close(self) -> None:
        """Closes the client: calls under way end as `RecordingCancelledError`, later ones fail as `NotSentError`.

        In a forked child this closes the child's client only. Closing twice is no harm.
        """
        self._end()

    async def __aenter__(self: _Client) -> _Client:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
