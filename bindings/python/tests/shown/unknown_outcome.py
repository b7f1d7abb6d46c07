import uuid
from rongcloud_recording import RecordingClient, RecordingError, RecordingProfile, RecordingTracker

profile = RecordingProfile.from_json('{"mode": 0, "videoFormat": "mp4", "audioFormat": "aac", "sliceMin": 60}')
extra = uuid.uuid4().hex  # unique to this start; store it before you start

with RecordingClient() as client:
    try:
        started = client.start("room1", "aaa", profile, extra=extra)
        tracker = RecordingTracker(started.record_id)
    except RecordingError as error:
        if not error.may_be_recording:
            raise  # nothing is running: start again, where error.is_retryable
        # Don't start another. Wait for a callback: this takes those with the extra, and learns the record id from them.
        tracker = RecordingTracker.by_extra(extra, since=error.sent_at)
