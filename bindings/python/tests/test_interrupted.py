"""What the exception that interrupts a call tells of it: whether it had left, and whether a recording is running."""

from __future__ import annotations

import asyncio
import logging
import select
import signal
import sys
from asyncio.selector_events import BaseSelectorEventLoop
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from rongcloud_recording import (
    AsyncRecordingClient,
    ConnectionPolicy,
    OperationKind,
    RecordingCancelledError,
    RecordingClient,
    RecordingProfile,
    RefusedError,
    Room,
    StartedRecording,
    _completion,
    _log,
    interrupted_outcome,
)
from rongcloud_recording._native import boundary
from support import APP_KEY, APP_SECRET, ROOM, SESSION, Simulator, ended, run, running

LOGGER = logging.getLogger("rongcloud_recording")
# And asyncio.run cancels its task at Ctrl-C, instead of leaving it alone.
HAS_NOTES = sys.version_info >= (3, 11)
OPERATIONS: dict[str, tuple[OperationKind, type[Any], Callable[[Any, RecordingProfile], Any]]] = {
    "start": (
        OperationKind.START,
        StartedRecording,
        lambda client, profile: client.start(ROOM, SESSION, profile, extra="order-7"),
    ),
    "query_room": (OperationKind.QUERY_ROOM, Room, lambda client, _: client.query_room(ROOM)),
}
operations = pytest.mark.parametrize("name", OPERATIONS)


class HandlerError(Exception):
    """What a handler raises: a signal's, or the log's."""


@pytest.fixture
def client(simulator: Simulator) -> AsyncRecordingClient:
    """A client of the simulator."""
    return AsyncRecordingClient(APP_KEY, APP_SECRET, api_url=simulator.url)


@pytest.fixture(params=["watches descriptors", "watches none"])
def _loops(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object) -> None:
        raise NotImplementedError

    if request.param == "watches none":
        # As Windows' own event loop.
        monkeypatch.setattr(BaseSelectorEventLoop, "add_reader", missing)


class Cancelled:
    """A call in a task of its own, which sees the exception that cancels it."""

    def __init__(self, call: Any) -> None:
        self.errors: list[asyncio.CancelledError] = []
        self.task: asyncio.Task[Any] = asyncio.create_task(self._call(call))

    async def _call(self, call: Any) -> None:
        try:
            await call
        except asyncio.CancelledError as error:
            self.errors.append(error)
            raise

    async def error(self) -> asyncio.CancelledError:
        """The exception."""
        with pytest.raises(asyncio.CancelledError) as caught:
            await self.task
        (error,) = self.errors
        # Whoever awaits the task may get another one, before Python 3.11.
        assert interrupted_outcome(caught.value) is interrupted_outcome(error)
        return error


async def cancelled(call: Any, simulator: Simulator, requests: int = 1) -> asyncio.CancelledError:
    """The exception of a call that is cancelled amid its request."""
    cancelled = Cancelled(call)
    await asyncio.to_thread(simulator.wait, requests=requests)
    cancelled.task.cancel()
    return await cancelled.error()


def notes_of(error: BaseException) -> list[str]:
    """The notes of an exception, which there are since Python 3.11."""
    return list(getattr(error, "__notes__", []))


@operations
@pytest.mark.usefixtures("_loops")
def test_a_cancelled_call_tells_that_its_request_had_left(
    name: str, client: AsyncRecordingClient, simulator: Simulator, profile: RecordingProfile
) -> None:
    operation, _, call = OPERATIONS[name]
    simulator.next(hold=True)
    error = asyncio.run(cancelled(call(client, profile), simulator))
    outcome = interrupted_outcome(error)
    assert isinstance(outcome, RecordingCancelledError)
    assert (outcome.maybe_sent, outcome.may_be_recording) == (True, operation is OperationKind.START)
    assert (outcome.operation, outcome.request_id) == (operation, simulator.headers()[0]["x-request-id"])
    assert outcome.extra == ("order-7" if operation is OperationKind.START else "")
    assert (vars(error)["recording_error"], vars(error)["recording_answer"]) == (outcome, None)
    assert notes_of(error) == ([str(outcome)] if HAS_NOTES else [])


@pytest.mark.parametrize("asks", [True, False], ids=["at its question", "at its start"])
def test_a_cancelled_start_in_room_tells_whether_the_start_had_left(
    asks: bool, client: AsyncRecordingClient, simulator: Simulator, profile: RecordingProfile
) -> None:
    simulator.next(*([] if asks else [{}]), {"hold": True})
    call = client.start_in_room(ROOM, profile, extra="order-7")
    outcome = interrupted_outcome(asyncio.run(cancelled(call, simulator, requests=1 if asks else 2)))
    assert isinstance(outcome, RecordingCancelledError)
    assert (outcome.operation, outcome.extra) == (OperationKind.START, "order-7")
    assert (outcome.maybe_sent, outcome.may_be_recording) == (not asks, not asks)
    assert outcome.request_id == (None if asks else simulator.headers()[1]["x-request-id"])


