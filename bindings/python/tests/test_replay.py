"""Replay guards of one's own: what they are told, what they answer, and what becomes of their failures."""

from __future__ import annotations

import gc
import re
import threading
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from callbacks import BODY, FORGED, receiver, signed
from rongcloud_recording import CallbackRefusedError, RefusalReason
from support import Simulator, run


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


def test_receivers_that_share_a_guard_know_each_others_callbacks() -> None:
    store, headers = Store(), signed()
    receiver(replay_guard=store).recording_event(headers, BODY)
    another = receiver(replay_guard=store)
    assert another.recording_event(headers, BODY).is_repeat
    with pytest.raises(CallbackRefusedError) as caught:
        another.recording_event(headers, FORGED)
    assert caught.value.reason is RefusalReason.REPLAYED


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


@pytest.mark.parametrize(
    "error",
    [ConnectionError("redis://:password@store"), TimeoutError(), RuntimeError("\ud800"), StopIteration()],
    ids=lambda error: type(error).__name__,
)
def test_a_guard_that_fails_refuses_the_callback_and_asks_for_another_try(error: Exception) -> None:
    with pytest.raises(CallbackRefusedError) as caught:
        receiver(replay_guard=Broken(error)).recording_event(signed(), BODY)
    refusal = caught.value
    assert (refusal.reason, refusal.http_status) == (RefusalReason.GUARD_FAILED, 503)
    assert str(refusal) == f"callback refused: the replay guard failed with {type(error).__name__}"
    assert refusal.__cause__ is error


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_what_ends_a_program_is_not_swallowed_while_a_guard_is_asked(error: type[BaseException]) -> None:
    with pytest.raises(error):
        receiver(replay_guard=Broken(error())).recording_event(signed(), BODY)


def test_a_receiver_works_again_once_its_guard_does() -> None:
    class Recovering(Store):
        def remember(self, key: str, fingerprint: str, expires_at: datetime) -> bytes | None:
            found = super().remember(key, fingerprint, expires_at)
            if len(self.calls) == 1:
                self._seen.clear()
                raise ConnectionError
            return found

    taking, headers = receiver(replay_guard=Recovering()), signed()
    with pytest.raises(CallbackRefusedError):
        taking.recording_event(headers, BODY)
    assert not taking.recording_event(headers, BODY).is_repeat
    with pytest.raises(CallbackRefusedError) as caught:
        taking.recording_event(headers, FORGED)
    # Of the first failure nothing is left.
    assert (caught.value.reason, caught.value.__cause__) == (RefusalReason.REPLAYED, None)


@pytest.mark.parametrize("answer", [7, True, object(), b"\xff", "\ud800"], ids=lambda answer: type(answer).__name__)
def test_a_guards_nonsense_refuses_the_callback(answer: Any) -> None:
    class Nonsense:
        def remember(self, key: str, fingerprint: str, expires_at: datetime) -> Any:
            return answer

    with pytest.raises(CallbackRefusedError):
        receiver(replay_guard=Nonsense()).recording_event(signed(), BODY)


def test_a_callback_that_is_not_signed_never_reaches_the_guard() -> None:
    store = Store()
    with pytest.raises(CallbackRefusedError):
        receiver(replay_guard=store).recording_event({**signed(), "signature": "0" * 40}, BODY)
    assert store.calls == []


def test_an_object_that_is_no_guard_is_named() -> None:
    with pytest.raises(
        TypeError, match="^replay_guard must have a method remember, as ReplayGuard has: dict has none$"
    ):
        receiver(replay_guard={})


def test_an_asynchronous_guard_is_named() -> None:
    class Later:
        async def remember(self, key: str, fingerprint: str, expires_at: datetime) -> str | None:
            return None

    with pytest.raises(TypeError, match="^replay_guard can't be asynchronous: Later.remember must be a plain method$"):
        receiver(replay_guard=Later())


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


def test_many_threads_share_a_receiver_and_one_of_them_is_first() -> None:
    taking, headers, begin = receiver(replay_guard=Store()), signed(), threading.Barrier(16)
    found: list[bool] = []

    def take() -> None:
        begin.wait()
        found.append(taking.recording_event(headers, BODY).is_repeat)

    threads = [threading.Thread(target=take) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 16
