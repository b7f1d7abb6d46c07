from rongcloud_recording import RecordingTracker, parse_recording_event

stored = RecordingTracker("r-1").snapshot()  # a text, in a row of yours


def note(mine: RecordingTracker) -> None:
    global stored
    tracker = RecordingTracker.restore(stored)  # SELECT ... FOR UPDATE
    tracker.merge(mine)
    stored = tracker.snapshot()  # UPDATE, commit


mine = RecordingTracker("r-1")
mine.record(parse_recording_event('{"type": 3, "recordId": "r-1", "timestamp": 1586244141831}'))
note(mine)
