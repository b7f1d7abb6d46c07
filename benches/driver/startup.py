"""How long it takes from the beginning of a program to its first recording, and Python's imports alone."""

from __future__ import annotations

import subprocess
import time
from statistics import median

from contenders import OURS, Group, Programs
from processes import CLIENT_CORE, Server

_IMPORTS = ("rongcloud_recording", "requests", "aiohttp", "httpx")
# A fresh interpreter each time; only the import itself counts.
_IMPORT = "import time; b = time.perf_counter(); import {}; print(time.perf_counter() - b)"


def first_calls(server: Server, programs: Programs, group: Group, rounds: int) -> dict[str, float]:
    """Milliseconds to the first completed call, by contender; for peers also the median ratio of ours to theirs."""
    taken: dict[str, list[float]] = {contender.name: [] for contender in group.all}
    for _ in range(rounds):
        for contender in group.all:
            with server.contender(programs, group, contender, 1, False) as process:
                process.ask("0")
                taken[contender.name].append((time.time_ns() - process.begun_ns) / 1e6)
    return {name: median(its) for name, its in taken.items()}


def imports(programs: Programs, rounds: int) -> dict[str, float]:
    """Milliseconds of Python's imports, by module; ours is `ours`."""
    taken: dict[str, list[float]] = {module: [] for module in _IMPORTS}
    # The first round writes byte code and fills the file cache.
    for _ in range(rounds + 1):
        for module in _IMPORTS:
            command = ["taskset", "--cpu-list", str(CLIENT_CORE), str(programs.python), "-c", _IMPORT.format(module)]
            told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            taken[module].append(float(told) * 1e3)
    return {OURS if module == _IMPORTS[0] else module: median(its[1:]) for module, its in taken.items()}
