"""Taking callbacks in: headers of every framework, guards, refusals."""

from __future__ import annotations

import copy
import hashlib
import json
import logging
import pickle
import re
import time
from collections.abc import Callable
from datetime import timedelta
from email.message import Message
from typing import Any

import pytest

from callbacks import BODY, FORGED, asyncio_receiver, receiver, signed, taken
from rongcloud_recording import (
    AsyncCallbackReceiver,
    CallbackHeaderNames,
    CallbackReceiver,
    CallbackRefusedError,
    InvalidInputError,
    RecordingClient,
    RecordingEventKind,
    RecordingProfile,
    RefusalReason,
    TimestampUnit,
    check_replay,
    parse_recording_event,
    parse_room_event,
    signature,
)
from support import APP_KEY, APP_SECRET, ROOM, SESSION, Simulator

RECEIVERS = pytest.mark.parametrize("make", [receiver, asyncio_receiver], ids=["blocking", "asyncio"])


class Items:
    """Headers that are no mapping and have items all the same, as a werkzeug or email message has."""

    def __init__(self, headers: dict[str, str]) -> None:
        self._message = Message()
        for name, value in headers.items():
            self._message[name] = value

    def items(self) -> Any:
        """The pairs."""
        return self._message.items()


@pytest.mark.parametrize(
    "form",
    [
        dict,
        Items,
        lambda headers: list(headers.items()),
        lambda headers: iter(headers.items()),
        lambda headers: [[name, value] for name, value in headers.items()],
        lambda headers: [(name.encode(), value.encode()) for name, value in headers.items()],
    ],
    ids=["mapping", "items", "pairs", "iterator", "lists", "bytes"],
)
def test_headers_are_taken_as_any_framework_has_them(form: Callable[[dict[str, str]], Any]) -> None:
    received = receiver().recording_event(form(signed()), BODY)
    assert (received.event.kind, received.event.record_id) == (RecordingEventKind.STARTED, "r-1")


@RECEIVERS
def test_a_callback_that_comes_again_is_accepted_again_and_known_by_its_fingerprint(make: Any) -> None:
    taking, headers = make(), signed()
    fingerprints = {taken(taking, headers, BODY).fingerprint for _ in range(3)}
    # Signed anew, it is the same event still.
    fingerprints.add(taken(taking, signed("14315"), BODY).fingerprint)
    assert fingerprints == {hashlib.sha1(BODY).hexdigest()}


@RECEIVERS
def test_a_captured_signature_does_not_sign_a_forged_body(make: Any) -> None:
    taking, headers = make(), signed()
    taken(taking, headers, BODY)
    with pytest.raises(CallbackRefusedError) as caught:
        taken(taking, headers, FORGED)
    assert (caught.value.reason, caught.value.http_status) == (RefusalReason.REPLAYED, 401)


@RECEIVERS
def test_a_room_callback_is_taken_in_likewise(make: Any) -> None:
    body = json.dumps({"event": 2, "roomId": "room1", "appKey": APP_KEY}).encode()
    headers = {**signed(), "appKey": APP_KEY}
    assert taken(make(), headers, body, "room").event.room_id == "room1"


@RECEIVERS
def test_a_callback_can_be_verified_without_being_remembered(make: Any) -> None:
    taking, headers = make(), signed()
    received = taking.verify_recording_event(headers, BODY)
    assert (received.event.record_id, received.fingerprint) == ("r-1", hashlib.sha1(BODY).hexdigest())
    # Nothing of it is remembered here: that is left to the caller.
    assert taken(taking, headers, FORGED).event.record_id == "r-2"
    room = json.dumps({"event": 2, "roomId": "room1", "appKey": APP_KEY}).encode()
    assert taking.verify_room_event({**signed(), "appKey": APP_KEY}, room).event.room_id == "room1"


@pytest.mark.parametrize("remembered", [None, "f", b"f"])
def test_what_a_store_has_not_or_the_same_is_no_replay(remembered: Any) -> None:
    check_replay("f", remembered)


