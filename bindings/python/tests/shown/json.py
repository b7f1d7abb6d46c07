from rongcloud_recording import RecordingProfile

profile = RecordingProfile.from_json('{"mode": 0, "videoFormat": "mp4", "audioFormat": "aac", "sliceMin": 60}')
print(profile.to_json())  # as it is sent
