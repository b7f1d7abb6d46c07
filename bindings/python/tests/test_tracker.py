"""What trackers make of events, whatever their order, and what they take."""

from __future__ import annotations

import copy
import json
import pickle
import random
import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from life import state_of, tracker_of
from rongcloud_recording import (
    InvalidInputError,
    RecordingPhase,
    RecordingTracker,
    RecordType,
    StartedRecording,
    parse_recording_event,
)
from support import VECTORS

ENTRIES = json.loads((VECTORS / "trackers.json").read_text(encoding="utf-8"))
STARTED = StartedRecording(
    record_id="r-1", room_id="room1", session_id="aaa", request_id="q", record_type=RecordType.SPLIT_STREAM
)
HOUR = timedelta(hours=1)


def test_a_thousand_shuffled_and_duplicated_sequences_end_in_the_same_state_and_snapshot() -> None:
    chance = random.Random(7)
    for index in range(1000):
        entry = ENTRIES[index % len(ENTRIES)]
        ordered = entry["events"]
        events = ordered + (chance.choices(ordered, k=chance.randint(0, len(ordered) * 2)) if ordered else [])
        chance.shuffle(events)
        shuffled = tracker_of(entry, events)
        assert state_of(entry, shuffled) == entry["state"], f"{index}: {events}"
        assert shuffled.snapshot() == tracker_of(entry, ordered).snapshot()


COPIES = pytest.mark.parametrize(
    "make",
    [
        lambda tracker: RecordingTracker.restore(tracker.snapshot()),
        lambda tracker: pickle.loads(pickle.dumps(tracker)),
        copy.copy,
    ],
    ids=["snapshot", "pickle", "copy"],
)


@COPIES
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: str(entry["name"]))
def test_a_tracker_comes_back_as_it_was(
    make: Callable[[RecordingTracker], RecordingTracker], entry: dict[str, Any]
) -> None:
    assert state_of(entry, make(tracker_of(entry, entry["events"]))) == entry["state"]


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
    assert state.phase is RecordingPhase.STALE


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
        (lambda tracker: tracker.state(stale_after=None), "stale_after must be a number or timedelta, not NoneType"),
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


@pytest.mark.parametrize("text", ["", "{}", '{"version":2,"record_id":"r","requested_at_ms":null,"events":[]}'])
def test_text_that_is_no_snapshot_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError):
        RecordingTracker.restore(text)


def test_a_tracker_prints_its_recording() -> None:
    assert repr(RecordingTracker("r-1")) == "<RecordingTracker of 'r-1'>"