@pytest.mark.parametrize("remembered", ["g", b"g", b"\xff", ""])
def test_what_a_store_has_otherwise_is_a_replay(remembered: Any) -> None:
    with pytest.raises(CallbackRefusedError) as caught:
        check_replay("f", remembered)
    assert (caught.value.reason, caught.value.http_status) == (RefusalReason.REPLAYED, 401)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((7, None), "fingerprint must be a str, not int"),
        (("f", 7), "remembered must be a str or bytes or None, not int"),
    ],
)
def test_what_is_no_fingerprint_is_named(arguments: Any, sentence: str) -> None:
    with pytest.raises(TypeError, match=f"^{re.escape(sentence)}$"):
        check_replay(*arguments)


def test_the_signature_of_a_request_of_ours_signs_no_callback(
    client: RecordingClient, simulator: Simulator, profile: RecordingProfile
) -> None:
    client.start(ROOM, SESSION, profile)
    (sent,) = simulator.headers()
    fields = {name: sent[name] for name in ("nonce", "timestamp")}
    captured = {**fields, "signature": signature(APP_SECRET, fields["nonce"], fields["timestamp"])}
    with pytest.raises(CallbackRefusedError) as caught:
        receiver().recording_event(captured, BODY)
    assert caught.value.reason is RefusalReason.OWN_REQUEST


@pytest.mark.parametrize(("unit", "divisor"), [(TimestampUnit.MILLISECONDS, 1), (TimestampUnit.SECONDS, 1000)])
def test_a_receiver_takes_timestamps_of_one_unit_only(unit: TimestampUnit, divisor: int) -> None:
    taking = receiver(timestamp_unit=unit)
    now = round(time.time() * 1000)
    for given in (1, 1000):
        timestamp = str(now // given)
        headers = {"nonce": "1", "timestamp": timestamp, "signature": signature(APP_SECRET, "1", timestamp)}
        if given == divisor:
            assert taking.recording_event(headers, BODY).event.record_id == "r-1"
            continue
        with pytest.raises(CallbackRefusedError) as caught:
            taking.recording_event(headers, BODY)
        assert caught.value.reason is RefusalReason.MALFORMED_SIGNATURE


@pytest.mark.parametrize("body", [bytearray(BODY), memoryview(BODY)], ids=["bytearray", "memoryview"])
def test_a_body_may_be_any_bytes(body: Any) -> None:
    assert receiver().recording_event(signed(), body).event.record_id == "r-1"


@pytest.mark.parametrize("query", [str, str.encode], ids=["text", "bytes"])
def test_the_signature_may_stand_in_the_query(query: Callable[[str], Any]) -> None:
    text = "&".join(f"{name}={value}" for name, value in signed().items())
    assert receiver().recording_event([], BODY, query(text)).event.record_id == "r-1"


@pytest.mark.parametrize(
    "value", ["会", "a\udcff", "\ud800", b"\xff\xfe", b"\x00", "é" * 40, "\x00"], ids=lambda value: repr(value)
)
@pytest.mark.parametrize("name", ["nonce", "timestamp", "signature"])
def test_a_signing_header_beyond_ascii_is_a_malformed_one(name: str, value: Any) -> None:
    headers: Any = {**signed(), name: value}
    with pytest.raises(CallbackRefusedError) as caught:
        receiver().recording_event(headers, BODY)
    assert caught.value.reason is RefusalReason.MALFORMED_SIGNATURE


@pytest.mark.parametrize("value", ["会", "a\udcff", b"\xff\xfe"], ids=lambda value: repr(value))
def test_another_header_beyond_ascii_does_no_harm(value: Any) -> None:
    headers: Any = [*signed().items(), ("x-other", value), (value, "x")]
    assert receiver().recording_event(headers, BODY).event.record_id == "r-1"


def test_a_query_that_is_not_unicode_does_no_harm() -> None:
    assert receiver().recording_event(signed(), BODY, "a=\ud800").event.record_id == "r-1"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((None, BODY), "headers must be a mapping, or pairs of name and value, not NoneType"),
        (("nonce", BODY), "headers must be a mapping, or pairs of name and value, not str"),
        ((["nonce"], BODY), "headers[0] must be a pair of name and value, not str"),
        (([("nonce", 1)], BODY), "headers[0][1] must be a str or bytes, not int"),
        (({"nonce": ["1"]}, BODY), "headers[0][1] must be a str or bytes, not list"),
        (({}, BODY.decode()), "body must be bytes, exactly as they came, not str"),
        (({}, json.loads(BODY)), "body must be bytes, exactly as they came, not dict"),
        (({}, BODY, None), "query must be a str or bytes, not NoneType"),
    ],
)
def test_an_argument_of_another_type_is_named(arguments: Any, sentence: str) -> None:
    with pytest.raises(TypeError, match=f"^{re.escape(sentence)}$"):
        receiver().recording_event(*arguments)


