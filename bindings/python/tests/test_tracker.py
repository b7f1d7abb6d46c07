"""What trackers make of events, whatever their order, and what they take."""

from __future__ import annotations

import copy
import json
import pickle
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from rongcloud_recording import (
    InvalidInputError,
    RecordingEvent,
    RecordingPhase,
    RecordingTracker,
    RecordType,
    StartedRecording,
    parse_recording_event,
)

STARTED = StartedRecording(
    record_id="r-1", room_id="room1", session_id="aaa", request_id="q", record_type=RecordType.SPLIT_STREAM
)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    "make", [lambda tracker: pickle.loads(pickle.dumps(tracker)), copy.copy], ids=["pickle", "copy"]
)
def test_a_tracker_comes_back_as_it_was(make: Callable[[RecordingTracker], RecordingTracker]) -> None:
    tracker = RecordingTracker("r-1")
    tracker.requested(STARTED, datetime(2026, 1, 1, tzinfo=timezone.utc))
    for kind in (1, 2, 3, 4):
        tracker.record(event(type=kind, timestamp=1586244141831))
    again = make(tracker)
    assert (again.snapshot(), again.state(stale_after=HOUR)) == (tracker.snapshot(), tracker.state(stale_after=HOUR))


def test_only_the_first_of_equal_events_is_new() -> None:
    tracker, event = RecordingTracker("r-1"), parse_recording_event('{"type":1,"recordId":"r-1"}')
    assert [tracker.record(event) for _ in range(3)] == [True, False, False]


def test_now_is_the_default_time() -> None:
    tracker = RecordingTracker("r-1")
    before = datetime.now(timezone.utc)
    tracker.requested(STARTED)
    state = tracker.state(stale_after=3600)
    assert state.phase is RecordingPhase.REQUESTED
    assert state.requested_at is not None
    # The core counts milliseconds.
    assert before - timedelta(milliseconds=1) <= state.requested_at <= datetime.now(timezone.utc)


def test_silence_is_measured_at_the_time_given() -> None:
    tracker = RecordingTracker("r-1")
    tracker.requested(STARTED, datetime(2026, 1, 1, tzinfo=timezone.utc))
    state = tracker.state(stale_after=HOUR, now=datetime(2026, 1, 1, 9, 30, tzinfo=timezone(timedelta(hours=8))))
    assert (state.phase, state.is_stale) == (RecordingPhase.REQUESTED, True)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda tracker: tracker.requested(STARTED, datetime(2026, 1, 1)), "at has no time zone: "),
        (lambda tracker: tracker.state(stale_after=1, now=datetime(2026, 1, 1)), "now has no time zone: "),
    ],
)
def test_a_time_without_a_zone_is_named(call: Any, sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^{sentence}"):
        call(RecordingTracker("r-1"))


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda _: RecordingTracker(7), "record_id must be a str, not int"),  # type: ignore[arg-type]
        (lambda tracker: tracker.record("{}"), "event must be RecordingEvent, not str"),
        (lambda tracker: tracker.requested("r-1"), "started must be StartedRecording, not str"),
        (lambda tracker: tracker.state(stale_after=None), "stale_after must be timedelta or a number, not NoneType"),
        (lambda tracker: tracker.merge("{}"), "other must be RecordingTracker, not str"),
        (lambda _: RecordingTracker.by_extra(7), "extra must be a str, not int"),  # type: ignore[arg-type]
        (lambda tracker: tracker.state(stale_after=1, now=1), "now must be datetime or None, not int"),
    ],
)
def test_an_argument_of_another_type_is_named(call: Any, sentence: str) -> None:
    with pytest.raises(TypeError, match=f"^{re.escape(sentence)}$"):
        call(RecordingTracker("r-1"))


def test_a_tracker_refuses_what_is_another_recordings() -> None:
    with pytest.raises(InvalidInputError):
        RecordingTracker("r-2").record(parse_recording_event('{"type":1,"recordId":"r-1"}'))


def test_a_tracker_refuses_anothers_start() -> None:
    with pytest.raises(InvalidInputError):
        RecordingTracker("r-2").requested(STARTED)


def test_a_tracker_needs_an_id() -> None:
    with pytest.raises(InvalidInputError):
        RecordingTracker("")


