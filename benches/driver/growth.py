"""Whether the millionth call costs what the first ones did, in time and memory, for this library in one language."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from contenders import Group, Programs
from processes import Server, measured

_CONCURRENCY = 64
# Latencies of one window are kept by the program that measures: short windows keep that small.
_WINDOW_SECONDS = 1.0


@dataclass(frozen=True)
class Step:
    """Where it stands after a number of calls."""

    calls: int
    per_second: float
    resident_kb: int


def grown(server: Server, programs: Programs, group: Group, calls: int) -> list[Step]:
    """Its way from one call to the given number; steps at each power of ten and at the end."""
    steps: list[Step] = []
    with server.contender(programs, group, group.all[0], 1, False) as process:
        window = measured(server, process, 0)
        steps.append(Step(window.requests, window.per_second, window.resident_kb))
    with server.contender(programs, group, group.all[0], _CONCURRENCY, False) as process:
        made, wanted = 0, 1000
        while made < calls:
            window = measured(server, process, _WINDOW_SECONDS)
            made += window.requests
            if made >= min(wanted, calls):
                steps.append(Step(made, window.per_second, window.resident_kb))
                while wanted <= made:
                    wanted *= 10
    return steps


def as_json(steps: list[Step]) -> list[dict[str, Any]]:
    """All of it."""
    return [asdict(step) for step in steps]