@operations
@pytest.mark.usefixtures("_loops")
def test_a_call_cancelled_before_its_request_left_never_leaves_and_says_so(
    name: str, simulator: Simulator, profile: RecordingProfile
) -> None:
    _, _, call = OPERATIONS[name]
    simulator.next(hold=True)
    only_one = ConnectionPolicy(max_concurrent=1)

    async def main() -> asyncio.CancelledError:
        async with AsyncRecordingClient(APP_KEY, APP_SECRET, api_url=simulator.url, connections=only_one) as client:
            first = asyncio.create_task(client.start(ROOM, SESSION, profile))
            await asyncio.to_thread(simulator.wait, requests=1)
            # It waits for its turn.
            error = await cancelled(call(client, profile), simulator)
            simulator.release()
            await first
            return error

    outcome = interrupted_outcome(asyncio.run(main()))
    assert isinstance(outcome, RecordingCancelledError)
    assert (outcome.maybe_sent, outcome.may_be_recording) == (False, False)
    assert len(simulator.requests()) == 1


async def cancelled_when_answered(call: Any, simulator: Simulator, moment: str) -> asyncio.CancelledError:
    """The exception of a call that is cancelled when its answer has come, and its task doesn't know of it yet."""
    cancelled = Cancelled(call)
    await asyncio.to_thread(simulator.wait, requests=1)
    queue: Any = _completion.queue_of(asyncio.get_running_loop())
    simulator.release()
    # On the loop's own thread, so that the loop doesn't look at the answer meanwhile.
    descriptor: Any = boundary.completion_queue_descriptor(queue.core)
    assert select.select([descriptor], [], [], 60)[0]
    if moment == "after the loop has looked":
        queue._drain()
    cancelled.task.cancel()
    if moment == "before the loop looks":
        queue._drain()
    error = await cancelled.error()
    # The queue keeps nothing of it.
    assert queue._late == {}
    return error


MOMENTS = pytest.mark.parametrize("moment", ["before the loop looks", "after the loop has looked", "at once"])


@MOMENTS
@pytest.mark.parametrize("name", ["start", "query_room"])
def test_a_call_that_was_answered_when_it_was_cancelled_tells_its_answer(
    name: str, moment: str, client: AsyncRecordingClient, simulator: Simulator, profile: RecordingProfile
) -> None:
    _, answer, call = OPERATIONS[name]
    simulator.next(hold=True)
    error = asyncio.run(cancelled_when_answered(call(client, profile), simulator, moment))
    outcome: Any = interrupted_outcome(error)
    assert type(outcome) is answer
    assert (vars(error)["recording_error"], vars(error)["recording_answer"]) == (None, outcome)
    if name == "start":
        assert [outcome.record_id] == [one["recordId"] for one in simulator.recordings()]
    if HAS_NOTES:
        (note,) = notes_of(error)
        assert "had succeeded already" in note
        assert outcome.request_id in note


@MOMENTS
def test_a_start_that_was_refused_when_it_was_cancelled_tells_its_refusal(
    moment: str, client: AsyncRecordingClient, simulator: Simulator, profile: RecordingProfile
) -> None:
    simulator.next(hold=True)
    call = client.start("elsewhere", SESSION, profile)
    outcome = interrupted_outcome(asyncio.run(cancelled_when_answered(call, simulator, moment)))
    assert isinstance(outcome, RefusedError)
    assert (outcome.code, outcome.may_be_recording) == (40003, False)


def test_a_timeout_of_asyncio_tells_what_it_has_ended(
    client: AsyncRecordingClient, simulator: Simulator, profile: RecordingProfile
) -> None:
    simulator.next(hold=True)

    async def main() -> None:
        await asyncio.wait_for(client.start(ROOM, SESSION, profile), 0.5)

    with pytest.raises(asyncio.TimeoutError) as caught:
        asyncio.run(main())
    outcome = interrupted_outcome(caught.value)
    assert isinstance(outcome, RecordingCancelledError)
    assert outcome.operation is OperationKind.START


