"""The ledger: a session is recorded once, its callbacks are taken in anywhere, and it is followed to its end."""

from __future__ import annotations

import asyncio
import json
import logging
import pickle
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Request

from callbacks import BODY, FORGED, signed
from ledgers import ENTRY, KINDS, Ledgers, ledgers_of
from rongcloud_recording import (
    AsyncRecordingClient,
    AsyncRecordingLedger,
    CallbackReceiver,
    CallbackRefusedError,
    DataCenter,
    FailureCause,
    InvalidInputError,
    LedgerOptions,
    LedgerRecording,
    LedgerState,
    NotSentError,
    NotStartedResolution,
    OnUnknown,
    OutcomeUnknownError,
    RecordingCancelledError,
    RecordingClient,
    RecordingConflictError,
    RecordingLedger,
    RecordingProfile,
    RecordType,
    RefusalReason,
    StartedRecording,
    StartedResolution,
    _interrupted,
    interrupted_outcome,
)
from rongcloud_recording._library import Failed
from rongcloud_recording._native import boundary
from serving import served
from support import APP_KEY, APP_SECRET, ROOM, SESSION, Simulator, ended, run, running

SETTLE = 0.05
OTHER = RecordingProfile.from_json('{"videoFormat":"mkv","audioFormat":"aac","sliceMin":60}')
PASSWORD = "canary-e41b07-password"
NOTES = ["the start had succeeded already: recording r-1 (request q)"]


@pytest.fixture
def store(tmp_path: Path) -> str:
    """A file that the ledgers of a test share."""
    return f"sqlite://{tmp_path}/ledger.sqlite"


@pytest.fixture(params=KINDS)
def ledgers(request: pytest.FixtureRequest, simulator: Simulator, store: str) -> Iterator[Ledgers]:
    """Makes ledgers of one store."""
    with ledgers_of(request.param, simulator, store) as ledgers:
        yield ledgers


@pytest.fixture
def later(simulator: Simulator, store: str) -> AsyncRecordingLedger:
    """An asyncio ledger."""
    return AsyncRecordingLedger(
        AsyncRecordingClient(APP_KEY, APP_SECRET, api_url=simulator.url), OnUnknown.HOLD, store=store
    )


def starts(simulator: Simulator) -> int:
    """How many starts the service has carried out."""
    return simulator.executions()["start"]


def lost(ledger: Any, simulator: Simulator, profile: RecordingProfile) -> Any:
    """The entry of a start whose outcome is unknown, and that did nothing."""
    simulator.next(status=503)
    with pytest.raises(OutcomeUnknownError):
        # The grace is as long as that at least.
        ledger.start(ROOM, SESSION, profile, timeout=1)
    return ledger.get(SESSION).entry


@pytest.mark.parametrize("kind", KINDS)
def test_many_starts_in_two_processes_start_a_session_once(kind: str, simulator: Simulator, store: str) -> None:
    simulator.next(hold=True)
    with (
        running("ledger_starts.py", simulator, kind, RONGCLOUD_LEDGER_URL=store) as one,
        running("ledger_starts.py", simulator, kind, RONGCLOUD_LEDGER_URL=store) as other,
    ):
        for process in (one, other):
            assert process.stdout is not None
            assert process.stdout.readline() == "asks\n"
        simulator.wait(requests=1)
        simulator.release()
        outcomes = [ended(process) for process in (one, other)]
    assert [(status, errors) for status, _, errors in outcomes] == [(0, "")] * 2
    told = [json.loads(output) for _, output, _ in outcomes]
    assert sum(one["mine"] for one in told) == starts(simulator) == 1
    assert {record_id for one in told for record_id in one["ids"]} == {simulator.recordings()[0]["recordId"]}


@pytest.mark.parametrize("kind", KINDS)
def test_a_ledger_made_before_a_fork_works_on_both_sides(kind: str, simulator: Simulator, store: str) -> None:
    status, output, errors = run("fork_ledger.py", simulator, kind, RONGCLOUD_LEDGER_URL=store)
    assert (status, sorted(output.splitlines()), errors) == (0, ["another's", "mine"], "")
    assert starts(simulator) == 1