def test_an_old_secret_and_other_apps_are_accepted_too() -> None:
    timestamp = str(round(time.time() * 1000))
    taking = receiver(other_credentials=[(APP_KEY, "old"), ("other", "s2")])
    for key, secret in ((APP_KEY, "old"), ("other", "s2")):
        headers = {"nonce": "1", "timestamp": timestamp, "signature": signature(secret, "1", timestamp)}
        body = json.dumps({"type": 1, "recordId": "r", "appKey": key}).encode()
        assert taking.recording_event(headers, body).event.app_key == key


def test_the_signing_fields_may_have_other_names() -> None:
    names = CallbackHeaderNames(nonce="x-n", timestamp="x-t", signature="x-s")
    headers = {f"X-{name[0].upper()}": value for name, value in signed().items()}
    assert receiver(header_names=names).recording_event(headers, BODY).event.record_id == "r-1"


def test_the_largest_body_can_be_set() -> None:
    with pytest.raises(CallbackRefusedError) as caught:
        receiver(largest_body=10).recording_event(signed(), BODY)
    assert (caught.value.reason, caught.value.http_status) == (RefusalReason.TOO_LARGE, 413)


def test_credentials_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RONGCLOUD_APP_KEY", APP_KEY)
    monkeypatch.setenv("RONGCLOUD_APP_SECRET", APP_SECRET)
    assert CallbackReceiver().recording_event(signed(), BODY).event.record_id == "r-1"


def violations_of(make: Callable[[], object]) -> list[str]:
    """Each violation as a sentence."""
    with pytest.raises(InvalidInputError) as caught:
        make()
    return [f"{found.path}: {found.reason} [{found.code}]" for found in caught.value.violations]