@pytest.fixture
def interrupting() -> Iterator[Callable[[str, Callable[[], None]], None]]:
    """Calls a function in the thread that waits, when the log tells of something."""
    handlers: list[logging.Handler] = []
    level = LOGGER.level

    def when(text: str, act: Callable[[], None]) -> None:
        class Acts(logging.Handler):
            def emit(self, record: logging.LogRecord) -> None:
                if record.getMessage().startswith(text):
                    act()

        LOGGER.setLevel(logging.DEBUG)
        handlers.append(Acts())
        LOGGER.addHandler(handlers[-1])

    yield when
    LOGGER.setLevel(level)
    for handler in handlers:
        LOGGER.removeHandler(handler)


@operations
@pytest.mark.parametrize("raised", [HandlerError, KeyboardInterrupt])
def test_a_signal_that_interrupts_a_blocking_call_tells_what_it_has_ended(
    name: str, raised: type[BaseException], simulator: Simulator, profile: RecordingProfile, interrupting: Any
) -> None:
    operation, _, call = OPERATIONS[name]

    def handle(*_: object) -> None:
        raise raised

    before = signal.signal(signal.SIGUSR1, handle)
    simulator.next(hold=True)

    def interrupt() -> None:
        # It is told of before it leaves.
        simulator.wait(requests=1)
        signal.raise_signal(signal.SIGUSR1)

    interrupting("request ", interrupt)
    try:
        with pytest.raises(raised) as caught:
            call(RecordingClient(APP_KEY, APP_SECRET, api_url=simulator.url), profile)
    finally:
        signal.signal(signal.SIGUSR1, before)
    outcome = interrupted_outcome(caught.value)
    assert isinstance(outcome, RecordingCancelledError)
    assert (outcome.maybe_sent, outcome.may_be_recording) == (True, operation is OperationKind.START)
    assert outcome.request_id == simulator.headers()[0]["x-request-id"]
    assert notes_of(caught.value) == ([str(outcome)] if HAS_NOTES else [])


@pytest.mark.parametrize(("name", "told"), [("start", "recording started"), ("query_room", "room queried")])
def test_a_blocking_call_interrupted_when_it_had_succeeded_tells_its_answer(
    name: str, told: str, simulator: Simulator, profile: RecordingProfile, interrupting: Any
) -> None:
    _, answer, call = OPERATIONS[name]

    def fail() -> None:
        raise HandlerError

    interrupting(told, fail)
    with pytest.raises(HandlerError) as caught:
        call(RecordingClient(APP_KEY, APP_SECRET, api_url=simulator.url), profile)
    outcome: Any = interrupted_outcome(caught.value)
    assert type(outcome) is answer
    if name == "start":
        assert [outcome.record_id] == [one["recordId"] for one in simulator.recordings()]


def test_a_blocking_call_interrupted_when_it_had_failed_tells_its_error(
    simulator: Simulator, profile: RecordingProfile, interrupting: Any
) -> None:
    def fail() -> None:
        raise HandlerError

    interrupting("recording not started", fail)
    with pytest.raises(HandlerError) as caught:
        RecordingClient(APP_KEY, APP_SECRET, api_url=simulator.url).start("elsewhere", SESSION, profile)
    assert isinstance(interrupted_outcome(caught.value), RefusedError)


