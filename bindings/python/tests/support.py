"""The simulator as the tests see it: the real program, over HTTP."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
SIMULATOR = TARGET / "debug" / "rongcloud-simulator"
VECTORS = ROOT / "tests" / "vectors"
PROGRAMS = Path(__file__).parent / "programs"

APP_KEY = "uwd1c0sxdlx2"
# The published secret of the vendor's signature example.
APP_SECRET = "Y1W2MeFwwwRxa0"
ROOM = "room1"
SESSION = "aaa"

# The control API answers on this machine, whatever proxy the environment names.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Simulator:
    """A running simulator. It ends with `close`, or with this process."""

    def __init__(self, app_secret: str = APP_SECRET) -> None:
        self._process = subprocess.Popen(
            [SIMULATOR, "--until-stdin-closes", "--quiet", "--room", f"{ROOM}:{SESSION}"],
            env={**os.environ, "RONGCLOUD_APP_KEY": APP_KEY, "RONGCLOUD_APP_SECRET": app_secret},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip()
        assert self.url.startswith("http://127.0.0.1:")

    def close(self) -> None:
        """Ends it."""
        self._process.communicate()
        assert self._process.returncode == 0

    def requests(self) -> list[dict[str, Any]]:
        """The requests to the service, oldest first."""
        found: list[dict[str, Any]] = self.call("GET", "requests")
        return found

    def forget(self) -> None:
        """Forgets the requests so far, and counts from 0 again."""
        self.call("DELETE", "requests")

    def headers(self) -> list[dict[str, str]]:
        """The headers of each request, names in lower case."""
        return [dict(request["headers"]) for request in self.requests()]

    def verdicts(self) -> list[str]:
        """What became of each request."""
        return [request["verdict"] for request in self.requests()]

    def recordings(self) -> list[dict[str, Any]]:
        """The recordings started, oldest first."""
        found: list[dict[str, Any]] = self.call("GET", "recordings")
        return found

    def room(self, room_id: str, session_id: str) -> None:
        """Gives a room its session."""
        self.call("PUT", f"rooms/{room_id}", {"sessionId": session_id})

    def join(self, room_id: str, user_id: str) -> None:
        """Lets someone who publishes audio and video come into a room."""
        streams = [{"streamId": f"{user_id}_RongCloudRTC", "mediaType": media_type} for media_type in (0, 1)]
        self.call("PUT", f"rooms/{room_id}/members/{user_id}", {"streams": streams})

    def call_back(self, url: str) -> None:
        """Tells a receiver of recordings."""
        self.call("PUT", "callbacks/urls", {"recording": url})

    def next(self, *steps: dict[str, Any], **step: Any) -> None:
        """Scripts how the next requests are answered: by several steps, or by one."""
        self.call("PUT", "next", list(steps) or step)

    def release(self) -> None:
        """Sends the replies that are held."""
        self.call("POST", "release")

    def wait(self, *, requests: int = 0, abandoned: int = 0) -> None:
        """Returns once as many requests were seen and abandoned."""
        self.call("GET", f"wait?requests={requests}&abandoned={abandoned}&timeoutMs=30000")

    def ca_certificates(self) -> str:
        """The certificate of the CA that doors with TLS are trusted by."""
        return self._fetch("GET", "ca.pem").decode()

    def open_door(self, tls: str = "none") -> Door:
        """Opens a further address of the simulator."""
        return Door(self, self.call("POST", "doors", {"tls": tls}))

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Calls the control API."""
        text = self._fetch(method, path, body)
        return json.loads(text) if text else None

    def _fetch(self, method: str, path: str, body: Any = None) -> bytes:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}/__simulator/{path}", data, headers, method=method)
        with _OPENER.open(request, timeout=70) as reply:
            content: bytes = reply.read()
            return content


class Door:
    """A further address of a simulator, where faults below HTTP are injected. It ends with the simulator at last."""

    def __init__(self, simulator: Simulator, opened: dict[str, Any]) -> None:
        self._simulator = simulator
        self._path = f"doors/{opened['door']}"
        self.url: str = opened["url"]

    def inject(self, *faults: dict[str, Any]) -> None:
        """Replaces the faults that are still to come."""
        self._simulator.call("PUT", f"{self._path}/faults", list(faults))

    def shut(self) -> None:
        """Refuses connections from now on, and ends those there are."""
        self._simulator.call("PUT", self._path, {"shut": True})

    def connections(self) -> list[dict[str, Any]]:
        """Its connections, oldest first."""
        found: list[dict[str, Any]] = self._simulator.call("GET", self._path)["connections"]
        return found

    def wait(self, *, requests: int = 0, most_open: int) -> None:
        """Returns once it has had as many requests, and no more connections are open."""
        self._simulator.call("GET", f"{self._path}/wait?requests={requests}&open={most_open}&timeoutMs=30000")

    def close(self) -> None:
        """Closes it for good."""
        self._simulator.call("DELETE", self._path)


def environment(simulator: Simulator, **more: str) -> dict[str, str]:
    """A program's environment with the simulator's address and credentials."""
    return {
        **os.environ,
        "RONGCLOUD_APP_KEY": APP_KEY,
        "RONGCLOUD_APP_SECRET": APP_SECRET,
        "RONGCLOUD_API_URL": simulator.url,
        **more,
    }


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
