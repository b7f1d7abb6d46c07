"""Fixtures for pytest, found by themselves once this package is installed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ._simulator import Simulator


@pytest.fixture
def rongcloud_simulator() -> Iterator[Simulator]:
    """A simulator of the test's own, which ends with it. It has the room `room1` with the session `aaa`."""
    with Simulator() as simulator:
        yield simulator


@pytest.fixture
def rongcloud_environment(rongcloud_simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The `RONGCLOUD_` variables that a client finds the test's simulator by, set for as long as the test runs."""
    environment = rongcloud_simulator.environment()
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return environment
