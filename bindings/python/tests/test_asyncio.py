"""The asyncio client's life: cancelling, loops, closing."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from rongcloud_recording import (
    AsyncRecordingClient,
    FailureCause,
    NotSentError,
    RecordingCancelledError,
    RecordingProfile,
    StartedRecording,
)
from support import APP_KEY, APP_SECRET, ROOM, SESSION, Simulator, run


@pytest.fixture
def client(simulator: Simulator) -> AsyncRecordingClient:
    """A client of the simulator."""
    return AsyncRecordingClient(APP_KEY, APP_SECRET, api_url=simulator.url)


async def seen(simulator: Simulator, **counts: int) -> None:
    """Returns once the simulator has seen as many, while the loop goes on."""
    await asyncio.to_thread(simulator.wait, **counts)


def test_a_cancelled_task_lets_go_of_its_call(
    client: AsyncRecordingClient, simulator: Simulator, profile: RecordingProfile
) -> None:
    simulator.next(hold=True)

    async def main() -> None:
        task = asyncio.create_task(client.start(ROOM, SESSION, profile, timeout=600))
        await seen(simulator, requests=1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await seen(simulator, abandoned=1)

    asyncio.run(main())


def test_a_timeout_of_asyncio_ends_a_call(
    client: AsyncRecordingClient, simulator: Simulator, profile: RecordingProfile
) -> None:
    simulator.next(hold=True)

    async def main() -> None:
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(client.start(ROOM, SESSION, profile), 0.5)
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(main())


def test_a_client_works_after_a_call_was_cancelled(
    client: AsyncRecordingClient, simulator: Simulator, profile: RecordingProfile
) -> None:
    simulator.next(hold=True)

    async def main() -> StartedRecording:
        task = asyncio.create_task(client.start(ROOM, SESSION, profile))
        await seen(simulator, requests=1)
        task.cancel()
        return await client.start(ROOM, SESSION, profile)

    assert asyncio.run(main()).record_id


def test_one_client_serves_loops_of_many_threads(
    client: AsyncRecordingClient, simulator: Simulator, profile: RecordingProfile
) -> None:
    async def main() -> list[StartedRecording]:
        return await asyncio.gather(*(client.start(ROOM, SESSION, profile) for _ in range(10)))

    with ThreadPoolExecutor(8) as pool:
        started = [one for group in pool.map(lambda _: asyncio.run(main()), range(16)) for one in group]
    assert len({one.record_id for one in started}) == 160


def test_one_client_serves_loops_one_after_the_other(client: AsyncRecordingClient, profile: RecordingProfile) -> None:
    ids = {asyncio.run(client.start(ROOM, SESSION, profile)).record_id for _ in range(3)}
    assert len(ids) == 3


def test_closing_ends_calls_under_way(
    client: AsyncRecordingClient, simulator: Simulator, profile: RecordingProfile
) -> None:
    simulator.next(hold=True, times=5)

    async def main() -> list[Any]:
        tasks = [asyncio.create_task(client.start(ROOM, SESSION, profile)) for _ in range(5)]
        await seen(simulator, requests=5)
        await client.close()
        return await asyncio.gather(*tasks, return_exceptions=True)

    assert [(type(error), error.maybe_sent) for error in asyncio.run(main())] == [(RecordingCancelledError, True)] * 5


def test_a_closed_client_sends_nothing(
    client: AsyncRecordingClient, simulator: Simulator, profile: RecordingProfile
) -> None:
    async def main() -> None:
        async with client:
            pass
        await client.start(ROOM, SESSION, profile)

    with pytest.raises(NotSentError) as caught:
        asyncio.run(main())
    assert (caught.value.cause, simulator.requests()) == (FailureCause.CLIENT_CLOSED, [])


def test_without_a_running_loop_the_error_says_so(client: AsyncRecordingClient, profile: RecordingProfile) -> None:
    call: Coroutine[Any, Any, StartedRecording] = client.start(ROOM, SESSION, profile)
    with pytest.raises(RuntimeError, match="^AsyncRecordingClient needs a running asyncio event loop"):
        call.send(None)


def test_a_client_cannot_be_pickled(client: AsyncRecordingClient) -> None:
    with pytest.raises(TypeError, match="^AsyncRecordingClient can't be copied or pickled"):
        pickle.dumps(client)


def test_a_loop_closed_with_a_call_under_way_does_no_harm(simulator: Simulator) -> None:
    assert run("closed_loop.py", simulator) == (0, "started after all\n", "")
