"""Uses one client and one profile in the workers of a forking pool."""

import multiprocessing
import warnings

from rongcloud_recording import RecordingClient, RecordingProfile, StartedRecording

warnings.simplefilter("ignore", DeprecationWarning)
client = RecordingClient()


def start(profile: RecordingProfile) -> StartedRecording:
    """A worker's task: the profile comes by pickle, the client by fork."""
    return client.start("room1", "aaa", profile)


profile = RecordingProfile.from_json('{"videoFormat":"mp4","audioFormat":"aac","sliceMin":60}')
start(profile)
with multiprocessing.get_context("fork").Pool(4) as pool:
    started = pool.map(start, [profile] * 20)
    pool.close()
    pool.join()
print(f"{len({one.record_id for one in started})} recordings")
