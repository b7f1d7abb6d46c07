from rongcloud_recording import RecordingClient, RecordingProfile, RecordingTarget

profile = RecordingProfile.from_json('{"mode": 0, "videoFormat": "mp4", "audioFormat": "aac", "sliceMin": 60}')
with RecordingClient() as client:
    client.start("room1", "aaa", profile)
    client.stop(RecordingTarget(room_id="room1", session_id="aaa"))