def test_a_forked_child_whose_parent_had_the_file_open_is_told_and_sends_nothing(
    simulator: Simulator, store: str
) -> None:
    status, output, errors = run("fork_ledger.py", simulator, "blocking", "before, too", RONGCLOUD_LEDGER_URL=store)
    child, parent = sorted(output.splitlines())
    assert (status, parent, errors) == (0, "parent: another's", "")
    assert child.startswith("child: FailureCause.STORE: the ledger's store can't be used: ")
    assert starts(simulator) == 1


def test_a_start_in_a_room_finds_its_session_and_starts_it_once(
    ledgers: Ledgers, simulator: Simulator, profile: RecordingProfile
) -> None:
    first, second = (ledger.start_in_room(ROOM, profile) for ledger in (ledgers(), ledgers()))
    assert (first.is_mine, second.is_mine, starts(simulator)) == (True, False, 1)
    assert first.recording.record_id == second.recording.record_id


def test_a_session_is_recorded_again_only_after_a_generation_that_is_named(
    ledgers: Ledgers, simulator: Simulator, profile: RecordingProfile
) -> None:
    ledger = ledgers()
    first = ledger.start(ROOM, SESSION, profile)
    ledger.stop(first.recording)
    assert not ledger.start(ROOM, SESSION, profile).is_mine
    assert ledger.start(ROOM, SESSION, profile, after=first.entry.generation).is_mine
    assert starts(simulator) == 2


def test_a_start_of_another_profile_is_a_conflict_that_has_the_entry(
    ledgers: Ledgers, simulator: Simulator, profile: RecordingProfile
) -> None:
    started = ledgers(holder="one").start(ROOM, SESSION, profile)
    with pytest.raises(RecordingConflictError) as caught:
        ledgers().start(ROOM, SESSION, OTHER)
    entry = caught.value.entry
    assert (entry.record_id, entry.holder, entry.state) == (started.recording.record_id, "one", LedgerState.RUNNING)
    assert (caught.value.maybe_sent, caught.value.session_id, starts(simulator)) == (False, SESSION, 1)


def test_callbacks_are_taken_in_at_one_ledger_and_known_at_another(
    ledgers: Ledgers, simulator: Simulator, profile: RecordingProfile
) -> None:
    here, there = ledgers(), ledgers()
    taken: list[Any] = []
    app = FastAPI()

    @app.post("/recording")
    async def recording_callback(request: Request) -> None:
        body = await request.body()
        taken.append(await asyncio.to_thread(there.take, request.headers, body, request.url.query))

    with served(app) as port:
        simulator.set_callback_urls(recording=f"http://127.0.0.1:{port}/recording")
        started = here.start(ROOM, SESSION, profile)
        here.stop(started.recording)
        simulator.flush_callbacks()
    found = here.get(SESSION)
    assert found.entry.state is LedgerState.UPLOADED
    assert (found.entry.event_count, {one.is_new for one in taken}) == (len(taken), {True})
    # The tag by which the ledger knows its own is no `extra` of the user's; events have it as they came.
    assert (found.entry.extra, found.recording.extra) == ("", None)
    assert all(one.event.extra.startswith("rcl1:") for one in taken)


def test_a_forged_body_under_a_captured_signature_is_refused_at_another_ledger(ledgers: Ledgers) -> None:
    here, there = ledgers(), ledgers()
    headers = signed()
    assert here.take(headers, BODY).is_new
    with pytest.raises(CallbackRefusedError) as caught:
        there.take(headers, FORGED)
    assert (caught.value.reason, caught.value.http_status) == (RefusalReason.REPLAYED, 401)
    assert there.take(list(headers.items()), BODY).is_new is False


