"""What a program sees of its calls: attempts, ids, statistics, spans, metrics."""

from __future__ import annotations

import asyncio
import contextvars
import copy
import logging
import pickle
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF
from opentelemetry.trace import SpanKind, StatusCode

from rongcloud_recording import (
    AsyncRecordingClient,
    FailureKind,
    InvalidInputError,
    NotSentError,
    OnUnknown,
    OperationKind,
    OutcomeUnknownError,
    RecordingClient,
    RecordingLedger,
    RecordingProfile,
    RecordingTarget,
    RetryPolicy,
)
from rongcloud_recording.opentelemetry import measure, trace, untrace
from support import APP_KEY, APP_SECRET, ROOM, SESSION, Simulator

SOON = RetryPolicy(first_backoff=0.001)


@pytest.fixture
def impatient(simulator: Simulator) -> Iterator[RecordingClient]:
    with RecordingClient(APP_KEY, APP_SECRET, api_url=simulator.url, retry=SOON) as client:
        yield client


def ids(simulator: Simulator) -> list[str]:
    return [headers["x-request-id"] for headers in simulator.headers()]


def test_an_answer_tells_every_attempt_that_led_to_it(impatient: RecordingClient, simulator: Simulator) -> None:
    simulator.next(status=503, body="<html>down</html>")
    room = impatient.query_room(ROOM)
    first, second = room.attempts
    assert [first.request_id, second.request_id] == ids(simulator)
    assert (first.status, first.reply_head, first.connection_reused) == (503, "<html>down</html>", False)
    assert (second.status, second.code, second.reason, second.connection_reused) == (200, 200, "", True)
    assert second.took > timedelta(0)
    assert room.call_id == first.request_id
    assert room.request_id == second.request_id


def test_attempts_survive_copies_and_pickles_read_or_unread(client: RecordingClient) -> None:
    for read in (False, True):
        room = client.query_room(ROOM)
        if read:
            assert room.attempts
        for twin in (copy.copy(room), copy.deepcopy(room), pickle.loads(pickle.dumps(room))):
            assert twin == room
            assert twin.attempts == room.attempts
            assert len(twin.attempts) == 1


def test_a_call_has_the_id_that_it_was_given(impatient: RecordingClient, simulator: Simulator) -> None:
    simulator.next(status=503)
    room = impatient.query_room(ROOM, request_id="order-7")
    assert (room.call_id, ids(simulator)[0]) == ("order-7", "order-7")
    assert room.request_id == ids(simulator)[1] != "order-7"
    with pytest.raises(InvalidInputError) as caught:
        impatient.query_room(ROOM, request_id="x" * 37)
    assert [(it.path, it.code) for it in caught.value.violations] == [("X-Request-ID", "too_long")]


def test_statistics_are_what_the_service_has_seen(
    impatient: RecordingClient, simulator: Simulator, profile: RecordingProfile
) -> None:
    started = impatient.start(ROOM, SESSION, profile)
    simulator.next(status=503)
    impatient.stop(started)
    simulator.next(status=503)
    with pytest.raises(OutcomeUnknownError):
        impatient.start(ROOM, SESSION, profile)
    counted = impatient.statistics()
    assert {(it.operation, it.failure): it.count for it in counted.calls} == {
        (OperationKind.START, None): 1,
        (OperationKind.STOP, None): 1,
        (OperationKind.START, FailureKind.OUTCOME_UNKNOWN): 1,
    }
    assert (counted.attempts, counted.retries) == (len(simulator.headers()), 1)
    assert [it.is_leading for it in counted.domains] == [True]


def test_draining_waits_for_calls_and_refuses_later_ones(simulator: Simulator) -> None:
    client = RecordingClient(APP_KEY, APP_SECRET, api_url=simulator.url)
    simulator.next(hold=True)
    with ThreadPoolExecutor() as threads:
        call = threads.submit(client.query_room, ROOM)
        simulator.wait(requests=1)
        closing = threads.submit(client.close, drain=60)
        refused = _until_refused(client)
        assert not closing.done()
        simulator.release()
        assert closing.result()
        assert call.result().room_id == ROOM
    assert isinstance(refused, NotSentError)
    with pytest.raises(InvalidInputError):
        client.close(drain=-1)


def _until_refused(client: RecordingClient) -> Exception:
    while True:
        try:
            client.query_room(ROOM)
        except NotSentError as error:
            return error


def test_draining_on_asyncio_cancels_what_takes_too_long(simulator: Simulator) -> None:
    async def main() -> None:
        client = AsyncRecordingClient(APP_KEY, APP_SECRET, api_url=simulator.url)
        simulator.next(hold=True)
        call = asyncio.create_task(client.query_room(ROOM))
        await asyncio.to_thread(lambda: simulator.wait(requests=1))
        assert not await client.close(drain=0)
        with pytest.raises(Exception, match="cancelled"):
            await call

    asyncio.run(main())


CALLER: contextvars.ContextVar[str] = contextvars.ContextVar("CALLER", default="nobody")


def test_a_record_is_logged_in_the_context_and_task_of_its_call(
    simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "rongcloud_recording")
    seen: list[tuple[str, str, str | None]] = []

    class Watch(logging.Handler):
        def emit(self, record: Any) -> None:
            seen.append((record.call_id, CALLER.get(), record.taskName))

    watch = Watch()
    logging.getLogger("rongcloud_recording").addHandler(watch)

    async def call(client: AsyncRecordingClient, name: str) -> None:
        CALLER.set(name)
        await client.query_room(ROOM, request_id=name)

    async def main() -> None:
        async with AsyncRecordingClient(APP_KEY, APP_SECRET, api_url=simulator.url) as client:
            names = [f"caller-{number}" for number in range(100)]
            await asyncio.gather(*(asyncio.create_task(call(client, name), name=name) for name in names))

    try:
        asyncio.run(main())
    finally:
        logging.getLogger("rongcloud_recording").removeHandler(watch)
    assert len(seen) == 300
    assert [it for it in seen if not it[0] == it[1] == it[2]] == []


