"""Event loops and the core: who is woken, and what is left behind."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
from asyncio.selector_events import BaseSelectorEventLoop
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from rongcloud_recording import (
    AsyncRecordingClient,
    InvalidInputError,
    RecordingProfile,
    RefusedError,
    StartedRecording,
)
from support import APP_KEY, APP_SECRET, ROOM, SESSION, Simulator

# Where Linux and macOS list what this process has open.
DESCRIPTORS = "/dev/fd"


class HandlerError(Exception):
    """What a log's handler raises."""


@pytest.fixture(params=["watches descriptors", "watches none"], autouse=True)
def _loops(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object) -> None:
        raise NotImplementedError

    if request.param == "watches none":
        # As Windows' own event loop.
        monkeypatch.setattr(BaseSelectorEventLoop, "add_reader", missing)


@pytest.fixture
def client(simulator: Simulator) -> AsyncRecordingClient:
    """A client of the simulator."""
    return AsyncRecordingClient(APP_KEY, APP_SECRET, api_url=simulator.url)


async def closing(client: AsyncRecordingClient, calls: int, profile: RecordingProfile) -> None:
    """Makes calls at once and closes the client, so that only what loops leave behind is open."""
    async with client:
        await asyncio.gather(*(client.start(ROOM, SESSION, profile) for _ in range(calls)))


def open_descriptors() -> int:
    """How many this process has open."""
    gc.collect()
    return len(os.listdir(DESCRIPTORS))


def test_a_thousand_loops_leave_no_descriptor_open(client: AsyncRecordingClient, profile: RecordingProfile) -> None:
    async def invalid() -> None:
        # All of a call but the request, whose connections come and go.
        with pytest.raises(InvalidInputError):
            await client.start("", SESSION, profile)

    asyncio.run(invalid())
    before = open_descriptors()
    for _ in range(1000):
        asyncio.run(invalid())
    # Those of earlier tests may have been closed meanwhile.
    assert open_descriptors() <= before


def test_a_loop_closed_with_a_call_under_way_leaves_no_descriptor_open(
    client: AsyncRecordingClient, simulator: Simulator, profile: RecordingProfile
) -> None:
    simulator.next(hold=True, times=2)

    def leave(number: int) -> None:
        loop = asyncio.new_event_loop()
        call: Any = client.start(ROOM, SESSION, profile)

        async def main() -> None:
            # Driven by hand as far as its first wait: no task that asyncio would miss.
            call.send(None)
            await asyncio.to_thread(simulator.wait, requests=number)

        loop.run_until_complete(main())
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()
        call.close()

    leave(1)
    # The first call makes the library's threads and what they wait by.
    simulator.wait(abandoned=1)
    before = open_descriptors()
    leave(2)
    simulator.wait(abandoned=2)
    assert open_descriptors() <= before


def test_calls_that_end_together_have_outcomes_of_their_own(
    client: AsyncRecordingClient, simulator: Simulator, profile: RecordingProfile
) -> None:
    simulator.next(hold=True, times=20)

    async def main() -> list[Any]:
        rooms = [ROOM if number % 2 else "elsewhere" for number in range(20)]
        calls = [asyncio.create_task(client.start(room, SESSION, profile)) for room in rooms]
        await asyncio.to_thread(simulator.wait, requests=20)
        # On this thread, so that the loop finds all of them at once.
        simulator.release()
        return await asyncio.gather(*calls, return_exceptions=True)

    assert [type(outcome) for outcome in asyncio.run(main())] == [RefusedError, StartedRecording] * 10


