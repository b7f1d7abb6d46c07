from rongcloud_recording import RecordingClient
from rongcloud_recording.opentelemetry import measure, trace

trace()  # once in the process: a span for each call, a child of the caller's
with RecordingClient() as client:
    measure(client)  # its statistics, whenever metrics are collected
    client.query_room("room1")
