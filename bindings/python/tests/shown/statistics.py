from rongcloud_recording import RecordingClient

with RecordingClient() as client:
    client.query_room("room1")
    now = client.statistics()
    print(now.attempts, now.retries, now.calls_in_flight, [it.host for it in now.domains if it.is_leading])
