"""The server and the contenders as processes, and what the kernel says of them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from types import TracebackType
from typing import Any

from contenders import Contender, Group, Programs

SERVER_CORE, CLIENT_CORE = 0, 1
_TICKS = os.sysconf("SC_CLK_TCK")
# URLSession on Linux trusts this file and no other. It is covered for one process alone, not changed, which takes root.
_TRUSTING = ["unshare", "--mount", "sh", "-c", 'mount --bind "$0" /etc/ssl/certs/ca-certificates.crt && exec "$@"']
# Longer than any window or start-up takes.
_PATIENCE_SECONDS = 120


class Process:
    """A program that answers lines with lines, on a core of its own, and ends with its stdin."""

    def __init__(self, core: int, command: list[str], environment: dict[str, str], first: tuple[str, ...] = ()) -> None:
        """Starts it; `first` is a command that takes the rest as its arguments and becomes it."""
        # The time at which the program itself begins, whatever leads to it, is its first line.
        stamped = ["sh", "-c", 'date +%s%N; exec "$@"', "sh"]
        if command[0].endswith("swift-toolchain.sh"):
            command = [*command[:3], *stamped, *command[3:]]
        else:
            command = [*stamped, *command]
        self._command = command
        self._process = subprocess.Popen(
            ["taskset", "--cpu-list", str(core), *first, *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
            env=os.environ | environment,
        )
        self.begun_ns = int(self.line())
        # What the server has counted of it, over its whole life.
        self.requests = self.connections = 0

    def ask(self, line: str) -> Any:
        """Its answer to a line."""
        assert self._process.stdin
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return json.loads(self.line())

    def line(self) -> str:
        """The next line that it prints."""
        assert self._process.stdout
        impatience = threading.Timer(_PATIENCE_SECONDS, self._process.kill)
        impatience.start()
        try:
            line = self._process.stdout.readline()
        finally:
            impatience.cancel()
        if not line:
            raise SystemExit(f"{' '.join(self._command)} ended with status {self._process.wait(_PATIENCE_SECONDS)}")
        return line

    def cpu_seconds(self) -> float:
        """What it has used so far, of all its threads."""
        # The second field, the name, may have spaces in it.
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def resident_kb(self) -> int:
        """Its resident memory."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))

    def pause(self) -> None:
        """Stops it until it is `awake`."""
        self._process.send_signal(signal.SIGSTOP)

    @contextmanager
    def awake(self) -> Iterator[None]:
        """Lets it go on for a while, after which it is paused again."""
        self._process.send_signal(signal.SIGCONT)
        try:
            yield
        finally:
            self.pause()

    def __enter__(self) -> Process:
        return self

    def __exit__(self, kind: type[BaseException] | None, _error: BaseException | None, _: TracebackType | None) -> None:
        assert self._process.stdin and self._process.stdout
        self._process.send_signal(signal.SIGCONT)
        self._process.stdin.close()
        try:
            status = self._process.wait(_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            status = self._process.wait()
        self._process.stdout.close()
        if status and kind is None:
            raise SystemExit(f"{' '.join(self._command)} ended with status {status}")


class Server(Process):
    """The server that all talk to."""

    def __init__(self, programs: Programs, ca_file: Path) -> None:
        """Starts it."""
        super().__init__(SERVER_CORE, [*programs.server, str(ca_file)], {})
        self.ca_file = ca_file
        self._urls = json.loads(self.line())

    def url(self, is_tls: bool) -> str:
        """Its address."""
        url = self._urls["https" if is_tls else "http"]
        assert isinstance(url, str)
        return url

    def contender(
        self, programs: Programs, group: Group, contender: Contender, concurrency: int, is_tls: bool
    ) -> Process:
        """A contender that talks to it."""
        argument = f"{contender.argument}:{group.operation}"
        return self.program(programs, [*programs.contender(group.language, group.java), argument], concurrency, is_tls)

    def program(self, programs: Programs, command: list[str], concurrency: int, is_tls: bool) -> Process:
        """A program that talks to it, and is told how."""
        argument = command[-1]
        command = [*command, str(concurrency), self.url(is_tls)]
        if not is_tls:
            return Process(CLIENT_CORE, command, {})
        first = (*_TRUSTING, str(self.ca_file)) if argument.startswith("urlsession") else ()
        # The core's verifier reads it.
        return Process(CLIENT_CORE, [*command, str(self.ca_file)], {"SSL_CERT_FILE": str(self.ca_file)}, first)


@dataclass(frozen=True)
class Window:
    """What is known of one window."""

    requests: int
    per_second: float
    p50_us: float
    p99_us: float
    cpu_us: float
    resident_kb: int
    server_busy: float
    # Since the contender began: a window is shorter than the life of a connection.
    requests_per_connection: float
    # The share of both cores that neither the contender nor the server used, but was not idle either.
    foreign: float
    # By the virtual machine's own count, where there is one: what a call allocates there, and threads that it starts.
    allocated_per_call: float = 0.0
    threads_per_call: float = 0.0

    @classmethod
    def of(cls, parts: list[Window]) -> Window:
        """One that was measured in parts: rates are those of all calls, times and shares the medians of the parts'."""
        requests = sum(part.requests for part in parts)

        def per_call(measure: str) -> float:
            total: float = sum(getattr(part, measure) * part.requests for part in parts)
            return total / requests

        def middle(measure: str) -> float:
            return median(getattr(part, measure) for part in parts)

        return cls(
            requests=requests,
            per_second=requests / sum(part.requests / part.per_second for part in parts),
            p50_us=middle("p50_us"),
            p99_us=middle("p99_us"),
            cpu_us=per_call("cpu_us"),
            resident_kb=parts[-1].resident_kb,
            server_busy=middle("server_busy"),
            requests_per_connection=parts[-1].requests_per_connection,
            foreign=middle("foreign"),
            allocated_per_call=per_call("allocated_per_call"),
            threads_per_call=per_call("threads_per_call"),
        )


def run(server: Server, contender: Process, seconds: float) -> dict[str, Any]:
    """Lets a contender run for a while; what it and the server tell of it."""
    counted = server.ask("")
    told: dict[str, Any] = contender.ask(str(seconds))
    now = server.ask("")
    requests = now["requests"] - counted["requests"]
    if requests != told["requests"]:
        raise SystemExit(f"the server saw {requests} requests where {told['requests']} were told of")
    contender.requests += requests
    contender.connections += now["connections"] - counted["connections"]
    return told


def measured(server: Server, contender: Process, seconds: float) -> Window:
    """Lets a contender run for a while, and measures it."""
    used, serving, busy, begun = (
        *(contender.cpu_seconds(), server.cpu_seconds()),
        *(_busy_seconds(), time.monotonic()),
    )
    told = run(server, contender, seconds)
    elapsed = time.monotonic() - begun
    used, serving = contender.cpu_seconds() - used, server.cpu_seconds() - serving
    foreign = _busy_seconds() - busy - used - serving
    requests = told["requests"]
    return Window(
        requests=requests,
        per_second=requests / told["seconds"],
        p50_us=told["p50_us"],
        p99_us=told["p99_us"],
        cpu_us=used * 1e6 / requests,
        resident_kb=contender.resident_kb(),
        server_busy=serving / elapsed,
        requests_per_connection=contender.requests / max(contender.connections, 1),
        foreign=max(0.0, foreign / 2 / elapsed),
        allocated_per_call=told.get("allocated", 0) / requests,
        threads_per_call=told.get("threads", 0) / requests,
    )


def _busy_seconds() -> float:
    """What the two cores have done so far, stolen time included."""
    busy = 0
    for line in Path("/proc/stat").read_text().splitlines():
        name, *fields = line.split()
        if name in (f"cpu{SERVER_CORE}", f"cpu{CLIENT_CORE}"):
            user, nice, system, _idle, _iowait, irq, softirq, steal = map(int, fields[:8])
            busy += user + nice + system + irq + softirq + steal
    return busy / _TICKS
