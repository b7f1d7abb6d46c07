"""Starts one recording with the settings of the environment, and tells what with."""

import platform
import sys
import sysconfig

import rongcloud_recording as recording

profile = recording.RecordingProfile.from_json(
    '{"mode": 3, "videoFormat": "mp4", "audioFormat": "aac", "sliceMin": 60}'
)
with recording.RecordingClient() as client:
    started = client.start("room1", "aaa", profile)
threads = ", free-threaded" if sysconfig.get_config_var("Py_GIL_DISABLED") and not sys._is_gil_enabled() else ""
# Of musl, nothing is told there.
libc = "musl" if "-musl" in (sysconfig.get_config_var("MULTIARCH") or "") else " ".join(platform.libc_ver())
print(f"with: Python {platform.python_version()}{threads}, {libc}, {platform.machine()}")
print(f"record id: {started.record_id}")
