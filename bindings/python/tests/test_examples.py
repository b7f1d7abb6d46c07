"""The examples: the same program in every language sends the same bytes."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from support import ROOT, TARGET, Simulator, environment

EXAMPLES = ROOT / "examples" / "python"


def run(*command: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Runs a program to its end."""
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def test_the_example_prints_the_record_id(simulator: Simulator) -> None:
    done = run(sys.executable, EXAMPLES / "start_recording.py", **environment(simulator))
    (recording,) = simulator.recordings()
    assert (done.returncode, done.stdout) == (0, f"record id: {recording['recordId']}\n")


def test_the_example_shows_the_request_as_it_is_sent(simulator: Simulator) -> None:
    done = run(sys.executable, EXAMPLES / "start_recording.py", **environment(simulator))
    assert simulator.requests()[0]["body"] in done.stderr


def test_the_examples_of_python_and_rust_send_the_same_bytes(simulator: Simulator) -> None:
    for command in (
        [sys.executable, EXAMPLES / "start_recording.py"],
        [TARGET / "debug" / "examples" / "start_recording"],
    ):
        assert run(*command, **environment(simulator)).returncode == 0
    python, rust = simulator.requests()
    assert python["body"] == rust["body"]


@pytest.mark.parametrize(
    ("variables", "advice"),
    [
        ({"RONGCLOUD_SESSION_ID": "bbb"}, "the service refused it: nothing was started"),
        ({"RONGCLOUD_ROOM_ID": ""}, "nothing was sent: correct the input first"),
        ({"RONGCLOUD_API_URL": "http://127.0.0.1:1"}, "calling again is safe"),
    ],
)
def test_the_example_gives_advice_where_it_fails(variables: dict[str, str], advice: str, simulator: Simulator) -> None:
    done = run(sys.executable, EXAMPLES / "start_recording.py", **environment(simulator, **variables))
    assert (done.returncode, done.stdout, done.stderr.splitlines()[-1]) == (1, "", advice)


def test_the_example_tells_where_it_may_be_recording(simulator: Simulator) -> None:
    simulator.next(status=503)
    done = run(sys.executable, EXAMPLES / "start_recording.py", **environment(simulator))
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "it may be recording: wait for its callback, or stop the session's recording"
    )


def test_the_asyncio_example_starts_every_room_that_it_is_given(simulator: Simulator) -> None:
    simulator.room("room2", "bbb")
    rooms = ["room1:aaa", "room2:bbb"]
    done = run(sys.executable, EXAMPLES / "start_recording_async.py", *rooms, **environment(simulator))
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(one["roomId"] for one in simulator.recordings()) == ["room1", "room2"]


def test_the_asyncio_example_fails_where_a_room_does(simulator: Simulator) -> None:
    done = run(sys.executable, EXAMPLES / "start_recording_async.py", "room1:aaa", "room9:x", **environment(simulator))
    assert done.returncode == 1
    assert done.stderr.startswith("room9: start: refused with code 40003")


def followed(simulator: Simulator, **variables: str) -> subprocess.CompletedProcess[str]:
    """Runs the example that follows a recording."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    simulator.join("room1", "111")
    simulator.join("room1", "2222")
    simulator.call_back(f"http://127.0.0.1:{port}/recording")
    variables["RONGCLOUD_CALLBACK_PORT"] = str(port)
    return run(sys.executable, EXAMPLES / "follow_recording.py", **environment(simulator, **variables))


def test_the_example_follows_a_recording_up_to_its_files(simulator: Simulator) -> None:
    done = followed(simulator)
    lines = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (0, "")
    assert lines[:4] == [
        "room room1 has session aaa and 2 video streams",
        f"started {simulator.recordings()[0]['recordId']}",
        "changed to a grid",
        "stopped",
    ]
    events = [line.split(":")[0] for line in lines[4:-1]]
    assert {"event started", "event ended", "event uploaded"} <= set(events)
    assert lines[-1] == "uploaded"


def test_the_example_follows_a_recording_whose_starts_answer_was_lost(simulator: Simulator) -> None:
    door = simulator.open_door()
    # The room is asked for, and then the start's reply never comes.
    door.inject({"replyBytes": 1_000_000, "then": "close"}, {"replyBytes": 0, "then": "reset"})
    done = followed(simulator, RONGCLOUD_API_URL=door.url)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "uploaded")
    assert "a recording may be running" in done.stderr
    assert len(simulator.recordings()) == 1
