"""The simulator as a process of its own, steered over HTTP."""

from __future__ import annotations

import json
import os
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar
from urllib.parse import quote

from ._told import Callback, Connection, Recording, Request, Room

#: The app that a simulator knows if no other is named: the key of the documentation's example.
APP_KEY = "uwd1c0sxdlx2"
#: Its secret, the one of the vendor's published signature example. It opens nothing but simulators.
APP_SECRET = "Y1W2MeFwwwRxa0"  # noqa: S105

_Self = TypeVar("_Self", bound="Simulator")
# It answers on this machine, whatever proxy the environment names.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
# How much longer an answer may take than what is waited for, and how long its end, in seconds.
_MARGIN = 30.0
_LONGEST_END = 5.0


class SimulatorError(Exception):
    """The simulator did not start, or refused what it was told: the message says why."""


def program() -> str:
    """The path of the simulator's program, which this package has inside.

    Errors: `SimulatorError` if the package has no program for this platform.
    """
    path = Path(__file__).parent / "_bin" / "rongcloud-simulator"
    if not path.is_file():
        raise SimulatorError("this installation of rongcloud-simulator has no program for this platform")
    return str(path)


class Simulator:
    """A running simulator. Close it with `with` or `close()`; at the latest it ends with this process.

    It can be steered from several threads at once. What it tells and is told has the names that the simulator's manual
    lists.
    """

    def __init__(
        self,
        *,
        app_key: str = APP_KEY,
        app_secret: str = APP_SECRET,
        rooms: Mapping[str, str] | None = None,
        callback_url: str | None = None,
        arguments: Iterable[str] = (),
    ) -> None:
        """Starts a simulator at a free port of this machine.

        Arguments:
            app_key: the app whose requests are accepted.
            app_secret: its secret.
            rooms: rooms that have a call, and each one's session. Default: the program's, which is `room1` with the
              session `aaa` and the members `111` and `2222`, unless a scenario has rooms.
            callback_url: where callbacks about recordings are sent, an http URL of this machine. Default: nowhere.
            arguments: further options of the program, as `rongcloud-simulator --help` lists them.

        Errors: `SimulatorError` if it doesn't start.
        """
        command = [program(), "--until-stdin-closes", "--quiet"]
        for room_id, session_id in (rooms or {}).items():
            command += ["--room", f"{room_id}:{session_id}"]
        if callback_url is not None:
            command += ["--callback-url", callback_url]
        # Not as arguments: everybody on this machine could read them.
        environment = {**os.environ, "RONGCLOUD_APP_KEY": app_key, "RONGCLOUD_APP_SECRET": app_secret}
        self._process: subprocess.Popen[str] = subprocess.Popen(  # noqa: S603
            [*command, *arguments],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None  # noqa: S101
        #: Its address: what a client has as `api_url`.
        self.url: str = self._process.stdout.readline().strip()
        if not self.url:
            self._process.communicate()
            raise SimulatorError("the simulator did not start: its reason stands on stderr")
        #: The app whose requests it accepts.
        self.app_key: str = app_key
        #: The app's secret.
        self.app_secret: str = app_secret

    def __enter__(self: _Self) -> _Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(url={self.url!r})"

    def close(self) -> None:
        """Ends it, and all connections to it. Closing twice does no harm."""
        for end in (self._process.stdin, self._process.stdout):
            if end is not None:
                end.close()
        try:
            self._process.wait(_LONGEST_END)
        except subprocess.TimeoutExpired:
            # A forked child holds the other end.
            self._process.kill()
            self._process.wait()

    def environment(self) -> dict[str, str]:
        """The variables that a client finds it by: address, App Key and App Secret."""
        return {
            "RONGCLOUD_API_URL": self.url,
            "RONGCLOUD_APP_KEY": self.app_key,
            "RONGCLOUD_APP_SECRET": self.app_secret,
        }

    # Requests -------------------------------------------------------------------------------------------------

    def requests(self) -> list[Request]:
        """The requests to the service, oldest first, each with its verdict."""
        found: list[Request] = self.call("GET", "requests")
        return found

    def forget_requests(self) -> None:
        """Forgets the requests so far, and counts everything from 0 again."""
        self.call("DELETE", "requests")

    def executions(self) -> dict[str, int]:
        """How often each operation was carried out, by its name, whether or not its reply got through."""
        counts: dict[str, int] = self.call("GET", "executions")
        return counts

    def next(self, *steps: Mapping[str, Any], **step: Any) -> None:
        """Says how the next requests are answered, in place of what was said before: by several steps, or by one.

        `next(status=503, times=2)` answers two of them with 503; `next(hold=True)` holds the reply of one.
        """
        self.call("PUT", "next", list(steps) or step)

    def release(self) -> None:
        """Sends the replies that are held."""
        self.call("POST", "release")

    def wait(self, *, requests: int = 0, abandoned: int = 0, timeout: float = 30) -> None:
        """Returns once as many requests were seen, and as many clients have left before their reply.

        Arguments:
            requests: how many requests.
            abandoned: how many of them were left by their client.
            timeout: how long to wait at most, in seconds.

        Errors: `SimulatorError` after the timeout.
        """
        self._fetch(
            "GET",
            f"wait?requests={requests}&abandoned={abandoned}&timeoutMs={round(timeout * 1000)}",
            timeout=timeout,
        )

    # Rooms and recordings -------------------------------------------------------------------------------------

    def recordings(self) -> list[Recording]:
        """The recordings that were started, oldest first."""
        found: list[Recording] = self.call("GET", "recordings")
        return found

    def room(self, room_id: str) -> Room:
        """A room as it is now. `SimulatorError` if there is none."""
        found: Room = self.call("GET", _room(room_id))
        return found

    def set_room(self, room_id: str, session_id: str, members: Iterable[Mapping[str, Any]] | None = None) -> None:
        """Gives a room a session, and members if they are named. With another session, a new call has begun."""
        described = {} if members is None else {"members": list(members)}
        self.call("PUT", _room(room_id), {"sessionId": session_id, **described})

    def remove_room(self, room_id: str) -> None:
        """Ends a room's call."""
        self.call("DELETE", _room(room_id))

    def join(self, room_id: str, user_id: str, streams: Iterable[Mapping[str, Any]] | None = None) -> None:
        """Lets somebody come into a room. Default: they publish audio and video, as `<user_id>_RongCloudRTC`."""
        published = (
            [{"streamId": f"{user_id}_RongCloudRTC", "mediaType": media_type} for media_type in (0, 1)]
            if streams is None
            else list(streams)
        )
        self.call("PUT", f"{_room(room_id)}/members/{quote(user_id, safe='')}", {"streams": published})

    def leave(self, room_id: str, user_id: str) -> None:
        """Lets somebody leave a room."""
        self.call("DELETE", f"{_room(room_id)}/members/{quote(user_id, safe='')}")

    def advance(self, by: timedelta | float) -> None:
        """Lets time pass in rooms and recordings, in seconds if it is a number: slices close on the way."""
        self.call("POST", "clock", {"advanceMs": _milliseconds(by)})

    def set_skew(self, ahead: timedelta | float) -> None:
        """Sets how far the service's clock is ahead of this machine's; behind it if negative."""
        self.call("PUT", "skew", {"ms": _milliseconds(ahead)})

    # Callbacks ------------------------------------------------------------------------------------------------

    def set_callback_urls(self, *, recording: str | None = None, room: str | None = None) -> None:
        """Says where callbacks are sent from now on: http URLs of this machine. None are made where there is no URL."""
        urls = {"recording": recording, "room": room}
        self.call("PUT", "callbacks/urls", {kind: url for kind, url in urls.items() if url is not None})

    def set_delivery(self, **settings: Any) -> None:
        """Says how callbacks are delivered from now on: `set_delivery(duplicate=1)` sends each twice."""
        self.call("PUT", "callbacks", settings)

    def fail_events(self, *failures: Mapping[str, Any]) -> None:
        """Says which callbacks to come report a failure: `{"type": 4, "code": 500}`, an upload that failed."""
        self.call("PUT", "callbacks/failures", list(failures))

    def callbacks(self) -> list[Callback]:
        """The callbacks that were made, oldest first, each with its attempts."""
        found: list[Callback] = self.call("GET", "callbacks")
        return found

    def deliver_callbacks(self) -> None:
        """Sends the callbacks that are held, and returns once none is in transit."""
        self.call("POST", "callbacks/deliver")

    def flush_callbacks(self) -> None:
        """Returns once no callback is in transit."""
        self.call("POST", "callbacks/flush")

    # Faults below HTTP ----------------------------------------------------------------------------------------

    def open_door(self, tls: str = "none") -> Door:
        """Opens a further address, where connections are refused, cut, dripped or held.

        Arguments:
            tls: `none`, or https with a certificate that is `valid`, `expired`, for a `wrong-host` or `untrusted`.
        """
        return Door(self, self.call("POST", "doors", {"tls": tls}))

    def ca_pem(self) -> str:
        """The certificate, as PEM, of the CA that signs those of doors with TLS: a client's `ca_certificates`."""
        return self._fetch("GET", "ca.pem").decode()

    # The control API ------------------------------------------------------------------------------------------

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Calls the control API itself, for what has no method here: `call("POST", "rooms/room1/sync")`.

        Errors: `SimulatorError` with its reason, if it refuses.
        """
        text = self._fetch(method, path, body)
        return json.loads(text) if text else None

    def _fetch(self, method: str, path: str, body: Any = None, timeout: float = _MARGIN) -> bytes:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}/__simulator/{path}", data, headers, method=method)  # noqa: S310
        try:
            with _OPENER.open(request, timeout=timeout + _MARGIN) as reply:
                content: bytes = reply.read()
                return content
        except urllib.error.HTTPError as refused:
            with refused:
                reason = refused.read().decode(errors="replace")
            raise SimulatorError(f"{method} {path}: HTTP {refused.code}: {reason}") from None
        except OSError as error:
            raise SimulatorError(f"{method} {path}: the simulator does not answer: {error}") from error


class Door:
    """A further address of a simulator, where faults below HTTP are injected. It ends with the simulator at last."""

    def __init__(self, simulator: Simulator, opened: Mapping[str, Any]) -> None:
        self._simulator = simulator
        self._path = f"doors/{opened['door']}"
        #: Its address: what a client has as `api_url`.
        self.url: str = opened["url"]

    def inject(self, *faults: Mapping[str, Any]) -> None:
        """Replaces the faults that are still to come: `{"replyBytes": 0, "then": "reset"}` loses a reply."""
        self._simulator.call("PUT", f"{self._path}/faults", list(faults))

    def shut(self) -> None:
        """Refuses connections from now on, and ends those there are."""
        self._simulator.call("PUT", self._path, {"shut": True})

    def reopen(self) -> None:
        """Takes connections again, at the same address."""
        self._simulator.call("PUT", self._path, {"shut": False})

    def connections(self) -> list[Connection]:
        """Its connections, oldest first."""
        found: list[Connection] = self._simulator.call("GET", self._path)["connections"]
        return found

    def wait(self, *, requests: int = 0, most_open: int | None = None, timeout: float = 30) -> None:
        """Returns once it has had as many requests, and no more connections are open, or `SimulatorError`."""
        open_now = "" if most_open is None else f"&open={most_open}"
        wait = f"wait?requests={requests}{open_now}&timeoutMs={round(timeout * 1000)}"
        self._simulator._fetch("GET", f"{self._path}/{wait}", timeout=timeout)

    def close(self) -> None:
        """Closes it for good."""
        self._simulator.call("DELETE", self._path)


def _room(room_id: str) -> str:
    return f"rooms/{quote(room_id, safe='')}"


def _milliseconds(time: timedelta | float) -> int:
    return round((time.total_seconds() if isinstance(time, timedelta) else time) * 1000)
