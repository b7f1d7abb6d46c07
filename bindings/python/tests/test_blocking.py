"""The blocking client's life: threads, closing, pickling, Ctrl-C."""

from __future__ import annotations

import copy
import pickle
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from rongcloud_recording import (
    FailureCause,
    NotSentError,
    RecordingCancelledError,
    RecordingClient,
    RecordingProfile,
    StartedRecording,
)
from support import APP_KEY, APP_SECRET, ROOM, SESSION, Simulator, ended, run, running


def test_one_client_serves_many_threads(
    client: RecordingClient, simulator: Simulator, profile: RecordingProfile
) -> None:
    def start(_: int) -> StartedRecording:
        return client.start(ROOM, SESSION, profile)

    with ThreadPoolExecutor(20) as pool:
        started = list(pool.map(start, range(200)))
    assert {one.record_id for one in started} == {one["recordId"] for one in simulator.recordings()}


def test_other_threads_run_while_a_call_waits(
    client: RecordingClient, simulator: Simulator, profile: RecordingProfile
) -> None:
    simulator.next(hold=True)
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(client.start, ROOM, SESSION, profile)
        # Would never return if the waiting thread kept the interpreter to itself.
        simulator.wait(requests=1)
        simulator.release()
        assert call.result().record_id


def test_closing_ends_the_calls_of_other_threads(
    client: RecordingClient, simulator: Simulator, profile: RecordingProfile
) -> None:
    simulator.next(hold=True, times=5)
    with ThreadPoolExecutor(5) as pool:
        calls = [pool.submit(client.start, ROOM, SESSION, profile) for _ in range(5)]
        simulator.wait(requests=5)
        client.close()
        errors = [call.exception() for call in calls]
    assert [(type(error), getattr(error, "maybe_sent", None)) for error in errors] == [
        (RecordingCancelledError, True)
    ] * 5


def test_a_closed_client_sends_nothing(
    client: RecordingClient, simulator: Simulator, profile: RecordingProfile
) -> None:
    client.close()
    with pytest.raises(NotSentError) as caught:
        client.start(ROOM, SESSION, profile)
    assert (caught.value.cause, caught.value.is_retryable, simulator.requests()) == (
        FailureCause.CLIENT_CLOSED,
        False,
        [],
    )


def test_closing_twice_is_no_harm(client: RecordingClient) -> None:
    client.close()
    client.close()


def test_leaving_the_with_block_closes_the_client(simulator: Simulator, profile: RecordingProfile) -> None:
    with RecordingClient(APP_KEY, APP_SECRET, api_url=simulator.url) as client:
        pass
    with pytest.raises(NotSentError):
        client.start(ROOM, SESSION, profile)


def test_one_clients_end_leaves_others_alone(simulator: Simulator, profile: RecordingProfile) -> None:
    RecordingClient(APP_KEY, APP_SECRET, api_url=simulator.url).close()
    assert RecordingClient(APP_KEY, APP_SECRET, api_url=simulator.url).start(ROOM, SESSION, profile).record_id


def test_a_client_cannot_be_pickled(client: RecordingClient) -> None:
    with pytest.raises(TypeError, match="^RecordingClient can't be copied or pickled, because "):
        pickle.dumps(client)


def test_a_client_cannot_be_copied(client: RecordingClient) -> None:
    with pytest.raises(TypeError, match="^RecordingClient can't be copied or pickled, because "):
        copy.deepcopy(client)


def test_other_green_threads_run_while_a_call_waits(simulator: Simulator) -> None:
    lines = ["20 recordings", "RefusedError", "InvalidInputError", "killed: may be recording", ""]
    assert run("green.py", simulator) == (0, "\n".join(lines), "")


@pytest.mark.parametrize("program", ["interrupted.py", "interrupted_asyncio.py"])
def test_ctrl_c_ends_a_call_with_a_keyboard_interrupt(program: str, simulator: Simulator) -> None:
    simulator.next(hold=True)
    with running(program, simulator) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "waits\n"
        process.send_signal(signal.SIGINT)
        status, output, errors = ended(process)
    # As the shell expects of a program that Ctrl-C ended.
    assert (status, output) == (-signal.SIGINT, "")
    assert "\nKeyboardInterrupt" in errors


@pytest.mark.parametrize("program", ["interrupted.py", "interrupted_asyncio.py"])
def test_ctrl_c_cancels_the_call(program: str, simulator: Simulator) -> None:
    simulator.next(hold=True)
    # It goes on after the interrupt, so that not its end closes the connection.
    with running(program, simulator, "go on") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "waits\n"
        process.send_signal(signal.SIGINT)
        simulator.wait(abandoned=1)
        assert process.poll() is None
