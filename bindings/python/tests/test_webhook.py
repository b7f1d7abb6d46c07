"""The example of a webhook: it fails or is killed at every step, and no event is lost."""

from __future__ import annotations

import asyncio
import json
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import webhook
from rongcloud_recording import ReceivedRecordingEvent, RecordingClient, RecordingProfile, parse_recording_event
from rongcloud_simulator import Callback
from serving import served
from support import APP_KEY, APP_SECRET, ROOT, Simulator, environment

EXAMPLE = ROOT / "examples" / "python" / "webhook.py"
ROOMS = 6
# Longer than any pause between two attempts.
DAY = timedelta(days=1)
STEPS = ["before remembering", "after remembering", "before storing", "after storing", "before answering"]


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RONGCLOUD_APP_KEY", APP_KEY)
    monkeypatch.setenv("RONGCLOUD_APP_SECRET", APP_SECRET)


class Failing:
    """Fails the first deliveries of each event at one step."""

    def __init__(self, step: str, times: int) -> None:
        self.step = step
        self.times = times
        self.seen: Counter[str] = Counter()

    def is_due(self, step: str, event: str) -> bool:
        """Whether this delivery of an event fails here."""
        if step != self.step:
            return False
        self.seen[event] += 1
        return self.seen[event] <= self.times

    def at(self, step: str, event: str) -> None:
        """Fails, where it is due."""
        if self.is_due(step, event):
            raise OSError(step)

    @property
    def failures(self) -> int:
        """How often it has failed."""
        return sum(min(count, self.times) for count in self.seen.values())


class FailingDatabase(webhook.Database):
    """The example's database, which fails at its steps."""

    def __init__(self, path: str, failing: Failing) -> None:
        super().__init__(path)
        self.failing = failing

    def remember(self, key: str, fingerprint: str, expires_at: datetime) -> str | None:
        self.failing.at("before remembering", fingerprint)
        remembered = super().remember(key, fingerprint, expires_at)
        self.failing.at("after remembering", fingerprint)
        return remembered

    def store(self, received: ReceivedRecordingEvent) -> None:
        self.failing.at("before storing", received.fingerprint)
        super().store(received)
        self.failing.at("after storing", received.fingerprint)


class AsyncDatabase:
    """The same, awaited."""

    def __init__(self, database: webhook.Database) -> None:
        self.database = database

    async def remember(self, key: str, fingerprint: str, expires_at: datetime) -> str | None:
        """As an `AsyncReplayGuard`."""
        return await asyncio.to_thread(self.database.remember, key, fingerprint, expires_at)

    async def store(self, received: ReceivedRecordingEvent) -> None:
        """Keeps an event."""
        await asyncio.to_thread(self.database.store, received)


