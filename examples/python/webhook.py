"""A webhook that loses no event: verify, remember, store, then answer 200, and the same for one that comes again.

Whatever fails on the way is answered with an error, so that the service sends the callback once more. Events are kept
in SQLite, whose unique index on the fingerprint sees to it that one that comes again changes nothing.

To talk to the service, let the console's recording callback reach
`http://<this machine>:<RONGCLOUD_CALLBACK_PORT>/recording`, by way of whatever serves your HTTPS.
"""

import asyncio
import os
import socket
import sqlite3
import sys
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import datetime, timezone
from typing import Protocol

import uvicorn
from fastapi import FastAPI, Request, Response

from rongcloud_recording import (
    AsyncCallbackReceiver,
    AsyncReplayGuard,
    CallbackReceiver,
    CallbackRefusedError,
    ReceivedRecordingEvent,
    ReplayGuard,
)

TABLES = """
CREATE TABLE IF NOT EXISTS signatures (key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, expires_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS events (fingerprint TEXT PRIMARY KEY, record_id TEXT NOT NULL, json TEXT NOT NULL);
"""


class Events(Protocol):
    """Where events are kept."""

    def store(self, received: ReceivedRecordingEvent) -> None:
        """Returns only after the event is safe. The same event again changes nothing."""


class Database:
    """Signatures and events in one file, which several processes may share. Each call has a connection of its own."""

    def __init__(self, path: str) -> None:
        """Opens it, and makes it where there is none."""
        self.path = path
        with closing(self.connect()) as database:
            # Then those who read need not wait for those who write.
            database.execute("PRAGMA journal_mode=WAL")
            database.executescript(TABLES)

    def connect(self) -> sqlite3.Connection:
        """A connection that waits for its turn, and commits each statement to the disk."""
        connection = sqlite3.connect(self.path, timeout=10, isolation_level=None)
        connection.execute("PRAGMA synchronous=FULL")
        return connection

    def remember(self, key: str, fingerprint: str, expires_at: datetime) -> str | None:
        """Remembers a signature, as a `ReplayGuard`."""
        with closing(self.connect()) as database:
            now = datetime.now(timezone.utc).timestamp()
            database.execute("DELETE FROM signatures WHERE expires_at < ?", (now,))
            row = (key, fingerprint, expires_at.timestamp())
            database.execute("INSERT OR IGNORE INTO signatures VALUES (?, ?, ?)", row)
            (remembered,) = database.execute("SELECT fingerprint FROM signatures WHERE key = ?", (key,)).fetchone()
            return str(remembered)

    def store(self, received: ReceivedRecordingEvent) -> None:
        """Keeps an event."""
        with closing(self.connect()) as database:
            row = (received.fingerprint, received.event.record_id, received.event.json)
            database.execute("INSERT OR IGNORE INTO events VALUES (?, ?, ?)", row)


def webhook(guard: ReplayGuard, events: Events) -> FastAPI:
    """The webhook. The receiver and the database wait, so that all of it runs in a thread."""
    receiver = CallbackReceiver(replay_guard=guard)

    async def take_in(request: Request) -> None:
        headers, body, query = request.headers, await request.body(), request.url.query

        def verified_and_stored() -> None:
            events.store(receiver.recording_event(headers, body, query))

        await asyncio.to_thread(verified_and_stored)

    return serving(take_in)


class AsyncEvents(Protocol):
    """`Events` for asyncio."""

    async def store(self, received: ReceivedRecordingEvent) -> None:
        """As `Events.store`."""


def async_webhook(guard: AsyncReplayGuard, events: AsyncEvents) -> FastAPI:
    """The same for a database that is awaited."""
    receiver = AsyncCallbackReceiver(replay_guard=guard)

    async def take_in(request: Request) -> None:
        received = await receiver.recording_event(request.headers, await request.body(), request.url.query)
        await events.store(received)

    return serving(take_in)


def serving(take_in: Callable[[Request], Awaitable[None]]) -> FastAPI:
    """Answers 200 only after a callback has been taken in."""
    app = FastAPI()

    @app.post("/recording")
    async def recording_callback(request: Request) -> Response:
        try:
            await take_in(request)
        except CallbackRefusedError as error:
            print(error, file=sys.stderr)
            return Response(status_code=error.http_status)
        except Exception as error:
            print(f"not stored: {error!r}", file=sys.stderr)
            return Response(status_code=500)
        return Response()

    return app


def main() -> None:
    """Serves the webhook."""
    port = int(os.environ.get("RONGCLOUD_CALLBACK_PORT", "8700"))
    database = Database(os.environ.get("RONGCLOUD_EVENT_DATABASE", "events.sqlite"))
    app = webhook(database, database)
    with socket.create_server(("127.0.0.1", port)) as listener:
        print(f"listening on 127.0.0.1:{listener.getsockname()[1]}", flush=True)
        uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listener])


if __name__ == "__main__":
    main()
