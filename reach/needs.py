#!/usr/bin/env python3
"""What the libraries and programs inside of packages ask of a system, and whether that is no more than it may be.

Usage: needs.py PACKAGE…    wheels, jars and Swift archives

Prints a line of JSON for each library or program in them.
"""

import json
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

# As a release may ask at most. A name is one of the C library's parts: nothing else is on every system.
GLIBC = (2, 17)
OF_GLIBC = {
    "libc.so.6",
    "libm.so.6",
    "libpthread.so.0",
    "libdl.so.2",
    "librt.so.1",
    "ld-linux-x86-64.so.2",
    "ld-linux-aarch64.so.1",
}
OF_MUSL = {"libc.so"}
ELF, STATIC = b"\x7fELF", b"!<arch>\n"


def natives(package):
    """The name and the content of each library or program in a package."""
    if package.name.endswith((".tar.gz", ".tgz")):
        with tarfile.open(package) as archive:
            for member in archive:
                content = archive.extractfile(member).read() if member.isfile() else b""
                if content.startswith((ELF, STATIC)):
                    yield member.name, content
    else:
        with zipfile.ZipFile(package) as archive:
            for name in archive.namelist():
                content = archive.read(name)
                if content.startswith((ELF, STATIC)):
                    yield name, content


def needs(name, content):
    """What one asks for."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        command = ["readelf", "--wide", "--file-header", "--dynamic", "--version-info", file.name]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    (machine,) = set(re.findall(r"Machine:.*\b(X86-64|AArch64)\b", told))
    if content.startswith(STATIC):
        # What it asks for shows only in the program that it is linked into.
        return {
            "file": name,
            "machine": machine.lower(),
            "library": "static",
            "version": None,
            "needed": [],
            "bytes": len(content),
        }
    glibc = max(((2, int(minor)) for minor in re.findall(r"Name: GLIBC_2\.(\d+)", told)), default=None)
    needed = sorted(re.findall(r"\(NEEDED\).*\[(.+)\]", told))
    library = "glibc" if glibc else "musl" if needed else "none"
    allowed = {"glibc": OF_GLIBC, "musl": OF_MUSL, "none": set()}[library]
    if glibc and glibc > GLIBC:
        sys.exit(f"{name} asks for glibc {glibc[0]}.{glibc[1]}, and {GLIBC[0]}.{GLIBC[1]} is the most it may")
    if set(needed) - allowed:
        sys.exit(f"{name} needs {sorted(set(needed) - allowed)}, which not every system has")
    return {
        "file": name,
        "machine": machine.lower(),
        "library": library,
        "version": ".".join(map(str, glibc)) if glibc else None,
        "needed": needed,
        "bytes": len(content),
    }


def main(packages):
    """Prints what is in packages."""
    for package in map(Path, packages):
        found = [needs(*native) for native in natives(package)]
        if not found:
            sys.exit(f"{package} has no library and no program")
        for it in found:
            print(json.dumps({"package": package.name, **it}))


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1:])
