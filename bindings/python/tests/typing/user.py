"""A user's script, for the type checkers only: each ignored line is an error that they must find."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import assert_type

from rongcloud_recording import (
    Acknowledged,
    AdaptiveLayout,
    Advice,
    AsyncCallbackReceiver,
    AsyncRecordingClient,
    AsyncRecordingLedger,
    AudioFormat,
    CallbackReceiver,
    CallbackRefusedError,
    CallContext,
    ClientOptions,
    ConnectionPolicy,
    CustomLayout,
    DataCenter,
    FailoverPolicy,
    Failure,
    FailureCause,
    FloatingLayout,
    FollowedRecording,
    Host,
    InvalidInputError,
    Layout,
    LayoutUpdate,
    LedgerEntry,
    LedgerOptions,
    LedgerRecording,
    LedgerState,
    McuConfig,
    McuMode,
    McuRecording,
    NotSentError,
    NotSentTimeoutError,
    NotStartedResolution,
    OnUnknown,
    OperationKind,
    OutcomeUnknownError,
    ReceivedRoomEvent,
    ReconcileReport,
    RecordingClient,
    RecordingConflictError,
    RecordingError,
    RecordingLedger,
    RecordingMode,
    RecordingPhase,
    RecordingProfile,
    RecordingTarget,
    RecordingTracker,
    RefusalReason,
    RefusedError,
    Resolution,
    RetryPolicy,
    Room,
    ServiceCode,
    SliceLength,
    SplitStreamRecording,
    StartedRecording,
    StreamRef,
    TakenEvent,
    TimestampUnit,
    VideoFormat,
    Violation,
    Window,
    check_replay,
    grid_layout,
    interrupted_outcome,
    signature,
)

window = Window(user_id="111", stream_id="111_RongCloudRTC", x=0, y=0, width=0.5, height=0.5)
layout: Layout = CustomLayout(windows=[window])
recording = SplitStreamRecording(
    mode=RecordingMode.MIX_AUDIO_VIDEO,
    video_resolution=Resolution.R640X480,
    video_format=VideoFormat.MKV,
    audio_format=AudioFormat.AAC,
    layout=layout,
    slice_length=SliceLength.MINUTES_60,
    host=Host(user_id="abc", stream_id="111_RongCloudRTC"),
)
mcu = McuRecording(
    video_format=VideoFormat.MKV,
    audio_format=AudioFormat.AAC,
    slice_length=SliceLength.MINUTES_60,
    mcu_config=McuConfig(mode=McuMode.DOCUMENTED_EXAMPLE, video_resolution="1920x1080"),
)
profile = RecordingProfile(recording)
assert_type(RecordingProfile(mcu).config, SplitStreamRecording | McuRecording)
assert_type(RecordingProfile.from_json(b"{}"), RecordingProfile)
assert_type(profile.to_json(), str)
assert_type(profile.advice, tuple[Advice, ...])
assert_type(LayoutUpdate(layout=layout).advice, tuple[Advice, ...])
assert_type(signature("secret", "nonce", "1"), str)

window.x = 0.5  # type: ignore[misc]
Window("111", "111_RongCloudRTC", 0, 0, 0.5, 0.5)  # type: ignore[call-arg]
Window(user_id=111, stream_id="", x=0, y=0, width=1, height=1)  # type: ignore[arg-type]
SplitStreamRecording(video_format=VideoFormat.MKV, audio_format=AudioFormat.AAC)  # type: ignore[call-arg]
RecordingProfile(layout)  # type: ignore[arg-type]
RecordingClient(timeout="5")  # type: ignore[arg-type]
RecordingClient(data_center="beijing")  # type: ignore[arg-type]
RecordingClient(retry={"budget": 1})  # type: ignore[arg-type]
RetryPolicy(3)  # type: ignore[call-arg]
RetryPolicy(max_attempts="3")  # type: ignore[arg-type]
RetryPolicy(attempt_timeout=timedelta(seconds=1), first_backoff=0.5).budget = 1  # type: ignore[misc]
RecordingClient(
    failover=FailoverPolicy(probe_after=30),
    connections=ConnectionPolicy(keep_alive=False, max_idle=timedelta(seconds=10), max_waiting=0),
    proxy="direct",
    ca_certificates="",
    backup_api_url="https://backup.example",
)
options = ClientOptions(data_center=DataCenter("beijing"), connect_timeout=2.5, retry=RetryPolicy(budget=0))
AsyncRecordingClient("key", "secret", options=options, timeout=3)
RecordingClient(options={"timeout": 3})  # type: ignore[arg-type]


def name(layout: Layout) -> str:
    """Handles every layout: without one of the cases a checker finds a missing return."""
    match layout:
        case CustomLayout(windows):
            return f"{len(windows)} windows, the first of {windows[0].user_id}"
        case FloatingLayout():
            return "floating"
        case AdaptiveLayout():
            return "adaptive"


def start() -> StartedRecording:
    """Starts, and looks at each kind of error."""
    with RecordingClient("key", "secret", data_center=DataCenter.BEIJING, timeout=timedelta(seconds=3)) as client:
        assert_type(client, RecordingClient)
        try:
            return client.start("room1", "aaa", profile, extra="tag", timeout=2.5)
        except InvalidInputError as error:
            assert_type(error.violations, tuple[Violation, ...])
            assert_type(error.request_id, str | None)
            assert_type(error.sent_at, datetime | None)
            assert_type(error.operation, OperationKind | None)
            assert_type(error.call, CallContext | None)
            raise
        except NotSentTimeoutError as error:
            assert_type(error.cause, FailureCause)
            assert_type(error.errno, int | None)
            raise
        except OutcomeUnknownError as error:
            assert_type(error.request_id, str)
            assert_type(error.sent_at, datetime)
            assert_type(error.code, int | None)
            assert_type((error.room_id, error.session_id, error.extra), tuple[str, str, str])
            assert_type(error.operation, OperationKind)
            OutcomeUnknownError(cause=error.cause, reason="", request_id="q")  # type: ignore[call-arg]
            raise
        except RefusedError as error:
            assert_type(error.status, int)
            assert_type(error.retry_after, timedelta | None)
            error.status = 200  # type: ignore[misc]
            raise
        except RecordingError as error:
            assert_type(error.is_retryable, bool)
            assert_type(error.may_be_recording, bool)
            assert_type(error.room_id, str | None)
            assert_type(error.code == ServiceCode.ROOM_NOT_FOUND, bool)
            assert_type(error.status, int | None)
            assert_type((error.cause, error.earlier_may_have_acted), tuple[FailureCause | None, bool])
            assert_type(error.violations, tuple[Violation, ...])
            assert_type(error.failure, Failure)
            raise
        except KeyboardInterrupt as interrupt:
            assert_type(
                interrupted_outcome(interrupt),
                RecordingError
                | CallbackRefusedError
                | StartedRecording
                | Acknowledged
                | Room
                | bool
                | LedgerRecording
                | TakenEvent
                | ReceivedRoomEvent
                | FollowedRecording
                | tuple[LedgerEntry, ...]
                | LedgerEntry
                | ReconcileReport
                | None,
            )
            raise


async def start_async() -> str:
    """Starts on asyncio."""
    async with AsyncRecordingClient() as client:
        assert_type(client, AsyncRecordingClient)
        client.start("room1", "aaa", profile).record_id  # type: ignore[attr-defined]
        try:
            return (await client.start("room1", "aaa", profile)).record_id
        except NotSentError as error:
            return error.reason


async def life() -> None:
    """Lives through a recording."""
    async with AsyncRecordingClient() as client:
        room = await client.query_room("room1", timeout=2)
        assert_type(room, Room)
        assert_type(room.created_at, datetime | None)
        assert_type(room.video_streams, tuple[StreamRef, ...])
        started = await client.start_in_room("room1", profile, extra="tag")
        assert_type(started, StartedRecording)
        assert_type(await client.update_layout(started, grid_layout(room.video_streams)), Acknowledged)
        assert_type(await client.stop(RecordingTarget(room_id="room1", session_id="aaa")), Acknowledged)
        await client.stop("room1")  # type: ignore[arg-type]


class Guard:
    """A guard by its form alone."""

    def remember(self, key: str, fingerprint: str, expires_at: datetime) -> bytes | None:
        """Remembers nothing."""
        return None


class AsyncGuard:
    """A guard for asyncio by its form alone."""

    async def remember(self, key: str, fingerprint: str, expires_at: datetime) -> str | None:
        """Remembers nothing."""
        return None


async def receive_async(headers: dict[str, str], body: bytes) -> str:
    """Takes a callback in on asyncio."""
    CallbackReceiver(replay_guard=AsyncGuard())  # type: ignore[arg-type]
    AsyncCallbackReceiver(replay_guard=Guard())
    receiver = AsyncCallbackReceiver(timestamp_unit=TimestampUnit.SECONDS, replay_guard=AsyncGuard())
    verified = receiver.verify_recording_event(headers, body)
    check_replay(verified.fingerprint, b"another")
    return (await receiver.recording_event(headers, body)).fingerprint


def receive(headers: dict[str, str], body: bytes) -> int:
    """Takes a callback in."""
    CallbackReceiver(replay_guard=object())  # type: ignore[arg-type]
    receiver = CallbackReceiver("key", "secret", other_credentials=[("key", "old")], replay_guard=Guard())
    try:
        received = receiver.recording_event(headers, body)
        receiver.room_event([(b"nonce", b"1")], body, b"")
        receiver.room_event([("nonce", "1")], body, "")
    except CallbackRefusedError as error:
        assert_type(error.reason, RefusalReason)
        return error.http_status
    tracker = RecordingTracker(received.event.record_id)
    assert_type((received.key, received.fingerprint, received.expires_at), tuple[str, str, datetime])
    assert_type(received.event.is_failure, bool)
    received.is_repeat  # type: ignore[attr-defined]
    assert_type(tracker.record(received.event), bool)
    tracker.merge(RecordingTracker.by_extra(received.event.extra, since=received.event.occurred_at))
    assert_type(tracker.state(stale_after=60).is_stale, bool)
    assert_type(tracker.state(stale_after=60).record_id, str | None)
    assert_type(tracker.state(stale_after=60).phase, RecordingPhase)
    assert_type(RecordingTracker.restore(tracker.snapshot()), RecordingTracker)
    return 200


def fleet(client: RecordingClient, headers: dict[str, str], body: bytes) -> None:
    """Uses a ledger."""
    RecordingLedger(client, "hold")  # type: ignore[arg-type]
    RecordingLedger(AsyncRecordingClient(), OnUnknown.HOLD)  # type: ignore[arg-type]
    AsyncRecordingLedger(client, OnUnknown.HOLD)  # type: ignore[arg-type]
    RecordingLedger(client)  # type: ignore[call-arg]
    RecordingLedger(
        client, OnUnknown.HOLD, options=LedgerOptions(store="memory:", tags=False), grace=timedelta(minutes=2)
    )
    with RecordingLedger(client, OnUnknown.STOP, receiver=CallbackReceiver(), holder="one") as ledger:
        assert_type(ledger, RecordingLedger)
        ledger.keep_up(timedelta(minutes=1))
        try:
            started = ledger.start("room1", "aaa", profile, extra="tag", after=1, timeout=5)
        except RecordingConflictError as error:
            assert_type(error.entry, LedgerEntry)
            assert_type(error.entry.state, LedgerState)
            return
        except RecordingError as error:
            assert_type(error.entry, LedgerEntry | None)
            raise
        assert_type((started, started.recording, started.is_mine), tuple[LedgerRecording, StartedRecording, bool])
        assert_type(ledger.stop(started.recording), Acknowledged)
        assert_type(ledger.take(headers, body, b""), TakenEvent)
        assert_type(ledger.take_room_event(list(headers.items()), body), ReceivedRoomEvent)
        assert_type(ledger.get("aaa"), FollowedRecording | None)
        assert_type(ledger.next_change("aaa", 0, 60, settle=timedelta(seconds=5)), FollowedRecording | None)
        assert_type(ledger.unresolved(limit=5), tuple[LedgerEntry, ...])
        assert_type(ledger.resolve("aaa", 1, NotStartedResolution()), LedgerEntry)
        assert_type(ledger.reconcile(wait=0), ReconcileReport)
        for found in ledger.follow("aaa", settle=1):
            assert_type(found, FollowedRecording)


async def fleet_async(client: AsyncRecordingClient) -> None:
    """Uses a ledger on asyncio."""
    async with AsyncRecordingLedger(client, OnUnknown.STOP_THEN_RESTART) as ledger:
        assert_type(ledger, AsyncRecordingLedger)
        ledger.keep_up(60)
        (await ledger.get("aaa")).entry  # type: ignore[union-attr]
        async for found in ledger.follow("aaa"):
            assert_type(found.entry, LedgerEntry)
        assert_type(await ledger.wait_until_uploaded("aaa", 60), FollowedRecording | None)
