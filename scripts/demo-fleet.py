#!/usr/bin/env python3
"""Runs two processes of a service that record together, kills one in the middle, and tells whether anything was lost.

COMMAND is that service, one of the examples called fleet. Both have one ledger, on SQLite or, with --postgres, on the
server that RONGCLOUD_TEST_POSTGRES_URL names, and stand behind one address that gives a callback to the other one where
the first is dead. The judge is the simulator's own count of starts and callbacks.

Usage: demo-fleet.py [--postgres] SIMULATOR COMMAND [ARGUMENT…]
"""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle
from pathlib import Path
from threading import Lock, Thread

RUN = uuid.uuid4().hex
SESSIONS = 20
# Those whose start is on its way when a process is killed.
ON_THEIR_WAY = 5
# Of the callbacks that the process is given which is then killed, the one that it has in its hands.
FATAL_CALLBACK = 3
# Nothing here takes as long.
LONGEST = 60
# How a program ends that SIGTERM has told to: as it likes, as it would have without a handler, as the JVM does.
ENDED = (0, -signal.SIGTERM, 128 + signal.SIGTERM)
# The published secret of the vendor's signature example.
CREDENTIALS = {"RONGCLOUD_APP_KEY": "uwd1c0sxdlx2", "RONGCLOUD_APP_SECRET": "Y1W2MeFwwwRxa0"}


def ask(port, method, path, body=None, headers=None, once_sent=lambda: None):
    """Status and answer."""
    connection = HTTPConnection("127.0.0.1", port, timeout=LONGEST)
    try:
        connection.request(method, path, body, headers or {})
        once_sent()
        reply = connection.getresponse()
        return reply.status, reply.read()
    finally:
        connection.close()


def free_port():
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def session(number):
    """A session that no earlier run has on record."""
    return f"session{number}-of-{RUN}"


def recording(number):
    """Where a session's recording is found at the service."""
    return f"/rooms/room{number}/sessions/{session(number)}/recording"


def first_line(process):
    """The first line that a process prints, within the longest that anything takes."""
    if not select.select([process.stdout], [], [], LONGEST)[0]:
        raise SystemExit(f"{process.args[0]} says nothing for {LONGEST} s")
    return process.stdout.readline().strip()


