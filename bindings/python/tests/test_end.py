"""The end of the process, with objects of the library still there."""

from __future__ import annotations

import re
import signal

import pytest

from support import Simulator, run

KINDS = [
    "client",
    "used client",
    "asyncio client",
    "profile",
    "tracker",
    "receiver",
    "asyncio receiver",
    "guarded receiver",
    "error",
    "loop",
    "start under way",
    "call under way",
    "call that is looked for",
    "call of the core",
]
MODULES = pytest.mark.parametrize("modules", [[], ["keeps the modules"]], ids=["modules freed", "modules emptied"])
# What asyncio says of a loop that a program never closed.
OF_ASYNCIO = re.compile(r"BaseEventLoop\.__del__|<socket\.socket ")
OWN = "LookupError: the program's own"


def noise(errors: str) -> list[str]:
    """What was complained of at the end."""
    return [
        line for line in errors.splitlines() if line.startswith("Exception ignored") and not OF_ASYNCIO.search(line)
    ]


@MODULES
@pytest.mark.parametrize("kind", KINDS)
def test_a_program_ends_quietly_wherever_an_object_is_kept(kind: str, modules: list[str], simulator: Simulator) -> None:
    status, output, errors = run("left_behind.py", simulator, kind, "all", "last line", *modules)
    assert (status, output, noise(errors)) == (0, "ends\n", [])


@MODULES
@pytest.mark.parametrize(
    "place",
    [
        "module",
        "builtins",
        "another module",
        "the package",
        "the generated module",
        "cycle",
        "cycle that uses it",
        "class",
        "atexit",
        "finalizer",
        "context variable",
        "thread",
        "coroutine",
        "exception",
    ],
)
def test_a_program_ends_quietly_whatever_is_kept_there(place: str, modules: list[str], simulator: Simulator) -> None:
    status, output, errors = run("left_behind.py", simulator, "all", place, "last line", *modules)
    assert (status, output, noise(errors)) == (0, "ends\n", [])


@pytest.mark.parametrize(
    ("end", "expected", "last"),
    [
        ("last line", 0, ""),
        ("sys.exit", 3, ""),
        ("exception", 1, OWN),
        ("Ctrl-C", -signal.SIGINT, "KeyboardInterrupt"),
        ("fork", 0, ""),
        ("thread", 0, ""),
    ],
)
def test_a_program_ends_as_it_would_without_the_library(
    end: str, expected: int, last: str, simulator: Simulator
) -> None:
    status, output, errors = run("left_behind.py", simulator, "all", "all", end)
    assert (status, output, noise(errors)) == (expected, "ends\n", [])
    assert last in errors
