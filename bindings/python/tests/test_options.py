"""The settings of delivery: policies, proxy, certificates, and what is said of wrong ones."""

from __future__ import annotations

import traceback
from datetime import timedelta
from typing import Any

import pytest

from rongcloud_recording import (
    AsyncRecordingClient,
    CallbackOptions,
    CallbackReceiver,
    ClientOptions,
    ConnectionPolicy,
    FailoverPolicy,
    InvalidInputError,
    RecordingClient,
    RecordingProfile,
    RetryPolicy,
)
from support import APP_KEY, APP_SECRET, ROOM, SESSION, Simulator

CLIENTS = pytest.mark.parametrize("kind", [RecordingClient, AsyncRecordingClient], ids=["blocking", "asyncio"])
PASSWORD = "hunter2"
PROXY = f"http://user:{PASSWORD}@proxy.example:3128"


def test_seconds_and_a_timedelta_are_the_same_policy() -> None:
    assert RetryPolicy(attempt_timeout=1.5) == RetryPolicy(attempt_timeout=timedelta(seconds=1.5))


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: RetryPolicy(max_attempts="3"), "RetryPolicy.max_attempts must be int or None, not str"),  # type: ignore[arg-type]
        (lambda: RetryPolicy(budget=1.0), "RetryPolicy.budget must be int or None, not float"),  # type: ignore[arg-type]
        (lambda: RetryPolicy(budget=True), "RetryPolicy.budget must be int or None, not bool"),
        (
            lambda: ConnectionPolicy(max_idle="1"),  # type: ignore[arg-type]
            "ConnectionPolicy.max_idle must be timedelta or a number or None, not str",
        ),
        (lambda: ConnectionPolicy(keep_alive=1), "ConnectionPolicy.keep_alive must be bool or None, not int"),  # type: ignore[arg-type]
        (
            lambda: RecordingClient("key", "secret", retry={"budget": 1}),  # type: ignore[arg-type]
            "retry must be RetryPolicy or None, not dict",
        ),
        (
            lambda: RecordingClient("key", "secret", failover=RetryPolicy()),  # type: ignore[arg-type]
            "failover must be FailoverPolicy or None, not RetryPolicy",
        ),
        (lambda: RecordingClient("key", "secret", proxy=b""), "proxy must be a str or None, not bytes"),  # type: ignore[arg-type]
        (
            lambda: RecordingClient("key", "secret", ca_certificates=b""),  # type: ignore[arg-type]
            "ca_certificates must be a str or None, not bytes",
        ),
    ],
)
def test_a_setting_of_another_type_is_named(make: Any, sentence: str) -> None:
    with pytest.raises(TypeError) as caught:
        make()
    assert str(caught.value) == sentence


@CLIENTS
def test_counts_beyond_32_bits_are_violations(kind: Any) -> None:
    with pytest.raises(InvalidInputError) as caught:
        kind(
            "key",
            "secret",
            api_url="https://api.example",
            retry=RetryPolicy(max_attempts=2**31),
            connections=ConnectionPolicy(max_waiting=-(2**31) - 1),
        )
    assert [(found.path, found.code) for found in caught.value.violations] == [
        ("retry.max_attempts", "out_of_range"),
        ("connections.max_waiting", "out_of_range"),
    ]


@CLIENTS
def test_all_that_is_out_of_range_is_named_at_once(kind: Any) -> None:
    with pytest.raises(InvalidInputError) as caught:
        kind(
            "key",
            "secret",
            api_url="https://api.example",
            connect_timeout=float("inf"),
            timeout=1e300,
            retry=RetryPolicy(budget=2**31, longest_backoff=-1),
        )
    assert [found.path for found in caught.value.violations] == [
        "retry.budget",
        "connect_timeout",
        "timeout",
        "retry.longest_backoff",
    ]


def violations_of(kind: Any, **settings: Any) -> list[str]:
    """Path and code of all that is wrong with a client's settings."""
    with pytest.raises(InvalidInputError) as caught:
        kind(**settings)
    return [f"{found.path} {found.code}" for found in caught.value.violations]


@CLIENTS
def test_everything_missing_and_wrong_is_told_at_once(kind: Any) -> None:
    found = violations_of(
        kind,
        timeout=0,
        proxy="ftp://x",
        ca_certificates="none",
        backup_api_url="\ud800",
        retry=RetryPolicy(max_attempts=11, first_backoff=-1),
    )
    assert found == [
        "backup_api_url wrong_type",
        "app_key required",
        "app_secret required",
        "data_center required",
        "timeout out_of_range",
        "proxy invalid_url",
        "ca_certificates invalid_certificates",
        "retry.max_attempts out_of_range",
        "retry.first_backoff out_of_range",
    ]


