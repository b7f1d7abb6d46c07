import sqlite3
import time
from collections.abc import Mapping

from rongcloud_recording import CallbackReceiver, check_replay

receiver = CallbackReceiver()


def prepare(database: sqlite3.Connection) -> None:
    database.execute("CREATE TABLE IF NOT EXISTS signatures (key TEXT PRIMARY KEY, fingerprint TEXT, expires_at REAL)")
    database.execute("CREATE TABLE IF NOT EXISTS events (fingerprint TEXT PRIMARY KEY, json TEXT NOT NULL)")


def take_in(database: sqlite3.Connection, headers: Mapping[str, str], body: bytes, query: str) -> None:
    received = receiver.verify_recording_event(headers, body, query)
    with database:
        database.execute("BEGIN IMMEDIATE")  # or two workers both find nothing
        database.execute("DELETE FROM signatures WHERE expires_at < ?", (time.time(),))
        known = database.execute("SELECT fingerprint FROM signatures WHERE key = ?", (received.key,)).fetchone()
        check_replay(received.fingerprint, known[0] if known else None)
        row = (received.key, received.fingerprint, received.expires_at.timestamp())
        database.execute("INSERT OR IGNORE INTO signatures VALUES (?, ?, ?)", row)
        database.execute("INSERT OR IGNORE INTO events VALUES (?, ?)", (received.fingerprint, received.event.json))
