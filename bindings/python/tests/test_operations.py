"""Changing, stopping and asking, with either client, against the simulator."""

from __future__ import annotations

import asyncio
import logging
import re
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from rongcloud_recording import (
    AsyncRecordingClient,
    AudioFormat,
    FloatingLayout,
    Host,
    InvalidInputError,
    LayoutUpdate,
    McuRecording,
    OutcomeUnknownTimeoutError,
    RecordingCancelledError,
    RecordingClient,
    RecordingProfile,
    RecordingTarget,
    RefusedError,
    SliceLength,
    VideoFormat,
    grid_layout,
    side_by_side_layout,
)
from support import APP_KEY, APP_SECRET, ROOM, SESSION, Simulator

Do = Callable[..., Any]
TARGET = RecordingTarget(room_id=ROOM, session_id=SESSION)


@pytest.fixture(params=["blocking", "asyncio"])
def do(request: pytest.FixtureRequest, simulator: Simulator) -> Iterator[Do]:
    """Calls a method of either client, by its name."""
    if request.param == "blocking":
        with RecordingClient(APP_KEY, APP_SECRET, api_url=simulator.url) as client:
            yield lambda method, *arguments, **options: getattr(client, method)(*arguments, **options)
        return
    other = AsyncRecordingClient(APP_KEY, APP_SECRET, api_url=simulator.url)
    yield lambda method, *arguments, **options: asyncio.run(getattr(other, method)(*arguments, **options))


@pytest.fixture
def peopled(simulator: Simulator) -> Simulator:
    """A simulator whose room has two who publish audio and video."""
    for user_id in ("111", "2222"):
        simulator.join(ROOM, user_id)
    return simulator


def test_a_recording_lives_from_the_room_to_its_stop(do: Do, peopled: Simulator, profile: RecordingProfile) -> None:
    room = do("query_room", ROOM)
    started = do("start", ROOM, room.session_id, profile)
    changed = do("update_layout", started, side_by_side_layout(room.video_streams))
    stopped = do("stop", started)
    assert changed.record_id == stopped.record_id == started.record_id
    (recording,) = peopled.recordings()
    assert recording["layout"] is not None
    assert (recording["state"], len(recording["layout"]["input"]["video"])) == ("stopped", 2)


def test_a_start_by_room_alone_takes_the_rooms_session(do: Do, simulator: Simulator, profile: RecordingProfile) -> None:
    started = do("start_in_room", ROOM, profile, extra="order-7")
    assert started.session_id == SESSION
    assert simulator.recordings()[0]["extra"] == "order-7"


def test_a_start_in_a_room_that_does_not_exist_starts_nothing(
    do: Do, simulator: Simulator, profile: RecordingProfile
) -> None:
    with pytest.raises(RefusedError) as caught:
        do("start_in_room", "elsewhere", profile)
    assert (caught.value.code, simulator.recordings()) == (40003, [])


def test_a_recording_may_be_named_by_room_and_session(do: Do, simulator: Simulator, profile: RecordingProfile) -> None:
    started = do("start", ROOM, SESSION, profile)
    stopped = do("stop", TARGET)
    assert (stopped.record_id, stopped.room_id, stopped.session_id) == (started.record_id, ROOM, SESSION)


def test_an_acknowledgement_has_the_requests_id(do: Do, simulator: Simulator, profile: RecordingProfile) -> None:
    stopped = do("stop", do("start", ROOM, SESSION, profile))
    assert stopped.request_id == simulator.headers()[-1]["x-request-id"]


def test_an_update_has_host_and_render_mode(do: Do, simulator: Simulator, profile: RecordingProfile) -> None:
    started = do("start", ROOM, SESSION, profile)
    do("update_layout", started, LayoutUpdate(layout=FloatingLayout(), host=Host(user_id="u", stream_id="s")))
    (recording,) = simulator.recordings()
    assert recording["layout"] is not None
    assert recording["layout"]["hostUserId"] == "u"


