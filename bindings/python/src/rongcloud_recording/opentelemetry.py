"""OpenTelemetry: a span for each call, and metrics of clients and ledgers. Needs the package `opentelemetry-api`.

```python
from rongcloud_recording.opentelemetry import measure, trace

trace()  # once in the process: a span for each call of any client or ledger
measure(client)  # for each client and each ledger
```

Spans follow OpenTelemetry's conventions for HTTP clients. A call's span is a child of the caller's current one; each
attempt is a child of the call's. No span and no metric names a room, a session or a user.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Protocol

from opentelemetry import metrics as otel_metrics
from opentelemetry import trace as otel_trace
from opentelemetry.metrics import CallbackOptions, MeterProvider, Observation
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer, TracerProvider

from . import _observed
from ._native.boundary import Attempt, Measurement, MeasurementKind
from ._native.errors import CallbackRefusedError, RecordingError

__all__ = ["Measured", "measure", "trace", "untrace"]

_SCOPE = "rongcloud_recording"
# What is asked of a client for one metric is told for all others that are asked for at the same time.
_SECONDS_OF_ONE_COLLECTION = 0.05


def trace(tracer_provider: TracerProvider | None = None) -> None:
    """Makes a span for each call of this process's clients and ledgers, from now on.

    Arguments:
        tracer_provider: Who makes the spans. Default: OpenTelemetry's global provider.
    """
    provider = otel_trace.get_tracer_provider() if tracer_provider is None else tracer_provider
    tracer = provider.get_tracer(_SCOPE)
    _observed.set_observer(lambda operation: _call(tracer, operation))


def untrace() -> None:
    """Makes no more spans."""
    _observed.set_observer(None)


@contextmanager
def _call(tracer: Tracer, operation: str) -> Generator[Callable[[Any], None], None, None]:
    attributes = {"rongcloud.recording.operation": operation}
    name = f"rongcloud.recording {operation}"
    with tracer.start_as_current_span(name, kind=SpanKind.INTERNAL, attributes=attributes) as span:
        yield lambda outcome: _tell(tracer, span, outcome)


def _tell(tracer: Tracer, span: Span, outcome: Any) -> None:
    if not span.is_recording():
        return
    about = outcome.call if isinstance(outcome, RecordingError) else getattr(outcome, "recording", outcome)
    call_id = getattr(about, "call_id", None)
    if call_id:
        span.set_attribute("rongcloud.recording.call_id", call_id)
    if isinstance(outcome, RecordingError):
        _fail(span, outcome.failure.kind.name.lower(), outcome.reason)
        span.set_attribute("rongcloud.recording.may_be_recording", outcome.may_be_recording)
    elif isinstance(outcome, CallbackRefusedError):
        _fail(span, outcome.reason.name.lower(), "")
    for number, attempt in enumerate(getattr(about, "attempts", ())):
        _tell_attempt(tracer, number, attempt)


def _tell_attempt(tracer: Tracer, number: int, attempt: Attempt) -> None:
    address, _, port = attempt.host.partition(":")
    attributes: dict[str, str | int | bool] = {
        "http.request.method": "POST",
        "server.address": address,
        "rongcloud.recording.request_id": attempt.request_id,
        "rongcloud.recording.connection_reused": attempt.connection_reused,
    }
    if port:
        attributes["server.port"] = int(port)
    if number:
        attributes["http.request.resend_count"] = number
    if attempt.status is not None:
        attributes["http.response.status_code"] = attempt.status
    span = tracer.start_span(
        "POST", kind=SpanKind.CLIENT, attributes=attributes, start_time=_nanoseconds(attempt.sent_at)
    )
    if attempt.reason:
        _fail(span, attempt.cause.name.lower() if attempt.cause else str(attempt.status), attempt.reason)
    span.end(_nanoseconds(attempt.sent_at + attempt.took))


def _fail(span: Span, kind: str, reason: str) -> None:
    span.set_attribute("error.type", kind)
    span.set_status(Status(StatusCode.ERROR, reason))


def _nanoseconds(at: datetime) -> int:
    return (at - datetime.fromtimestamp(0, at.tzinfo)) // timedelta(microseconds=1) * 1000


class Measured(Protocol):
    """A client or a ledger."""

    def measurements(self) -> Iterable[Measurement]:
        """Its statistics by the names of metrics."""
        raise NotImplementedError


def measure(measured: Measured, meter_provider: MeterProvider | None = None) -> None:
    """Gives the statistics of a client or a ledger to OpenTelemetry, whenever it collects.

    Several clients in one process have the same metrics: give each an own `MeterProvider`, or measure only one.

    Arguments:
        measured: The client or the ledger.
        meter_provider: Who collects. Default: OpenTelemetry's global provider.
    """
    provider = otel_metrics.get_meter_provider() if meter_provider is None else meter_provider
    meter = provider.get_meter(_SCOPE)
    collection = _Collection(measured)
    for metric in {it.name: it for it in measured.measurements()}.values():
        make = (
            meter.create_observable_counter if metric.kind is MeasurementKind.COUNTER else meter.create_observable_gauge
        )
        make(metric.name, [collection.observer(metric.name)], metric.unit, metric.description)


class _Collection:
    """What was measured last, asked for once for all metrics."""

    def __init__(self, measured: Measured) -> None:
        self._measured = measured
        self._lock = threading.Lock()
        self._at = float("-inf")
        self._values: tuple[Measurement, ...] = ()

    def observer(self, name: str) -> Callable[[CallbackOptions], Iterable[Observation]]:
        def observe(_: CallbackOptions) -> Iterable[Observation]:
            return [
                Observation(it.value, {attribute.name: attribute.value for attribute in it.attributes})
                for it in self._now()
                if it.name == name
            ]

        return observe

    def _now(self) -> tuple[Measurement, ...]:
        with self._lock:
            if time.monotonic() - self._at > _SECONDS_OF_ONE_COLLECTION:
                self._values, self._at = tuple(self._measured.measurements()), time.monotonic()
            return self._values
