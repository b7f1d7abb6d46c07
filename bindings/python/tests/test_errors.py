"""The exceptions: their classes, texts, pickles and tracebacks."""

from __future__ import annotations

import contextlib
import copy
import gc
import pickle
import traceback
from datetime import datetime, timedelta, timezone

import pytest

from rongcloud_recording import (
    FailureCause,
    InternalError,
    InvalidInputError,
    NotSentError,
    NotSentTimeoutError,
    OutcomeUnknownError,
    OutcomeUnknownTimeoutError,
    RecordingCancelledError,
    RecordingClient,
    RecordingError,
    RecordingProfile,
    RefusedError,
    UnreadableReplyError,
    Violation,
)
from support import ROOM, SESSION, Simulator

NOON = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
EVERY: list[RecordingError] = [
    InvalidInputError(violations=[Violation(path="sessionId", code="empty", reason="must not be empty")]),
    NotSentError(cause=FailureCause.CONNECTION, reason="refused"),
    NotSentTimeoutError(cause=FailureCause.TIMEOUT, reason="too slow", request_id="q"),
    OutcomeUnknownError(
        cause=FailureCause.SERVER_FAILURE,
        reason="HTTP 503",
        request_id="q",
        sent_at=NOON,
        room_id="room1",
        session_id="aaa",
        status=503,
        code=1000,
        retryable=True,
    ),
    OutcomeUnknownTimeoutError(
        cause=FailureCause.TIMEOUT, reason="too slow", request_id="q", sent_at=NOON, room_id="room1", session_id="aaa"
    ),
    RefusedError(
        status=429, code=1008, retryable=True, retry_after=timedelta(seconds=3), reason="too often", request_id="q"
    ),
    UnreadableReplyError(status=200, reason="no JSON", request_id="q"),
    RecordingCancelledError(sent=True, request_id="q"),
    InternalError(reason="a defect"),
]
every = pytest.mark.parametrize("error", EVERY, ids=lambda error: type(error).__name__)


def shown(error: RecordingError) -> list[object]:
    """All that an error says."""
    return [
        type(error),
        str(error),
        error.code,
        error.status,
        error.is_retryable,
        error.maybe_sent,
        error.request_id,
        error.retry_after,
        getattr(error, "sent_at", None),
        getattr(error, "cause", None),
        getattr(error, "reason", None),
        getattr(error, "violations", None),
        getattr(error, "room_id", None),
        getattr(error, "session_id", None),
    ]


def test_every_kind_of_error_is_tried_here() -> None:
    def kinds(kind: type[RecordingError]) -> set[type[RecordingError]]:
        return {kind}.union(*(kinds(more) for more in kind.__subclasses__()))

    assert kinds(RecordingError) - {RecordingError} == {type(error) for error in EVERY}


@every
def test_an_error_survives_a_pickle(error: RecordingError) -> None:
    assert shown(pickle.loads(pickle.dumps(error))) == shown(error)


@every
def test_what_an_error_is_made_of_can_be_read(error: RecordingError) -> None:
    made_of = error.__reduce__()[0].keywords
    renamed = {"retryable": "is_retryable", "sent": "maybe_sent"}
    assert {name: getattr(error, renamed.get(name, name)) for name in made_of} == made_of


@every
def test_an_error_can_be_copied(error: RecordingError) -> None:
    assert shown(copy.copy(error)) == shown(error)


@every
def test_an_errors_answers_cannot_be_changed(error: RecordingError) -> None:
    with pytest.raises(AttributeError):
        error.is_retryable = True  # type: ignore[misc]


def test_a_refusal_tells_code_status_and_request_in_one_sentence() -> None:
    (error,) = (error for error in EVERY if isinstance(error, RefusedError))
    assert str(error) == "refused with code 1008, HTTP 429 (request q): too often"


