"""The exceptions: their classes, texts, pickles and tracebacks."""

from __future__ import annotations

import asyncio
import contextlib
import copy
import gc
import pickle
import traceback
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from ledgers import ENTRY
from rongcloud_recording import (
    AdaptiveLayout,
    AsyncRecordingClient,
    CallContext,
    FailureCause,
    InternalError,
    InvalidInputError,
    NotSentError,
    NotSentTimeoutError,
    OperationKind,
    OutcomeUnknownError,
    OutcomeUnknownTimeoutError,
    RecordingCancelledError,
    RecordingClient,
    RecordingConflictError,
    RecordingError,
    RecordingProfile,
    RecordingTarget,
    RefusedError,
    UnreadableReplyError,
    Violation,
)
from support import APP_KEY, APP_SECRET, ROOM, SESSION, Simulator

NOON = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
START = CallContext(
    operation=OperationKind.START, room_id="room1", session_id="aaa", extra="order-7", request_id="q", sent_at=NOON
)
STOP = replace(START, operation=OperationKind.STOP, extra="")
EVERY: list[RecordingError] = [
    InvalidInputError(violations=[Violation(path="sessionId", code="empty", reason="must not be empty")]),
    NotSentError(cause=FailureCause.CONNECTION, reason="refused"),
    NotSentTimeoutError(cause=FailureCause.TIMEOUT, reason="too slow", call=START),
    OutcomeUnknownError(cause=FailureCause.SERVER_FAILURE, reason="HTTP 503", call=STOP, status=503, code=1000),
    OutcomeUnknownTimeoutError(cause=FailureCause.TIMEOUT, reason="too slow", call=START),
    RefusedError(
        status=429, code=1008, retryable=True, retry_after=timedelta(seconds=3), reason="too often", call=START
    ),
    UnreadableReplyError(status=200, reason="no JSON", call=START),
    RecordingConflictError(entry=ENTRY, reason="an earlier start may have started it", call=START),
    RecordingCancelledError(sent=True, call=START),
    InternalError(reason="a defect"),
]
TARGET = RecordingTarget(room_id=ROOM, session_id=SESSION)
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
        error.may_be_recording,
        error.call,
        error.retry_after,
        getattr(error, "cause", None),
        getattr(error, "reason", None),
        getattr(error, "violations", None),
        error.entry,
    ]


def test_every_kind_of_error_is_tried_here() -> None:
    def kinds(kind: type[RecordingError]) -> set[type[RecordingError]]:
        return {kind}.union(*(kinds(more) for more in kind.__subclasses__()))

    public = {kind for kind in kinds(RecordingError) if not kind.__name__.startswith("_")}
    assert public - {RecordingError} == {type(error) for error in EVERY}


@every
def test_an_error_survives_a_pickle(error: RecordingError) -> None:
    assert shown(pickle.loads(pickle.dumps(error))) == shown(error)


@every
def test_what_an_error_is_made_of_can_be_read(error: RecordingError) -> None:
    made_of = error.__reduce__()[0].keywords
    renamed = {"retryable": "is_retryable", "sent": "maybe_sent"}
    assert {name: getattr(error, renamed.get(name, name)) for name in made_of} == made_of


@every
def test_attempts_are_a_tuple_even_where_there_was_no_call(error: RecordingError) -> None:
    assert error.attempts == (() if error.call is None else error.call.attempts) == ()


@every
def test_an_error_can_be_copied(error: RecordingError) -> None:
    assert shown(copy.copy(error)) == shown(error)


@every
def test_an_error_tells_every_fact_whatever_its_kind(error: RecordingError) -> None:
    facts = {field.name for field in fields(error.failure)} - {"kind", "sentence"}
    assert {name: getattr(error, name) for name in facts} == {name: getattr(error.failure, name) for name in facts}
    assert str(error) == error.failure.sentence


def test_a_refusal_tells_that_an_earlier_attempt_may_have_done_it() -> None:
    refusal = RefusedError(status=400, code=40003, retryable=False, earlier_may_have_acted=True, reason="no", call=STOP)
    assert (refusal.earlier_may_have_acted, pickle.loads(pickle.dumps(refusal)).earlier_may_have_acted) == (True, True)
    assert "an earlier attempt whose outcome is unknown may have done it" in str(refusal)


@every
def test_an_errors_answers_cannot_be_changed(error: RecordingError) -> None:
    with pytest.raises(AttributeError):
        error.is_retryable = True  # type: ignore[misc]


def test_a_refusal_tells_code_status_and_request_in_one_sentence() -> None:
    (error,) = (error for error in EVERY if isinstance(error, RefusedError))
    assert str(error) == (
        "start: refused with code 1008, HTTP 429 (request q, room room1, session aaa, extra order-7): too often; "
        "it asks to wait 3 s"
    )


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
    other, start = (error for error in EVERY if isinstance(error, OutcomeUnknownError))
    assert str(start).endswith("stop the session's recording, before starting another")
    assert str(other).endswith("doing it twice is the same as doing it once")


def test_a_time_without_a_zone_is_no_time_of_sending() -> None:
    with pytest.raises(ValueError, match=r"^CallContext.sent_at has no time zone"):
        replace(START, sent_at=datetime(2026, 1, 1))


