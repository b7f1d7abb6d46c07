"""fork, and the end of the process."""

from __future__ import annotations

import re

import pytest

from support import Simulator, run


@pytest.mark.parametrize("kind", ["blocking", "asyncio"])
def test_a_client_used_before_a_fork_works_on_both_sides(kind: str, simulator: Simulator) -> None:
    status, output, errors = run("fork.py", simulator, kind)
    assert (status, sorted(output.split("\n")), errors) == (0, ["", "child: 5", "parent: 5"], "")


def test_what_other_threads_do_at_a_fork_does_not_stop_the_child(simulator: Simulator) -> None:
    assert run("fork_busy.py", simulator) == (0, "20 children started\n", "")


def test_a_forked_child_does_not_tell_its_parents_log_again(simulator: Simulator) -> None:
    status, output, errors = run("fork_log.py", simulator)
    assert (status, sorted(output.split("\n")), errors) == (0, ["", "child: 1", "parent: 2"], "")


def test_a_forked_child_leaves_its_parents_answers_alone(simulator: Simulator) -> None:
    status, output, errors = run("fork_under_way.py", simulator)
    assert (status, output.splitlines(), errors) == (0, ["child: own answer", "parent: both answers"], "")


def test_a_client_works_in_forked_pool_workers(simulator: Simulator) -> None:
    assert run("fork_pool.py", simulator) == (0, "20 recordings\n", "")


@pytest.mark.parametrize("kind", ["threads", "asyncio", "loop in a thread"])
def test_a_process_with_calls_under_way_ends_quietly(kind: str, simulator: Simulator) -> None:
    simulator.next(hold=True, times=50)
    assert run("exit_in_flight.py", simulator, kind) == (0, "50 under way\n", "")


@pytest.mark.parametrize("kind", ["threads", "asyncio", "loop in a thread"])
def test_the_log_tells_of_each_call_that_ended_with_the_process(kind: str, simulator: Simulator) -> None:
    simulator.next(hold=True, times=50)
    _, _, errors = run("exit_in_flight.py", simulator, kind, "shows the log")
    told = re.findall(r"^outcome unknown: may be recording request_id=(\S+) .*outcome is unknown", errors, re.MULTILINE)
    assert sorted(told) == sorted(headers["x-request-id"] for headers in simulator.headers())


@pytest.mark.parametrize("kind", ["threads", "loop in a thread"])
def test_a_process_ends_quietly_while_replies_arrive(kind: str, simulator: Simulator) -> None:
    assert [run("exit_amid_replies.py", simulator, kind) for _ in range(5)] == [(0, "", "")] * 5


@pytest.mark.parametrize("kind", ["blocking", "asyncio"])
def test_a_call_after_the_librarys_end_is_not_sent(kind: str, simulator: Simulator) -> None:
    assert run("start_at_exit.py", simulator, kind) == (0, "FailureCause.CLIENT_CLOSED\n", "")
