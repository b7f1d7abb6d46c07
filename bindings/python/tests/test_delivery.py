"""Delivery as a caller sees it: what is tried again, which domain is asked, whom TLS trusts."""

from __future__ import annotations

from typing import Any

import pytest

from conftest import Start
from rongcloud_recording import (
    FailureCause,
    NotSentError,
    OutcomeUnknownError,
    RecordingClient,
    RecordingProfile,
    RefusedError,
    RetryPolicy,
)
from support import APP_KEY, APP_SECRET, ROOM, SESSION, Simulator

AT_ONCE = RetryPolicy(first_backoff=0, longest_backoff=0)


def client_of(url: str, **options: Any) -> RecordingClient:
    """A client that doesn't wait before it tries again."""
    return RecordingClient(APP_KEY, APP_SECRET, api_url=url, retry=AT_ONCE, **options)


def test_a_stop_whose_outcome_is_unknown_is_tried_again(simulator: Simulator, profile: RecordingProfile) -> None:
    with client_of(simulator.url) as client:
        started = client.start(ROOM, SESSION, profile)
        simulator.next(status=503)
        client.stop(started)
    assert simulator.verdicts() == ["accepted", "scripted", "accepted"]


def test_each_attempt_is_a_request_of_its_own(simulator: Simulator) -> None:
    simulator.next(status=503)
    with client_of(simulator.url) as client:
        client.query_room(ROOM)
    first, second = simulator.headers()
    assert first["nonce"] != second["nonce"]
    assert first["x-request-id"] != second["x-request-id"]


def test_a_start_whose_outcome_is_unknown_is_not_tried_again(start: Start, simulator: Simulator) -> None:
    simulator.next(status=503)
    profile = RecordingProfile.from_json('{"videoFormat":"mp4","audioFormat":"aac","sliceMin":60}')
    with pytest.raises(OutcomeUnknownError):
        start(simulator.url, profile)
    assert simulator.verdicts() == ["scripted"]


def test_a_start_that_never_left_is_tried_again(simulator: Simulator, profile: RecordingProfile) -> None:
    door = simulator.open_door("valid")
    door.inject({"connection": "reset"})
    with client_of(door.url, ca_certificates=simulator.ca_pem()) as client:
        assert client.start(ROOM, SESSION, profile).record_id
    assert len(simulator.recordings()) == 1


def test_a_stop_that_an_earlier_attempt_may_have_done_says_so_where_it_is_refused(
    simulator: Simulator, profile: RecordingProfile
) -> None:
    door = simulator.open_door()
    with client_of(door.url) as client:
        started = client.start(ROOM, SESSION, profile)
        # The service gets it whole, and its answer is lost.
        door.inject({"requestBytes": 100_000, "then": "reset"})
        with pytest.raises(RefusedError, match="an earlier attempt whose outcome is unknown may have done it"):
            client.stop(started)


def test_one_attempt_is_all_where_the_policy_says_so(simulator: Simulator) -> None:
    simulator.next(status=503, times=2)
    with (
        RecordingClient(APP_KEY, APP_SECRET, api_url=simulator.url, retry=RetryPolicy(max_attempts=1)) as client,
        pytest.raises(OutcomeUnknownError) as caught,
    ):
        client.query_room(ROOM)
    assert (caught.value.is_retryable, len(simulator.requests())) == (True, 1)


def test_the_backup_is_asked_where_the_address_refuses_connections(
    simulator: Simulator, profile: RecordingProfile
) -> None:
    door = simulator.open_door()
    door.shut()
    with client_of(door.url, backup_api_url=simulator.url) as client:
        assert client.start(ROOM, SESSION, profile).record_id


def test_a_given_ca_is_trusted(simulator: Simulator, profile: RecordingProfile) -> None:
    door = simulator.open_door("valid")
    with client_of(door.url, ca_certificates=simulator.ca_pem()) as client:
        assert client.start(ROOM, SESSION, profile).record_id


@pytest.mark.parametrize("tls", ["expired", "wrong-host", "untrusted"])
def test_a_wrong_certificate_is_refused_before_anything_is_sent(
    tls: str, simulator: Simulator, profile: RecordingProfile
) -> None:
    door = simulator.open_door(tls)
    with (
        client_of(door.url, ca_certificates=simulator.ca_pem()) as client,
        pytest.raises(NotSentError) as caught,
    ):
        client.start(ROOM, SESSION, profile)
    assert (caught.value.cause, simulator.requests()) == (FailureCause.TLS, [])


def test_a_ca_that_is_not_given_is_not_trusted(simulator: Simulator, profile: RecordingProfile) -> None:
    door = simulator.open_door("valid")
    with client_of(door.url) as client, pytest.raises(NotSentError) as caught:
        client.start(ROOM, SESSION, profile)
    assert caught.value.cause is FailureCause.TLS


def test_calls_one_after_the_other_share_a_connection(simulator: Simulator) -> None:
    door = simulator.open_door()
    with client_of(door.url) as client:
        for _ in range(5):
            client.query_room(ROOM)
    assert [connection["requests"] for connection in door.connections()] == [5]


def test_a_closed_client_leaves_no_connection(simulator: Simulator) -> None:
    door = simulator.open_door()
    with client_of(door.url) as client:
        client.query_room(ROOM)
    door.wait(requests=1, most_open=0)
