"""Forks while a call is under way; the child uses a loop of its own, and the loop that it has a copy of."""

import asyncio
import os
import select
import sys
import warnings
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from rongcloud_recording import AsyncRecordingClient, RecordingProfile, StartedRecording
from support import Simulator

PROFILE = RecordingProfile.from_json('{"videoFormat":"mp4","audioFormat":"aac","sliceMin":60}')
# From 3.12 on Python warns of every fork of a process that has threads.
warnings.simplefilter("ignore", DeprecationWarning)
simulator = Simulator.__new__(Simulator)
simulator.url = os.environ["RONGCLOUD_API_URL"]
simulator.next(hold=True)

client = AsyncRecordingClient()
loop = asyncio.new_event_loop()
call = loop.create_task(client.start("room1", "aaa", PROFILE))
loop.run_until_complete(asyncio.to_thread(simulator.wait, requests=1))
loop.run_until_complete(loop.shutdown_default_executor())


def say(text: str) -> None:
    """In one piece, also where output is unbuffered."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def told() -> None:
    """What the child's copy of the loop would do once the answer to the parent's call is told."""
    registered: Any = vars(loop)["_selector"].get_map()
    (bell,) = (key for key in registered.values() if "Queue._drain" in repr(key.data))
    if not select.select([bell.fd], [], [], 60)[0]:
        sys.exit("nothing rang")
    for handle in bell.data:
        if handle is not None:
            handle._run()


child = os.fork()
if not child:
    own = asyncio.run(client.start("room1", "aaa", PROFILE))
    simulator.release()
    told()
    say(f"child: {'own answer' if own.record_id and not call.done() else 'wrong'}")
    # Without the end of a loop that is the parent's.
    os._exit(0)

if os.waitpid(child, 0)[1]:
    sys.exit("the child failed")


async def both() -> list[StartedRecording]:
    """The call from before the fork, and another one."""
    return [await call, await client.start("room1", "aaa", PROFILE)]


if len({one.record_id for one in loop.run_until_complete(both())}) == 2:
    say("parent: both answers")
loop.close()
