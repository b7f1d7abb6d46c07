"""Every store, where its connections are in danger: a process forks or ends, or calls are cancelled."""

from __future__ import annotations

import asyncio
import os
import time
import uuid
from pathlib import Path

import pytest

from ledgers import KINDS
from rongcloud_recording import (
    AsyncRecordingClient,
    AsyncRecordingLedger,
    LedgerState,
    OnUnknown,
    RecordingCancelledError,
    RecordingConflictError,
    RecordingProfile,
    interrupted_outcome,
)
from support import APP_KEY, APP_SECRET, ROOM, Simulator, ended, run, running

ENGINES = ["sqlite", "postgres", "redis"]


@pytest.fixture
def session(simulator: Simulator) -> str:
    """A session of the test's own, because the servers' stores are there for all of them."""
    session = uuid.uuid4().hex
    simulator.set_room(ROOM, session)
    return session


@pytest.fixture
def stores(tmp_path: Path) -> list[str]:
    """The address of every store that processes can share."""
    return [f"sqlite://{tmp_path}/ledger.sqlite", _server("POSTGRES"), _server("REDIS")]


def _server(engine: str) -> str:
    address = os.environ.get(f"RONGCLOUD_TEST_{engine}_URL")
    assert address, "there is no server: run it by scripts/with-stores.sh, as make test-python does"
    return address


@pytest.mark.parametrize("kind", KINDS)
def test_a_forked_child_has_connections_of_its_own_and_is_told_where_it_can_not(
    kind: str, simulator: Simulator, session: str, stores: list[str]
) -> None:
    status, output, errors = run("every_store.py", simulator, "fork", kind, session, *stores)
    told = dict(line.split(": ", 1) for line in output.splitlines())
    assert (status, errors) == (0, "")
    sentence = told.pop("child sqlite")
    assert sentence.startswith("FailureCause.STORE: the ledger's store can't be used: ")
    assert "fork" in sentence
    others = ["child postgres", "child redis", *(f"parent {engine}" for engine in ENGINES)]
    assert told == dict.fromkeys(others, "nothing")


@pytest.mark.parametrize("kind", KINDS)
def test_a_process_ends_at_once_with_calls_under_way_in_every_store(
    kind: str, simulator: Simulator, session: str, stores: list[str]
) -> None:
    simulator.next(hold=True, times=len(stores))
    with running("every_store.py", simulator, "exit", kind, session, *stores) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "waits\n"
        simulator.wait(requests=len(stores))
        begun = time.monotonic()
        assert ended(process) == (7, "", "")
    assert time.monotonic() - begun < 10
    simulator.wait(requests=len(stores), abandoned=len(stores))


@pytest.mark.parametrize("engine", ENGINES)
def test_a_store_works_on_after_calls_that_were_cancelled_at_any_moment(
    engine: str, simulator: Simulator, session: str, stores: list[str], profile: RecordingProfile
) -> None:
    store = stores[ENGINES.index(engine)]

    async def main() -> None:
        async with (
            AsyncRecordingClient(APP_KEY, APP_SECRET, api_url=simulator.url) as client,
            AsyncRecordingLedger(client, OnUnknown.HOLD, store=store) as ledger,
        ):
            for moment in range(7):
                calls = [ledger.get(session), ledger.unresolved(), ledger.next_change(session, 0, 3600)]
                tasks = [asyncio.create_task(call) for call in calls]
                for _ in range(4**moment):
                    await asyncio.sleep(0)
                for task in tasks:
                    task.cancel()
                await asyncio.wait(tasks)
            assert await ledger.get(session) is None

            simulator.next(hold=True)
            start = asyncio.create_task(ledger.start(ROOM, session, profile))
            await asyncio.to_thread(simulator.wait, requests=1)
            before = await ledger.get(session)
            assert before is not None
            start.cancel()
            with pytest.raises(asyncio.CancelledError) as caught:
                await start
            assert isinstance(interrupted_outcome(caught.value), RecordingCancelledError)
            found = await ledger.next_change(session, before.entry.version, 60)
            assert found is not None
            assert found.entry.state is LedgerState.UNKNOWN
            with pytest.raises(RecordingConflictError):
                await ledger.start(ROOM, session, profile)

    asyncio.run(main())
    assert len(simulator.requests()) == 1