def test_a_room_event_is_verified_and_a_forged_one_refused_at_another_ledger(ledgers: Ledgers) -> None:
    here, there = ledgers(), ledgers()
    headers, body = {**signed(), "appKey": APP_KEY}, b'{"event":2,"roomId":"room1","appKey":"%s"}' % APP_KEY.encode()
    assert here.take_room_event(headers, body, "").event.room_id == "room1"
    with pytest.raises(CallbackRefusedError) as caught:
        there.take_room_event(headers, body.replace(b"room1", b"room2"))
    assert caught.value.http_status == 401


def test_a_receiver_of_ones_own_verifies_what_a_ledger_takes_in(ledgers: Ledgers) -> None:
    receiver = CallbackReceiver(APP_KEY, "another", other_credentials=[(APP_KEY, "a third")])
    with pytest.raises(CallbackRefusedError) as caught:
        ledgers(receiver=receiver).take(signed(), BODY)
    assert (caught.value.reason, caught.value.http_status) == (RefusalReason.WRONG_SIGNATURE, 401)


@pytest.mark.parametrize(
    "call",
    [
        lambda ledger, profile: ledger.start(ROOM, SESSION, profile, timeout=0.1),
        lambda ledger, _: ledger.take(signed(), BODY),
        lambda ledger, _: ledger.get(SESSION),
        lambda ledger, _: list(ledger.follow(SESSION)),
    ],
    ids=["start", "take", "get", "follow"],
)
def test_where_the_store_cannot_be_asked_nothing_is_sent(
    call: Any, ledgers: Ledgers, simulator: Simulator, profile: RecordingProfile, tmp_path: Path
) -> None:
    with pytest.raises(NotSentError) as caught:
        call(ledgers(store=f"sqlite://{tmp_path}/missing/ledger.sqlite"), profile)
    assert (caught.value.cause, caught.value.is_retryable) == (FailureCause.STORE, True)
    assert simulator.requests() == []


@contextmanager
def taken_in(simulator: Simulator, ledger: Any) -> Iterator[None]:
    """Lets a ledger take in all callbacks about recordings."""
    app = FastAPI()

    @app.post("/recording")
    async def recording_callback(request: Request) -> None:
        await asyncio.to_thread(ledger.take, request.headers, await request.body())

    with served(app) as port:
        simulator.set_callback_urls(recording=f"http://127.0.0.1:{port}/recording")
        yield
        simulator.flush_callbacks()


def told(simulator: Simulator, ledger: Any, profile: RecordingProfile) -> None:
    """Records a session, and takes in what is told of it."""
    with taken_in(simulator, ledger):
        ledger.stop(ledger.start(ROOM, SESSION, profile).recording)


def test_a_recording_is_followed_at_another_ledger_from_its_start_to_its_end(
    ledgers: Ledgers, simulator: Simulator, profile: RecordingProfile
) -> None:
    here, there = ledgers(), ledgers()
    following = there.follow(SESSION, settle=SETTLE)
    with ThreadPoolExecutor(1) as pool, taken_in(simulator, here):
        first = pool.submit(next, following)
        started = here.start(ROOM, SESSION, profile)
        found = [first.result()]
        # It waits for what is new.
        second = pool.submit(next, following)
        here.stop(started.recording)
    found += [second.result(), *following]
    versions = [one.entry.version for one in found]
    assert versions[:-1] == sorted(set(versions[:-1]))
    assert [one.is_settled for one in found] == [False] * (len(found) - 1) + [True]
    assert len(found) > 1
    assert found[-1].entry.state is LedgerState.UPLOADED
    assert found[-1].recording.uploads


def test_following_begins_with_what_is_on_record(
    ledgers: Ledgers, simulator: Simulator, profile: RecordingProfile
) -> None:
    ledger = ledgers()
    told(simulator, ledger, profile)
    assert [one.is_settled for one in ledger.follow(SESSION, settle=0)] == [True]


