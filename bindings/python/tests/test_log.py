"""The log: what the logger is told, and when."""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from conftest import Start
from rongcloud_recording import (
    AsyncRecordingClient,
    RecordingClient,
    RecordingError,
    RecordingProfile,
    RefusedError,
)
from rongcloud_recording._native import boundary
from support import APP_KEY, APP_SECRET, ROOM, SESSION, Simulator

LOGGER = "rongcloud_recording"


@pytest.fixture(autouse=True)
def _nothing_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    boundary.take_log_records()


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


def test_warning_tells_of_an_attempt_that_failed_though_the_call_succeeded(
    client: RecordingClient, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, LOGGER)
    simulator.next(status=503)
    client.query_room(ROOM)
    assert told(caplog) == [("WARNING", "attempt failed, to be made again")]


def test_the_record_of_a_failed_attempt_has_its_request_its_error_and_the_wait(
    client: RecordingClient, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, LOGGER)
    simulator.next(status=429, headers={"Retry-After": "0"}, body='{"code":1008,"errorMessage":"too often"}')
    client.query_room(ROOM)
    record: Any = caplog.records[0]
    request_id = simulator.headers()[0]["x-request-id"]
    assert (record.name, record.pathname, record.request_id) == (
        LOGGER,
        "rongcloud_recording::client::deliver",
        request_id,
    )
    assert record.error.startswith(
        f"room query: refused with code 1008, HTTP 429 (request {request_id}, room {ROOM}): "
    )
    assert int(record.wait_ms) >= 0


def test_each_attempt_has_lines_of_its_own(
    client: RecordingClient, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, LOGGER)
    simulator.next(status=503)
    client.query_room(ROOM)
    first, second = (headers["x-request-id"] for headers in simulator.headers())
    lines: list[Any] = caplog.records
    assert [(line.getMessage().split(" request_id=")[0], line.request_id) for line in lines] == [
        ("request", first),
        ("reply", first),
        ("attempt failed, to be made again", first),
        ("request", second),
        ("reply", second),
        ("room queried", second),
    ]


def test_warning_tells_of_a_domain_that_is_left(
    simulator: Simulator, profile: RecordingProfile, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, LOGGER)
    door = simulator.open_door()
    door.shut()
    with RecordingClient(APP_KEY, APP_SECRET, api_url=door.url, backup_api_url=simulator.url) as client:
        client.start(ROOM, SESSION, profile)
    records: list[Any] = caplog.records
    assert [getattr(record, "domain", None) for record in records] == [door.url, None]
    assert records[0].getMessage().startswith("domain fails: calls begin with the other one")


def test_a_cancelled_task_is_told_of(
    simulator: Simulator, profile: RecordingProfile, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, LOGGER)
    simulator.next(hold=True)

    async def main() -> None:
        async with AsyncRecordingClient(APP_KEY, APP_SECRET, api_url=simulator.url) as client:
            task = asyncio.create_task(client.start(ROOM, SESSION, profile, timeout=600))
            await asyncio.to_thread(simulator.wait, requests=1)
            task.cancel()
            await asyncio.wait([task])
            await asyncio.to_thread(simulator.wait, abandoned=1)
            # With the next call at the latest, once the core has told of it.
            for _ in range(100):
                await client.query_room(ROOM)
                if caplog.records:
                    return

    asyncio.run(main())
    (record,) = caplog.records
    unknown = "outcome unknown: may be recording"
    assert record.getMessage().startswith(f"{unknown} request_id={simulator.headers()[0]['x-request-id']} ")


class HandlerError(Exception):
    """What the signal's handler raises."""