@CLIENTS
def test_what_came_from_the_environment_is_named_by_its_variable(kind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RONGCLOUD_APP_KEY", "ke\ny")
    monkeypatch.setenv("RONGCLOUD_APP_SECRET", "")
    monkeypatch.setenv("RONGCLOUD_DATA_CENTER", "mars")
    assert violations_of(kind) == [
        "RONGCLOUD_APP_SECRET empty",
        "RONGCLOUD_APP_KEY not_header_safe",
        "RONGCLOUD_DATA_CENTER unknown_value",
    ]


@CLIENTS
def test_what_came_by_argument_is_named_by_its_argument(kind: Any) -> None:
    found = violations_of(kind, app_key="ke\ny", app_secret=" ", api_url="ftp://x")
    assert found == ["app_key not_header_safe", "app_secret empty", "api_url invalid_url"]


@CLIENTS
def test_credentials_that_are_not_unicode_are_named_with_all_else(kind: Any) -> None:
    found = violations_of(kind, app_key="\ud800", app_secret="\ud800", api_url="\ud800", timeout=-1)
    assert found == ["app_key wrong_type", "app_secret wrong_type", "api_url wrong_type", "timeout out_of_range"]


@CLIENTS
def test_half_a_pair_may_be_the_environments(
    kind: Any, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, profile: RecordingProfile
) -> None:
    monkeypatch.setenv("RONGCLOUD_APP_KEY", "another")
    monkeypatch.setenv("RONGCLOUD_APP_SECRET", APP_SECRET)
    made = kind(APP_KEY, api_url=simulator.url)
    if kind is RecordingClient:
        made.start(ROOM, SESSION, profile)
        assert simulator.headers()[0]["app-key"] == APP_KEY


@CLIENTS
def test_a_data_center_is_known_by_its_name_in_any_case(kind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RONGCLOUD_DATA_CENTER", "Singapore_B")
    kind("key", "secret")


@CLIENTS
def test_every_setting_can_be_given(kind: Any) -> None:
    made = kind(
        "key",
        "secret",
        api_url="https://api.example",
        backup_api_url="https://backup.example",
        proxy="direct",
        retry=RetryPolicy(max_attempts=1, attempt_timeout=1, first_backoff=0, longest_backoff=0, budget=0),
        failover=FailoverPolicy(after_failures=1, probe_after=timedelta(milliseconds=1)),
        connections=ConnectionPolicy(keep_alive=False, max_idle=54, max_requests=79, max_concurrent=1, max_waiting=0),
    )
    assert repr(made).startswith(
        f"{kind.__name__}(api_url='https://api.example', backup_api_url='https://backup.example', proxy=[redacted], "
        "retry=RetryPolicy(max_attempts=1, attempt_timeout=datetime.timedelta(seconds=1), "
    )


@CLIENTS
def test_settings_may_be_given_as_one_value_and_those_beside_it_win(kind: Any) -> None:
    options = ClientOptions(api_url="https://api.example", timeout=1, proxy="direct")
    made = kind("key", "secret", options=options, timeout=2)
    assert repr(made) == (
        f"{kind.__name__}(api_url='https://api.example', timeout=datetime.timedelta(seconds=2), proxy=[redacted])"
    )


@CLIENTS
def test_what_is_wrong_in_an_options_value_is_named_as_a_setting_is(kind: Any) -> None:
    options = ClientOptions(api_url="ftp://x", timeout=-1, retry=RetryPolicy(budget=10**400))
    found = violations_of(kind, app_key="key", app_secret="secret", options=options)
    assert found == ["retry.budget out_of_range", "api_url invalid_url", "timeout out_of_range"]


def test_an_options_value_of_another_type_is_named() -> None:
    options: Any = RetryPolicy()
    with pytest.raises(TypeError, match="^options must be ClientOptions, not RetryPolicy$"):
        RecordingClient("key", "secret", options=options)


def test_a_receivers_settings_may_be_given_as_one_value() -> None:
    with pytest.raises(InvalidInputError) as caught:
        CallbackReceiver("key", "secret", options=CallbackOptions(largest_body=0, time_window=-1), time_window=5)
    assert [found.path for found in caught.value.violations] == ["largest_body"]


def test_a_setting_reaches_the_core(simulator: Simulator, profile: RecordingProfile) -> None:
    with RecordingClient(
        APP_KEY, APP_SECRET, api_url=simulator.url, connections=ConnectionPolicy(keep_alive=False)
    ) as client:
        client.start(ROOM, SESSION, profile)
    assert simulator.headers()[0]["connection"] == "close"


@CLIENTS
@pytest.mark.parametrize(
    "wrong", [{"proxy": f"{PROXY}/path"}, {"proxy": PROXY, "timeout": "1"}, {"proxy": f"\ud800{PROXY}"}]
)
def test_no_error_shows_a_proxys_password_not_even_with_the_variables_of_each_frame(
    kind: Any, wrong: dict[str, Any]
) -> None:
    caught: Exception | None = None
    try:
        kind("key", "secret", api_url="https://api.example", **wrong)
    except (TypeError, InvalidInputError) as error:
        caught = error
    assert caught is not None
    # The caller's own frame is the caller's.
    inner = traceback.TracebackException(type(caught), caught, caught.__traceback__.tb_next, capture_locals=True)  # type: ignore[union-attr]
    told = "".join(inner.format())
    assert "__init__" in told
    assert PASSWORD not in told


@CLIENTS
def test_a_client_prints_neither_its_proxys_password_nor_certificates(kind: Any, simulator: Simulator) -> None:
    certificates = simulator.ca_pem()
    made = kind("key", "secret", api_url="https://api.example", proxy=PROXY, ca_certificates=certificates)
    assert repr(made) == (f"{kind.__name__}(api_url='https://api.example', proxy=[redacted], ca_certificates=[PEM])")
