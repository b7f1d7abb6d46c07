from rongcloud_recording import ConnectionPolicy, FailoverPolicy, RecordingClient, RecordingProfile, RetryPolicy

profile = RecordingProfile.from_json('{"mode": 0, "videoFormat": "mp4", "audioFormat": "aac", "sliceMin": 60}')
with RecordingClient(
    timeout=10,  # for a whole call, with all attempts and waits
    retry=RetryPolicy(max_attempts=3, attempt_timeout=2),
    failover=FailoverPolicy(after_failures=2, probe_after=60),
    connections=ConnectionPolicy(max_concurrent=64, max_waiting=200),
) as client:
    client.start("room1", "aaa", profile)
