"""Lets many threads call one client at once, with the settings of the environment.

Where the interpreter has no lock that lets one run at a time, it must have none once all is imported, either: what
isn't made to do without would bring it back.
"""

import sys
import sysconfig
from concurrent.futures import ThreadPoolExecutor

import rongcloud_recording as recording

THREADS, CALLS = 16, 50
has_lock = getattr(sys, "_is_gil_enabled", lambda: True)()
if sysconfig.get_config_var("Py_GIL_DISABLED") and has_lock:
    sys.exit("importing has brought the lock back")

profile = recording.RecordingProfile.from_json(
    '{"mode": 3, "videoFormat": "mp4", "audioFormat": "aac", "sliceMin": 60}'
)
with recording.RecordingClient() as client, ThreadPoolExecutor(THREADS) as threads:

    def called(number: int) -> str:
        """Some right and some wrong, each with its own answer."""
        if number % 3 == 0:
            return client.query_room("room1").session_id
        if number % 3 == 1:
            return recording.RecordingProfile.from_json(profile.to_json()).to_json()
        try:
            client.start("room1", f"a\nb{number}", profile)
        except recording.InvalidInputError as error:
            return error.violations[0].path
        return "no error"

    answers = list(threads.map(called, range(THREADS * CALLS)))
    expected = ["aaa", profile.to_json(), "sessionId"]
    wrong = [it for number, it in enumerate(answers) if it != expected[number % 3]]
    if wrong:
        sys.exit(f"{len(wrong)} answers are wrong, such as {wrong[0]!r}")
    started = client.start("room1", "aaa", profile)
print(f"with: {len(answers)} calls of {THREADS} threads{'' if has_lock else ', without a lock'}")
print(f"record id: {started.record_id}")
