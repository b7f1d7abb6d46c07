from rongcloud_recording import RecordingClient

with RecordingClient() as client:
    room = client.query_room("room1", request_id="order-7")
    for attempt in room.attempts:
        print(attempt.host, attempt.request_id, attempt.status, attempt.waited, attempt.took)
