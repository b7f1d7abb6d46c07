"""Ends while objects of the library are still there: which, where, and how it ends are its arguments.

With a fourth one, something keeps the modules: the interpreter then empties them, those imported last first, and only
afterwards frees what the others have kept. Methods find no global name any more.
"""

import asyncio
import atexit
import builtins
import contextvars
import functools
import logging
import os
import signal
import sys
import threading
import weakref
from collections.abc import Callable, Coroutine
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

sys.path.insert(0, str(Path(__file__).parents[1]))

import rongcloud_recording as library
from rongcloud_recording._native import boundary
from support import Simulator

GENERATED: ModuleType = vars(library._native)["boundary"]
JSON = '{"videoFormat":"mp4","audioFormat":"aac","sliceMin":60}'
simulator = Simulator.__new__(Simulator)
simulator.url = os.environ["RONGCLOUD_API_URL"]


class Guard:
    """Remembers nothing."""

    KEPT: ClassVar[list[object]] = []

    def remember(self, key: str, fingerprint: str, expires_at: datetime) -> str | None:
        """Nothing."""


def hold_next() -> None:
    """Lets the next request wait for its reply for ever."""
    simulator.forget_requests()
    simulator.next(hold=True)


def used_client() -> library.RecordingClient:
    """A client with a connection."""
    client = library.RecordingClient()
    client.start("room1", "aaa", library.RecordingProfile.from_json(JSON))
    return client


def error() -> Exception:
    """An error with its traceback, whose frames hold the client."""
    try:
        library.RecordingClient().query_room("")
    except library.InvalidInputError as raised:
        return raised
    raise AssertionError("it had to be invalid")


def loop_with_queue() -> asyncio.AbstractEventLoop:
    """An event loop that is never closed, and its client."""
    loop = asyncio.new_event_loop()
    client = library.AsyncRecordingClient()
    loop.run_until_complete(client.query_room("room1"))
    return loop


class Unwatchful(asyncio.SelectorEventLoop):
    """A loop that can't watch descriptors, as Windows' own."""

    def add_reader(self, *_: object) -> None:
        """Is missing."""
        raise NotImplementedError


def under_way(call: Coroutine[Any, Any, Any], loop: asyncio.AbstractEventLoop) -> tuple[object, object]:
    """A call on a loop that is never closed."""
    hold_next()

    async def main() -> None:
        # Driven by hand as far as its first wait: no task that asyncio would miss.
        call.send(None)
        await asyncio.to_thread(simulator.wait, requests=1)

    loop.run_until_complete(main())
    return loop, call


def native_call() -> object:
    """A call of the core's, as an interrupted one's traceback keeps it."""
    hold_next()
    queue: Any = boundary.completion_queue_new()
    request = boundary.QUERY_ROOM.encoded("room1", None, None)
    boundary.native_client_begin.told([library.RecordingClient()._native, queue, request])
    simulator.wait(requests=1)
    return queue


KINDS: dict[str, Callable[[], object]] = {
    "client": library.RecordingClient,
    "used client": used_client,
    "asyncio client": library.AsyncRecordingClient,
    "profile": lambda: library.RecordingProfile.from_json(JSON),
    "tracker": lambda: library.RecordingTracker("r-1"),
    "receiver": library.CallbackReceiver,
    "asyncio receiver": library.AsyncCallbackReceiver,
    "guarded receiver": lambda: library.CallbackReceiver(replay_guard=Guard()),
    "error": error,
    "loop": loop_with_queue,
    "start under way": lambda: under_way(
        library.AsyncRecordingClient().start("room1", "aaa", library.RecordingProfile.from_json(JSON)),
        asyncio.new_event_loop(),
    ),
    "call under way": lambda: under_way(library.AsyncRecordingClient().query_room("room1"), asyncio.new_event_loop()),
    "call that is looked for": lambda: under_way(library.AsyncRecordingClient().query_room("room1"), Unwatchful()),
    "call of the core": native_call,
}
VARIABLE: contextvars.ContextVar[object] = contextvars.ContextVar("VARIABLE")


class Cycle:
    """Is freed by the garbage collector only."""

    def __init__(self, kept: object) -> None:
        self.kept = kept
        self.itself = self


class UsesAtEnd:
    """Looks at what it keeps when it goes."""

    def __init__(self, kept: object) -> None:
        self.kept = kept
        self.itself = self

    def __del__(self) -> None:
        del self.kept


def in_thread(kept: object) -> None:
    """A variable of a daemon thread that never ends."""
    threading.Thread(target=lambda _: threading.Event().wait(), args=(kept,), daemon=True).start()


def in_pending_coroutine(kept: object) -> None:
    """A variable of a coroutine that is never resumed."""

    async def wait(kept: object) -> None:
        await asyncio.sleep(3600)

    async def main() -> None:
        call = wait(kept)
        call.send(None)
        to_module(call)

    asyncio.run(main())


def under(module: ModuleType) -> Callable[[object], None]:
    """A name of a module."""
    return lambda kept: vars(module).setdefault("kept", []).append(kept)


def to_module(kept: object) -> None:
    """A name of this program."""
    under(sys.modules[__name__])(kept)


PLACES: dict[str, Callable[[Any], object]] = {
    "module": to_module,
    "builtins": under(builtins),
    "another module": under(logging),
    "the package": under(library),
    "the generated module": under(GENERATED),
    "cycle": Cycle,
    "cycle that uses it": lambda kept: to_module(UsesAtEnd(kept)),
    "class": Guard.KEPT.append,
    "atexit": lambda kept: atexit.register(lambda: kept),
    "finalizer": lambda kept: weakref.finalize(library, lambda: kept),
    "context variable": VARIABLE.set,
    "thread": in_thread,
    "coroutine": in_pending_coroutine,
    "exception": lambda kept: to_module(LookupError(kept)),
}


def end(how: str) -> None:
    """Ends the program."""
    match how:
        case "last line":
            pass
        case "sys.exit":
            sys.exit(3)
        case "exception":
            raise LookupError("the program's own")
        case "Ctrl-C":
            # Whoever runs the suite in the background has it ignored.
            signal.signal(signal.SIGINT, signal.default_int_handler)
            signal.raise_signal(signal.SIGINT)
        case "fork":
            child = os.fork()
            if child == 0:
                # As the parent does.
                return
            sys.exit(os.waitpid(child, 0)[1])
        case "thread":
            # The interpreter waits for it.
            threading.Thread(target=functools.partial(sys.exit, 5)).start()


for kind in KINDS if sys.argv[1] == "all" else [sys.argv[1]]:
    for place in PLACES if sys.argv[2] == "all" else [sys.argv[2]]:
        PLACES[place](KINDS[kind]())
if len(sys.argv) > 4:
    in_thread(list(sys.modules.values()))
print("ends", flush=True)
end(sys.argv[3])