def test_a_call_ended_by_a_signals_handler_is_told_of(
    client: RecordingClient, simulator: Simulator, profile: RecordingProfile, caplog: pytest.LogCaptureFixture
) -> None:
    def interrupt(*_: object) -> None:
        raise HandlerError

    class Interrupts(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            # Told while the call waits, by the thread that waits.
            if record.getMessage().startswith("request "):
                # Before it leaves.
                simulator.wait(requests=1)
                signal.raise_signal(signal.SIGUSR1)

    caplog.set_level(logging.DEBUG, LOGGER)
    simulator.next(hold=True)
    before = signal.signal(signal.SIGUSR1, interrupt)
    interrupts = Interrupts()
    logging.getLogger(LOGGER).addHandler(interrupts)
    try:
        with pytest.raises(HandlerError):
            client.start(ROOM, SESSION, profile, timeout=600)
    finally:
        logging.getLogger(LOGGER).removeHandler(interrupts)
        signal.signal(signal.SIGUSR1, before)
    assert told(caplog)[-1] == ("WARNING", "outcome unknown: may be recording")


def test_above_warning_nothing_is_kept(
    client: RecordingClient, profile: RecordingProfile, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR, LOGGER)
    with pytest.raises(RefusedError):
        client.start("elsewhere", SESSION, profile)
    assert boundary.take_log_records() == ()


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
    take = boundary.take_log_records

    def taken() -> Any:
        records: Any = take()
        for record in records:
            record.timestamp_ms = 1_408_710_653_491
        return records

    monkeypatch.setattr(boundary, "take_log_records", taken)
    client.start(ROOM, SESSION, profile)
    assert [(record.created, record.msecs) for record in caplog.records] == [(1_408_710_653.491, 491)]


def test_a_line_break_in_what_the_service_says_does_not_begin_a_line(
    client: RecordingClient, simulator: Simulator, profile: RecordingProfile, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, LOGGER)
    simulator.next(status=200, body='{"code":1002,"errorMessage":"wrong\\nWARNING forged"}')
    with pytest.raises(RefusedError):
        client.start(ROOM, SESSION, profile)
    line = caplog.records[0].getMessage()
    assert "forged" in line
    assert "\n" not in line


@pytest.mark.parametrize(
    ("step", "text"),
    [
        ({"status": 503}, "outcome unknown: may be recording"),
        ({"status": 200, "body": "not JSON"}, "outcome unknown: may be recording"),
        ({"status": 200, "body": '{"code":40003}'}, "recording not started"),
    ],
)
def test_the_log_says_not_started_only_where_that_is_so(
    step: dict[str, Any],
    text: str,
    client: RecordingClient,
    simulator: Simulator,
    profile: RecordingProfile,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING, LOGGER)
    simulator.next(**step)
    with pytest.raises(RecordingError) as caught:
        client.start(ROOM, SESSION, profile)
    assert told(caplog) == [("WARNING", text)]
    assert caught.value.may_be_recording == text.startswith("outcome unknown")


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


def test_an_attempt_that_failed_can_be_seen_while_its_call_goes_on(simulator: Simulator) -> None:
    seen = asyncio.Event()

    class Watch(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            seen.set()

    async def main() -> None:
        async with AsyncRecordingClient(APP_KEY, APP_SECRET, api_url=simulator.url) as client:
            call = asyncio.create_task(client.query_room(ROOM, timeout=3600))
            await asyncio.wait_for(seen.wait(), 60)
            call.cancel()

    simulator.next(status=429, headers={"Retry-After": "600"}, body='{"code":1008,"errorMessage":"too often"}')
    watch = Watch(logging.WARNING)
    logging.getLogger(LOGGER).addHandler(watch)
    asyncio.run(main())
    logging.getLogger(LOGGER).removeHandler(watch)
    assert seen.is_set()


def test_without_configuration_a_failure_prints_nothing(
    client: RecordingClient, profile: RecordingProfile, capfd: pytest.CaptureFixture[str]
) -> None:
    logging.getLogger(LOGGER).propagate = False
    with pytest.raises(RefusedError):
        client.start("elsewhere", SESSION, profile)
    logging.getLogger(LOGGER).propagate = True
    assert capfd.readouterr() == ("", "")
