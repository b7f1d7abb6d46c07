import pytest

from rongcloud_recording import OutcomeUnknownError, RecordingClient, RecordingProfile

PROFILE = RecordingProfile.from_json('{"mode": 3, "videoFormat": "mp4", "audioFormat": "aac", "sliceMin": 60}')


def test_a_recording_is_started(rongcloud_simulator):
    simulator = rongcloud_simulator
    with RecordingClient(simulator.app_key, simulator.app_secret, api_url=simulator.url) as client:
        started = client.start("room1", "aaa", PROFILE)
    assert [it["recordId"] for it in simulator.recordings()] == [started.record_id]


def test_a_start_whose_reply_is_lost_is_not_sent_again(rongcloud_simulator, rongcloud_environment):
    rongcloud_simulator.next(status=502)
    with RecordingClient() as client, pytest.raises(OutcomeUnknownError):
        client.start("room1", "aaa", PROFILE)
    assert len(rongcloud_simulator.requests()) == 1
