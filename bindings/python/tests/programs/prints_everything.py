"""Prints everything that can be printed around clients whose secret is in the environment.

Each attempt is a function whose own variables don't hold the secret: what a caller's frames show is the caller's.
"""

import asyncio
import faulthandler
import io
import logging
import os
import pickle
import pprint
import socketserver
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import rongcloud_recording as library
from rongcloud_recording import (
    AsyncRecordingClient,
    AsyncRecordingLedger,
    CallbackReceiver,
    OnUnknown,
    RecordingClient,
    RecordingLedger,
    RecordingProfile,
    RetryPolicy,
    signature,
)
from support import Simulator


class Everything(logging.Formatter):
    """Formats a record with all its attributes."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, and all that the record has."""
        return f"{super().format(record)} {vars(record)}"


handler = logging.StreamHandler(sys.stdout)
handler.setFormatter(Everything())
logging.basicConfig(level=1, handlers=[handler])
faulthandler.enable()
PROFILE = RecordingProfile.from_json('{"videoFormat":"mp4","audioFormat":"aac","sliceMin":60}')
# Is reached through a proxy only.
ELSEWHERE = "https://service.example"
AT_ONCE = RetryPolicy(first_backoff=0, longest_backoff=0)
simulator = Simulator.__new__(Simulator)
simulator.url = os.environ["RONGCLOUD_API_URL"]


def secret() -> str:
    """The canary."""
    return os.environ["RONGCLOUD_APP_SECRET"]


def key() -> str:
    """The App Key."""
    return os.environ["RONGCLOUD_APP_KEY"]


def proxy(port: int) -> str:
    """A proxy's address, with a password."""
    return f"http://user:{os.environ['PROXY_PASSWORD']}@127.0.0.1:{port}"


def show(value: object) -> None:
    """Prints a value in every way."""
    print(repr(value), str(value), ascii(value), format(value))
    pprint.pprint(value)
    for name in dir(value):
        if name != "__builtins__":
            print(name, repr(getattr(value, name, None)))


def attempt(action: Callable[[], object]) -> None:
    """Prints what comes of it, an error with the variables of each of its frames."""
    try:
        show(action())
    except BaseException as error:
        show(error)
        told = traceback.TracebackException.from_exception(error, capture_locals=True)
        print("".join(told.format()))
        for frame, _ in traceback.walk_tb(error.__traceback__):
            pprint.pprint({name: repr(value) for name, value in frame.f_locals.items()})


show(library)


def attempt_clients(make: Any) -> None:
    """Attempts what can be wrong with a client's arguments."""
    attempt(lambda: make(key(), secret()))
    attempt(lambda: make(key(), secret(), timeout=-1))
    attempt(lambda: make(key(), secret(), timeout="1"))
    attempt(lambda: make(key(), secret().encode()))
    attempt(lambda: make(7, secret()))
    attempt(lambda: make(None, secret()))
    attempt(lambda: make(key(), secret() + "\ud800"))
    attempt(lambda: make(key(), secret() + "\n"))
    attempt(lambda: make("", secret()))
    attempt(lambda: make(key(), secret(), api_url="http://example.com"))
    attempt(lambda: pickle.dumps(make()))


def attempt_proxies(make: Any) -> None:
    """Attempts what can be wrong with a proxy that has a password."""
    port = RefusingProxy.port
    attempt(lambda: make(proxy=proxy(port)))
    attempt(lambda: make(proxy=f"{proxy(port)}/path"))
    attempt(lambda: make(proxy=proxy(port), timeout="1"))
    attempt(lambda: make(proxy=proxy(port), retry=1))
    attempt(lambda: make(proxy=proxy(port).encode()))
    attempt(lambda: make(proxy=proxy(port) + "\ud800"))
    attempt(lambda: make(api_url=proxy(port)))
    attempt(lambda: make(backup_api_url=proxy(port)))
    attempt(lambda: pickle.dumps(make(proxy=proxy(port))))


class RefusingProxy(socketserver.StreamRequestHandler):
    """A proxy that wants another password, and says which one it was given."""

    port = 0
    credentials: tuple[str, ...] = ()

    def handle(self) -> None:
        """Answers one CONNECT."""
        head = list(iter(lambda: self.rfile.readline().strip().decode(), ""))
        found = [line.split()[-1] for line in head if line.lower().startswith("proxy-authorization:")]
        RefusingProxy.credentials += tuple(found)
        body = f"not {found}".encode()
        head_of_reply = f"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: {len(body)}\r\n\r\n"
        self.wfile.write(head_of_reply.encode() + body)


def through_proxy() -> None:
    """Starts through a proxy that refuses, and through one that isn't there."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), RefusingProxy) as server:
        threading.Thread(target=server.serve_forever).start()
        RefusingProxy.port = server.server_address[1]
        for make in (RecordingClient, AsyncRecordingClient):
            attempt_proxies(make)
        attempt(lambda: start(RecordingClient(api_url=ELSEWHERE, proxy=proxy(RefusingProxy.port))))
        server.shutdown()
    attempt(lambda: start(RecordingClient(api_url=ELSEWHERE, proxy=proxy(RefusingProxy.port), retry=AT_ONCE)))
    # The password did travel, or its absence below would prove nothing.
    print("the proxy was given credentials:", len(RefusingProxy.credentials) > 0)


def start(client: RecordingClient | RecordingLedger, **options: Any) -> object:
    """A start, and the client's end."""
    with client:
        return client.start("room1", "aaa", PROFILE, **options)


