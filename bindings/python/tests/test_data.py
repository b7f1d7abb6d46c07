"""The plain data: as native as a frozen dataclass written by hand."""

from __future__ import annotations

import copy
import dataclasses
import datetime
import inspect
import pickle
import typing
from typing import Any

import pytest

import rongcloud_recording as package
from ledgers import ENTRY
from rongcloud_recording import (
    Acknowledged,
    AdaptiveLayout,
    Advice,
    Attempt,
    AudioFormat,
    CallbackHeaderNames,
    CallbackOptions,
    CallContext,
    CallCount,
    ClientOptions,
    ClientStatistics,
    ConnectionPolicy,
    CustomLayout,
    DataCenter,
    DomainStatistics,
    FailoverPolicy,
    FailureCause,
    FailureKind,
    FloatingLayout,
    FollowedRecording,
    Host,
    InternalError,
    LayoutUpdate,
    LedgerOptions,
    LedgerRecording,
    LedgerStatistics,
    McuConfig,
    McuRecording,
    Measurement,
    MeasurementAttribute,
    MeasurementKind,
    MediaType,
    Member,
    NotStartedResolution,
    OperationKind,
    OverResolution,
    ReceivedRecordingEvent,
    ReceivedRoomEvent,
    ReconcileReport,
    RecordingMode,
    RecordingTarget,
    RecordingTracker,
    RecordType,
    RenderMode,
    RetryPolicy,
    Room,
    SliceLength,
    SplitStreamRecording,
    StartedRecording,
    StartedResolution,
    Stream,
    StreamRef,
    TakenEvent,
    TimestampUnit,
    VideoFormat,
    Violation,
    Window,
    parse_recording_event,
    parse_room_event,
)

WINDOW = Window(user_id="111", stream_id="111_RongCloudRTC", x=0.0, y=0.25, width=0.5, height=0.5)
RECORDING = SplitStreamRecording(
    mode=RecordingMode.MIX_AUDIO_VIDEO,
    video_format=VideoFormat.MKV,
    audio_format=AudioFormat.AAC,
    layout=CustomLayout([WINDOW]),
    slice_length=SliceLength.MINUTES_60,
)
NOON = datetime.datetime(2026, 1, 1, 12, tzinfo=datetime.timezone.utc)
STARTED = StartedRecording(
    record_id="r", room_id="room1", session_id="aaa", request_id="q", record_type=RecordType.SPLIT_STREAM
)
STREAM = Stream(stream_id="111_RongCloudRTC", media_type=MediaType.VIDEO, uri="", tag="")
MEMBER = Member(user_id="111", joined_at=NOON, streams=[STREAM])
RECORDING_EVENT = parse_recording_event('{"type":1,"recordId":"r","timestamp":1586244141831}')
SIGHTING: dict[str, Any] = {"key": "rongcloud:7", "fingerprint": "36ad8f52", "expires_at": NOON}
ROOM_EVENT = parse_room_event('{"event":12,"roomId":"room1","durationTime":1500}')
REPORT = ReconcileReport(
    looked_at=1,
    unknown=1,
    waiting=1,
    stopped=0,
    over=0,
    silent=0,
    stale=0,
    forgotten=0,
    failed=0,
    oldest_unknown_at=NOON,
)
EVERY = [
    WINDOW,
    RECORDING,
    CustomLayout([WINDOW, WINDOW]),
    FloatingLayout(),
    AdaptiveLayout(),
    Host(user_id="abc", stream_id="abc_RongCloudRTC"),
    McuConfig(video_resolution="640x480"),
    McuRecording(video_format=VideoFormat.HLS, audio_format=AudioFormat.MP3, slice_length=SliceLength.MINUTES_30),
    STARTED,
    Acknowledged(record_id=None, room_id="room1", session_id="aaa", request_id="q"),
    RecordingTarget(room_id="room1", session_id="aaa"),
    LayoutUpdate(layout=CustomLayout([WINDOW]), render_mode=RenderMode.FILL),
    StreamRef(user_id="111", stream_id="111_RongCloudRTC"),
    STREAM,
    MEMBER,
    Room(room_id="room1", session_id="aaa", created_at=NOON, members=[MEMBER], request_id="q", json="{}"),
    CallbackHeaderNames(),
    RECORDING_EVENT,
    ReceivedRecordingEvent(event=RECORDING_EVENT, **SIGHTING),
    ROOM_EVENT,
    ReceivedRoomEvent(event=ROOM_EVENT, **SIGHTING),
    RecordingTracker("r").state(stale_after=1),
    Violation(path="sessionId", code="empty", reason="must not be empty"),
    Advice(path="config.hostUserId", code="host_missing", reason="name the host"),
    CallContext(
        operation=OperationKind.START, room_id="room1", session_id="aaa", extra="", request_id="q", sent_at=NOON
    ),
    Attempt(
        host="api.example",
        request_id="q",
        sent_at=NOON,
        took=datetime.timedelta(seconds=1),
        maybe_sent=True,
        cause=FailureCause.TIMEOUT,
        status=None,
        code=None,
        reason="too slow",
    ),
    CallCount(
        operation=OperationKind.STOP,
        failure=FailureKind.REFUSED,
        count=1,
        duration=datetime.timedelta(seconds=1),
    ),
    DomainStatistics(host="api.example", is_leading=True, is_well=True),
    ClientStatistics(
        calls=[],
        calls_in_flight=0,
        calls_waiting=0,
        attempts=1,
        retries=0,
        retries_left=100,
        requests_in_flight=0,
        connections_open=1,
        connections_idle=1,
        connections_made=1,
        connections_reused=0,
        failovers=0,
        domains=[DomainStatistics(host="api.example", is_leading=True, is_well=True)],
        log_records_dropped=0,
    ),
    Measurement(
        name="rongcloud.recording.client.attempts",
        kind=MeasurementKind.COUNTER,
        unit="{request}",
        description="Attempts of calls.",
        value=1.0,
        attributes=[MeasurementAttribute(name="error.type", value="refused")],
    ),
    MeasurementAttribute(name="error.type", value="refused"),
    RetryPolicy(max_attempts=2, attempt_timeout=1.5, budget=0),
    FailoverPolicy(after_failures=1),
    ConnectionPolicy(keep_alive=False, max_idle=10),
    ClientOptions(data_center=DataCenter.SINGAPORE_B, timeout=2.5, retry=RetryPolicy(budget=0)),
    CallbackOptions(time_window=datetime.timedelta(minutes=1), timestamp_unit=TimestampUnit.SECONDS),
    InternalError(reason="a defect").failure,
    ENTRY,
    LedgerOptions(holder="host:7", grace=90, tags=False),
    LedgerRecording(recording=STARTED, entry=ENTRY, is_mine=True),
    FollowedRecording(entry=ENTRY, recording=RecordingTracker("r").state(stale_after=1), is_settled=False),
    TakenEvent(event=RECORDING_EVENT, entry=ENTRY, is_new=True),
    StartedResolution("r"),
    NotStartedResolution(),
    OverResolution(),
    REPORT,
    LedgerStatistics(
        starts_sent=1,
        starts_joined=2,
        starts_in_conflict=0,
        starts_unknown=1,
        starts_under_way=0,
        callbacks_taken=3,
        callbacks_repeated=1,
        callbacks_refused=0,
        callbacks_failed=0,
        store_calls=20,
        store_failures=0,
        swaps_lost=1,
        sessions_followed=0,
        reconciliations=1,
        reconciled_at=NOON,
        last_reconciliation=REPORT,
    ),
]
# As a caller without a type checker uses it.
replace: Any = dataclasses.replace
every = pytest.mark.parametrize("value", EVERY, ids=lambda value: type(value).__name__)