def test_a_log_handler_that_raises_keeps_no_task_waiting(
    client: AsyncRecordingClient, profile: RecordingProfile, caplog: pytest.LogCaptureFixture
) -> None:
    class Raising(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            raise HandlerError

    async def main() -> list[Any]:
        # What it raises is the loop's to report, or the call's own end.
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        call = client.start(ROOM, SESSION, profile)
        return list(await asyncio.gather(asyncio.wait_for(call, 60), return_exceptions=True))

    caplog.set_level(logging.INFO, "rongcloud_recording")
    raising = Raising()
    logging.getLogger("rongcloud_recording").addHandler(raising)
    try:
        (ended,) = asyncio.run(main())
    finally:
        logging.getLogger("rongcloud_recording").removeHandler(raising)
    assert type(ended) in (StartedRecording, HandlerError)


@pytest.mark.parametrize("kind", ["start", "query_room"])
def test_an_answer_that_comes_after_its_task_was_cancelled_is_dropped(
    kind: str, client: AsyncRecordingClient, simulator: Simulator, profile: RecordingProfile
) -> None:
    simulator.next(hold=True)
    complaints: list[dict[str, Any]] = []

    async def main() -> list[Any]:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
        call = client.start(ROOM, SESSION, profile) if kind == "start" else client.query_room(ROOM)
        task: asyncio.Task[Any] = asyncio.create_task(call)
        await asyncio.to_thread(simulator.wait, requests=1)
        # Cancelled and answered before the loop looks at either.
        task.cancel()
        simulator.release()
        ended = list(await asyncio.gather(task, return_exceptions=True))
        await client.query_room(ROOM)
        return ended

    assert [type(one) for one in asyncio.run(main())] == [asyncio.CancelledError]
    assert complaints == []


@pytest.mark.parametrize("kind", ["start", "query_room"])
def test_a_cancelled_task_ends_its_call_at_once(
    kind: str, client: AsyncRecordingClient, simulator: Simulator, profile: RecordingProfile
) -> None:
    simulator.next(hold=True)

    async def main() -> None:
        call = client.start(ROOM, SESSION, profile, timeout=600) if kind == "start" else client.query_room(ROOM)
        task: asyncio.Task[Any] = asyncio.create_task(call)
        await asyncio.to_thread(simulator.wait, requests=1)
        task.cancel()
        await asyncio.to_thread(simulator.wait, abandoned=1)
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())


def test_a_loop_that_cannot_watch_looks_once_at_a_time_however_many_calls_there_were(
    client: AsyncRecordingClient,
) -> None:
    async def main() -> list[str]:
        for _ in range(20):
            await client.query_room(ROOM)
        scheduled: list[Any] = vars(asyncio.get_running_loop())["_scheduled"]
        return [repr(handle) for handle in scheduled if "Queue._look" in repr(handle)]

    assert len(asyncio.run(main())) <= 1


def test_every_operation_is_answered(
    client: AsyncRecordingClient, simulator: Simulator, profile: RecordingProfile
) -> None:
    async def main() -> list[str]:
        room = await client.query_room(ROOM)
        recording = await client.start_in_room(ROOM, profile)
        stopped = await client.stop(recording)
        return [room.session_id, recording.session_id, type(stopped).__name__]

    assert asyncio.run(main()) == [SESSION, SESSION, "Acknowledged"]


def test_asyncios_debug_mode_has_nothing_to_complain_of(
    client: AsyncRecordingClient, profile: RecordingProfile, caplog: pytest.LogCaptureFixture
) -> None:
    asyncio.run(closing(client, 10, profile), debug=True)
    assert [record for record in caplog.records if record.name == "asyncio" and "start" in record.getMessage()] == []


def test_loops_of_many_threads_have_answers_of_their_own(
    client: AsyncRecordingClient, simulator: Simulator, profile: RecordingProfile
) -> None:
    async def main(session_id: str) -> set[str]:
        calls = (client.start(ROOM, session_id, profile) for _ in range(20))
        return {one.session_id for one in await asyncio.gather(*calls)}

    simulator.next(status=200, body='{"code":200,"recordId":"x"}', times=160)
    sessions = [f"session{number}" for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answered = list(pool.map(lambda session_id: asyncio.run(main(session_id)), sessions))
    assert answered == [{session_id} for session_id in sessions]
