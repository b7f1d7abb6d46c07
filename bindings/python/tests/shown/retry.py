import time
from rongcloud_recording import RecordingClient, RecordingError, RecordingProfile


def start_where_safe(client: RecordingClient, room_id: str, session_id: str, profile: RecordingProfile) -> str:
    for pause in (1, 2, 4, None):
        try:
            return client.start(room_id, session_id, profile).record_id
        except RecordingError as error:
            if not error.is_retryable or pause is None:
                raise  # str(error) is the whole story; error.request_id is what the vendor's support asks for
            time.sleep(error.retry_after.total_seconds() if error.retry_after else pause)


profile = RecordingProfile.from_json('{"mode": 0, "videoFormat": "mp4", "audioFormat": "aac", "sliceMin": 60}')
with RecordingClient() as client:
    print(start_where_safe(client, "room1", "aaa", profile))