def test_every_public_dataclass_is_tried_here() -> None:
    public: set[object] = {value for value in vars(package).values() if dataclasses.is_dataclass(value)}
    assert public == {type(value) for value in EVERY}


@every
def test_the_repr_is_the_code_that_makes_it(value: object) -> None:
    assert eval(repr(value), {**vars(package), "datetime": datetime}) == value


@every
def test_it_survives_a_pickle(value: object) -> None:
    assert pickle.loads(pickle.dumps(value)) == value


@every
def test_a_deep_copy_is_equal(value: object) -> None:
    assert copy.deepcopy(value) == value


@every
def test_equal_values_have_equal_hashes(value: object) -> None:
    assert hash(copy.deepcopy(value)) == hash(value)


@every
def test_it_is_not_equal_to_a_value_of_another_type(value: object) -> None:
    assert value != "something else"


@every
def test_a_field_cannot_be_set(value: Any) -> None:
    name = next((field.name for field in dataclasses.fields(value)), "anything")
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(value, name, None)


@every
def test_its_annotations_can_be_looked_up(value: object) -> None:
    assert set(typing.get_type_hints(type(value))) == {field.name for field in dataclasses.fields(value)}  # type: ignore[arg-type]


@every
def test_its_fields_are_documented_in_the_class(value: object) -> None:
    for field in dataclasses.fields(value):  # type: ignore[arg-type]
        assert f"\n        {field.name}: " in (inspect.getdoc(type(value)) or "").replace("\n    ", "\n        ")


def test_values_with_a_different_field_are_not_equal() -> None:
    assert dataclasses.replace(WINDOW, x=0.1) != WINDOW


def test_windows_may_be_any_sequence() -> None:
    assert CustomLayout(iter([WINDOW])) == CustomLayout((WINDOW,)) == CustomLayout([WINDOW])  # type: ignore[arg-type]


def test_windows_cannot_be_added_to_a_layout_afterwards() -> None:
    windows = [WINDOW]
    layout = CustomLayout(windows)
    windows.append(WINDOW)
    assert layout.windows == (WINDOW,)


def test_a_layout_can_be_matched() -> None:
    match RECORDING.layout:
        case CustomLayout([Window(user_id=user_id)]):
            assert user_id == "111"
        case _:
            pytest.fail("no match")


def test_a_recording_can_be_matched_by_position() -> None:
    match WINDOW:
        case Window(user_id, stream_id):
            assert (user_id, stream_id) == ("111", "111_RongCloudRTC")


