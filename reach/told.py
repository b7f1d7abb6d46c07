"""Starts one recording, and prints as hexadecimal what the library is told for it: what reach/musl.c tells it again."""

import ctypes

from rongcloud_recording import _library

# The client's, the profile's and the request's, which has the profile in it.
TOLD = ("constructor_nativeclient_of_keys", "constructor_recordingprofile_from_json", "method_nativeclient_begin")
_function = _library.Library.function
arguments: dict[str, list[str]] = {}
answers: dict[str, int] = {}


def function(library, symbol, returns, *types):
    """A function of the library's that notes the bytes it is given, where they are asked for."""
    called = _function(library, symbol, returns, *types)
    name = next((it for it in TOLD if symbol.endswith(it)), None)
    if name is None:
        return called

    def noting(*given):
        buffers = [it for it in given if isinstance(it, _library._Buffer)]
        arguments[name] = [ctypes.string_at(it.data, it.len).hex() for it in buffers]
        answers[name] = called(*given)
        return answers[name]

    return noting


_library.Library.function = function

import rongcloud_recording as recording  # noqa: E402

made = recording.RecordingProfile.from_json('{"mode": 3, "videoFormat": "mp4", "audioFormat": "aac", "sliceMin": 60}')
with recording.RecordingClient() as client:
    client.start("room1", "aaa", made)
keys, profile, request = TOLD
# Another process has another one.
before, after = arguments[request][0].split(answers[profile].to_bytes(8, "big").hex())
print("\n".join([*arguments[keys], *arguments[profile], before, after]))
