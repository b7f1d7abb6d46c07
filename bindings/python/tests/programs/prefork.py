"""Makes a ledger and forks workers, as servers that fork do, which race for the sessions that it is told.

Each start's outcome is a line of JSON: the session and its recording, or the sentence of what was not sent. Where the
ledger was used before, the parent starts the first session too, in the end.

Usage: prefork.py used|unused WORKERS   (its input: [[room, session], …])
"""

import json
import os
import random
import sys
import warnings

from rongcloud_recording import NotSentError, OnUnknown, RecordingClient, RecordingLedger, RecordingProfile

PROFILE = RecordingProfile.from_json('{"videoFormat":"mp4","audioFormat":"aac","sliceMin":60}')
# A store that opens slowly is asked again.
TRIES = 3


def start(ledger: RecordingLedger, room: str, session: str) -> None:
    """Tells what a start comes to, in one piece: those of several processes must not mix."""
    for attempt in range(TRIES):
        try:
            started = ledger.start(room, session, PROFILE, timeout=3)
        except NotSentError as error:
            outcome: dict[str, object] = {"session": session, "not_sent": f"{error.cause}: {error.reason}"}
            # What can't work in this process fails at once and for ever.
            if attempt < TRIES - 1:
                continue
        else:
            outcome = {"session": session, "record_id": started.recording.record_id, "is_mine": started.is_mine}
        sys.stdout.write(json.dumps(outcome) + "\n")
        sys.stdout.flush()
        return


def work(ledger: RecordingLedger, sessions: list[tuple[str, str]]) -> None:
    """All sessions, in an order of this worker's own that keeps near the others'."""
    for begin in range(0, len(sessions), 16):
        near = sessions[begin : begin + 16]
        random.shuffle(near)
        for room, session in near:
            start(ledger, room, session)


def main() -> int:
    """The worst status of a worker."""
    is_used, workers = sys.argv[1] == "used", int(sys.argv[2])
    sessions: list[tuple[str, str]] = [(room, session) for room, session in json.load(sys.stdin)]
    # From 3.12 on Python warns of every fork of a process that has threads.
    warnings.simplefilter("ignore", DeprecationWarning)
    client = RecordingClient()
    ledger = RecordingLedger(client, OnUnknown.HOLD)
    if is_used:
        client.query_room(sessions[0][0])
        ledger.get(sessions[0][1])
    children = []
    for _ in range(workers):
        child = os.fork()
        if not child:
            random.seed(os.getpid())
            work(ledger, sessions)
            return 0
        children.append(child)
    statuses = [os.waitpid(child, 0)[1] for child in children]
    if is_used:
        start(ledger, *sessions[0])
    return max(statuses)


sys.exit(main())
