"""The log: what the logger is told, and when."""

from __future__ import annotations

import dataclasses
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from conftest import Start
from rongcloud_recording import RecordingClient, RecordingProfile, RefusedError, _native
from support import ROOM, SESSION, Simulator

LOGGER = "rongcloud_recording"


@pytest.fixture(autouse=True)
def _nothing_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    _native.take_log_records()


def told(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    """Level and first word or two of each record."""
    return [(record.levelname, record.getMessage().split(" request_id=")[0]) for record in caplog.records]


def test_info_tells_of_a_start(
    client: RecordingClient, profile: RecordingProfile, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, LOGGER)
    client.start(ROOM, SESSION, profile)
    assert told(caplog) == [("INFO", "recording started")]


def test_debug_tells_of_request_reply_and_outcome(
    client: RecordingClient, profile: RecordingProfile, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, LOGGER)
    client.start(ROOM, SESSION, profile)
    assert told(caplog) == [("DEBUG", "request"), ("DEBUG", "reply"), ("INFO", "recording started")]


def test_warning_tells_of_a_start_that_failed(
    client: RecordingClient, profile: RecordingProfile, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, LOGGER)
    with pytest.raises(RefusedError):
        client.start("elsewhere", SESSION, profile)
    assert told(caplog) == [("WARNING", "recording not started")]


def test_above_warning_nothing_is_kept(
    client: RecordingClient, profile: RecordingProfile, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR, LOGGER)
    with pytest.raises(RefusedError):
        client.start("elsewhere", SESSION, profile)
    assert _native.take_log_records() == []


def test_the_level_may_change_between_calls(
    client: RecordingClient, profile: RecordingProfile, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR, LOGGER)
    client.start(ROOM, SESSION, profile)
    caplog.set_level(logging.INFO, LOGGER)
    client.start(ROOM, SESSION, profile)
    caplog.set_level(logging.ERROR, LOGGER)
    client.start(ROOM, SESSION, profile)
    assert told(caplog) == [("INFO", "recording started")]


def test_details_are_attributes_of_the_record(
    client: RecordingClient, profile: RecordingProfile, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, LOGGER)
    started = client.start(ROOM, SESSION, profile)
    record: Any = caplog.records[0]
    assert (record.request_id, record.room_id, record.session_id) == (
        started.request_id,
        started.room_id,
        started.session_id,
    )


def test_every_line_names_its_request(
    client: RecordingClient, profile: RecordingProfile, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, LOGGER)
    started = client.start(ROOM, SESSION, profile)
    assert all(f"request_id={started.request_id}" in record.getMessage() for record in caplog.records)


def test_the_request_is_shown_as_it_is_sent(
    client: RecordingClient, simulator: Simulator, profile: RecordingProfile, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, LOGGER)
    client.start(ROOM, SESSION, profile)
    line = caplog.records[0].getMessage()
    (request,) = simulator.requests()
    shown = [
        f"url={simulator.url}/rtc/record/start.json",
        "    Signature: [redacted]\n",
        f"\n    body: {request['body']}",
    ]
    assert [text for text in shown if text not in line] == []


def test_a_record_has_the_time_at_which_it_was_made(
    client: RecordingClient,
    profile: RecordingProfile,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.INFO, LOGGER)
    take = _native.take_log_records

    def taken() -> list[_native.LogRecord]:
        return [dataclasses.replace(record, timestamp_ms=1_408_710_653_491) for record in take()]

    monkeypatch.setattr(_native, "take_log_records", taken)
    client.start(ROOM, SESSION, profile)
    assert [(record.created, record.msecs) for record in caplog.records] == [(1_408_710_653.491, 491)]


def test_a_line_break_in_an_id_does_not_begin_a_line(
    client: RecordingClient, profile: RecordingProfile, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, LOGGER)
    with pytest.raises(RefusedError):
        client.start(ROOM, "aaa\nWARNING forged", profile)
    assert "\n" not in caplog.records[0].getMessage()


def test_a_request_can_be_seen_while_it_hangs(
    start: Start, simulator: Simulator, profile: RecordingProfile, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, LOGGER)
    seen = threading.Event()

    class Watch(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.getMessage().startswith("request "):
                seen.set()

    watch = Watch()
    logging.getLogger(LOGGER).addHandler(watch)
    simulator.next(hold=True)
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(start, simulator.url, profile, timeout=60)
        was_seen = seen.wait(30)
        simulator.release()
        call.result()
    logging.getLogger(LOGGER).removeHandler(watch)
    assert was_seen


def test_without_configuration_a_failure_prints_nothing(
    client: RecordingClient, profile: RecordingProfile, capfd: pytest.CaptureFixture[str]
) -> None:
    logging.getLogger(LOGGER).propagate = False
    with pytest.raises(RefusedError):
        client.start("elsewhere", SESSION, profile)
    logging.getLogger(LOGGER).propagate = True
    assert capfd.readouterr() == ("", "")