def test_a_client_and_its_ledger_log_to_their_own_logger(
    simulator: Simulator, profile: RecordingProfile, caplog: pytest.LogCaptureFixture
) -> None:
    own = logging.getLogger("billing.recording")
    caplog.set_level(logging.WARNING, "rongcloud_recording")
    caplog.set_level(logging.INFO, own.name)
    with (
        RecordingClient(APP_KEY, APP_SECRET, api_url=simulator.url, logger=own) as client,
        RecordingClient(APP_KEY, APP_SECRET, api_url=simulator.url) as other,
        RecordingLedger(client, OnUnknown.HOLD, store="memory:") as ledger,
    ):
        client.query_room(ROOM)
        other.query_room(ROOM)
        ledger.start(ROOM, SESSION, profile)
        with pytest.raises(Exception, match="refused"):
            other.query_room("elsewhere")
    told = [(record.name, record.getMessage().split(" request_id=")[0]) for record in caplog.records]
    assert told == [
        ("billing.recording", "room queried"),
        ("billing.recording", "recording started"),
        ("rongcloud_recording", "room not queried"),
    ]


def test_numbers_in_the_log_are_numbers(client: RecordingClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "rongcloud_recording")
    client.query_room(ROOM)
    records: list[Any] = caplog.records
    assert [type(records[1].status), type(records[1].elapsed_ms)] == [int, int]
    assert (records[-1].attempts, type(records[-1].duration_ms)) == (1, int)
    assert {record.call_id for record in records} == {records[0].request_id}


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace(provider)
    yield exporter
    untrace()


def test_a_call_is_a_child_of_the_callers_span_and_each_attempt_one_of_the_call(
    impatient: RecordingClient, simulator: Simulator, spans: InMemorySpanExporter
) -> None:
    simulator.next(status=503)
    tracer = TracerProvider().get_tracer("caller")
    with tracer.start_as_current_span("caller") as caller:
        impatient.query_room(ROOM)
    first, second, call = spans.get_finished_spans()
    assert call.parent is not None
    assert call.parent.span_id == caller.get_span_context().span_id
    assert [it.parent and it.parent.span_id for it in (first, second)] == [call.context and call.context.span_id] * 2
    assert (call.name, call.kind, first.kind) == ("rongcloud.recording query_room", SpanKind.INTERNAL, SpanKind.CLIENT)
    assert first.status.status_code is StatusCode.ERROR
    attributes = first.attributes or {}
    assert (attributes["http.response.status_code"], attributes["error.type"]) == (503, "server_failure")
    assert (second.attributes or {})["http.request.resend_count"] == 1
    server = urlsplit(simulator.url)
    assert (attributes["server.address"], attributes["server.port"]) == (server.hostname, server.port)
    assert first.start_time is not None
    assert first.end_time is not None
    assert first.end_time >= first.start_time
    assert not any(ROOM in str(value) for span in (first, second, call) for value in (span.attributes or {}).values())


def test_a_failed_call_on_asyncio_is_a_failed_span(simulator: Simulator, spans: InMemorySpanExporter) -> None:
    async def main() -> None:
        async with AsyncRecordingClient(APP_KEY, APP_SECRET, api_url=simulator.url) as client:
            await client.stop(RecordingTarget(room_id=ROOM, session_id=SESSION))

    with pytest.raises(Exception, match="refused"):
        asyncio.run(main())
    attempt, call = spans.get_finished_spans()
    assert ((call.attributes or {})["error.type"], call.status.status_code) == ("refused", StatusCode.ERROR)
    assert (attempt.attributes or {})["error.type"] == "400"


def test_nothing_is_made_where_the_sampler_is_off(client: RecordingClient) -> None:
    exporter = InMemorySpanExporter()
    provider = TracerProvider(sampler=ALWAYS_OFF)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace(provider)
    try:
        client.query_room(ROOM)
    finally:
        untrace()
    assert exporter.get_finished_spans() == ()


def measured(reader: InMemoryMetricReader) -> dict[tuple[str, frozenset[tuple[str, Any]]], float]:
    data: Any = reader.get_metrics_data()
    return {
        (metric.name, frozenset(point.attributes.items())): point.value
        for resource in data.resource_metrics
        for scope in resource.scope_metrics
        for metric in scope.metrics
        for point in metric.data.data_points
    }


def test_metrics_have_the_values_of_the_statistics(client: RecordingClient, profile: RecordingProfile) -> None:
    reader = InMemoryMetricReader()
    with RecordingLedger(client, OnUnknown.HOLD, store="memory:") as ledger:
        provider = MeterProvider([reader])
        measure(client, provider)
        measure(ledger, provider)
        ledger.start(ROOM, SESSION, profile)
        ledger.start(ROOM, SESSION, profile)
        found = measured(reader)
    started = frozenset({("rongcloud.recording.operation", "start")})
    assert found["rongcloud.recording.client.calls", started] == 1
    assert found["rongcloud.recording.client.attempts", frozenset()] == 1
    joined = frozenset({("rongcloud.recording.outcome", "joined")})
    assert found["rongcloud.recording.ledger.starts", joined] == 1
    expected = {it.name for it in (*client.measurements(), *ledger.measurements())}
    assert {name for name, _ in found} == expected
