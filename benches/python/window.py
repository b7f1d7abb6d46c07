"""A window of time in which workers make calls one after another, and what is told of it."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import perf_counter_ns


@dataclass(frozen=True)
class Target:
    """What is called how."""

    concurrency: int
    url: str
    # start, stop, layout or query.
    operation: str
    ca_file: str | None


def serve_blocking(call: Callable[[], None], workers: int) -> None:
    """Runs a window for each line on stdin, with threads."""

    def work(until: int) -> list[int]:
        taken = []
        while True:
            begun = perf_counter_ns()
            call()
            ended = perf_counter_ns()
            taken.append(ended - begun)
            if ended >= until:
                return taken

    # They live on, with what each has open.
    with ThreadPoolExecutor(workers) as threads:
        for line in sys.stdin:
            begun, until = _window(line)
            futures = [threads.submit(work, until) for _ in range(workers)]
            _report([future.result() for future in futures], begun)


async def serve(call: Callable[[], Awaitable[None]], workers: int) -> None:
    """Runs a window for each line on stdin, with tasks."""

    async def work(until: int) -> list[int]:
        taken = []
        while True:
            begun = perf_counter_ns()
            await call()
            ended = perf_counter_ns()
            taken.append(ended - begun)
            if ended >= until:
                return taken

    loop = asyncio.get_running_loop()
    # On a thread, so that the loop goes on between windows, as a server's does.
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        begun, until = _window(line)
        _report(await asyncio.gather(*(work(until) for _ in range(workers))), begun)


def _window(line: str) -> tuple[int, int]:
    begun = perf_counter_ns()
    return begun, begun + int(float(line) * 1e9)


def _report(by_worker: list[list[int]], begun: int) -> None:
    seconds = (perf_counter_ns() - begun) / 1e9
    taken = sorted(one for its in by_worker for one in its)
    median, late = (taken[int((len(taken) - 1) * share)] / 1e3 for share in (0.5, 0.99))
    told = {"requests": len(taken), "seconds": seconds, "p50_us": median, "p99_us": late}
    print(json.dumps(told), flush=True)
