"""Starts a recording when the library's threads have been ended already."""

import asyncio
import atexit
import sys


@atexit.register
def start() -> None:
    """Runs after the library's own end, because it was registered before."""
    profile = library.RecordingProfile.from_json('{"videoFormat":"mp4","audioFormat":"aac","sliceMin":60}')
    try:
        if sys.argv[1] == "blocking":
            library.RecordingClient().start("room1", "aaa", profile)
        else:
            asyncio.run(library.AsyncRecordingClient().start("room1", "aaa", profile))
    except library.NotSentError as error:
        print(error.cause)


import rongcloud_recording as library  # noqa: E402

# The library makes its threads with the first call, and ends only what there is.
library.RecordingClient().start(
    "room1", "aaa", library.RecordingProfile.from_json('{"videoFormat":"mp4","audioFormat":"aac","sliceMin":60}')
)
