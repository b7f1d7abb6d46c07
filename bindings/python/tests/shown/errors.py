from rongcloud_recording import InvalidInputError, RecordingClient, RecordingError, RecordingProfile, ServiceCode

profile = RecordingProfile.from_json('{"mode": 0, "videoFormat": "mp4", "audioFormat": "aac", "sliceMin": 60}')
with RecordingClient() as client:
    try:
        print(client.start("room1", "aaa", profile).record_id)
    except InvalidInputError as error:
        for violation in error.violations:
            print(f"{violation.path}: {violation.reason}")
    except RecordingError as error:
        if error.code == ServiceCode.ROOM_NOT_FOUND:
            print(f"the call is over: {error}")
        elif error.is_retryable:
            print(f"it provably did not start, and may be tried again: {error}")
        elif error.may_be_recording:
            print(f"a recording may be running; the vendor finds request {error.request_id}: {error}")
        else:
            raise
