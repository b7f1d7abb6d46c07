"""Prints everything that can be printed around clients whose secret is in the environment.

Each attempt is a function whose own variables don't hold the secret: what a caller's frames show is the caller's.
"""

import faulthandler
import io
import logging
import os
import pickle
import pprint
import sys
import traceback
from collections.abc import Callable
from contextlib import redirect_stdout
from typing import Any

import rongcloud_recording as library
from rongcloud_recording import AsyncRecordingClient, CallbackReceiver, RecordingClient, RecordingProfile, signature


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


def secret() -> str:
    """The canary."""
    return os.environ["RONGCLOUD_APP_SECRET"]


def key() -> str:
    """The App Key."""
    return os.environ["RONGCLOUD_APP_KEY"]


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


attempt_receivers()
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
faulthandler.dump_traceback()
with redirect_stdout(io.StringIO()):
    help(library)
if len(sys.argv) > 1:
    print(secret())
print("printed everything")
