from rongcloud_recording import OnUnknown, RecordingClient, RecordingLedger, RecordingProfile

profile = RecordingProfile.from_json('{"mode": 0, "videoFormat": "mp4", "audioFormat": "aac", "sliceMin": 60}')


def print_files(ledger: RecordingLedger, session_id: str) -> None:
    for found in ledger.follow(session_id):  # what is known now, then after each change, to the last file
        print(found.entry.state, found.recording.uploads if found.recording else ())


with RecordingClient() as client, RecordingLedger(client, OnUnknown.STOP) as ledger:  # the store: RONGCLOUD_LEDGER_URL
    ledger.keep_up(60)  # looks after what dead processes left behind
    first, again = (ledger.start("room1", "aaa", profile) for _ in range(2))
    assert (first.is_mine, again.is_mine) == (True, False) and again.recording.record_id == first.recording.record_id
    ledger.stop(first.recording)
