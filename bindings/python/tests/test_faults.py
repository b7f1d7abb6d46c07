"""Faults below HTTP: what is known of the request decides the error."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from conftest import Start
from rongcloud_recording import (
    FailureCause,
    NotSentError,
    NotSentTimeoutError,
    OutcomeUnknownError,
    OutcomeUnknownTimeoutError,
    RecordingProfile,
    UnreadableReplyError,
)
from support import Simulator


@contextmanager
def listener(backlog: int = 8) -> Iterator[tuple[socket.socket, str]]:
    """A raw socket and the URL that leads to it."""
    with socket.create_server(("127.0.0.1", 0), backlog=backlog) as server:
        yield server, f"http://127.0.0.1:{server.getsockname()[1]}"


def answered_with(reply: bytes, start: Start, profile: RecordingProfile) -> None:
    """A start whose request is read and answered with these bytes and the connection's end."""
    with listener() as (server, url), ThreadPoolExecutor(1) as pool:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                while b"\r\n\r\n" not in connection.recv(65536):
                    pass
                connection.sendall(reply)

        served = pool.submit(serve)
        try:
            start(url, profile)
        finally:
            served.result()


def test_a_refused_connection_is_not_sent_and_can_be_tried_again(start: Start, profile: RecordingProfile) -> None:
    with listener() as (_, url):
        pass
    with pytest.raises(NotSentError) as caught:
        start(url, profile)
    assert (caught.value.cause, caught.value.is_retryable, caught.value.maybe_sent) == (
        FailureCause.CONNECTION,
        True,
        False,
    )


def test_a_connection_that_is_not_accepted_in_time_is_a_timeout_that_is_not_sent(
    start: Start, profile: RecordingProfile
) -> None:
    with listener(backlog=0) as (server, url):
        waiting = [socket.socket() for _ in range(4)]
        for fills_the_queue in waiting:
            fills_the_queue.setblocking(False)
            fills_the_queue.connect_ex(server.getsockname())
        with pytest.raises(NotSentTimeoutError) as caught:
            start(url, profile, connect_timeout=0.2)
        for fills_the_queue in waiting:
            fills_the_queue.close()
    assert caught.value.cause is FailureCause.TIMEOUT


def test_a_connection_closed_without_a_reply_leaves_the_outcome_unknown(
    start: Start, profile: RecordingProfile
) -> None:
    with pytest.raises(OutcomeUnknownError) as caught:
        answered_with(b"", start, profile)
    error = caught.value
    assert (error.cause, error.is_retryable, error.maybe_sent, error.room_id, error.session_id) == (
        FailureCause.CONNECTION_LOST,
        False,
        True,
        "room1",
        "aaa",
    )


def test_a_reply_that_breaks_off_leaves_the_outcome_unknown(start: Start, profile: RecordingProfile) -> None:
    with pytest.raises(OutcomeUnknownError):
        answered_with(b'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"code":', start, profile)


def test_a_reply_of_a_whole_page_in_place_of_json_is_unreadable(start: Start, profile: RecordingProfile) -> None:
    with pytest.raises(UnreadableReplyError):
        answered_with(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n<p/>", start, profile)


def test_a_reply_that_does_not_come_in_time_is_a_timeout_of_unknown_outcome(
    start: Start, simulator: Simulator, profile: RecordingProfile
) -> None:
    simulator.next(hold=True)
    with pytest.raises(OutcomeUnknownTimeoutError) as caught:
        start(simulator.url, profile, timeout=1.0)
    assert (caught.value.cause, caught.value.request_id) == (
        FailureCause.TIMEOUT,
        simulator.headers()[0]["x-request-id"],
    )


def test_a_call_that_ran_out_of_time_lets_go_of_its_connection(
    start: Start, simulator: Simulator, profile: RecordingProfile
) -> None:
    simulator.next(hold=True)
    with pytest.raises(TimeoutError):
        start(simulator.url, profile, timeout=1.0)
    simulator.wait(abandoned=1)
