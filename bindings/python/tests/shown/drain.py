from rongcloud_recording import RecordingClient

client = RecordingClient()
client.query_room("room1")
if not client.close(drain=20):
    print("calls were cut off after 20 seconds")
