"""What is downloaded and installed: packages, the native library, and the peers with all they need."""

from __future__ import annotations

import json
import subprocess
from zipfile import ZipFile

from contenders import Programs

# What a peer brings into an environment that has nothing, itself included, by Python's own metadata.
_INSTALLED = """
import importlib.metadata as metadata, json, re, sys
def closure(name, seen):
    name = re.sub(r"[-_.]+", "-", name).lower()
    if name in seen: return seen
    seen[name] = sum((file.locate().stat().st_size for file in metadata.files(name) or [] if file.locate().is_file()
                      and file.suffix != ".pyc"), 0)
    for required in metadata.requires(name) or []:
        if ";" not in required: closure(re.match(r"[A-Za-z0-9._-]+", required)[0], seen)
    return seen
print(json.dumps({name: sum(closure(name, {}).values()) for name in sys.argv[1:]}))
"""


def packages(programs: Programs, languages: list[str]) -> dict[str, int]:
    """Bytes by what they are of."""
    sizes = {}
    if "python" in languages:
        (wheel,) = (programs.build / "python" / "wheels").glob("*.whl")
        sizes["Python wheel"] = wheel.stat().st_size
        with ZipFile(wheel) as packed:
            (library,) = (it for it in packed.infolist() if "/_native/lib" in it.filename)
        sizes["native library"] = library.file_size
    if "kotlin" in languages:
        (jar,) = (programs.build / "bench" / "kotlin" / "lib").glob("recording-*.jar")
        sizes["Kotlin jar"] = jar.stat().st_size
    if "swift" in languages:
        (archive,) = (programs.repository / "dist").glob("RongCloudRecording-*-swift.tar.gz")
        sizes["Swift package"] = archive.stat().st_size
    return sizes


def installed(programs: Programs) -> dict[str, int]:
    """Bytes of each Python contender, installed with all that it needs, without byte code."""
    names = ("rongcloud-recording", "requests", "aiohttp", "httpx")
    command = [str(programs.python), "-c", _INSTALLED, *names]
    told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return {name: int(told[name]) for name in names}
