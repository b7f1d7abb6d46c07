"""A secret appears in no output, however much is printed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support import APP_KEY, PROGRAMS, Simulator, run

SECRET = "canary-7f3a9c-secret"


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """A simulator with the canary as its secret."""
    simulator = Simulator(app_secret=SECRET)
    yield simulator
    simulator.close()


def test_a_program_that_prints_everything_prints_no_secret(simulator: Simulator) -> None:
    status, output, errors = run("prints_everything.py", simulator, RONGCLOUD_APP_SECRET=SECRET)
    assert (status, output.splitlines()[-1]) == (0, "printed everything")
    # The program did what could have shown it.
    assert "Signature: [redacted]" in output
    assert "recording started" in output
    assert "app_secret must be a str, not bytes" in output
    assert "refused with code 1004" in output
    assert "most recent call" in errors
    assert SECRET not in output + errors
    assert SECRET.encode().hex() not in output + errors


def test_the_app_key_is_not_in_the_log_because_it_may_be_a_swapped_secret(simulator: Simulator) -> None:
    _, output, errors = run("prints_everything.py", simulator, RONGCLOUD_APP_SECRET=SECRET)
    assert APP_KEY not in output + errors


def test_the_program_would_print_a_secret_that_is_not_kept_apart(simulator: Simulator) -> None:
    program = (PROGRAMS / "prints_everything.py").read_text(encoding="utf-8")
    assert "capture_locals=True" in program
    _, output, _ = run("prints_everything.py", simulator, "and the secret itself", RONGCLOUD_APP_SECRET=SECRET)
    assert SECRET in output
