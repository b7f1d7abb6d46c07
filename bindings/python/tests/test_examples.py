"""The examples: the same program in every language sends the same bytes."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from callbacks import BODY, FORGED, signed
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
    simulator.set_room("room2", "bbb")
    rooms = ["room1:aaa", "room2:bbb"]
    done = run(sys.executable, EXAMPLES / "start_recording_async.py", *rooms, **environment(simulator))
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(one["roomId"] for one in simulator.recordings()) == ["room1", "room2"]


def test_the_asyncio_example_fails_where_a_room_does(simulator: Simulator) -> None:
    done = run(sys.executable, EXAMPLES / "start_recording_async.py", "room1:aaa", "room9:x", **environment(simulator))
    assert done.returncode == 1
    assert done.stderr.startswith("room9: start: refused with code 40003")


RECORDING = "/rooms/room1/sessions/aaa/recording"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def followed(simulator: Simulator, **variables: str) -> subprocess.CompletedProcess[str]:
    """Runs the example that follows a recording."""
    port = free_port()
    simulator.join("room1", "111")
    simulator.join("room1", "2222")
    simulator.set_callback_urls(recording=f"http://127.0.0.1:{port}/recording")
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


@contextmanager
def fleet(simulator: Simulator, store: str, port: int) -> Iterator[str]:
    """One process of the example, by its address. It must end well when it is told to."""
    variables = environment(simulator, RONGCLOUD_LEDGER_URL=store, RONGCLOUD_CALLBACK_PORT=str(port))
    command: list[str | Path] = [sys.executable, EXAMPLES / "fleet.py"]
    process = subprocess.Popen(command, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == f"listening on 127.0.0.1:{port}\n"
        yield f"http://127.0.0.1:{port}"
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
        # As the shell expects of a program that has ended because of it.
        assert process.returncode == -signal.SIGTERM
    finally:
        process.kill()
        process.communicate()


def asked(
    method: str, url: str, body: bytes | None = None, headers: Mapping[str, str] = MappingProxyType({})
) -> tuple[int, Any]:
    """Status and answer."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(urllib.request.Request(url, body, dict(headers), method=method), timeout=60) as reply:
            text = reply.read()
            return reply.status, json.loads(text) if text else None
    except urllib.error.HTTPError as error:
        return error.code, None


def test_the_processes_of_the_fleet_record_a_session_once_and_all_know_its_files(
    simulator: Simulator, tmp_path: Path
) -> None:
    store, port = f"sqlite://{tmp_path}/ledger.sqlite", free_port()
    with fleet(simulator, store, port) as one, fleet(simulator, store, free_port()) as other:
        simulator.set_callback_urls(recording=f"{other}/recording")
        answers = [asked("POST", f"{url}{RECORDING}") for url in (one, other)]
        assert [(status, answer["isNew"]) for status, answer in answers] == [(200, True), (200, False)]
        (recording,) = simulator.recordings()
        simulator.remove_room("room1")
        simulator.flush_callbacks()
        status, known = asked("GET", f"{one}{RECORDING}")
        assert (status, known) == (
            200,
            {
                "state": "uploaded",
                "recordId": recording["recordId"],
                "events": 3,
                "isDoubled": False,
                "isSettled": False,
            },
        )
    assert {attempt["status"] for call in simulator.callbacks() for attempt in call["attempts"]} == {200}


def test_the_fleet_answers_what_fails_with_statuses_that_tell(simulator: Simulator, tmp_path: Path) -> None:
    with fleet(simulator, f"sqlite://{tmp_path}/ledger.sqlite", free_port()) as url:
        assert asked("GET", f"{url}{RECORDING}")[0] == 404
        assert asked("POST", f"{url}/rooms/nobodys/sessions/aaa/recording")[0] == 502
        assert asked("POST", f"{url}/rooms/%20/sessions/bbb/recording")[0] == 400
        simulator.next({"status": 503})
        # The outcome of the first start is unknown, so that a second one is a conflict.
        assert [asked("POST", f"{url}/rooms/room1/sessions/ccc/recording")[0] for _ in range(2)] == [502, 409]


@pytest.mark.parametrize(("folder", "statuses"), [("", [401, 200, 401]), ("missing/", [401, 503, 503])])
def test_the_fleet_answers_200_only_where_a_callback_is_kept(
    folder: str, statuses: list[int], simulator: Simulator, tmp_path: Path
) -> None:
    headers = signed()
    with fleet(simulator, f"sqlite://{tmp_path}/{folder}ledger.sqlite", free_port()) as url:
        given = ({**headers, "signature": "0"}, BODY), (headers, BODY), (headers, FORGED)
        assert [asked("POST", f"{url}/recording", body, headers)[0] for headers, body in given] == statuses
