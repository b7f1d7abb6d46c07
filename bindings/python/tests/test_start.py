"""Starting, with either client, against the simulator."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from conftest import Start
from rongcloud_recording import (
    AsyncRecordingClient,
    DataCenter,
    HeaderStyle,
    InvalidInputError,
    RecordingClient,
    RecordingProfile,
    RefusedError,
)
from support import APP_KEY, APP_SECRET, ROOM, SESSION, Simulator

CLIENTS = pytest.mark.parametrize("kind", [RecordingClient, AsyncRecordingClient])


def test_a_start_returns_what_the_service_answered(
    start: Start, simulator: Simulator, profile: RecordingProfile
) -> None:
    started = start(simulator.url, profile)
    (recording,) = simulator.recordings()
    assert (started.record_id, started.room_id, started.session_id, started.request_id) == (
        recording["recordId"],
        recording["roomId"],
        recording["sessionId"],
        recording["requestId"],
    )


def test_a_tag_is_sent(start: Start, simulator: Simulator, profile: RecordingProfile) -> None:
    start(simulator.url, profile, extra="order-7")
    assert simulator.recordings()[0]["extra"] == "order-7"


def test_the_user_agent_names_library_and_language(
    start: Start, simulator: Simulator, profile: RecordingProfile
) -> None:
    start(simulator.url, profile)
    assert re.fullmatch(r"rongcloud-recording/\d+\.\d+\.\d+ \(python\)", simulator.headers()[0]["user-agent"])


def test_headers_are_plain_by_default(start: Start, simulator: Simulator, profile: RecordingProfile) -> None:
    start(simulator.url, profile)
    assert {"app-key", "nonce", "timestamp", "signature"} <= set(simulator.headers()[0])


def test_headers_can_have_the_prefix(start: Start, simulator: Simulator, profile: RecordingProfile) -> None:
    start(simulator.url, profile, header_style=HeaderStyle.PREFIXED)
    assert {"rc-app-key", "rc-nonce", "rc-timestamp", "rc-signature"} <= set(simulator.headers()[0])


def test_a_wrong_secret_is_refused_with_code_and_request_id(simulator: Simulator, profile: RecordingProfile) -> None:
    with RecordingClient(APP_KEY, "wrong", api_url=simulator.url) as client, pytest.raises(RefusedError) as caught:
        client.start(ROOM, SESSION, profile)
    error = caught.value
    assert (error.status, error.code, error.is_retryable, error.request_id) == (
        401,
        1004,
        False,
        simulator.headers()[0]["x-request-id"],
    )


def test_an_unknown_room_is_refused_with_the_services_code(
    start: Start, simulator: Simulator, profile: RecordingProfile
) -> None:
    with pytest.raises(RefusedError) as caught:
        start(simulator.url, profile, room_id="elsewhere")
    assert (caught.value.status, caught.value.code) == (200, 40003)


def test_an_invalid_call_is_never_sent(start: Start, simulator: Simulator, profile: RecordingProfile) -> None:
    with pytest.raises(InvalidInputError):
        start(simulator.url, profile, room_id="", session_id="")
    assert simulator.requests() == []


@pytest.mark.parametrize("timeout", [30, 30.5, timedelta(seconds=30), timedelta(days=365)])
def test_a_timeout_may_be_seconds_or_a_timedelta(
    timeout: Any, start: Start, simulator: Simulator, profile: RecordingProfile
) -> None:
    assert start(simulator.url, profile, timeout=timeout).record_id


@pytest.mark.parametrize("timeout", [0, -1, -0.5, 1e-9, float("nan"), float("-inf"), timedelta(0), timedelta(days=-1)])
def test_a_timeout_that_is_not_above_zero_is_a_violation(
    timeout: Any, start: Start, simulator: Simulator, profile: RecordingProfile
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        start(simulator.url, profile, timeout=timeout)
    assert [(found.path, found.code) for found in caught.value.violations] == [("timeout", "out_of_range")]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"room_id": 7}, "room_id must be a str, not int"),
        ({"session_id": None}, "session_id must be a str, not NoneType"),
        ({"extra": b"tag"}, "extra must be a str or None, not bytes"),
        ({"timeout": "3"}, "timeout must be timedelta or a number or None, not str"),
        ({"timeout": True}, "timeout must be timedelta or a number or None, not bool"),
    ],
)
def test_an_argument_of_another_type_is_named(
    arguments: dict[str, Any], sentence: str, start: Start, profile: RecordingProfile
) -> None:
    with pytest.raises(TypeError) as caught:
        start("https://example.com", profile, **arguments)
    assert str(caught.value) == sentence


def test_a_config_in_a_profiles_place_is_named(start: Start, profile: RecordingProfile) -> None:
    config: Any = profile.config
    with pytest.raises(TypeError, match="^profile must be RecordingProfile, not SplitStreamRecording$"):
        start("https://example.com", config)


@pytest.mark.parametrize(
    ("argument", "path"), [("room_id", "Room-Id"), ("session_id", "sessionId"), ("extra", "extra")]
)
def test_a_text_that_is_not_unicode_is_a_violation(
    argument: str, path: str, start: Start, profile: RecordingProfile
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        start("https://example.com", profile, **{argument: "a\udfff"})
    assert [found.path for found in caught.value.violations] == [path]


@CLIENTS
def test_everything_can_come_from_the_environment(
    kind: type[RecordingClient] | type[AsyncRecordingClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RONGCLOUD_APP_KEY", APP_KEY)
    monkeypatch.setenv("RONGCLOUD_APP_SECRET", APP_SECRET)
    monkeypatch.setenv("RONGCLOUD_DATA_CENTER", "singapore-b")
    assert repr(kind()) == f"{kind.__name__}()"


def test_the_environments_credentials_and_address_are_used(
    simulator: Simulator, profile: RecordingProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RONGCLOUD_APP_KEY", APP_KEY)
    monkeypatch.setenv("RONGCLOUD_APP_SECRET", APP_SECRET)
    monkeypatch.setenv("RONGCLOUD_API_URL", simulator.url)
    assert RecordingClient().start(ROOM, SESSION, profile).record_id


def test_explicit_arguments_win_over_the_environment(
    simulator: Simulator, profile: RecordingProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RONGCLOUD_APP_KEY", "another")
    monkeypatch.setenv("RONGCLOUD_APP_SECRET", "another")
    monkeypatch.setenv("RONGCLOUD_API_URL", "http://127.0.0.1:9")
    assert RecordingClient(APP_KEY, APP_SECRET, api_url=simulator.url).start(ROOM, SESSION, profile).record_id


@CLIENTS
def test_missing_variables_are_all_named(kind: type[RecordingClient] | type[AsyncRecordingClient]) -> None:
    with pytest.raises(InvalidInputError) as caught:
        kind()
    assert [found.path for found in caught.value.violations] == ["app_key", "app_secret", "data_center"]


@CLIENTS
@pytest.mark.parametrize(
    ("arguments", "options", "sentence"),
    [
        (("key", 7), {}, "app_secret must be a str or None, not int"),
        ((7, "secret"), {}, "app_key must be a str or None, not int"),
        (("key", "secret"), {"api_url": b""}, "api_url must be a str or None, not bytes"),
        (
            ("key", "secret"),
            {"data_center": "singapore-b"},
            "data_center must be DataCenter or None, not str: use DataCenter.SINGAPORE_B",
        ),
        (("key", "secret"), {"connect_timeout": "5"}, "connect_timeout must be timedelta or a number or None, not str"),
        (("key", "secret"), {"header_style": True}, "header_style must be HeaderStyle or None, not bool"),
    ],
)
def test_a_clients_argument_of_another_type_is_named(
    kind: Any, arguments: tuple[Any, ...], options: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(TypeError, match=f"^{re.escape(sentence)}"):
        kind(*arguments, **options)


def test_a_client_prints_its_settings_without_its_credentials() -> None:
    client = RecordingClient("key-1", "secret-1", data_center=DataCenter.BEIJING, timeout=2.5)
    assert repr(client) == (
        "RecordingClient(data_center=DataCenter.BEIJING, timeout=datetime.timedelta(seconds=2, microseconds=500000))"
    )
