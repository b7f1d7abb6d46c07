import sqlite3
from contextlib import closing

from fastapi import FastAPI, Request, Response
from rongcloud_recording import CallbackReceiver, CallbackRefusedError

app = FastAPI()
# App Key and App Secret from the environment. For one process: several workers share a replay_guard, see below.
receiver = CallbackReceiver()


@app.post("/recording")  # the recording callback's URL in the console
async def recording_callback(request: Request) -> Response:
    try:
        received = receiver.recording_event(request.headers, await request.body(), request.url.query)
    except CallbackRefusedError as error:
        return Response(status_code=error.http_status)  # str(error) is for your log
    with closing(sqlite3.connect("events.sqlite")) as database, database:
        database.execute("CREATE TABLE IF NOT EXISTS events (fingerprint TEXT PRIMARY KEY, json TEXT NOT NULL)")
        row = (received.fingerprint, received.event.json)
        database.execute("INSERT OR IGNORE INTO events VALUES (?, ?)", row)
    return Response()