class Cutting:
    """An app whose connection is cut before it answers, where that is due."""

    def __init__(self, app: Any, failing: Failing) -> None:
        self.app = app
        self.failing = failing

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serves one request."""
        body = b""
        # uvicorn's own, of the one request.
        connection = getattr(receive, "__self__", None)

        async def received() -> Any:
            nonlocal body
            message = await receive()
            body += message.get("body", b"")
            return message

        async def sent(message: Any) -> None:
            is_answer = message["type"] == "http.response.start"
            if is_answer and message["status"] == 200 and self.failing.is_due("before answering", body.decode()):
                assert connection is not None
                connection.transport.abort()
            await send(message)

        await self.app(scope, received, sent)


def record(simulator: Simulator, port: int, profile: RecordingProfile, **delivery: Any) -> None:
    """Starts and stops a recording in each room, with callbacks."""
    simulator.set_callback_urls(recording=f"http://127.0.0.1:{port}/recording")
    simulator.set_delivery(attempts=10, **delivery)
    with RecordingClient(APP_KEY, APP_SECRET, api_url=simulator.url) as client:
        for number in range(ROOMS):
            simulator.set_room(f"room{number}", f"session{number}")
            client.stop(client.start(f"room{number}", f"session{number}", profile))


def callbacks(simulator: Simulator) -> list[Callback]:
    """The callbacks about recordings."""
    return [one for one in simulator.callbacks() if one["kind"] == "recording"]


def kept(path: Path) -> list[Any]:
    """The events in a database."""
    with closing(sqlite3.connect(path)) as database:
        return [json.loads(text) for (text,) in database.execute("SELECT json FROM events")]


def are_queued(simulator: Simulator) -> bool:
    """Whether callbacks are on their way."""
    return any(one["state"] == "queued" for one in callbacks(simulator))


def check_that_every_event_is_kept_once(simulator: Simulator, path: Path) -> None:
    made = callbacks(simulator)
    assert len(made) >= 3 * ROOMS
    assert {one["state"] for one in made} == {"delivered"}
    told = [one["body"] for one in made]
    assert sorted(map(json.dumps, kept(path))) == sorted(map(json.dumps, told))


@pytest.mark.parametrize("kind", ["blocking", "asyncio"])
@pytest.mark.parametrize("signature", ["same", "new"])
@pytest.mark.parametrize("step", STEPS)
def test_a_webhook_that_fails_at_any_step_loses_no_event_and_keeps_each_once(
    step: str, signature: str, kind: str, simulator: Simulator, profile: RecordingProfile, tmp_path: Path
) -> None:
    path, failing = tmp_path / "events.sqlite", Failing(step, times=2)
    database = FailingDatabase(str(path), failing)
    later = AsyncDatabase(database)
    app = webhook.webhook(database, database) if kind == "blocking" else webhook.async_webhook(later, later)
    with served(Cutting(app, failing)) as port:
        record(simulator, port, profile, retrySignature=signature)
        simulator.flush_callbacks()
    check_that_every_event_is_kept_once(simulator, path)
    assert failing.failures == 2 * len(callbacks(simulator))


def test_a_webhook_whose_store_fails_once_is_asked_again_with_the_same_signature_and_stores(
    simulator: Simulator, profile: RecordingProfile, tmp_path: Path
) -> None:
    path, failing = tmp_path / "events.sqlite", Failing("before storing", times=1)
    database = FailingDatabase(str(path), failing)
    with served(webhook.webhook(database, database)) as port:
        record(simulator, port, profile, retrySignature="same")
        simulator.flush_callbacks()
    check_that_every_event_is_kept_once(simulator, path)
    for one in callbacks(simulator):
        first, second = one["attempts"]
        assert (first["status"], second["status"]) == (500, 200)
        signed = [dict(attempt["headers"]) for attempt in (first, second)]
        assert signed[0].items() >= {name: signed[1][name] for name in ("nonce", "timestamp")}.items()


def test_a_forged_callback_reaches_no_store(tmp_path: Path, simulator: Simulator, profile: RecordingProfile) -> None:
    path = tmp_path / "events.sqlite"
    database = webhook.Database(str(path))
    app = webhook.webhook(database, database)
    other = Simulator(app_secret="another")
    try:
        with served(app) as port:
            other.set_callback_urls(recording=f"http://127.0.0.1:{port}/recording")
            with RecordingClient(APP_KEY, "another", api_url=other.url) as client:
                client.start("room1", "aaa", profile)
            other.call("POST", "callbacks/flush")
        assert {attempt["status"] for one in callbacks(other) for attempt in one["attempts"]} == {401}
    finally:
        other.close()
    assert kept(path) == []


def started(port: int, path: Path, simulator: Simulator) -> subprocess.Popen[str]:
    """The example as a program of its own, once it listens."""
    variables = {"RONGCLOUD_CALLBACK_PORT": str(port), "RONGCLOUD_EVENT_DATABASE": str(path)}
    process = subprocess.Popen(
        [sys.executable, EXAMPLE], env=environment(simulator, **variables), stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == f"listening on 127.0.0.1:{port}\n"
    return process


def killed(process: subprocess.Popen[str]) -> None:
    """Kills the example at once."""
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL


def test_a_webhook_that_is_killed_again_and_again_loses_no_event_and_keeps_each_once(
    simulator: Simulator, profile: RecordingProfile, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    path, chance, deadline = tmp_path / "events.sqlite", random.Random(17), time.monotonic() + 60
    process = started(port, path, simulator)
    try:
        # No attempt goes by while the webhook is down: the pause before the next one lasts until time is moved.
        record(simulator, port, profile, retrySignature="same", backoffMs=60_000)
        kills = 0
        # Each costs one event two of its ten attempts at most: one that is cut off, and one that finds nobody.
        for _ in range(4):
            # At some moment after further events have been stored, or after the last one.
            wanted = len(kept(path)) + chance.randint(1, 3)
            while len(kept(path)) < wanted and are_queued(simulator):
                assert time.monotonic() < deadline, "no further event arrives"
                simulator.advance(DAY)
            for _ in range(chance.randint(0, 100_000)):
                pass
            kills += are_queued(simulator)
            killed(process)
            process = started(port, path, simulator)
        while are_queued(simulator):
            assert time.monotonic() < deadline, "no further event arrives"
            simulator.advance(DAY)
    finally:
        killed(process)
    # So that it is about events on their way.
    assert kills >= 2
    check_that_every_event_is_kept_once(simulator, path)
    for event in kept(path):
        assert parse_recording_event(json.dumps(event)).app_key == APP_KEY


def test_the_example_keeps_a_signature_only_as_long_as_it_can_be_used(tmp_path: Path) -> None:
    database = webhook.Database(str(tmp_path / "events.sqlite"))
    past, future = datetime.fromtimestamp(0).astimezone(), datetime.fromtimestamp(time.time() + 600).astimezone()
    assert database.remember("a", "1", past) == "1"
    assert database.remember("a", "2", future) == "2"
    assert database.remember("a", "3", future) == "2"
