"""Starts the documentation's example recording: two users side by side on a custom layout, merged into one file.

`make demo-python` runs it against the simulator. To talk to the service, set `RONGCLOUD_APP_KEY`,
`RONGCLOUD_APP_SECRET`, `RONGCLOUD_DATA_CENTER` (or `RONGCLOUD_API_URL`), `RONGCLOUD_ROOM_ID` and
`RONGCLOUD_SESSION_ID`.
"""

import logging
import os
import sys

from rongcloud_recording import (
    AudioFormat,
    CustomLayout,
    Host,
    RecordingClient,
    RecordingError,
    RecordingMode,
    RecordingProfile,
    RenderMode,
    Resolution,
    SliceLength,
    SplitStreamRecording,
    VideoFormat,
    Window,
)


def main() -> int:
    """Starts it, and returns the program's exit status."""
    # The library's debug log shows each request as it is sent, without its secrets.
    logging.basicConfig(level=logging.DEBUG)

    recording = SplitStreamRecording(
        mode=RecordingMode.MIX_AUDIO_VIDEO,
        video_resolution=Resolution.R640X480,
        video_format=VideoFormat.MKV,
        audio_format=AudioFormat.AAC,
        layout=CustomLayout(
            windows=[
                Window(user_id="111", stream_id="111_RongCloudRTC", x=0.0, y=0.0, width=0.5, height=0.5),
                Window(user_id="2222", stream_id="2222_RongCloudRTC", x=0.5, y=0.5, width=0.5, height=0.5),
            ]
        ),
        slice_length=SliceLength.MINUTES_60,
        render_mode=RenderMode.FILL,
        host=Host(user_id="abc", stream_id="111_RongCloudRTC"),
    )
    # Validated once; a server keeps it for all its rooms.
    profile = RecordingProfile(recording)

    room_id = os.environ.get("RONGCLOUD_ROOM_ID", "room1")
    session_id = os.environ.get("RONGCLOUD_SESSION_ID", "aaa")

    with RecordingClient() as client:
        try:
            started = client.start(room_id, session_id, profile)
        except RecordingError as error:
            # Whether to call again is decided by what is known of the request, not by its status.
            if error.is_retryable:
                advice = "calling again is safe"
            elif error.may_be_recording:
                advice = "it may be recording: wait for its callback, or stop the session's recording"
            elif error.maybe_sent:
                advice = "the service refused it: nothing was started"
            else:
                advice = "nothing was sent: correct the input first"
            print(f"{error}\n{advice}", file=sys.stderr)
            return 1
    print(f"record id: {started.record_id}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
