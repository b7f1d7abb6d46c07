"""Replay guards of one's own, on asyncio and not: what they are told and answer, and what becomes of their failures."""

from __future__ import annotations

import asyncio
import gc
import re
import threading
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from callbacks import BODY, FORGED, asyncio_receiver, receiver, signed, taken
from rongcloud_recording import AsyncCallbackReceiver, CallbackRefusedError, RefusalReason
from support import Simulator, run

Make = Callable[[Any], Any]


class Store:
    """A guard of one's own, as a store that several processes share is."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, datetime]] = []
        self._seen: dict[str, bytes] = {}

    def remember(self, key: str, fingerprint: str, expires_at: datetime) -> bytes | None:
        """Gives back bytes, as Redis' client does."""
        self.calls.append((key, fingerprint, expires_at))
        earlier = self._seen.get(key)
        self._seen.setdefault(key, fingerprint.encode())
        return earlier


class Later:
    """A guard that answers later, as a store on asyncio does."""

    def __init__(self, guard: Any) -> None:
        self.guard = guard

    async def remember(self, key: str, fingerprint: str, expires_at: datetime) -> Any:
        """Lets others go on first."""
        await asyncio.sleep(0)
        return self.guard.remember(key, fingerprint, expires_at)


RECEIVERS = pytest.mark.parametrize(
    "make",
    [
        lambda guard: receiver(replay_guard=guard),
        lambda guard: asyncio_receiver(replay_guard=Later(guard)),
        lambda guard: asyncio_receiver(replay_guard=guard),
    ],
    ids=["blocking", "asyncio", "asyncio with a plain guard"],
)


@RECEIVERS
def test_receivers_that_share_a_guard_know_each_others_callbacks(make: Make) -> None:
    store, headers = Store(), signed()
    taken(make(store), headers, BODY)
    another = make(store)
    assert taken(another, headers, BODY).event.record_id == "r-1"
    with pytest.raises(CallbackRefusedError) as caught:
        taken(another, headers, FORGED)
    assert caught.value.reason is RefusalReason.REPLAYED


@RECEIVERS
def test_a_guard_is_told_what_its_receiver_returns(make: Make) -> None:
    store = Store()
    received = taken(make(store), signed(), BODY)
    assert store.calls == [(received.key, received.fingerprint, received.expires_at)]


def test_a_guard_is_told_a_time_beyond_the_window() -> None:
    store = Store()
    receiver(replay_guard=store, time_window=60).recording_event(signed(), BODY)
    ((key, fingerprint, expires_at),) = store.calls
    assert timedelta(seconds=60) < expires_at - datetime.now(timezone.utc) <= timedelta(seconds=120)
    assert re.fullmatch(r"[\w:]+", key)
    assert re.fullmatch(r"\w+", fingerprint)