def test_an_mcu_recordings_layout_is_not_changed_where_its_kind_is_known(do: Do, peopled: Simulator) -> None:
    mcu = McuRecording(video_format=VideoFormat.MP4, audio_format=AudioFormat.AAC, slice_length=SliceLength.MINUTES_60)
    started = do("start", ROOM, SESSION, RecordingProfile(mcu))
    with pytest.raises(InvalidInputError):
        do("update_layout", started, grid_layout(do("query_room", ROOM).video_streams))
    assert len(peopled.requests()) == 2


@pytest.mark.parametrize("method", ["stop", "update_layout", "query_room"])
def test_an_unknown_outcome_may_be_repeated_where_twice_is_the_same_as_once(
    method: str, do: Do, simulator: Simulator
) -> None:
    simulator.next(hold=True)
    with pytest.raises(OutcomeUnknownTimeoutError) as caught:
        do(method, *arguments_of(method), timeout=0.2)
    assert (caught.value.is_retryable, caught.value.maybe_sent) == (True, True)


def arguments_of(method: str) -> tuple[Any, ...]:
    """What a method needs, and nothing more."""
    layout = FloatingLayout()
    update = LayoutUpdate(layout=layout, host=Host(user_id="u", stream_id="s"))
    return {"stop": (TARGET,), "update_layout": (TARGET, update), "query_room": (ROOM,)}[method]


@pytest.mark.parametrize("method", ["stop", "update_layout", "query_room"])
def test_closing_ends_every_kind_of_call(method: str, client: RecordingClient, simulator: Simulator) -> None:
    simulator.next(hold=True)
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(getattr(client, method), *arguments_of(method))
        simulator.wait(requests=1)
        client.close()
        assert isinstance(call.exception(), RecordingCancelledError)


@pytest.mark.parametrize("method", ["stop", "update_layout", "query_room"])
def test_a_cancelled_task_lets_go_of_every_kind_of_call(method: str, simulator: Simulator) -> None:
    simulator.next(hold=True)

    async def main() -> None:
        async with AsyncRecordingClient(APP_KEY, APP_SECRET, api_url=simulator.url) as client:
            task = asyncio.create_task(getattr(client, method)(*arguments_of(method), timeout=600))
            await asyncio.to_thread(simulator.wait, requests=1)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await asyncio.to_thread(simulator.wait, abandoned=1)

    asyncio.run(main())


@pytest.mark.parametrize(
    ("method", "arguments", "sentence"),
    [
        ("stop", ("room1",), "recording must be StartedRecording or RecordingTarget, not str"),
        (
            "update_layout",
            (TARGET, "grid"),
            "layout must be CustomLayout or FloatingLayout or AdaptiveLayout or LayoutUpdate, not str",
        ),
        ("query_room", (7,), "room_id must be a str, not int"),
        ("start_in_room", ("room1", None), "profile must be RecordingProfile, not NoneType"),
    ],
)
def test_an_argument_of_another_type_is_named(method: str, arguments: Any, sentence: str, do: Do) -> None:
    with pytest.raises(TypeError, match=f"^{re.escape(sentence)}$"):
        do(method, *arguments)


@pytest.mark.parametrize("method", ["stop", "update_layout", "query_room"])
def test_a_traceback_ends_in_the_method_that_was_called(
    method: str, client: RecordingClient, simulator: Simulator
) -> None:
    simulator.next(status=401, body='{"code":1004}')
    with pytest.raises(RefusedError) as caught:
        getattr(client, method)(*arguments_of(method))
    assert [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)][1:] == [method]


def test_every_operation_is_logged(
    do: Do, peopled: Simulator, profile: RecordingProfile, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "rongcloud_recording")
    started = do("start", ROOM, SESSION, profile)
    do("stop", started)
    request_ids = {headers["x-request-id"] for headers in peopled.headers()}
    assert {vars(record)["request_id"] for record in caplog.records} == request_ids


def test_a_rooms_times_have_a_time_zone(client: RecordingClient, peopled: Simulator) -> None:
    room = client.query_room(ROOM)
    assert room.created_at is not None
    assert room.created_at.utcoffset() is not None


def test_a_time_beyond_all_calendars_is_the_latest_that_there_is(client: RecordingClient, simulator: Simulator) -> None:
    simulator.next(status=200, body='{"code":200,"sessionId":"s","createTime":9223372036854775807}')
    room = client.query_room(ROOM)
    assert room.created_at is not None
    assert room.created_at.year == 9999