def with_replies(*steps: dict[str, Any]) -> None:
    """Makes each call with such replies, with both clients."""
    with RecordingClient(retry=AT_ONCE) as client:
        target = client.start("room1", "aaa", PROFILE)
        for call in (
            lambda: client.start("room1", "aaa", PROFILE),
            lambda: client.query_room("room1"),
            lambda: client.stop(target),
        ):
            simulator.next(*steps)
            attempt(call)
    simulator.next(*steps)
    attempt(lambda: asyncio.run(AsyncRecordingClient(retry=AT_ONCE).query_room("room1")))
    simulator.next({})


def attempt_receivers() -> None:
    """Attempts what can be wrong with a receiver's arguments."""
    attempt(lambda: CallbackReceiver())
    attempt(lambda: CallbackReceiver(key(), secret(), time_window=-1))
    attempt(lambda: CallbackReceiver(key(), secret().encode()))  # type: ignore[arg-type]
    attempt(lambda: CallbackReceiver(key(), secret(), largest_body="1"))  # type: ignore[arg-type]
    attempt(lambda: CallbackReceiver(key(), secret(), replay_guard=1))  # type: ignore[arg-type]
    attempt(lambda: CallbackReceiver(key(), "other", other_credentials=[(key(), secret() + "\n")]))
    attempt(lambda: CallbackReceiver(key(), "other", other_credentials=[(key(), secret(), 1)]))  # type: ignore[list-item]
    attempt(lambda: CallbackReceiver(key(), "other", other_credentials=secret()))  # type: ignore[arg-type]
    attempt(lambda: CallbackReceiver(key(), secret()).recording_event({}, b"{}"))
    attempt(lambda: pickle.dumps(CallbackReceiver()))


def store(scheme: str) -> str:
    """A store's address with a password, where nobody is."""
    return f"{scheme}://user:{os.environ['PROXY_PASSWORD']}@127.0.0.1:1/0"


def attempt_ledgers(make: Any, client: Any) -> None:
    """Attempts what can be wrong with a ledger's store."""
    attempt(lambda: make(client, OnUnknown.STOP, store=store("postgres")))
    attempt(lambda: make(client, OnUnknown.STOP, store=store("redis")))
    attempt(lambda: make(client, OnUnknown.STOP, store=store("elsewhere")))
    attempt(lambda: make(client, OnUnknown.STOP, store=store("postgres") + "\ud800"))
    attempt(lambda: make(client, OnUnknown.STOP, store=store("postgres"), grace="1"))
    attempt(lambda: make(store("postgres"), OnUnknown.STOP))


def without_store() -> None:
    """Asks a store that is not there."""
    for scheme in ("postgres", "redis"):
        with RecordingClient() as client, RecordingLedger(client, OnUnknown.STOP, store=store(scheme)) as ledger:
            attempt(lambda: ledger.get("aaa"))
            attempt(lambda: start(ledger, timeout=0.1))


attempt_receivers()
attempt_ledgers(RecordingLedger, RecordingClient())
attempt_ledgers(AsyncRecordingLedger, AsyncRecordingClient())
without_store()
attempt_clients(RecordingClient)
attempt_clients(AsyncRecordingClient)
attempt(lambda: RecordingProfile(PROFILE))  # type: ignore[arg-type]
attempt(lambda: RecordingProfile.from_json("{}"))
attempt(lambda: RecordingClient().start("room1", "aaa", PROFILE))
attempt(lambda: RecordingClient().start("room1", "", PROFILE))
attempt(lambda: RecordingClient().start("elsewhere", "aaa", PROFILE))
attempt(lambda: RecordingClient(key(), "wrong").start("room1", "aaa", PROFILE))
# Swapped by mistake.
attempt(lambda: RecordingClient(secret(), key()).start("room1", "aaa", PROFILE))
attempt(lambda: RecordingClient(api_url="http://127.0.0.1:1").start("room1", "aaa", PROFILE))
attempt(lambda: signature(secret(), 1, "2"))  # type: ignore[arg-type]
attempt(lambda: signature(secret(), "1", "2"))
through_proxy()
with_replies({"status": 503})
with_replies({"status": 503, "times": 100})
with_replies({"status": 429, "headers": {"Retry-After": "0"}, "body": '{"code":1008,"errorMessage":"too often"}'})
with_replies({"status": 200, "body": "<html>no JSON</html>", "times": 100})
with_replies({"status": 302, "headers": {"Location": "https://elsewhere.example/"}, "times": 100})
with_replies({"padBytes": 2_000_000, "times": 100})
faulthandler.dump_traceback()
with redirect_stdout(io.StringIO()):
    help(library)
if len(sys.argv) > 1:
    print(secret(), proxy(0))
print("printed everything")
