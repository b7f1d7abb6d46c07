from rongcloud_recording import RecordingClient, RecordingProfile, grid_layout

profile = RecordingProfile.from_json(
    '{"mode": 3, "mixLayout": 3, "hostUserId": "111", "hostStreamId": "111_RongCloudRTC",'
    ' "videoFormat": "mp4", "audioFormat": "aac", "sliceMin": 60}'
)
with RecordingClient() as client:
    room = client.query_room("room1")  # its session, members and streams
    started = client.start("room1", room.session_id, profile)  # or start_in_room("room1", profile), which asks itself
    client.update_layout(started, grid_layout(room.video_streams))
    client.stop(started)  # the files follow, by callback
