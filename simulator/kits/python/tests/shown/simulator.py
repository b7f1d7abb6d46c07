from rongcloud_recording import RecordingClient, RecordingProfile
from rongcloud_simulator import Simulator

profile = RecordingProfile.from_json('{"mode": 0, "videoFormat": "mp4", "audioFormat": "aac", "sliceMin": 60}')

with Simulator(rooms={"room7": "session7"}, callback_url="http://127.0.0.1:8000/callbacks") as simulator:
    simulator.join("room7", "alice")
    with RecordingClient(simulator.app_key, simulator.app_secret, api_url=simulator.url) as client:
        client.start("room7", "session7", profile)
    simulator.advance(3600)  # an hour passes in rooms and recordings: slices close
    simulator.flush_callbacks()
    for callback in simulator.callbacks():  # with what your service on port 8000 answered to each
        print(callback["body"]["type"], callback["attempts"][-1]["status"])
