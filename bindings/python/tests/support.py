"""The simulator as the tests see it: the real program, over HTTP."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import rongcloud_simulator
from rongcloud_simulator import APP_KEY as APP_KEY
from rongcloud_simulator import APP_SECRET as APP_SECRET

ROOT = Path(__file__).resolve().parents[3]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
VECTORS = ROOT / "tests" / "vectors"
PROGRAMS = Path(__file__).parent / "programs"

ROOM = "room1"
SESSION = "aaa"


class Simulator(rongcloud_simulator.Simulator):
    """A simulator, and what the tests ask it often."""

    def __init__(self, app_secret: str = APP_SECRET) -> None:
        super().__init__(app_secret=app_secret, rooms={ROOM: SESSION})

    def headers(self) -> list[dict[str, str]]:
        """The headers of each request, names in lower case."""
        return [dict(request["headers"]) for request in self.requests()]

    def verdicts(self) -> list[str]:
        """What became of each request."""
        return [request["verdict"] for request in self.requests()]


def environment(simulator: Simulator, **more: str) -> dict[str, str]:
    """A program's environment with the simulator's address and credentials."""
    return {**os.environ, **simulator.environment(), **more}


@contextmanager
def running(program: str, simulator: Simulator, *arguments: str, **more: str) -> Iterator[subprocess.Popen[str]]:
    """One of the programs beside the tests, which ends with the block if not before."""
    process = subprocess.Popen(
        [sys.executable, "-X", "faulthandler", "-W", "error", PROGRAMS / program, *arguments],
        env=environment(simulator, **more),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """The exit status, output and error output of a program, once it has ended."""
    output, errors = process.communicate(timeout=60)
    return process.returncode, output, errors


def run(program: str, simulator: Simulator, *arguments: str, **more: str) -> tuple[int, str, str]:
    """Runs one of the programs beside the tests to its end."""
    with running(program, simulator, *arguments, **more) as process:
        return ended(process)
