"""What the parts of one start cost, as far as they can be told apart from outside."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from time import perf_counter

from by_hand import APP_KEY, APP_SECRET, ROOM, SESSION
from ours import recording
from rongcloud_recording import (
    AsyncRecordingClient,
    InvalidInputError,
    NotSentError,
    RecordingClient,
    RecordingProfile,
    signature,
)
from window import Target

_BATCHES = 5
_BATCH_SECONDS = 0.2


def run(target: Target) -> None:
    """Prints microseconds by name; the names are the same in all languages."""
    url = target.url
    costs = {"signature": _time(_signed)}
    for windows in (1, 10, 50):
        config = recording(windows)
        costs[f"profile of {windows} windows"] = _time(lambda config=config: RecordingProfile(config))
    profile, large = RecordingProfile(recording()), RecordingProfile(recording(50))
    with RecordingClient(APP_KEY, APP_SECRET, api_url=url) as client:
        costs["blocking start"] = _time(lambda: client.start(ROOM, SESSION, profile))
    asyncio.run(_async_costs(costs, url, profile, large))
    print(json.dumps(costs), flush=True)


async def _async_costs(costs: dict[str, float], url: str, profile: RecordingProfile, large: RecordingProfile) -> None:
    closed = AsyncRecordingClient(APP_KEY, APP_SECRET, api_url=url)
    await closed.close()
    async with AsyncRecordingClient(APP_KEY, APP_SECRET, api_url=url) as client:

        async def refused() -> None:
            try:
                await client.start("", SESSION, profile)
            except InvalidInputError:
                return
            raise RuntimeError("no room was accepted")

        async def not_sent() -> None:
            try:
                await closed.start(ROOM, SESSION, profile)
            except NotSentError:
                return
            raise RuntimeError("a closed client sent")

        costs["start that is refused"] = await _time_async(refused)
        costs["start on a closed client"] = await _time_async(not_sent)
        costs["start"] = await _time_async(lambda: client.start(ROOM, SESSION, profile))
        costs["start with 50 windows"] = await _time_async(lambda: client.start(ROOM, SESSION, large))


def _signed() -> None:
    if not signature(APP_SECRET, "14314", "1408710653000").startswith("30be"):
        raise RuntimeError("not the published signature")


def _time(one: Callable[[], object]) -> float:
    async def awaited() -> None:
        one()

    return asyncio.run(_time_async(awaited))


async def _time_async(one: Callable[[], Awaitable[object]]) -> float:
    """Microseconds of one: the median of some batches."""
    means = []
    # The first batch warms up.
    for _ in range(_BATCHES + 1):
        times, begun = 0, perf_counter()
        while (elapsed := perf_counter() - begun) < _BATCH_SECONDS:
            await one()
            times += 1
        means.append(elapsed * 1e6 / times)
    return sorted(means[1:])[_BATCHES // 2]
