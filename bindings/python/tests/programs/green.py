"""Makes calls in gevent's green threads, which all share one thread of the system."""

# ruff: noqa: E402
from gevent import monkey  # type: ignore[import-untyped]

# Before anything that it is to reach is imported.
monkey.patch_all()

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import gevent

from rongcloud_recording import RecordingClient, RecordingProfile, RefusedError, interrupted_outcome
from support import Simulator

CALLS = 20
PROFILE = RecordingProfile.from_json('{"videoFormat":"mp4","audioFormat":"aac","sliceMin":60}')
simulator = Simulator.__new__(Simulator)
simulator.url = os.environ["RONGCLOUD_API_URL"]


def answered(client: RecordingClient) -> None:
    """Calls that are answered only once another green thread asks for it."""
    simulator.next(hold=True, times=CALLS)
    calls = [gevent.spawn(client.start, "room1", "aaa", PROFILE) for _ in range(CALLS)]
    # Would never return if a waiting call kept the thread to itself.
    simulator.wait(requests=CALLS)
    simulator.release()
    print(len({call.get().record_id for call in calls}), "recordings")


def refused(client: RecordingClient) -> None:
    """A call that fails, and one that never begins."""
    for room in ("elsewhere", ""):
        try:
            client.query_room(room)
        except (RefusedError, ValueError) as error:
            print(type(error).__name__)


def ended(client: RecordingClient) -> None:
    """A call that is ended from outside."""
    simulator.forget_requests()
    simulator.next(hold=True)
    call = gevent.spawn(client.start, "room1", "aaa", PROFILE)
    simulator.wait(requests=1)
    # As its end and a timeout of gevent's end it.
    call.kill()
    simulator.wait(abandoned=1)
    outcome = interrupted_outcome(call.get())
    print("killed:", "may be recording" if getattr(outcome, "may_be_recording", False) else outcome)


with RecordingClient(timeout=60) as shared:
    answered(shared)
    refused(shared)
    ended(shared)