def test_waiting_for_files_ends_with_them(ledgers: Ledgers, simulator: Simulator, profile: RecordingProfile) -> None:
    ledger = ledgers()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(lambda: ledger.wait_until_uploaded(SESSION, 60, settle=SETTLE))
        told(simulator, ledger, profile)
        found = waiting.result()
    assert (found.is_settled, found.entry.state) == (True, LedgerState.UPLOADED)


def test_of_a_session_that_nobody_knows_there_is_nothing(ledgers: Ledgers) -> None:
    ledger = ledgers()
    assert ledger.get("nobody's") is None
    assert ledger.next_change("nobody's", 0, 0.001) is None
    assert ledger.unresolved() == ()


def test_an_unknown_outcome_is_listed_and_resolved(
    ledgers: Ledgers, simulator: Simulator, profile: RecordingProfile
) -> None:
    ledger = ledgers()
    entry = lost(ledger, simulator, profile)
    assert ledger.unresolved(limit=1) == (entry,)
    with pytest.raises(RecordingConflictError) as caught:
        ledgers().start(ROOM, SESSION, profile)
    assert (caught.value.entry, caught.value.may_be_recording) == (entry, True)
    assert ledger.resolve(SESSION, entry.generation, NotStartedResolution()).state is LedgerState.FREE
    assert ledgers().start(ROOM, SESSION, profile).is_mine
    assert starts(simulator) == 1


def test_a_generation_whose_outcome_is_known_is_not_resolved(ledgers: Ledgers, profile: RecordingProfile) -> None:
    ledger = ledgers()
    entry = ledger.start(ROOM, SESSION, profile).entry
    with pytest.raises(RecordingConflictError) as caught:
        ledger.resolve(SESSION, entry.generation, StartedResolution("r-1"))
    assert caught.value.entry == entry
    with pytest.raises(InvalidInputError):
        ledger.resolve("nobody's", 1, NotStartedResolution())


def test_reconciling_stops_what_an_unknown_start_may_have_started(
    ledgers: Ledgers, simulator: Simulator, profile: RecordingProfile
) -> None:
    ledger = ledgers(OnUnknown.STOP, grace=0.001)
    lost(ledger, simulator, profile)
    report = ledger.reconcile(limit=10)
    assert (report.stopped, report.failed) == (1, 0)
    assert ledger.get(SESSION).entry.state is LedgerState.OVER
    assert [request["path"] for request in simulator.requests()].count("/rtc/record/stop.json") == 1


def test_keeping_up_reconciles_until_the_ledger_is_closed(
    ledgers: Ledgers, simulator: Simulator, profile: RecordingProfile
) -> None:
    ledger = ledgers(OnUnknown.STOP_THEN_RESTART, grace=0.001)
    entry = lost(ledger, simulator, profile)
    ledger.keep_up(0.01)
    assert ledger.next_change(SESSION, entry.version, 60).entry.state is LedgerState.FREE
    ledger.close()
    simulator.forget_requests()
    lost(ledger, simulator, profile)
    # Another one finds it as it is.
    assert ledgers().get(SESSION).entry.state is LedgerState.UNKNOWN


@pytest.mark.parametrize("interval", [0, -1])
def test_keeping_up_without_a_pause_is_refused(interval: float, ledgers: Ledgers) -> None:
    with pytest.raises(InvalidInputError, match="interval"):
        ledgers().keep_up(interval)


def test_a_cancelled_wait_ends_at_once(later: AsyncRecordingLedger) -> None:
    async def main() -> BaseException:
        task = asyncio.create_task(later.next_change(SESSION, 0, 3600))
        # It has begun.
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await task
        return caught.value

    outcome = interrupted_outcome(asyncio.run(main()))
    assert isinstance(outcome, RecordingCancelledError)
    assert (outcome.maybe_sent, outcome.may_be_recording) == (False, False)


