from rongcloud_recording import FloatingLayout, LayoutUpdate, RecordingProfile

profile = RecordingProfile.from_json('{"mode": 3, "videoFormat": "mp4", "audioFormat": "aac", "sliceMin": 60}')
for advice in profile.advice:
    print(f"{advice.path}: {advice.reason} [{advice.code}]")  # config.hostUserId: ... name the host [host_missing]
assert LayoutUpdate(layout=FloatingLayout()).advice == ()
