"""Many calls at once: all succeed, the surplus is refused at once, and an end ends them all."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any, TypeVar

import pytest

from rongcloud_recording import (
    AsyncRecordingClient,
    ConnectionPolicy,
    FailureCause,
    NotSentError,
    RecordingCancelledError,
    RecordingClient,
    RecordingProfile,
    StartedRecording,
)
from support import APP_KEY, APP_SECRET, ROOM, SESSION, Simulator

_T = TypeVar("_T")

# None of these tests waits for it: it is what a call that hangs would wait for.
LONG = 600
# 2 requests on their way and 3 calls waiting, so that 5 of 10 calls are too many.
NARROW = ConnectionPolicy(max_concurrent=2, max_waiting=3)


async def soon(ending: Awaitable[_T]) -> _T:
    """What comes within the time that a test may take."""
    return await asyncio.wait_for(ending, 60)


async def seen(simulator: Simulator, **counts: int) -> None:
    """Returns once the simulator has seen as many, while the loop goes on."""
    await asyncio.to_thread(simulator.wait, **counts)


def request_ids(simulator: Simulator) -> set[str | None]:
    """The requests that started a recording."""
    return {recording["requestId"] for recording in simulator.recordings()}


def test_a_thousand_tasks_start_a_thousand_recordings(simulator: Simulator, profile: RecordingProfile) -> None:
    async def main() -> list[StartedRecording]:
        async with AsyncRecordingClient(APP_KEY, APP_SECRET, api_url=simulator.url) as client:
            return await asyncio.gather(*(client.start(ROOM, SESSION, profile, timeout=60) for _ in range(1000)))

    started = asyncio.run(main())
    assert len(simulator.recordings()) == 1000
    assert len({one.request_id for one in started} & request_ids(simulator)) == 1000


def test_a_thousand_starts_of_a_hundred_threads_make_a_thousand_recordings(
    client: RecordingClient, simulator: Simulator, profile: RecordingProfile
) -> None:
    with ThreadPoolExecutor(100) as pool:
        started = list(pool.map(lambda _: client.start(ROOM, SESSION, profile, timeout=60), range(1000)))
    assert len(simulator.recordings()) == 1000
    assert len({one.request_id for one in started} & request_ids(simulator)) == 1000


def test_tasks_beyond_what_may_wait_fail_at_once_and_are_not_sent(
    simulator: Simulator, profile: RecordingProfile
) -> None:
    simulator.next(hold=True, times=2)

    async def main() -> tuple[list[Any], list[Any]]:
        async with AsyncRecordingClient(APP_KEY, APP_SECRET, api_url=simulator.url, connections=NARROW) as client:
            tasks = {asyncio.create_task(client.start(ROOM, SESSION, profile, timeout=LONG)) for _ in range(10)}
            refused: list[Any] = []
            while len(refused) < 5:
                done, tasks = await soon(asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED))
                refused += [task.exception() for task in done]
            await seen(simulator, requests=2)
            assert len(simulator.requests()) == 2
            await asyncio.to_thread(simulator.release)
            return refused, await soon(asyncio.gather(*tasks))

    refused, started = asyncio.run(main())
    assert [(type(error), error.cause) for error in refused] == [(NotSentError, FailureCause.OVERLOADED)] * 5
    assert {one.request_id for one in started} == request_ids(simulator)
    assert len(simulator.requests()) == 5


def test_threads_beyond_what_may_wait_fail_at_once_and_are_not_sent(
    simulator: Simulator, profile: RecordingProfile
) -> None:
    simulator.next(hold=True, times=2)
    with (
        RecordingClient(APP_KEY, APP_SECRET, api_url=simulator.url, connections=NARROW) as client,
        ThreadPoolExecutor(10) as pool,
    ):
        calls: set[Future[StartedRecording]] = {
            pool.submit(client.start, ROOM, SESSION, profile, timeout=LONG) for _ in range(10)
        }
        refused: list[Any] = []
        while len(refused) < 5:
            done, calls = wait(calls, timeout=60, return_when=FIRST_COMPLETED)
            assert done
            refused += [call.exception() for call in done]
        simulator.wait(requests=2)
        simulator.release()
        started = [call.result(60) for call in calls]
    assert [(type(error), error.cause) for error in refused] == [(NotSentError, FailureCause.OVERLOADED)] * 5
    assert {one.request_id for one in started} == request_ids(simulator)


def test_an_overloaded_call_may_be_made_again(simulator: Simulator, profile: RecordingProfile) -> None:
    simulator.next(hold=True)

    async def main() -> tuple[bool, bool]:
        options = ConnectionPolicy(max_concurrent=1, max_waiting=0)
        async with AsyncRecordingClient(APP_KEY, APP_SECRET, api_url=simulator.url, connections=options) as client:
            held = asyncio.create_task(client.start(ROOM, SESSION, profile, timeout=LONG))
            await seen(simulator, requests=1)
            with pytest.raises(NotSentError) as caught:
                await client.start(ROOM, SESSION, profile)
            await asyncio.to_thread(simulator.release)
            await soon(held)
            assert (await client.start(ROOM, SESSION, profile)).record_id
            return caught.value.is_retryable, caught.value.maybe_sent

    assert asyncio.run(main()) == (True, False)


def test_closing_ends_a_hundred_tasks_at_once(simulator: Simulator, profile: RecordingProfile) -> None:
    simulator.next(hold=True, times=100)
    door = simulator.open_door()

    async def main() -> list[Any]:
        client = AsyncRecordingClient(APP_KEY, APP_SECRET, api_url=door.url)
        calls = [asyncio.create_task(client.start(ROOM, SESSION, profile, timeout=LONG)) for _ in range(100)]
        await seen(simulator, requests=100)
        await client.close()
        ended = await soon(asyncio.gather(*calls, return_exceptions=True))
        with pytest.raises(NotSentError) as caught:
            await client.start(ROOM, SESSION, profile)
        assert caught.value.cause is FailureCause.CLIENT_CLOSED
        return ended

    assert [(type(error), error.maybe_sent) for error in asyncio.run(main())] == [(RecordingCancelledError, True)] * 100
    door.wait(requests=100, most_open=0)


def test_closing_ends_the_calls_of_a_hundred_threads_at_once(simulator: Simulator, profile: RecordingProfile) -> None:
    simulator.next(hold=True, times=100)
    client = RecordingClient(APP_KEY, APP_SECRET, api_url=simulator.url)
    with ThreadPoolExecutor(100) as pool:
        calls = [pool.submit(client.start, ROOM, SESSION, profile, timeout=LONG) for _ in range(100)]
        simulator.wait(requests=100)
        client.close()
        errors: list[Any] = [call.exception(60) for call in calls]
    assert [(type(error), error.maybe_sent) for error in errors] == [(RecordingCancelledError, True)] * 100
    simulator.wait(abandoned=100)


def test_a_hundred_cancelled_tasks_leave_no_connection(simulator: Simulator, profile: RecordingProfile) -> None:
    simulator.next(hold=True, times=100)
    door = simulator.open_door()

    async def main() -> None:
        client = AsyncRecordingClient(APP_KEY, APP_SECRET, api_url=door.url)
        calls = [asyncio.create_task(client.start(ROOM, SESSION, profile, timeout=LONG)) for _ in range(100)]
        await seen(simulator, requests=100)
        for call in calls:
            call.cancel()
        ended = await soon(asyncio.gather(*calls, return_exceptions=True))
        assert {type(error) for error in ended} == {asyncio.CancelledError}
        # With the client still open.
        await asyncio.to_thread(door.wait, requests=100, most_open=0)

    asyncio.run(main())


async def amid_the_wait_for_another_attempt(client: AsyncRecordingClient, simulator: Simulator) -> asyncio.Task[Any]:
    """A call that waits for ten minutes before it tries again. The client must have one turn only."""
    await asyncio.to_thread(simulator.next, status=429, headers={"Retry-After": "600"}, body='{"code":1008}')
    waits = asyncio.create_task(client.query_room(ROOM, timeout=3600))
    await seen(simulator, requests=1)
    # It gets the turn that the first one gives back after its first attempt.
    await client.query_room(ROOM)
    return waits


@pytest.mark.parametrize("ending", ["cancel", "close"])
def test_a_call_can_be_ended_amid_its_wait_for_another_attempt(ending: str, simulator: Simulator) -> None:
    door = simulator.open_door()

    async def main() -> BaseException:
        options = ConnectionPolicy(max_concurrent=1)
        client = AsyncRecordingClient(APP_KEY, APP_SECRET, api_url=door.url, connections=options)
        waits = await amid_the_wait_for_another_attempt(client, simulator)
        if ending == "cancel":
            waits.cancel()
        else:
            await client.close()
        (ended,) = await soon(asyncio.gather(waits, return_exceptions=True))
        await client.close()
        await asyncio.to_thread(door.wait, requests=2, most_open=0)
        return ended

    kind = {"cancel": asyncio.CancelledError, "close": RecordingCancelledError}[ending]
    assert type(asyncio.run(main())) is kind
    assert len(simulator.requests()) == 2