def test_a_start_that_is_cancelled_when_it_had_left_is_on_record_as_unknown(
    later: AsyncRecordingLedger, simulator: Simulator, profile: RecordingProfile
) -> None:
    simulator.next(hold=True)

    async def main() -> tuple[Any, Any]:
        task = asyncio.create_task(later.start(ROOM, SESSION, profile))
        await asyncio.to_thread(simulator.wait, requests=1)
        before = await later.get(SESSION)
        assert before is not None
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await task
        return interrupted_outcome(caught.value), await later.next_change(SESSION, before.entry.version, 60)

    outcome, found = asyncio.run(main())
    assert (outcome.may_be_recording, outcome.session_id) == (True, SESSION)
    assert (found.entry.state, found.entry.request_id) == (LedgerState.UNKNOWN, outcome.request_id)


def test_cancelling_whoever_follows_ends_the_wait_for_the_next_change(later: AsyncRecordingLedger) -> None:
    async def follow() -> None:
        async for _ in later.follow(SESSION):
            pass

    async def main() -> BaseException:
        task = asyncio.create_task(follow())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await task
        return caught.value

    assert isinstance(interrupted_outcome(asyncio.run(main())), RecordingCancelledError)


def test_following_can_be_left(later: AsyncRecordingLedger, profile: RecordingProfile) -> None:
    async def main() -> list[LedgerState]:
        await later.start(ROOM, SESSION, profile)
        async with aclosing(later.follow(SESSION)) as following:
            async for found in following:
                return [found.entry.state]
        return []

    assert asyncio.run(main()) == [LedgerState.RUNNING]


def test_following_ends_where_the_ledger_is_closed(later: AsyncRecordingLedger) -> None:
    async def follow() -> list[Any]:
        return [found async for found in later.follow(SESSION)]

    async def main() -> list[Any]:
        task = asyncio.create_task(follow())
        await asyncio.sleep(0)
        await later.close()
        return await task

    assert asyncio.run(main()) == []


def test_ctrl_c_ends_a_start_that_is_then_on_record_as_unknown(simulator: Simulator) -> None:
    simulator.next(hold=True)
    with running("interrupted_ledger.py", simulator) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "waits\n"
        simulator.wait(requests=1)
        process.send_signal(signal.SIGINT)
        status, output, errors = ended(process)
    assert (status, errors) == (0, "")
    assert output.splitlines() == ["RecordingCancelledError may be recording: True", "unknown"]


def interrupted_when_answered(answer: object) -> BaseException:
    """What interrupts a call that was answered already."""
    interruption = KeyboardInterrupt()
    _interrupted.end(boundary.COMPLETION.made(number=1, reply=answer, failure=None), interruption)
    return interruption


def test_a_start_that_was_answered_when_it_was_interrupted_tells_its_recording() -> None:
    recording = StartedRecording(
        record_id="r-1", room_id=ROOM, session_id=SESSION, request_id="q", record_type=RecordType.SPLIT_STREAM
    )
    started = LedgerRecording(recording=recording, entry=ENTRY, is_mine=False)
    interruption = interrupted_when_answered(started)
    assert interrupted_outcome(interruption) is started
    assert getattr(interruption, "__notes__", NOTES) == NOTES


def test_a_callback_that_was_refused_when_its_taking_was_interrupted_tells_the_refusal(
    later: AsyncRecordingLedger,
) -> None:
    with pytest.raises(CallbackRefusedError) as caught:
        asyncio.run(later.take({}, BODY))
    outcome = interrupted_outcome(interrupted_when_answered(Failed(lambda: caught.value)))
    assert outcome is caught.value


def test_what_a_ledger_has_done_is_counted_for_this_process_alone(
    ledgers: Ledgers, simulator: Simulator, profile: RecordingProfile
) -> None:
    ledger, another = ledgers(), ledgers()
    ledger.start(ROOM, SESSION, profile)
    another.start(ROOM, SESSION, profile)
    with pytest.raises(RecordingConflictError):
        another.start(ROOM, SESSION, OTHER)
    report = another.reconcile(wait=0)
    counted = ledger.statistics()
    assert (counted.starts_sent, counted.starts_joined, counted.reconciled_at) == (1, 0, None)
    counted = another.statistics()
    assert (counted.starts_sent, counted.starts_joined, counted.starts_in_conflict) == (0, 1, 1)
    assert (counted.reconciliations, counted.last_reconciliation) == (1, report)
    assert counted.store_calls > 0
    assert counted.store_failures == 0


