"""Whether every contender says what the service asks for: one call by each with the strict simulator.

Without this, a peer that signs wrongly or sends half a body would be compared all the same.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from contenders import Group, Programs
from processes import CLIENT_CORE, Process


def check(programs: Programs, groups: list[Group]) -> None:
    """Ends the program where the simulator refuses one of them."""
    with _simulator(programs) as url:
        for group in groups:
            for contender in group.all:
                # What is stopped or changed must be running.
                for operation in dict.fromkeys(("start", group.operation)):
                    program = programs.contender(group.language, group.java)
                    with Process(CLIENT_CORE, [*program, f"{contender.argument}:{operation}", "1", url], {}) as process:
                        process.ask("0")


@contextmanager
def _simulator(programs: Programs) -> Iterator[str]:
    # It ends when its stdin does.
    command = [str(programs.simulator), "--until-stdin-closes", "--quiet", "--room", "room1:aaa:user0,user1"]
    simulator = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert simulator.stdin and simulator.stdout
    try:
        yield simulator.stdout.readline().strip()
    finally:
        simulator.stdin.close()
        simulator.wait(10)
        simulator.stdout.close()
