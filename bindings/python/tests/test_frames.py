"""No frame of this package shows a secret, whatever failed in it."""

from __future__ import annotations

import inspect
import itertools
import traceback
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import pytest

import rongcloud_recording as library
from rongcloud_recording import (
    AsyncCallbackReceiver,
    AsyncRecordingClient,
    AsyncRecordingLedger,
    CallbackReceiver,
    OnUnknown,
    RecordingClient,
    RecordingLedger,
    signature,
)

SECRET = "Canary-7f3a9c-Secret"
PASSWORD = "canary-e41b07-password"
CANARIES = (SECRET, PASSWORD)
URL = f"https://user:{PASSWORD}@api.example"
# What every call is given, apart from what is wrong with it.
CLIENT: dict[str, Any] = {
    "app_key": "key",
    "app_secret": SECRET,
    "api_url": "https://api.example",
    "proxy": f"http://user:{PASSWORD}@proxy.example:3128",
}
RECEIVER: dict[str, Any] = {"app_key": "key", "app_secret": SECRET, "other_credentials": [("key", SECRET + "2")]}
LEDGER: dict[str, Any] = {"on_unknown": OnUnknown.HOLD, "store": f"postgres://user:{PASSWORD}@db.example/app"}
SIGNATURE: dict[str, Any] = {"app_secret": SECRET, "nonce": "1", "timestamp": "2"}


class OwnError(Exception):
    """What the caller's own code raises."""


class HostileText(str):
    """A text that can't be used as one."""

    def encode(self, *_: Any) -> bytes:
        raise OwnError

    def __str__(self) -> str:
        raise OwnError


class Hostile:
    """Raises at every turn."""

    def __iter__(self) -> Iterator[Any]:
        raise OwnError

    def __len__(self) -> int:
        raise OwnError

    def __eq__(self, other: object) -> bool:
        raise OwnError

    def __hash__(self) -> int:
        raise OwnError


class HostileNumber(float):
    """Can't be compared."""

    def __gt__(self, other: object) -> bool:
        raise OwnError


class HostilePair(list[str]):
    """A pair that can't be taken apart."""

    def __iter__(self) -> Iterator[str]:
        raise OwnError


def half(error: BaseException) -> Iterator[tuple[str, str]]:
    """Credentials that end amid themselves."""
    yield "key", SECRET
    raise error


WRONG: dict[str, Any] = {
    "another type": 7,
    "bytes": SECRET.encode(),
    "a list": [SECRET],
    "half of a surrogate pair": f"{URL}\ud800",
    "a line's end": f"{SECRET}\n",
    "nothing": "",
    "an address with a path": f"{URL}/path?query#fragment",
    "an address with a password": URL,
    "no address": f"user:{PASSWORD}",
    "no port": f"http://user:{PASSWORD}@proxy.example:port",
    "another scheme": f"ftp://user:{PASSWORD}@proxy.example",
    "no host": f"https://user:{PASSWORD}@",
    "spaces": f"https://user:{PASSWORD} @host name",
    "a text that raises": HostileText(URL),
    "an object that raises": Hostile(),
    "a number that raises": HostileNumber(1),
    "no number": float("nan"),
    "without end": float("inf"),
    "below zero": -1,
    "credentials that end": lambda: half(OwnError()),
    "credentials that end in Ctrl-C": lambda: half(KeyboardInterrupt()),
    "credentials of three": [("key", SECRET, "more")],
    "credentials of bytes": [("key", SECRET.encode())],
    "credentials that raise": [("key", SECRET), HostilePair(["key", SECRET])],
    "a pair that raises": [("key", SECRET), Hostile()],
}

# What of it a variable can have.
IN_THE_ENVIRONMENT = [name for name, value in WRONG.items() if type(value) is str and "\ud800" not in value]