@pytest.mark.parametrize("call", [None, "start"])
def test_an_error_about_a_request_needs_a_call(call: Any) -> None:
    with pytest.raises(TypeError, match="^call must be CallContext, not "):
        UnreadableReplyError(status=200, reason="no JSON", call=call)


@every
def test_an_error_tells_which_call_it_is_about(error: RecordingError) -> None:
    call = error.call
    names = [it.name for it in fields(CallContext)]
    assert len(names) == 8
    of_no_call = {"attempts": ()}
    assert [getattr(error, name) for name in names] == [
        getattr(call, name) if call else of_no_call.get(name) for name in names
    ]


def test_a_recording_may_be_running_after_a_start_that_may_have_left_and_was_not_refused() -> None:
    told = {type(error).__name__: error.may_be_recording for error in EVERY}
    assert [name for name, may_be in told.items() if may_be] == [
        "OutcomeUnknownTimeoutError",
        "UnreadableReplyError",
        # Because of the start on record.
        "RecordingConflictError",
        "RecordingCancelledError",
        # Nobody knows.
        "InternalError",
    ]


CALLS: dict[str, tuple[OperationKind, Callable[[Any, RecordingProfile], Any]]] = {
    "start": (OperationKind.START, lambda client, profile: client.start(ROOM, SESSION, profile, extra="order-7")),
    "start_in_room": (
        OperationKind.QUERY_ROOM,
        lambda client, profile: client.start_in_room(ROOM, profile, extra="order-7"),
    ),
    "update_layout": (
        OperationKind.UPDATE_LAYOUT,
        lambda client, _: client.update_layout(TARGET, AdaptiveLayout(), timeout=10),
    ),
    "stop": (OperationKind.STOP, lambda client, _: client.stop(TARGET)),
    "query_room": (OperationKind.QUERY_ROOM, lambda client, _: client.query_room(ROOM)),
}


@pytest.mark.parametrize("name", ["start", "start_in_room", "stop", "query_room"])
@pytest.mark.parametrize("kind", [RecordingClient, AsyncRecordingClient], ids=["blocking", "asyncio"])
def test_a_failed_call_tells_its_operation_room_session_extra_and_request(
    kind: Any, name: str, simulator: Simulator, profile: RecordingProfile
) -> None:
    operation, call = CALLS[name]
    simulator.next(status=200, body="not JSON")

    async def main() -> None:
        answer = call(kind(APP_KEY, APP_SECRET, api_url=simulator.url), profile)
        await answer

    with pytest.raises(UnreadableReplyError) as caught:
        asyncio.run(main())
    error, headers = caught.value, simulator.headers()[0]
    is_start = name == "start"
    assert (error.operation, error.room_id, error.session_id) == (
        operation,
        ROOM,
        "" if operation is OperationKind.QUERY_ROOM else SESSION,
    )
    assert (error.request_id, error.may_be_recording) == (headers["x-request-id"], is_start)
    assert error.extra == ("order-7" if is_start else "")
    assert error.sent_at == datetime.fromtimestamp(int(headers["timestamp"]) / 1000, timezone.utc)


@pytest.mark.parametrize("name", CALLS)
def test_a_call_that_was_not_made_is_told_with_its_operation(
    name: str, client: RecordingClient, simulator: Simulator, profile: RecordingProfile
) -> None:
    client.close()
    operation, call = CALLS[name]
    with pytest.raises((NotSentError, InvalidInputError)) as caught:
        call(client, profile)
    error: Any = caught.value
    assert (error.operation, error.room_id, error.maybe_sent, error.may_be_recording) == (
        operation,
        ROOM,
        False,
        False,
    )
    assert simulator.requests() == []


def test_an_error_that_is_about_no_call_says_so() -> None:
    with pytest.raises(InvalidInputError) as caught:
        RecordingProfile.from_json("{}")
    assert (caught.value.call, caught.value.operation, caught.value.may_be_recording) == (None, None, False)
    assert str(caught.value).startswith("invalid input: ")


def test_violations_are_a_sentence_each() -> None:
    error = InvalidInputError(
        violations=[
            Violation(path="Room-Id", code="empty", reason="must not be empty"),
            Violation(path="sessionId", code="empty", reason="must not be empty"),
        ]
    )
    assert str(error) == (
        "invalid input: 2 violations\n  Room-Id: must not be empty [empty]\n  sessionId: must not be empty [empty]"
    )


def test_invalid_input_is_a_value_error() -> None:
    assert issubclass(InvalidInputError, ValueError)


def test_the_article_of_an_errors_documentation_is_the_one_that_is_spoken() -> None:
    assert str(NotSentTimeoutError.__doc__).startswith("A `NotSentError` ")
    assert str(OutcomeUnknownTimeoutError.__doc__).startswith("An `OutcomeUnknownError` ")


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
    # Of errors that other tests have kept.
    gc.collect()
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


@pytest.mark.parametrize("number", [-(2**40), 2**40])
def test_a_status_that_no_reply_can_have_is_named_as_it_is_given(number: int) -> None:
    with pytest.raises(InvalidInputError) as caught:
        RefusedError(status=number, retryable=False, reason="no", call=START)
    assert [(found.path, found.code) for found in caught.value.violations] == [("status", "out_of_range")]