def test_a_refusal_tells_how_long_the_service_asks_to_wait(
    client: RecordingClient, simulator: Simulator, profile: RecordingProfile
) -> None:
    simulator.next(status=429, headers={"Retry-After": "7"}, body='{"code":1008,"errorMessage":"too often"}')
    with pytest.raises(RefusedError) as caught:
        client.start(ROOM, SESSION, profile)
    assert caught.value.retry_after == timedelta(seconds=7)


def test_an_error_without_a_wait_has_none() -> None:
    assert [error.retry_after for error in EVERY if not isinstance(error, RefusedError)] == [None] * (len(EVERY) - 1)


def test_an_unknown_outcome_tells_when_the_request_was_sent(
    client: RecordingClient, simulator: Simulator, profile: RecordingProfile
) -> None:
    simulator.next(status=503)
    with pytest.raises(OutcomeUnknownError) as caught:
        client.start(ROOM, SESSION, profile)
    # The time that was signed.
    signed = int(simulator.headers()[0]["timestamp"])
    assert caught.value.sent_at == datetime.fromtimestamp(signed / 1000, timezone.utc)


def test_an_unknown_outcome_tells_what_can_be_done_about_it() -> None:
    start, other = (error for error in EVERY if isinstance(error, OutcomeUnknownTimeoutError | OutcomeUnknownError))
    start, other = (start, other) if not start.is_retryable else (other, start)
    assert str(start).endswith("stop the session's recording, before starting another")
    assert str(other).endswith("doing it twice is the same as doing it once")


def test_a_time_without_a_zone_is_no_time_of_sending() -> None:
    with pytest.raises(ValueError, match="^sent_at has no time zone"):
        OutcomeUnknownError(
            cause=FailureCause.TIMEOUT,
            reason="",
            request_id="q",
            sent_at=datetime(2026, 1, 1),
            room_id="",
            session_id="",
        )


def test_violations_are_a_sentence_each() -> None:
    error = InvalidInputError(
        violations=[
            Violation(path="Room-Id", code="empty", reason="must not be empty"),
            Violation(path="sessionId", code="empty", reason="must not be empty"),
        ]
    )
    assert str(error) == (
        "invalid input, nothing was sent: 2 violations\n"
        "  Room-Id: must not be empty [empty]\n"
        "  sessionId: must not be empty [empty]"
    )


def test_invalid_input_is_a_value_error() -> None:
    assert issubclass(InvalidInputError, ValueError)


@pytest.mark.parametrize("kind", [NotSentTimeoutError, OutcomeUnknownTimeoutError])
def test_a_timeout_is_a_timeout_error(kind: type[RecordingError]) -> None:
    assert issubclass(kind, TimeoutError)


def test_an_error_without_a_kind_cannot_be_made() -> None:
    with pytest.raises(TypeError, match="subclasses"):
        RecordingError()


def test_a_traceback_ends_in_the_method_that_was_called(simulator: Simulator, profile: RecordingProfile) -> None:
    client = RecordingClient("key", "secret", api_url=simulator.url)
    with pytest.raises(RefusedError) as caught:
        client.start(ROOM, SESSION, profile)
    assert [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)][1:] == ["start"]


def test_an_error_comes_of_no_other_error(simulator: Simulator, profile: RecordingProfile) -> None:
    client = RecordingClient("key", "secret", api_url=simulator.url)
    with pytest.raises(RefusedError) as caught:
        client.start(ROOM, SESSION, profile)
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


def test_an_error_that_nobody_keeps_is_freed_at_once(profile: RecordingProfile) -> None:
    client = RecordingClient("key", "secret", api_url="http://127.0.0.1:1")
    gc.disable()
    try:
        with contextlib.suppress(NotSentError):
            client.start(ROOM, SESSION, profile)
        assert [kept for kept in gc.get_objects() if isinstance(kept, NotSentError) and kept not in EVERY] == []
    finally:
        gc.enable()


def test_a_traceback_names_the_public_class() -> None:
    last = traceback.format_exception_only(EVERY[-1])[-1]
    assert last == "rongcloud_recording.InternalError: internal: a defect\n"