@pytest.mark.parametrize("text", ["", "{}", '{"version":3,"record_id":"r","requested_at_ms":null,"events":[]}'])
def test_text_that_is_no_snapshot_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError):
        RecordingTracker.restore(text)


def test_a_tracker_prints_its_recording_or_its_extra() -> None:
    assert repr(RecordingTracker("r-1")) == "<RecordingTracker of 'r-1'>"
    assert repr(RecordingTracker.by_extra("order-7")) == "<RecordingTracker of extra 'order-7'>"


def event(**fields: Any) -> RecordingEvent:
    """An event of the service's."""
    return parse_recording_event(json.dumps({"type": 1, "recordId": "r-1", **fields}))


def test_a_tracker_by_extra_takes_its_own_callbacks_only_and_learns_the_record_id() -> None:
    tracker = RecordingTracker.by_extra("order-7")
    with pytest.raises(InvalidInputError):
        tracker.record(event(recordId="r-2", extra="order-8"))
    assert tracker.record(event(extra="order-7"))
    with pytest.raises(InvalidInputError):
        tracker.record(event(recordId="r-2", extra="order-7"))
    assert tracker.record(event(type=3))
    state = tracker.state(stale_after=60)
    assert (state.phase, state.record_id, state.extra) == (RecordingPhase.ENDED, "r-1", "order-7")


def test_a_tracker_by_extra_learns_the_record_id_from_the_starts_reply() -> None:
    tracker = RecordingTracker.by_extra("order-7")
    tracker.requested(STARTED)
    assert tracker.state(stale_after=60).record_id == "r-1"


def test_a_tracker_by_extra_may_become_stale_from_when_its_start_was_sent() -> None:
    sent_at = datetime.now(timezone.utc) - timedelta(hours=2)
    assert RecordingTracker.by_extra("order-7", since=sent_at).state(stale_after=HOUR).is_stale
    assert not RecordingTracker.by_extra("order-7", since=sent_at).state(stale_after=3 * HOUR).is_stale
    assert not RecordingTracker.by_extra("order-7").state(stale_after=HOUR).is_stale
    with pytest.raises(ValueError, match="^since has no time zone: "):
        RecordingTracker.by_extra("order-7", since=datetime(2026, 1, 1))


def test_a_tracker_by_extra_needs_one() -> None:
    with pytest.raises(InvalidInputError):
        RecordingTracker.by_extra("")


def test_a_subclass_is_made_by_extra_of_itself() -> None:
    class OurTracker(RecordingTracker):
        """A user's own."""

    assert type(OurTracker.by_extra("order-7")) is OurTracker


def test_trackers_merge_by_record_id_or_by_extra_and_not_otherwise() -> None:
    for other in (RecordingTracker("r-2"), RecordingTracker.by_extra("order-7")):
        with pytest.raises(InvalidInputError) as caught:
            RecordingTracker("r-1").merge(other)
        assert [found.path for found in caught.value.violations] == ["other"]
    heard, merged = RecordingTracker("r-1"), RecordingTracker.by_extra("order-7")
    heard.record(event(extra="order-7"))
    merged.merge(heard)
    assert merged.state(stale_after=60).record_id == "r-1"


def test_a_failure_is_a_phase_and_listed_and_no_success() -> None:
    tracker = RecordingTracker("r-1")
    for kind, code in ((3, 200), (4, 50001), (4, 200)):
        tracker.record(event(type=kind, code=code))
    state = tracker.state(stale_after=60)
    assert (state.phase, [one.code for one in state.failures], [one.code for one in state.uploads]) == (
        RecordingPhase.FAILED,
        [50001],
        [200],
    )


@pytest.mark.parametrize(
    "changes", [{"json": ""}, {"json": '{"type":1,"recordId":"r-2"}'}, {"code": 500}, {"occurred_at": None}]
)
def test_an_event_made_by_hand_is_noted_only_where_its_json_says_the_same(changes: dict[str, Any]) -> None:
    genuine = event(timestamp=1000)
    with pytest.raises(InvalidInputError) as caught:
        RecordingTracker("r-1").record(replace(genuine, **changes))
    assert [found.path for found in caught.value.violations] == ["event.json"]
    assert RecordingTracker("r-1").record(replace(genuine))
