"""Starts, changes, stops and follows RongCloud (融云) RTC cloud recordings.

A `RecordingProfile` is a recording's config, validated once. A `RecordingClient` (or, on asyncio, an
`AsyncRecordingClient`) starts recordings with it, and every failure is a `RecordingError` that says whether the service
may have seen the request. A `CallbackReceiver` tells which callbacks may be believed, and a `RecordingTracker` what
they add up to.

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
from ._asyncio import AsyncRecordingClient
from ._blocking import RecordingClient
from ._callbacks import AsyncCallbackReceiver, CallbackReceiver, parse_recording_event, parse_room_event
from ._constants import McuMode, Resolution, ServiceCode
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
from ._interrupted import interrupted_outcome
from ._layouts import grid_layout, picture_in_picture_layout, side_by_side_layout, spotlight_layout
from ._native import (
    Acknowledged,
    AdaptiveLayout,
    Advice,
    AudioFormat,
    CallbackHeaderNames,
    CallContext,
    ConnectionPolicy,
    Corner,
    CustomLayout,
    DataCenter,
    FailoverPolicy,
    FailureCause,
    FloatingLayout,
    HeaderStyle,
    Host,
    Layout,
    LayoutUpdate,
    McuConfig,
    McuRecording,
    MediaType,
    Member,
    OperationKind,
    ReceivedRecordingEvent,
    ReceivedRoomEvent,
    RecordingEvent,
    RecordingEventKind,
    RecordingMode,
    RecordingPhase,
    RecordingTarget,
    RecordType,
    RefusalReason,
    RenderMode,
    RetryPolicy,
    Room,
    RoomEvent,
    RoomEventKind,
    SliceLength,
    SplitStreamRecording,
    StartedRecording,
    Stream,
    StreamRef,
    TimestampUnit,
    TrackedRecording,
    VideoFormat,
    Violation,
    Window,
)
from ._profile import RecordingProfile
from ._refusal import CallbackRefusedError
from ._replay import AsyncReplayGuard, ReplayGuard, check_replay
from ._signature import signature
from ._tracker import RecordingTracker

__all__ = [
    "Acknowledged",
    "AdaptiveLayout",
    "Advice",
    "AsyncCallbackReceiver",
    "AsyncRecordingClient",
    "AsyncReplayGuard",
    "AudioFormat",
    "CallContext",
    "CallbackHeaderNames",
    "CallbackReceiver",
    "CallbackRefusedError",
    "ConnectionPolicy",
    "Corner",
    "CustomLayout",
    "DataCenter",
    "FailoverPolicy",
    "FailureCause",
    "FloatingLayout",
    "HeaderStyle",
    "Host",
    "InternalError",
    "InvalidInputError",
    "Layout",
    "LayoutUpdate",
    "McuConfig",
    "McuMode",
    "McuRecording",
    "MediaType",
    "Member",
    "NotSentError",
    "NotSentTimeoutError",
    "OperationKind",
    "OutcomeUnknownError",
    "OutcomeUnknownTimeoutError",
    "ReceivedRecordingEvent",
    "ReceivedRoomEvent",
    "RecordType",
    "RecordingCancelledError",
    "RecordingClient",
    "RecordingError",
    "RecordingEvent",
    "RecordingEventKind",
    "RecordingMode",
    "RecordingPhase",
    "RecordingProfile",
    "RecordingTarget",
    "RecordingTracker",
    "RefusalReason",
    "RefusedError",
    "RenderMode",
    "ReplayGuard",
    "Resolution",
    "RetryPolicy",
    "Room",
    "RoomEvent",
    "RoomEventKind",
    "ServiceCode",
    "SliceLength",
    "SplitStreamRecording",
    "StartedRecording",
    "Stream",
    "StreamRef",
    "TimestampUnit",
    "TrackedRecording",
    "UnreadableReplyError",
    "VideoFormat",
    "Violation",
    "Window",
    "check_replay",
    "grid_layout",
    "interrupted_outcome",
    "parse_recording_event",
    "parse_room_event",
    "picture_in_picture_layout",
    "side_by_side_layout",
    "signature",
    "spotlight_layout",
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
