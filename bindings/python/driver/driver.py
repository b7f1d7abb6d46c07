"""Python's driver: a line of JSON in, a line out. What it is asked is in tests/conformance/README.md."""

from __future__ import annotations

import json
import sys
from base64 import b64decode
from collections.abc import Callable
from typing import Any

import given
import rongcloud_recording as package
from rongcloud_recording import (
    CallbackReceiver,
    CallbackRefusedError,
    Corner,
    RecordingClient,
    RecordingError,
    RecordingLedger,
    RecordingProfile,
    RecordingTracker,
    StreamRef,
    TimestampUnit,
    layout_to_svg,
    parse_recording_event,
    signature,
)
from told import told


class Driver:
    """One command after the other: a method each, and what calls are made with."""

    def __init__(self) -> None:
        self._client: RecordingClient | None = None
        self._ledger: RecordingLedger | None = None

    def client(self, settings: dict[str, Any]) -> None:
        """Makes the client of the calls to come."""
        if self._client is not None:
            self._client.close()
            self._client = None
        self._client = RecordingClient(**given.settings(settings))

    def call(self, operation: str, arguments: dict[str, Any]) -> Any:
        """An operation, by its name."""
        return getattr(self._client, operation)(**given.arguments(arguments))

    def ledger(self, settings: dict[str, Any]) -> None:
        """Makes the ledger of the calls to come."""
        if self._ledger is not None:
            self._ledger.close()
            self._ledger = None
        self._ledger = RecordingLedger(self._client, **given.ledger(**settings))  # type: ignore[arg-type]

    def ledger_call(self, operation: str, arguments: dict[str, Any]) -> Any:
        """A ledger's operation, by its name."""
        try:
            answer = getattr(self._ledger, operation)(**given.arguments(arguments))
        except CallbackRefusedError as error:
            return _refused(error)
        return list(answer) if operation == "follow" else answer

    def profile(self, text: str) -> dict[str, Any]:
        """A profile that is read."""
        profile = RecordingProfile.from_json(text)
        again = RecordingProfile(profile.config)
        return {"json": profile.to_json(), "json_of_config": again.to_json(), "advice": told(profile.advice)}

    def advice(self, update: dict[str, Any]) -> Any:
        """What is said of a change of layout."""
        return given.update(**update).advice

    def arrange(self, *, arrangement: str, streams: list[Any], corner: str | None, **options: Any) -> Any:
        """Windows for streams."""
        arranged: Callable[..., Any] = getattr(package, f"{arrangement}_layout")
        refs = [StreamRef(**stream) for stream in streams]
        given_options = {name: value for name, value in options.items() if value is not None}
        match arrangement:
            case "spotlight":
                return arranged(refs[0], refs[1:], **given_options)
            case "picture_in_picture" if corner is not None:
                return arranged(*refs, Corner[corner.upper()], **given_options)
            case _:
                return arranged(refs, **given_options)

    def picture(
        self,
        *,
        profile: str | None = None,
        update: dict[str, Any] | None = None,
        resolution: str | None = None,
        cameras: str | None = None,
    ) -> str:
        """What a profile or an update looks like."""
        if profile is not None:
            return RecordingProfile.from_json(profile).to_svg(cameras=cameras)
        change = given.update(**(update or {}))
        return layout_to_svg(
            change.layout,
            resolution=resolution,
            host=change.host,
            render_mode=change.render_mode,
            cameras=cameras,
        )

    def signature(self, **fields: str) -> str:
        """A request's signature."""
        return signature(**fields)

    def receive(
        self,
        *,
        kind: str,
        credentials: list[Any],
        timestamp_unit: str | None,
        headers: list[Any],
        query: str,
        bodies: list[str],
    ) -> list[Any]:
        """Callbacks that one receiver takes in."""
        (key, secret), *others = credentials
        unit = None if timestamp_unit is None else TimestampUnit[timestamp_unit.upper()]
        receiver = CallbackReceiver(key, secret, other_credentials=others, timestamp_unit=unit)
        take = {"recording": receiver.recording_event, "room": receiver.room_event}[kind]

        def taken(body: str) -> Any:
            try:
                return told(take(headers, b64decode(body), query))
            except CallbackRefusedError as error:
                return _refused(error)

        return [taken(body) for body in bodies]

    def track(
        self,
        *,
        record_id: str | None,
        extra: str | None,
        shares: list[list[str]],
        requested: dict[str, Any] | None,
        now_ms: int,
        stale_after_ms: int,
    ) -> list[dict[str, Any]]:
        """What a tracker tells that has taken in what others noted, and what one tells that was stored before that."""

        def made(events: list[str]) -> RecordingTracker:
            tracker = RecordingTracker.by_extra(extra or "") if record_id is None else RecordingTracker(record_id)
            for event in events:
                tracker.record(parse_recording_event(event))
            if requested is not None:
                tracker.requested(*given.requested(**requested))
            return tracker

        def merged(tracker: RecordingTracker) -> dict[str, Any]:
            for other in (*others, tracker):
                tracker.merge(other)
            state = tracker.state(stale_after=given.span(stale_after_ms), now=given.moment(now_ms))
            return {"state": told(state), "snapshot": tracker.snapshot()}

        tracker, *others = map(made, shares)
        restored = RecordingTracker.restore(tracker.snapshot())
        return [merged(tracker), merged(restored)]

    def constants(self, _: None) -> dict[str, Any]:
        """The values that are known."""
        kinds = {"resolutions": package.Resolution, "mcu_modes": package.McuMode, "service_codes": package.ServiceCode}

        def values(kind: type) -> dict[str, Any]:
            return {name: value for name, value in vars(kind).items() if not name.startswith("_")}

        return {name: values(kind) for name, kind in kinds.items()}


def _refused(error: CallbackRefusedError) -> dict[str, Any]:
    return {"refusal": told(error.reason), "http_status": error.http_status, "explanation": error.explanation}


# Their fields are arguments.
SPREAD = {"call", "ledger_call", "arrange", "picture", "signature", "receive", "track"}


def answer(driver: Driver, command: dict[str, Any]) -> dict[str, Any]:
    """What comes of a command. Whatever isn't the library's error ends the driver."""
    ((name, fields),) = command.items()
    do = getattr(driver, name)
    try:
        return {"done": told(do(**fields) if name in SPREAD else do(fields))}
    except RecordingError as error:
        return {"failed": told(error)}


def main() -> None:
    """Answers until its input ends."""
    driver = Driver()
    for line in sys.stdin:
        print(json.dumps(answer(driver, json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