class Simulator:
    """Stands in for the recording service."""

    def __init__(self, program, callback_url, stack):
        rooms = [f"--room=room{number}:{session(number)}:user" for number in range(SESSIONS)]
        options = ["--until-stdin-closes", "--quiet", "--callback-url", callback_url, *rooms]
        self.process = subprocess.Popen([program, *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        stack.callback(self.process.kill)
        self.url = first_line(self.process)
        self.port = int(self.url.rpartition(":")[2])

    def call(self, method, path, body=None):
        """One call of its control."""
        headers = {"Content-Type": "application/json"}
        text = None if body is None else json.dumps(body)
        status, answer = ask(self.port, method, f"/__simulator/{path}", text, headers)
        if status not in (200, 204):
            raise SystemExit(f"the simulator answers {method} {path} with {status}: {answer.decode()}")
        return json.loads(answer) if answer else None

    def requests(self):
        """How many it has seen."""
        return self.call("GET", "wait?requests=0")["requests"]

    def once_held(self, count, send):
        """Sends so many requests whose replies it holds, once it has carried them out."""
        before = self.requests()
        self.call("PUT", "next", {"times": count, "hold": True})
        sent = send()
        self.call("GET", f"wait?requests={before + count}&timeoutMs={LONGEST * 1000}")
        return sent


class Process:
    """One process of the service."""

    def __init__(self, command, environment, stack):
        self.port = free_port()
        self.command = command
        self.environment = {**os.environ, **environment, "RONGCLOUD_CALLBACK_PORT": str(self.port)}
        self.process = None
        # Before it starts: it may not come up, or the end may come meanwhile.
        stack.callback(lambda: self.process and self.process.kill())
        self.start()

    def start(self):
        """Starts it, and waits until it listens."""
        self.process = subprocess.Popen(self.command, env=self.environment, stdout=subprocess.PIPE, text=True)
        if not first_line(self.process).startswith("listening"):
            raise SystemExit(f"{' '.join(self.command)} does not listen")

    def kill(self):
        """Kills it as nobody can prepare for: SIGKILL, by its process id."""
        self.process.kill()
        self.process.wait(LONGEST)

    def ask(self, method, path):
        """What it answers."""
        status, answer = ask(self.port, method, path)
        if status not in (200, 204):
            raise SystemExit(f"{method} {path} is answered with {status}: {answer.decode()}")
        return json.loads(answer) if answer else None


class Balancer:
    """One address for all processes, each of which gets a callback in turn, or the next one where it fails."""

    def __init__(self, stack):
        self.turns, self.lock, self.given, self.given_again = cycle(()), Lock(), Counter(), 0
        self.hook = lambda process: None
        balancer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(balancer.pass_on(self.path, body, dict(self.headers)))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        stack.callback(server.server_close)
        stack.callback(server.shutdown)
        Thread(target=server.serve_forever).start()
        self.url = f"http://127.0.0.1:{server.server_port}/recording"

    def serve(self, processes):
        """Begins to give requests to these."""
        self.count, self.turns = len(processes), cycle(processes)

    def pass_on(self, path, body, headers):
        """The status of whoever answers."""
        for _ in range(self.count):
            with self.lock:
                process = next(self.turns)
                self.given[process] += 1
            status = self.give(process, path, body, headers)
            if status < 500:
                return status
            self.given_again += 1
        return status

    def give(self, process, path, body, headers):
        """The status of this one."""
        try:
            return ask(process.port, "POST", path, body, headers, lambda: self.hook(process))[0]
        except (OSError, HTTPException):
            return 502


def demonstrate(simulator, balancer, first, second):
    """Has all sessions recorded, kills the first process meanwhile, and gives the account and what is wrong."""
    wrong = []

    def expect(what, value, expected):
        if value != expected:
            wrong.append(f"{what}: {value}, not {expected}")

    def at_once(pool, process, method, numbers):
        return [pool.submit(process.ask, method, recording(number)) for number in numbers]

    early, late = range(SESSIONS - ON_THEIR_WAY), range(SESSIONS - ON_THEIR_WAY, SESSIONS)
    simulator.call("PUT", "callbacks", {"delivery": "held", "attempts": 1})
    with ThreadPoolExecutor(2 * SESSIONS) as pool:
        answers = [at_once(pool, process, "POST", early) for process in (first, second)]
        by_first, by_second = [[one.result() for one in some] for some in answers]
        # The service has carried these out, and whoever sent them will never hear of it.
        lost = simulator.once_held(ON_THEIR_WAY, lambda: at_once(pool, first, "POST", late))
        waiting = at_once(pool, second, "POST", late)

        def kill(process):
            if process is first and balancer.given[first] == FATAL_CALLBACK:
                first.kill()

        balancer.hook = kill
        simulator.call("POST", "callbacks/deliver")
        by_second += [one.result() for one in waiting]
        expect("starts that a killed process has answered", sum(one.exception() is None for one in lost), 0)
    simulator.call("POST", "release")
    simulator.call("PUT", "callbacks", {"delivery": "immediate", "attempts": 1})
    balancer.hook = lambda process: None
    first.start()

    ids = [[one["recordId"] for one in some[: len(early)]] for some in (by_first, by_second)]
    expect("recordings as both tell them", *ids)
    expect("starts told as new", sum(one["isNew"] for one in by_first + by_second), len(early))
    running = [process.ask("GET", recording(number)) for process in (first, second) for number in range(SESSIONS)]
    expect("states", Counter(one["state"] for one in running), {"running": 2 * SESSIONS})

    for process in (first, second):
        health = process.ask("GET", "/health")
        expect("calls in flight", health["callsInFlight"], 0)
        expect("domains", list(health["domains"].values()), [True])

    last = SESSIONS - 1
    for number, process in zip(range(last), cycle([first, second])):
        process.ask("DELETE", recording(number))
    simulator.call("POST", "callbacks/flush")
    with ThreadPoolExecutor() as pool:
        stopping = simulator.once_held(1, lambda: pool.submit(first.ask, "DELETE", recording(last)))
        first.process.terminate()
        simulator.call("POST", "release")
        stopping.result()
    simulator.call("POST", "callbacks/flush")

    entries = [second.ask("GET", recording(number)) for number in range(SESSIONS)]
    made = Counter(one["body"]["sessionId"] for one in simulator.call("GET", "callbacks"))
    events = sum(made.values())
    missing = sum(max(0, made[session(number)] - entry["events"]) for number, entry in enumerate(entries))
    executed = simulator.call("GET", "executions")["start"]
    doubled = executed - SESSIONS + sum(entry["isDoubled"] for entry in entries)
    states = Counter(entry["state"] for entry in entries)
    expect("starts that the service has carried out", executed, SESSIONS)
    expect("callbacks made", events, 3 * SESSIONS)
    expect("callbacks lost", missing, 0)
    expect("doubled recordings", doubled, 0)
    expect("states", states, {"uploaded": SESSIONS})
    second.process.terminate()
    for process in (first, second):
        expect("is ended by SIGTERM", process.process.wait(LONGEST) in ENDED, True)
    given_again = balancer.given_again
    account = f"""\
  starts      {2 * SESSIONS} asked of two processes, {executed} carried out: doubled {doubled}
  kill -9     of one, with {ON_THEIR_WAY} starts on their way and a callback in its hands; started again
  callbacks   {events} made, {events - missing} on record: lost {missing}; {given_again} given to the other process
  SIGTERM     to one in the middle of a stop, which it answered before it ended
  recordings  {states["uploaded"]} uploaded, {states["unknown"]} of unknown outcome"""
    return account, wrong


def main(arguments):
    """Runs it on one store."""
    is_postgres = arguments[:1] == ["--postgres"]
    simulator_program, *command = arguments[is_postgres:]
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        store = os.environ["RONGCLOUD_TEST_POSTGRES_URL"] if is_postgres else f"sqlite://{folder}/ledger.db"
        balancer = Balancer(stack)
        simulator = Simulator(simulator_program, balancer.url, stack)
        environment = {**CREDENTIALS, "RONGCLOUD_API_URL": simulator.url, "RONGCLOUD_LEDGER_URL": store}
        processes = [Process(command, environment, stack) for _ in range(2)]
        balancer.serve(processes)
        account, wrong = demonstrate(simulator, balancer, *processes)
    print(f"{Path(command[-1]).name} on {'PostgreSQL' if is_postgres else 'SQLite'}:\n{account}")
    if wrong:
        sys.exit("\n".join(wrong))


# Whatever ends it, what it has started ends, too.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
main(sys.argv[1:])
