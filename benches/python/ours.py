"""This library's side of every contender, as its book shows it."""

from by_hand import ROOM, SESSION
from rongcloud_recording import (
    AudioFormat,
    CustomLayout,
    Host,
    LayoutUpdate,
    RecordingMode,
    RecordingTarget,
    RenderMode,
    Resolution,
    SliceLength,
    SplitStreamRecording,
    VideoFormat,
    Window,
)


def recording(windows: int = 2) -> SplitStreamRecording:
    """The documentation's example, with any number of windows."""
    return SplitStreamRecording(
        mode=RecordingMode.MIX_AUDIO_VIDEO,
        video_resolution=Resolution.R640X480,
        video_format=VideoFormat.MKV,
        audio_format=AudioFormat.AAC,
        slice_length=SliceLength.MINUTES_60,
        render_mode=RenderMode.FILL,
        host=Host(user_id="user0", stream_id="user0_RongCloudRTC"),
        layout=CustomLayout(
            windows=[
                Window(
                    user_id=f"user{number}",
                    stream_id=f"user{number}_RongCloudRTC",
                    x=number / windows,
                    y=0.0,
                    width=1 / windows,
                    height=0.5,
                )
                for number in range(windows)
            ]
        ),
    )


TARGET = RecordingTarget(room_id=ROOM, session_id=SESSION)


def layout_update() -> LayoutUpdate:
    """The example's layout, for a running recording."""
    example = recording()
    assert example.layout
    return LayoutUpdate(layout=example.layout, render_mode=example.render_mode, host=example.host)
