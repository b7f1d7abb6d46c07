from rongcloud_simulator import Simulator

with Simulator(rooms={"room7": "session7"}, callback_url="http://127.0.0.1:8000/callbacks") as simulator:
    simulator.join("room7", "alice")
    simulator.advance(3600)  # an hour passes in rooms and recordings: slices close
    simulator.flush_callbacks()
    print(simulator.callbacks())