def test_the_environment_names_the_store(client: RecordingClient, store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidInputError, match="RONGCLOUD_LEDGER_URL"):
        RecordingLedger(client, OnUnknown.HOLD)
    monkeypatch.setenv("RONGCLOUD_LEDGER_URL", store)
    assert RecordingLedger(client, OnUnknown.HOLD).get(SESSION) is None


def test_all_that_is_wrong_with_a_ledger_is_told_at_once(client: RecordingClient) -> None:
    with pytest.raises(InvalidInputError) as caught:
        RecordingLedger(client, OnUnknown.HOLD, options=LedgerOptions(store="memory:", grace=1), grace=-1, store="ftp:")
    assert [one.path for one in caught.value.violations] == ["store", "grace"]


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda _: RecordingLedger(7, OnUnknown.HOLD), "client must be RecordingClient, not int"),  # type: ignore[arg-type]
        (
            lambda _: RecordingLedger(
                AsyncRecordingClient(APP_KEY, APP_SECRET, data_center=DataCenter.BEIJING),  # type: ignore[arg-type]
                OnUnknown.HOLD,
            ),
            "client must be RecordingClient, not AsyncRecordingClient",
        ),
        (
            lambda client: RecordingLedger(client, "hold"),  # type: ignore[arg-type]
            "on_unknown must be OnUnknown, not str: use OnUnknown.HOLD",
        ),
        (
            lambda client: RecordingLedger(client, OnUnknown.HOLD, receiver=client),
            "receiver must be CallbackReceiver or None, not RecordingClient",
        ),
        (
            lambda client: RecordingLedger(client, OnUnknown.HOLD, tags=1),  # type: ignore[arg-type]
            "tags must be bool or None, not int",
        ),
        (
            lambda client: RecordingLedger(client, OnUnknown.HOLD, store="memory:").resolve(SESSION, 1, "over"),  # type: ignore[arg-type]
            "resolution must be StartedResolution or NotStartedResolution or OverResolution, not str",
        ),
    ],
)
def test_an_argument_of_another_type_is_named(make: Any, sentence: str, client: RecordingClient) -> None:
    with pytest.raises(TypeError) as caught:
        make(client)
    assert str(caught.value) == sentence


def test_a_ledger_cannot_be_pickled(client: RecordingClient) -> None:
    with pytest.raises(TypeError, match="^RecordingLedger can't be copied or pickled, because "):
        pickle.dumps(RecordingLedger(client, OnUnknown.HOLD, store="memory:"))


def test_a_stores_password_is_in_no_text(client: RecordingClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "rongcloud_recording")
    texts: list[object] = []
    for store in (f"{scheme}://user:{PASSWORD}@127.0.0.1:1/x" for scheme in ("postgres", "redis", "elsewhere")):
        texts.append(LedgerOptions(store=store))
        try:
            ledger = RecordingLedger(client, OnUnknown.STOP, store=store)
            texts.append(ledger)
            ledger.get(SESSION)
        except (InvalidInputError, NotSentError) as error:
            texts += [error, error.failure]
    shown = [text(one) for one in texts for text in (repr, str)] + [record.getMessage() for record in caplog.records]
    assert len(shown) > 16
    assert [text for text in shown if PASSWORD in text] == []


def test_a_ledger_shows_its_client_and_what_it_was_given(client: RecordingClient) -> None:
    ledger = RecordingLedger(client, OnUnknown.HOLD, store="memory:", holder="one", tags=False)
    assert repr(ledger) == f"RecordingLedger({client!r}, OnUnknown.HOLD, store=[redacted], holder='one', tags=False)"
