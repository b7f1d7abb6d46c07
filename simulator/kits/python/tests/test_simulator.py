"""The kit as a user has it: the wheel, its fixtures, and what its README shows in an empty folder without a network."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from shutil import copy

import pytest

from rongcloud_recording import RecordingClient, RecordingProfile
from rongcloud_simulator import APP_KEY, APP_SECRET, Simulator, SimulatorError

# What the README and the book show.
SHOWN = Path(__file__).parent / "shown"
PROFILE = RecordingProfile.from_json('{"mode": 3, "videoFormat": "mp4", "audioFormat": "aac", "sliceMin": 60}')
WITHOUT_NETWORK = Path(__file__).parents[2] / "without-network.sh"


def test_the_readmes_tests_pass_in_an_empty_folder_without_a_network(tmp_path: Path) -> None:
    copy(SHOWN / "first.py", tmp_path / "test_service.py")
    pytest_there = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "test_service.py"]
    command = [str(WITHOUT_NETWORK), *pytest_there]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "2 passed" in ended.stdout


def test_the_readmes_program_runs(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, SHOWN / "simulator.py"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    # Began, and a slice closed.
    assert [line.split()[0] for line in ended.stdout.splitlines()] == ["1", "2"]


def test_each_test_has_a_simulator_of_its_own_and_its_environment(
    rongcloud_simulator: Simulator, rongcloud_environment: dict[str, str]
) -> None:
    assert rongcloud_environment["RONGCLOUD_API_URL"] == rongcloud_simulator.url == os.environ["RONGCLOUD_API_URL"]
    assert rongcloud_simulator.requests() == []
    assert rongcloud_simulator.recordings() == []
    with RecordingClient() as client:
        client.start_in_room("room1", PROFILE)
    assert rongcloud_simulator.executions()["start"] == 1


def test_a_recordings_life_is_told_by_signed_callbacks(rongcloud_simulator: Simulator) -> None:
    simulator = rongcloud_simulator
    simulator.set_room("room7", "session7")
    # Nobody is there: each attempt is on record all the same.
    simulator.set_callback_urls(recording="http://127.0.0.1:9/callbacks")
    simulator.set_delivery(attempts=1)
    simulator.join("room7", "alice")
    with RecordingClient(simulator.app_key, simulator.app_secret, api_url=simulator.url) as client:
        started = client.start("room7", "session7", PROFILE)
        simulator.advance(timedelta(hours=1, minutes=1))
        client.stop(started)
    simulator.flush_callbacks()
    (recording,) = simulator.recordings()
    assert (recording["recordId"], recording["state"]) == (started.record_id, "stopped")
    callbacks = simulator.callbacks()
    assert {it["state"] for it in callbacks} == {"failed"}
    told = [it["body"] for it in callbacks if it["kind"] == "recording"]
    assert {it["recordId"] for it in told} == {started.record_id}
    # It has begun, a slice of an hour has closed, and it has ended and was uploaded.
    assert {it["type"] for it in told} == {1, 2, 3, 4}


def test_what_it_is_told_wrongly_is_refused_with_its_reason(rongcloud_simulator: Simulator) -> None:
    with pytest.raises(SimulatorError, match="tmies"):
        rongcloud_simulator.next(tmies=2)
    with pytest.raises(SimulatorError, match="HTTP 404"):
        rongcloud_simulator.room("nowhere")
    with pytest.raises(SimulatorError, match="HTTP 504"):
        rongcloud_simulator.wait(requests=1, timeout=0.01)


def test_a_door_loses_a_reply_and_is_shut_and_opened(rongcloud_simulator: Simulator) -> None:
    door = rongcloud_simulator.open_door()
    door.inject({"replyBytes": 0, "then": "reset"})
    with RecordingClient(APP_KEY, APP_SECRET, api_url=door.url) as client:
        assert client.query_room("room1").session_id == "aaa"
    door.wait(requests=2, most_open=0)
    door.shut()
    door.reopen()
    assert [it["requests"] for it in door.connections()] == [1, 1]
    assert "BEGIN CERTIFICATE" in rongcloud_simulator.ca_pem()


def test_the_secret_is_in_no_argument_and_no_text() -> None:
    with Simulator(app_key="my-app", app_secret="canary-5f1a-secret", rooms={}) as simulator:
        assert "canary" not in repr(simulator)
        for process in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                assert b"canary-5f1a" not in process.read_bytes()
            except (FileNotFoundError, ProcessLookupError):
                continue


def test_one_that_can_not_start_says_so_and_closing_twice_does_no_harm(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SimulatorError, match="did not start"):
        Simulator(arguments=["--port", "70000"])
    assert "70000" in capfd.readouterr().err
    simulator = Simulator()
    simulator.close()
    simulator.close()


def test_a_forked_child_that_lives_on_holds_no_simulator_up() -> None:
    simulator = Simulator()
    child = os.fork()
    if child == 0:
        signal.pause()
    try:
        simulator.close()
        with pytest.raises(SimulatorError, match="does not answer"):
            simulator.requests()
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def test_the_program_is_a_command() -> None:
    command = Path(sys.executable).with_name("rongcloud-simulator")
    ended = subprocess.run([command, "--help"], capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 0
    assert "--room" in ended.stdout
