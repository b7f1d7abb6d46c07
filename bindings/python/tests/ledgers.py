"""Ledgers of the tests' app, blocking and on asyncio behind one face."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime, timezone
from typing import Any

from rongcloud_recording import (
    AsyncRecordingClient,
    AsyncRecordingLedger,
    LedgerEntry,
    LedgerState,
    LedgerStatistics,
    OnUnknown,
    RecordingClient,
    RecordingLedger,
)
from support import APP_KEY, APP_SECRET, Simulator

KINDS = ["blocking", "asyncio"]
_NOON = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
# What is on record of a start whose outcome is unknown.
ENTRY = LedgerEntry(
    app_key=APP_KEY,
    session_id="aaa",
    room_id="room1",
    state=LedgerState.UNKNOWN,
    generation=1,
    version=2,
    record_id=None,
    other_record_ids=(),
    extra="order-7",
    holder="host:7",
    request_id="q",
    requested_at=_NOON,
    deadline=_NOON,
    last_news_at=None,
    event_count=0,
    changed_at=_NOON,
    has_failed=False,
    is_doubled=False,
    reason="HTTP 503",
)


class OnAsyncio:
    """An asyncio ledger, each of whose calls has an event loop of its own."""

    def __init__(self, ledger: AsyncRecordingLedger) -> None:
        self._ledger = ledger

    def __getattr__(self, name: str) -> Any:
        member = getattr(self._ledger, name)

        async def awaited(*arguments: Any, **named: Any) -> Any:
            return await member(*arguments, **named)

        return lambda *arguments, **named: asyncio.run(awaited(*arguments, **named))

    def keep_up(self, interval: float) -> None:
        """Begins in the background."""
        self._ledger.keep_up(interval)

    def statistics(self) -> LedgerStatistics:
        """Asks for no event loop."""
        return self._ledger.statistics()

    def follow(self, session_id: str, **named: Any) -> Iterator[Any]:
        """Follows on an event loop of its own, which runs while the next one is waited for."""
        following = self._ledger.follow(session_id, **named)

        async def found() -> Any:
            return await anext(following, None)

        loop = asyncio.new_event_loop()
        with closing(loop):
            while (one := loop.run_until_complete(found())) is not None:
                yield one


class Ledgers:
    """Makes ledgers of one kind in one store, each with a client of its own, as another process has."""

    def __init__(self, kind: str, simulator: Simulator, store: str, stack: ExitStack) -> None:
        self._kind = kind
        self._simulator = simulator
        self._store = store
        self._stack = stack

    def __call__(self, on_unknown: OnUnknown = OnUnknown.HOLD, **settings: Any) -> Any:
        settings.setdefault("store", self._store)
        if self._kind == "blocking":
            client = self._stack.enter_context(RecordingClient(APP_KEY, APP_SECRET, api_url=self._simulator.url))
            return self._stack.enter_context(RecordingLedger(client, on_unknown, **settings))
        later = AsyncRecordingClient(APP_KEY, APP_SECRET, api_url=self._simulator.url)
        self._stack.callback(lambda: asyncio.run(later.close()))
        ledger = OnAsyncio(AsyncRecordingLedger(later, on_unknown, **settings))
        self._stack.callback(lambda: ledger.close())
        return ledger


@contextmanager
def ledgers_of(kind: str, simulator: Simulator, store: str) -> Iterator[Ledgers]:
    """Makes them, and closes them with the block."""
    with ExitStack() as stack:
        yield Ledgers(kind, simulator, store, stack)