@pytest.mark.parametrize(
    "given",
    [{}, {"app_key": "key"}, {"app_secret": "secret"}, {"app_key": ""}, {"app_secret": ""}],
    ids=lambda given: str(list(given)),
)
@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"RONGCLOUD_APP_KEY": ""},
        {"RONGCLOUD_APP_SECRET": ""},
        {"RONGCLOUD_APP_KEY": "a\nb", "RONGCLOUD_APP_SECRET": "\udcff"},
        {"RONGCLOUD_APP_KEY": "key ", "RONGCLOUD_APP_SECRET": " secret"},
        {"RONGCLOUD_APP_KEY": " ", "RONGCLOUD_APP_SECRET": "\n"},
    ],
    ids=repr,
)
def test_what_is_missing_or_wrong_is_told_as_a_client_tells_it(
    variables: dict[str, str], given: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    arguments: Any = given

    def of_client() -> object:
        return RecordingClient(**arguments, api_url="https://api.example")

    assert violations_of(lambda: CallbackReceiver(**arguments)) == violations_of(of_client)


def test_a_variable_that_is_set_but_empty_is_named_as_that(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RONGCLOUD_APP_KEY", "")
    assert violations_of(lambda: CallbackReceiver(app_secret="secret")) == [
        "RONGCLOUD_APP_KEY: is set but empty [empty]"
    ]


def test_a_pair_of_nothing_is_a_violation() -> None:
    found = violations_of(lambda: CallbackReceiver("", "", other_credentials=[("", "secret")]))
    assert [one.split(":")[0] for one in found] == ["app_key", "app_secret", "other_credentials[0].app_key"]


@pytest.mark.parametrize("kind", [CallbackReceiver, AsyncCallbackReceiver])
def test_everything_that_is_wrong_with_a_receiver_is_told_at_once(kind: Any) -> None:
    found = violations_of(
        lambda: kind(
            app_secret="a\nb",
            other_credentials=[("other", "secret"), ("\ud800", " "), ("third", "secret2")],
            time_window=float("inf"),
            largest_body=0,
        )
    )
    assert [f"{one.split(':')[0]} {one.split()[-1]}" for one in found] == [
        "app_key [required]",
        "app_secret [control_character]",
        "other_credentials[1].app_key [wrong_type]",
        "other_credentials[1].app_secret [empty]",
        "other_credentials[0].app_secret [ambiguous]",
        "time_window [out_of_range]",
        "largest_body [out_of_range]",
    ]


def test_half_a_pair_may_be_the_environments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RONGCLOUD_APP_KEY", "another")
    monkeypatch.setenv("RONGCLOUD_APP_SECRET", APP_SECRET)
    assert CallbackReceiver(APP_KEY).recording_event(signed(), BODY).event.app_key == APP_KEY


@pytest.mark.parametrize("window", [0, -1, float("nan"), timedelta(0), timedelta(days=366)])
def test_a_window_of_nothing_is_a_violation(window: Any) -> None:
    with pytest.raises(InvalidInputError) as caught:
        receiver(time_window=window)
    assert [found.path for found in caught.value.violations] == ["time_window"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"other_credentials": "key"}, "other_credentials must be pairs of App Key and App Secret, not str"),
        ({"other_credentials": ["key"]}, "other_credentials[0] must be a pair of App Key and App Secret, not str"),
        ({"other_credentials": [("key", 7)]}, "other_credentials[0].app_secret must be a str, not int"),
        ({"other_credentials": [(None, "s")]}, "other_credentials[0].app_key must be a str, not NoneType"),
        (
            {"timestamp_unit": "seconds"},
            "timestamp_unit must be TimestampUnit or None, not str: use TimestampUnit.SECONDS",
        ),
        ({"time_window": "5"}, "time_window must be timedelta or a number or None, not str"),
        ({"largest_body": 1.5}, "largest_body must be int or None, not float"),
        ({"header_names": {}}, "header_names must be CallbackHeaderNames or None, not dict"),
    ],
)
def test_an_option_of_another_type_is_named(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(TypeError, match=f"^{re.escape(sentence)}$"):
        receiver(**options)


@RECEIVERS
def test_a_receiver_cannot_be_pickled(make: Any) -> None:
    with pytest.raises(TypeError, match="CallbackReceiver can't be copied or pickled"):
        pickle.dumps(make())


@pytest.mark.parametrize("make", [lambda error: pickle.loads(pickle.dumps(error)), copy.copy], ids=["pickle", "copy"])
def test_a_refusal_can_be_copied(make: Callable[[CallbackRefusedError], CallbackRefusedError]) -> None:
    error = CallbackRefusedError(reason=RefusalReason.TOO_LARGE, explanation="the body has 9 bytes")
    other = make(error)
    assert (type(other), str(other), other.reason, other.explanation, other.http_status) == (
        CallbackRefusedError,
        "callback refused: the body has 9 bytes",
        RefusalReason.TOO_LARGE,
        "the body has 9 bytes",
        413,
    )


def test_a_stored_callback_is_read_without_its_signature() -> None:
    body = '{"type":2,"recordId":"r","files":[{"name":"a.mkv","big":123456789012345678901234567890}]}'
    assert parse_recording_event(body).json == parse_recording_event(body.encode()).json == body
    assert parse_room_event(b'{"event":1,"channelId":"room1","roomType":7}').room_id == "room1"


@pytest.mark.parametrize("body", ["", "[]", "\ud800", b"\xff", b"[" * 500_000], ids=lambda body: repr(body[:3]))
def test_a_stored_text_that_is_no_callback_is_refused(body: Any) -> None:
    with pytest.raises(CallbackRefusedError) as caught:
        parse_recording_event(body)
    assert (caught.value.reason, caught.value.http_status) == (RefusalReason.UNREADABLE_BODY, 400)


@pytest.mark.parametrize("timestamp", [9223372036854775807, 253402300800000, 18446744073709551615, -1])
def test_a_time_that_python_cannot_hold_does_no_harm(timestamp: int) -> None:
    event = parse_recording_event(json.dumps({"type": 1, "recordId": "r", "timestamp": timestamp}))
    assert event.occurred_at is None or event.occurred_at.year == 9999
    room = parse_room_event(json.dumps({"event": 12, "roomId": "r", "durationTime": timestamp}))
    assert room.lasted is None or room.lasted > timedelta(days=365)


def test_nothing_is_logged_of_a_refusal_because_its_caller_decides(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(CallbackRefusedError):
        receiver().recording_event({}, BODY)
    assert caplog.records == []
