"""Starts RongCloud (融云) RTC cloud recordings.

A `RecordingProfile` is a recording's config, validated once. A `RecordingClient` (or, on asyncio, an
`AsyncRecordingClient`) starts recordings with it, and every failure is a `RecordingError` that says whether the service
may have seen the request.

    from rongcloud_recording import *

    profile = RecordingProfile(
        SplitStreamRecording(
            mode=RecordingMode.SINGLE_AUDIO_VIDEO,
            video_resolution=Resolution.R1280X720,
            video_format=VideoFormat.MP4,
            audio_format=AudioFormat.AAC,
            slice_length=SliceLength.MINUTES_60,
        )
    )
    with RecordingClient() as client:  # App Key, secret and data center from the environment
        print(client.start("room1", "session-of-room1", profile).record_id)
"""

from __future__ import annotations

import typing as _typing
from dataclasses import is_dataclass as _is_dataclass

# Registers what the end of the process and fork ask for.
from . import _process as _process
from ._clients import AsyncRecordingClient, RecordingClient
from ._constants import McuMode, Resolution
from ._errors import (
    InternalError,
    InvalidInputError,
    NotSentError,
    NotSentTimeoutError,
    OutcomeUnknownError,
    OutcomeUnknownTimeoutError,
    RecordingCancelledError,
    RecordingError,
    RefusedError,
    UnreadableReplyError,
)
from ._native import (
    AdaptiveLayout,
    AudioFormat,
    CustomLayout,
    DataCenter,
    FailureCause,
    FloatingLayout,
    HeaderStyle,
    Host,
    Layout,
    McuConfig,
    McuRecording,
    RecordingMode,
    RenderMode,
    SliceLength,
    SplitStreamRecording,
    StartedRecording,
    VideoFormat,
    Violation,
    Window,
)
from ._profile import RecordingProfile
from ._signature import signature

__all__ = [
    "AdaptiveLayout",
    "AsyncRecordingClient",
    "AudioFormat",
    "CustomLayout",
    "DataCenter",
    "FailureCause",
    "FloatingLayout",
    "HeaderStyle",
    "Host",
    "InternalError",
    "InvalidInputError",
    "Layout",
    "McuConfig",
    "McuMode",
    "McuRecording",
    "NotSentError",
    "NotSentTimeoutError",
    "OutcomeUnknownError",
    "OutcomeUnknownTimeoutError",
    "RecordingCancelledError",
    "RecordingClient",
    "RecordingError",
    "RecordingMode",
    "RecordingProfile",
    "RefusedError",
    "RenderMode",
    "Resolution",
    "SliceLength",
    "SplitStreamRecording",
    "StartedRecording",
    "UnreadableReplyError",
    "VideoFormat",
    "Violation",
    "Window",
    "signature",
]


__version__: str

if not _typing.TYPE_CHECKING:

    def __getattr__(name: str) -> str:
        """`__version__`, looked up where it is asked for: that takes longer than the rest of the import."""
        if name == "__version__":
            from importlib.metadata import version

            return version("rongcloud-recording")
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _show_as_public() -> None:
    """Gives every public name this module's name, in tracebacks, pickles and help, instead of its private module's."""
    for name in __all__:
        public = globals()[name]
        if _is_dataclass(public):
            # While the names in its annotations can still be looked up.
            types = _typing.get_type_hints(public)
            public.__annotations__ = types
            vars(public)["__init__"].__annotations__ = {**types, "return": None}
        if hasattr(public, "__qualname__"):
            public.__module__ = __name__


_show_as_public()