def test_fields_are_given_by_name_only() -> None:
    with pytest.raises(TypeError, match="positional"):
        Host("abc", "abc_RongCloudRTC")  # type: ignore[call-arg]


def test_a_signature_shows_types_and_defaults() -> None:
    assert str(inspect.signature(McuConfig)) == "(*, mode: int | None = None, video_resolution: str) -> None"


def test_an_enums_members_print_as_they_are_written() -> None:
    assert repr(RecordingMode.MIX_AUDIO_VIDEO) == "RecordingMode.MIX_AUDIO_VIDEO"


def test_a_numbered_enum_can_be_made_of_the_apis_number() -> None:
    assert RecordingMode(3) is RecordingMode.MIX_AUDIO_VIDEO


@pytest.mark.parametrize(
    ("member", "wire"),
    [
        (VideoFormat.MP4, "mp4"),
        (AudioFormat.AAC, "aac"),
        (RecordType.SPLIT_STREAM, 1),
        (RecordType.MCU, 2),
        (SliceLength.MINUTES_60, 60),
        (RenderMode.FIT, 2),
        (MediaType.VIDEO, 1),
        (DataCenter.SINGAPORE_B, "singapore-b"),
    ],
)
def test_an_enums_values_are_the_apis_in_both_directions(member: Any, wire: object) -> None:
    assert (member.value, type(member)(wire)) == (wire, member)


def test_settings_show_nothing_secret_and_what_is_given_only() -> None:
    options = ClientOptions(
        api_url="https://user:canary@api.example", proxy="http://user:canary@proxy.example", timeout=2
    )
    assert repr(options) == (
        "ClientOptions(api_url=[redacted], timeout=datetime.timedelta(seconds=2), proxy=[redacted])"
    )
    assert repr(LedgerOptions(store="postgres://user:canary@db.example/app", tags=True)) == (
        "LedgerOptions(store=[redacted], tags=True)"
    )


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Host(user_id=1, stream_id=""), "Host.user_id must be a str, not int"),  # type: ignore[arg-type]
        (
            lambda: replace(RECORDING, mode=3),
            "SplitStreamRecording.mode must be RecordingMode or None, not int: use RecordingMode.MIX_AUDIO_VIDEO",
        ),
        (
            lambda: replace(RECORDING, video_format="mp4"),
            "SplitStreamRecording.video_format must be VideoFormat, not str: use VideoFormat.MP4",
        ),
        (
            lambda: replace(RECORDING, layout=[WINDOW]),
            "SplitStreamRecording.layout must be CustomLayout or FloatingLayout or AdaptiveLayout or None, not list",
        ),
        (
            lambda: replace(RECORDING, layout=CustomLayout),
            "SplitStreamRecording.layout must be CustomLayout or FloatingLayout or AdaptiveLayout or None, not type",
        ),
        (lambda: CustomLayout(WINDOW), "CustomLayout.windows must be a sequence, not Window"),  # type: ignore[arg-type]
        (lambda: CustomLayout([WINDOW, None]), "CustomLayout.windows[1] must be Window, not NoneType"),  # type: ignore[list-item]
        (lambda: replace(WINDOW, x="0.5"), "Window.x must be a number, not str"),
        (lambda: replace(WINDOW, x=True), "Window.x must be a number, not bool"),
        (lambda: McuConfig(mode=6.0, video_resolution=""), "McuConfig.mode must be int or None, not float"),  # type: ignore[arg-type]
    ],
)
def test_a_wrong_type_is_named_where_it_was_written(make: Any, sentence: str) -> None:
    with pytest.raises(TypeError) as caught:
        make()
    assert str(caught.value) == sentence


def test_a_text_that_is_not_unicode_is_named_where_it_was_written() -> None:
    with pytest.raises(ValueError, match=r"^Host.user_id is not Unicode text: .* index 1$"):
        Host(user_id="a\ud800", stream_id="")


def test_a_time_without_a_zone_is_named_where_it_was_written() -> None:
    with pytest.raises(ValueError, match=r"^Member.joined_at has no time zone: "):
        Member(user_id="111", joined_at=datetime.datetime(2026, 1, 1), streams=[])


def test_a_room_tells_its_video_streams() -> None:
    (room,) = (value for value in EVERY if isinstance(value, Room))
    assert room.video_streams == (StreamRef(user_id="111", stream_id="111_RongCloudRTC"),)


def test_an_event_with_a_code_other_than_200_is_a_failure() -> None:
    events = [
        parse_recording_event(f'{{"type":4,"recordId":"r"{code}}}') for code in ("", ',"code":200', ',"code":50001')
    ]
    assert [event.is_failure for event in events] == [False, False, True]


def test_an_update_tells_what_is_allowed_and_may_not_be_meant() -> None:
    update = LayoutUpdate(layout=CustomLayout([WINDOW, replace(WINDOW, x=0.25)]))
    assert [(found.path, found.code) for found in update.advice] == [
        ("input.video[1]", "duplicate_stream"),
        ("input.video[1]", "overlapping"),
    ]
    assert LayoutUpdate(layout=CustomLayout([WINDOW])).advice == ()
