"""What the tests share: a simulator, a profile, and the two clients behind one face."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from rongcloud_recording import (
    AsyncRecordingClient,
    AudioFormat,
    RecordingClient,
    RecordingProfile,
    SliceLength,
    SplitStreamRecording,
    StartedRecording,
    VideoFormat,
)
from support import APP_KEY, APP_SECRET, ROOM, SESSION, Simulator

Start = Callable[..., StartedRecording]


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("APP_KEY", "APP_SECRET", "API_URL", "DATA_CENTER", "LEDGER_URL"):
        monkeypatch.delenv(f"RONGCLOUD_{name}", raising=False)


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """A simulator of the test's own."""
    simulator = Simulator()
    yield simulator
    simulator.close()


@pytest.fixture(scope="module")
def shared_simulator() -> Iterator[Simulator]:
    """A simulator that the tests of a file share."""
    simulator = Simulator()
    yield simulator
    simulator.close()


@pytest.fixture(scope="session")
def profile() -> RecordingProfile:
    """The least that is accepted."""
    return RecordingProfile(
        SplitStreamRecording(
            video_format=VideoFormat.MP4, audio_format=AudioFormat.AAC, slice_length=SliceLength.MINUTES_60
        )
    )


@pytest.fixture
def client(simulator: Simulator) -> Iterator[RecordingClient]:
    """A blocking client of the simulator."""
    with RecordingClient(APP_KEY, APP_SECRET, api_url=simulator.url) as client:
        yield client


def start_blocking(api_url: str, profile: RecordingProfile, **options: Any) -> StartedRecording:
    """One start with a blocking client of its own."""
    arguments, settings = _apart(options)
    with RecordingClient(APP_KEY, APP_SECRET, api_url=api_url, **settings) as client:
        return client.start(profile=profile, **arguments)


def start_on_asyncio(api_url: str, profile: RecordingProfile, **options: Any) -> StartedRecording:
    """One start with an asyncio client of its own."""
    arguments, settings = _apart(options)

    async def start() -> StartedRecording:
        async with AsyncRecordingClient(APP_KEY, APP_SECRET, api_url=api_url, **settings) as client:
            return await client.start(profile=profile, **arguments)

    return asyncio.run(start())


@pytest.fixture(params=[start_blocking, start_on_asyncio], ids=["blocking", "asyncio"])
def start(request: pytest.FixtureRequest) -> Start:
    """A start of the default room, with either client."""
    start: Start = request.param
    return start


def _apart(options: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    of_client = ("connect_timeout", "header_style")
    settings: dict[str, Any] = {name: options.pop(name) for name in of_client if name in options}
    return {"room_id": ROOM, "session_id": SESSION, **options}, settings