def calls() -> Iterator[Any]:
    """Every argument of everything that is given a secret, with everything that may be wrong with it."""
    targets: list[tuple[Callable[..., object], dict[str, Any]]] = [
        (RecordingClient, CLIENT),
        (AsyncRecordingClient, CLIENT),
        (CallbackReceiver, RECEIVER),
        (AsyncCallbackReceiver, RECEIVER),
        (RecordingLedger, {**LEDGER, "client": RecordingClient(**CLIENT)}),
        (AsyncRecordingLedger, {**LEDGER, "client": AsyncRecordingClient(**CLIENT)}),
        (signature, SIGNATURE),
    ]
    for call, given in targets:
        # A ledger's holder is a label, to be shown.
        parameters = [name for name in inspect.signature(call).parameters if name != "holder"]
        for name, wrong in itertools.product(parameters, WRONG):
            yield pytest.param(call, given, name, wrong, id=f"{call.__name__} {name}: {wrong}")


def outcome(call: Callable[..., object], **arguments: Any) -> object:
    """What comes of a call: what it makes, or its error."""
    try:
        return call(**arguments)
    except BaseException as error:
        return error


def frames(error: object) -> Iterator[FrameType]:
    """The frames of an error, and of those that it came of."""
    while isinstance(error, BaseException):
        for frame, _ in traceback.walk_tb(error.__traceback__):
            yield frame
        error = error.__cause__ or error.__context__


def is_ours(frame: FrameType) -> bool:
    """Whether it runs code of the package."""
    return str(frame.f_globals["__name__"]).partition(".")[0] == library.__name__


def shown(value: object) -> str:
    """A value as a report prints it."""
    try:
        return repr(value)
    except OwnError:
        return ""


def secrets_of(made: object) -> list[str]:
    """Where a secret can be seen: in a variable, or in what was made."""
    variables = [
        (f"{frame.f_code.co_name}, {name}", value)
        for frame in frames(made)
        if is_ours(frame)
        for name, value in frame.f_locals.items()
    ]
    places = [*variables, ("its repr", made), ("its text", str(made))]
    return [place for place, value in places if any(canary in shown(value) for canary in CANARIES)]


@pytest.mark.parametrize(("call", "given", "name", "wrong"), [*calls()])
def test_no_frame_of_the_package_shows_a_secret(
    call: Callable[..., object], given: dict[str, Any], name: str, wrong: str
) -> None:
    value = WRONG[wrong]
    assert secrets_of(outcome(call, **{**given, name: value() if callable(value) else value})) == []


@pytest.mark.parametrize("name", ["RONGCLOUD_APP_SECRET", "RONGCLOUD_API_URL", "HTTPS_PROXY"])
@pytest.mark.parametrize("wrong", IN_THE_ENVIRONMENT)
@pytest.mark.parametrize("call", [RecordingClient, AsyncRecordingClient, CallbackReceiver])
def test_no_frame_of_the_package_shows_a_secret_of_the_environment(
    call: Callable[..., object], wrong: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RONGCLOUD_APP_KEY", "key")
    monkeypatch.setenv("RONGCLOUD_APP_SECRET", SECRET)
    monkeypatch.setenv("RONGCLOUD_API_URL", "https://api.example")
    monkeypatch.setenv(name, WRONG[wrong])
    assert secrets_of(outcome(call)) == []


@pytest.mark.parametrize("wrong", IN_THE_ENVIRONMENT)
@pytest.mark.parametrize("call", [RecordingLedger, AsyncRecordingLedger])
def test_no_frame_of_the_package_shows_a_password_of_a_store_that_the_environment_names(
    call: Any, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RONGCLOUD_LEDGER_URL", WRONG[wrong])
    assert secrets_of(outcome(call, client=call._client_type(**CLIENT), on_unknown=OnUnknown.STOP)) == []


def test_an_error_of_the_callers_own_code_is_traced_to_there() -> None:
    error = outcome(CallbackReceiver, **{**RECEIVER, "other_credentials": half(OwnError())})
    assert type(error) is OwnError
    assert [frame.f_code.co_name for frame in frames(error)] == ["outcome", "__init__", "half"]


@pytest.mark.parametrize(
    ("call", "given", "wrong"),
    [
        (RecordingClient, CLIENT, "app_key"),
        (CallbackReceiver, RECEIVER, "app_key"),
        (RecordingLedger, LEDGER, "client"),
    ],
)
def test_these_would_show_a_secret_that_is_not_kept_apart(
    call: Callable[..., object], given: dict[str, Any], wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library._objects, "_of_others", lambda traceback: traceback)
    assert secrets_of(outcome(call, **{**given, wrong: 7})) != []
