"""Opens a ledger in every store that it is given; then forks, or ends while calls of all of them are under way."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import warnings
from typing import Any

from rongcloud_recording import (
    AsyncRecordingClient,
    AsyncRecordingLedger,
    NotSentError,
    OnUnknown,
    RecordingClient,
    RecordingLedger,
    RecordingProfile,
)

what, kind, session, *stores = sys.argv[1:]
PROFILE = RecordingProfile.from_json('{"videoFormat":"mp4","audioFormat":"aac","sliceMin":60}')

# From 3.12 on Python warns of every fork of a process that has threads.
warnings.simplefilter("ignore", DeprecationWarning)


def ledgers() -> dict[str, Any]:
    """One of the kind that was asked for in each store, by its engine's name."""
    client: Any = RecordingClient(timeout=600) if kind == "blocking" else AsyncRecordingClient(timeout=600)
    ledger: Any = RecordingLedger if kind == "blocking" else AsyncRecordingLedger
    return {store.partition(":")[0]: ledger(client, OnUnknown.HOLD, store=store) for store in stores}


def known(ledger: Any) -> str:
    """What a ledger knows of the session."""

    async def asked() -> Any:
        return await ledger.get(session)

    try:
        found = ledger.get(session) if kind == "blocking" else asyncio.run(asked())
    except NotSentError as error:
        return f"{error.cause}: {error.reason}"
    return "nothing" if found is None else found.entry.state.value


def fork() -> None:
    """Asks each ledger before the fork, and on both sides at once."""
    all_ledgers = ledgers()
    for ledger in all_ledgers.values():
        known(ledger)
    child = os.fork()
    side = "parent" if child else "child"
    for _ in range(20):
        told = [f"{side} {engine}: {known(ledger)}\n" for engine, ledger in all_ledgers.items()]
    # In one piece: the two sides must not mix.
    os.write(1, "".join(told).encode())
    if child:
        sys.exit(os.waitpid(child, 0)[1])


def in_threads() -> None:
    """Has daemon threads wait for a change that never comes, and for answers that never do."""
    for ledger in ledgers().values():
        known(ledger)
        for call in (
            lambda ledger=ledger: ledger.next_change("another", 0, 3600),
            lambda ledger=ledger: ledger.start("room1", session, PROFILE),
        ):
            threading.Thread(target=call, daemon=True).start()
    print("waits", flush=True)
    sys.stdin.read()


async def in_tasks() -> None:
    """Leaves the same to asyncio.run, which cancels it."""
    calls = []
    for ledger in ledgers().values():
        await ledger.get(session)
        calls += [ledger.next_change("another", 0, 3600), ledger.start("room1", session, PROFILE)]
    tasks = [asyncio.create_task(call) for call in calls]
    print("waits", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    assert not any(task.done() for task in tasks)


match what, kind:
    case "fork", _:
        fork()
    case _, "blocking":
        in_threads()
    case _:
        asyncio.run(in_tasks())
sys.exit(0 if what == "fork" else 7)
