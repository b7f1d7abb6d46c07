from rongcloud_recording import RecordingPhase, RecordingTracker, parse_recording_event

tracker = RecordingTracker("r-1")
tracker.record(parse_recording_event('{"type": 1, "recordId": "r-1", "timestamp": 1586244141831}'))
state = tracker.state(stale_after=3600)
assert (state.phase, state.is_stale) == (RecordingPhase.RECORDING, True)  # silent since April 2020