class Broken:
    """A guard whose store fails."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def remember(self, key: str, fingerprint: str, expires_at: datetime) -> str | None:
        """Fails."""
        raise self.error


@RECEIVERS
@pytest.mark.parametrize(
    "error",
    [ConnectionError("redis://:password@store"), TimeoutError(), RuntimeError("\ud800")],
    ids=lambda error: type(error).__name__,
)
def test_a_guard_that_fails_refuses_the_callback_and_asks_for_another_try(make: Make, error: Exception) -> None:
    with pytest.raises(CallbackRefusedError) as caught:
        taken(make(Broken(error)), signed(), BODY)
    refusal = caught.value
    assert (refusal.reason, refusal.http_status) == (RefusalReason.GUARD_FAILED, 503)
    assert str(refusal) == f"callback refused: the replay guard failed with {type(error).__name__}"
    assert refusal.__cause__ is error


@RECEIVERS
@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, asyncio.CancelledError])
def test_what_ends_a_program_or_a_task_is_not_swallowed_while_a_guard_is_asked(
    make: Make, error: type[BaseException]
) -> None:
    with pytest.raises(error):
        taken(make(Broken(error())), signed(), BODY)


@RECEIVERS
def test_a_receiver_works_again_once_its_guard_does(make: Make) -> None:
    class Recovering(Store):
        def remember(self, key: str, fingerprint: str, expires_at: datetime) -> bytes | None:
            found = super().remember(key, fingerprint, expires_at)
            if len(self.calls) == 1:
                self._seen.clear()
                raise ConnectionError
            return found

    taking, headers = make(Recovering()), signed()
    with pytest.raises(CallbackRefusedError):
        taken(taking, headers, BODY)
    assert taken(taking, headers, BODY).event.record_id == "r-1"
    with pytest.raises(CallbackRefusedError) as caught:
        taken(taking, headers, FORGED)
    # Of the first failure nothing is left.
    assert (caught.value.reason, caught.value.__cause__) == (RefusalReason.REPLAYED, None)


@RECEIVERS
@pytest.mark.parametrize("answer", [7, True, object(), b"\xff", "\ud800"], ids=lambda answer: type(answer).__name__)
def test_a_guards_nonsense_refuses_the_callback(make: Make, answer: Any) -> None:
    class Nonsense:
        def remember(self, key: str, fingerprint: str, expires_at: datetime) -> Any:
            return answer

    with pytest.raises(CallbackRefusedError):
        taken(make(Nonsense()), signed(), BODY)


@RECEIVERS
def test_a_callback_that_is_not_signed_never_reaches_the_guard(make: Make) -> None:
    store = Store()
    with pytest.raises(CallbackRefusedError):
        taken(make(store), {**signed(), "signature": "0" * 40}, BODY)
    assert store.calls == []


@RECEIVERS
def test_a_callback_that_is_only_verified_never_reaches_the_guard(make: Make) -> None:
    store = Store()
    make(store).verify_recording_event(signed(), BODY)
    assert store.calls == []


@pytest.mark.parametrize("make", [receiver, asyncio_receiver], ids=["blocking", "asyncio"])
def test_an_object_that_is_no_guard_is_named(make: Any) -> None:
    with pytest.raises(
        TypeError, match="^replay_guard must have a method remember, as ReplayGuard has: dict has none$"
    ):
        make(replay_guard={})


def test_an_asynchronous_guard_of_a_blocking_receiver_is_named() -> None:
    with pytest.raises(
        TypeError,
        match="^replay_guard can't be asynchronous: Later.remember must be a plain method, "
        "or the receiver an AsyncCallbackReceiver$",
    ):
        receiver(replay_guard=Later(Store()))


def test_other_tasks_go_on_while_a_guard_is_awaited() -> None:
    class Held:
        def __init__(self) -> None:
            self.answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        async def remember(self, key: str, fingerprint: str, expires_at: datetime) -> None:
            await self.answer

    async def main() -> str:
        held = Held()
        taking: AsyncCallbackReceiver = asyncio_receiver(replay_guard=held)
        callback = asyncio.create_task(taking.recording_event(signed(), BODY))
        # Would never return if the receiver kept the loop to itself.
        held.answer.get_loop().call_soon(held.answer.set_result, None)
        return (await callback).event.record_id

    assert asyncio.run(main()) == "r-1"


def test_a_guard_goes_with_its_receiver() -> None:
    gone = threading.Event()

    class Last(Store):
        def __del__(self) -> None:
            gone.set()

    taking = receiver(replay_guard=Last())
    taking.recording_event(signed(), BODY)
    del taking
    gc.collect()
    assert gone.is_set()


def test_a_receiver_with_a_guard_that_lives_to_the_end_of_the_process_does_no_harm(simulator: Simulator) -> None:
    assert run("guarded.py", simulator) == (0, "refused 503\naccepted after a fork\naccepted\n", "")


def test_many_threads_share_a_receiver() -> None:
    store, headers, begin = Store(), signed(), threading.Barrier(16)
    taking = receiver(replay_guard=store)
    found: list[str] = []

    def take() -> None:
        begin.wait()
        found.append(taking.recording_event(headers, BODY).event.record_id)

    threads = [threading.Thread(target=take) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (found, len(store.calls)) == (["r-1"] * 16, 16)