@pytest.fixture
def signalled(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Has a signal's handler raise right after a function of the library's, before what it returned is seen."""

    def handle(*_: object) -> None:
        raise HandlerError

    def after(function: Any, is_time: Callable[[Any], bool] = lambda _: True) -> None:
        called = function._prepared()
        signals = iter([signal.SIGUSR1])

        def interrupted(*arguments: Any) -> Any:
            raw = called(*arguments)
            if is_time(raw):
                for number in signals:
                    signal.raise_signal(number)
            return raw

        monkeypatch.setattr(function, "_called", interrupted)

    before = signal.signal(signal.SIGUSR1, handle)
    yield after
    signal.signal(signal.SIGUSR1, before)


# Whether the log is waiting, and how many calls have ended.
NO_COMPLETIONS = 5


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_signal_right_when_a_blocking_call_has_ended_tells_its_answer(
    name: str, simulator: Simulator, profile: RecordingProfile, signalled: Callable[..., None]
) -> None:
    _, answer, call = OPERATIONS[name]
    signalled(boundary.completion_queue_wait, lambda raw: raw.len > NO_COMPLETIONS)
    with pytest.raises(HandlerError) as caught:
        call(RecordingClient(APP_KEY, APP_SECRET, api_url=simulator.url), profile)
    assert type(interrupted_outcome(caught.value)) is answer


def test_a_signal_right_when_a_blocking_call_has_begun_ends_it_and_tells_so(
    simulator: Simulator, profile: RecordingProfile, signalled: Callable[..., None]
) -> None:
    simulator.next(hold=True)

    def has_left(_: object) -> bool:
        simulator.wait(requests=1)
        return True

    signalled(boundary.native_client_begin, has_left)
    with pytest.raises(HandlerError) as caught:
        RecordingClient(APP_KEY, APP_SECRET, api_url=simulator.url).start(ROOM, SESSION, profile)
    simulator.wait(abandoned=1)
    outcome = interrupted_outcome(caught.value)
    assert isinstance(outcome, RecordingCancelledError)
    assert (outcome.maybe_sent, outcome.request_id) == (True, simulator.headers()[0]["x-request-id"])


def test_a_signal_before_a_blocking_call_has_begun_tells_nothing(
    simulator: Simulator, profile: RecordingProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise HandlerError

    monkeypatch.setattr(_log, "listen", fail)
    with pytest.raises(HandlerError) as caught:
        RecordingClient(APP_KEY, APP_SECRET, api_url=simulator.url).start(ROOM, SESSION, profile)
    assert interrupted_outcome(caught.value) is None


async def signalled_in_the_loop(*calls: Any) -> list[Any]:
    """The outcomes of calls, sorted by their types, where a signal's handler raises in the loop itself."""
    errors: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: errors.append(context["exception"]))
    outcomes = await asyncio.wait_for(asyncio.gather(*calls, return_exceptions=True), 60)
    assert [type(error) for error in errors] == [HandlerError]
    return sorted(outcomes, key=lambda outcome: type(outcome).__name__)


@pytest.mark.usefixtures("_loops")
def test_a_signal_right_when_asyncio_is_told_of_an_end_leaves_no_task_waiting(
    client: AsyncRecordingClient, simulator: Simulator, signalled: Callable[..., None]
) -> None:
    simulator.next(hold=True)
    signalled(boundary.completion_queue_take, lambda raw: raw.len > NO_COMPLETIONS)
    # Which of them had ended is lost, so that both are ended and tell what is known of them.
    held, answered = asyncio.run(signalled_in_the_loop(client.query_room(ROOM), client.query_room(ROOM)))
    assert isinstance(held, RecordingCancelledError)
    assert isinstance(answered, Room)


def test_a_signal_amid_the_ends_that_asyncio_is_told_of_leaves_no_task_waiting(
    client: AsyncRecordingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_out = _completion.Queue._hand_out
    interrupted: list[Any] = []

    def interrupt(queue: Any, ended: Any) -> None:
        given = list(ended)
        hand_out(queue, given[:-1] if given and not interrupted else given)
        if given and not interrupted:
            interrupted.append(given)
            raise HandlerError

    monkeypatch.setattr(_completion.Queue, "_hand_out", interrupt)
    outcomes = asyncio.run(signalled_in_the_loop(client.query_room(ROOM), client.query_room(ROOM)))
    assert [type(outcome) for outcome in outcomes] == [Room, Room]


@pytest.mark.parametrize("program", ["interrupted.py", *(["interrupted_asyncio.py"] if HAS_NOTES else [])])
def test_ctrl_c_tells_what_it_has_ended(program: str, simulator: Simulator) -> None:
    simulator.next(hold=True)
    with running(program, simulator, "tell") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "waits\n"
        # The log has it before it leaves.
        simulator.wait(requests=1)
        process.send_signal(signal.SIGINT)
        status, output, errors = ended(process)
    request_id = simulator.headers()[0]["x-request-id"]
    assert (status, output, errors) == (0, f"RecordingCancelledError {request_id} may be recording: True\n", "")


@pytest.mark.parametrize("program", ["interrupted.py", "interrupted_asyncio.py"] if HAS_NOTES else [])
def test_the_traceback_of_ctrl_c_tells_what_it_has_ended(program: str, simulator: Simulator) -> None:
    simulator.next(hold=True)
    with running(program, simulator) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "waits\n"
        # The log has it before it leaves.
        simulator.wait(requests=1)
        process.send_signal(signal.SIGINT)
        _, _, errors = ended(process)
    told = f"start: cancelled after the request had begun to leave (request {simulator.headers()[0]['x-request-id']}, "
    assert told in errors


def test_a_killed_greenlet_tells_what_became_of_its_call(simulator: Simulator) -> None:
    _, output, _ = run("green.py", simulator)
    assert output.splitlines()[-1] == "killed: may be recording"


def test_an_exception_that_interrupted_no_call_tells_nothing() -> None:
    error = KeyboardInterrupt()
    error.__context__ = other = ValueError()
    other.__context__ = error
    assert interrupted_outcome(error) is None
