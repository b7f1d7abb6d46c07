"""A secret appears in no output, however much is printed."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

import pytest

from support import APP_KEY, PROGRAMS, Simulator, run

# With capitals, as every published one has.
SECRET = "Canary-7f3a9c-Secret"
PASSWORD = "canary-e41b07-password"
ENVIRONMENT = {"RONGCLOUD_APP_SECRET": SECRET, "PROXY_PASSWORD": PASSWORD}


@dataclass(frozen=True)
class Printed:
    """What the program has printed."""

    output: str
    errors: str
    signatures: frozenset[str]

    def __contains__(self, text: str) -> bool:
        """Whether it has printed this."""
        return text in self.output or text in self.errors


@pytest.fixture(scope="module")
def printed() -> Printed:
    """What a program that prints everything has printed."""
    simulator = Simulator(app_secret=SECRET)
    status, output, errors = run("prints_everything.py", simulator, **ENVIRONMENT)
    signatures = frozenset(
        hashlib.sha1(f"{SECRET}{headers['nonce']}{headers['timestamp']}".encode()).hexdigest()
        for headers in simulator.headers()
    )
    simulator.close()
    assert (status, output.splitlines()[-1]) == (0, "printed everything")
    return Printed(output, errors, signatures)


@pytest.mark.parametrize(
    "trace",
    [
        "Signature: [redacted]",
        "recording started",
        "recording not started",
        "attempt failed, to be made again",
        "app_secret must be a str, not bytes",
        "refused with code 1004",
        "refused with code 1008",
        "unreadable reply, HTTP 200",
        "unreadable reply, HTTP 302",
        "look swapped",
        "the ledger's store can't be used",
        "the proxy was given credentials: True",
        "must not have a path, query or fragment",
        "most recent call",
    ],
)
def test_the_program_did_what_could_have_shown_a_secret(trace: str, printed: Printed) -> None:
    assert trace in printed


@pytest.mark.parametrize(
    "secret",
    [
        SECRET,
        SECRET.encode().hex(),
        base64.b64encode(SECRET.encode()).decode(),
        PASSWORD,
        PASSWORD.encode().hex(),
        base64.b64encode(f"user:{PASSWORD}".encode()).decode(),
        # It may be a swapped secret.
        APP_KEY,
    ],
)
def test_a_program_that_prints_everything_prints_no_secret(secret: str, printed: Printed) -> None:
    assert secret not in printed


def test_a_program_that_prints_everything_prints_no_signature(printed: Printed) -> None:
    assert len(printed.signatures) > 20
    assert [signature for signature in printed.signatures if signature in printed] == []


def test_the_program_would_print_a_secret_that_is_not_kept_apart() -> None:
    simulator = Simulator(app_secret=SECRET)
    _, output, _ = run("prints_everything.py", simulator, "and the secrets themselves", **ENVIRONMENT)
    simulator.close()
    assert "capture_locals=True" in (PROGRAMS / "prints_everything.py").read_text(encoding="utf-8")
    assert SECRET in output
    assert PASSWORD in output
