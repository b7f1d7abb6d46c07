#!/usr/bin/env python3
"""Tries what is in dist/ on the platforms it is for, and writes down what was seen: docs/platforms.md.

Usage: try.py SIMULATOR OUTPUT [PART…]    PART: only tries with one of these in their name, into OUTPUT all the same

Each try starts one recording against the simulator, with nothing of this repository but the package. Where one fails,
this fails, once all have been made. Run from the repository's root; the roots of other systems are reach/root.sh's.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

DIST = Path("dist")
TEMPORARY = Path("build/reach")
STARTED = re.compile(r"^record id: \w{8,}$", re.MULTILINE)
WITH = re.compile(r"^with: (.+)$", re.MULTILINE)


class System(NamedTuple):
    """Where something is tried: a root of reach/root.sh, or this machine."""

    name: str
    wheel: str
    suite: str = ""
    architecture: str = ""
    packages: tuple[str, ...] = ()

    def inside(self, *command):
        """The command that runs a command there."""
        if not self.suite:
            return list(command)
        return ["reach/root.sh", "run", self.suite, self.architecture, str(Path.cwd()), *command]


HERE = System("x86-64, this machine", "manylinux_2_17_x86_64")
BULLSEYE = System(
    "x86-64, glibc 2.31 (Debian 11)", "manylinux_2_17_x86_64", "bullseye", "amd64", ("ca-certificates", "openjdk-17-jre-headless", "python3")
)
TRIXIE = System(
    "x86-64, glibc 2.41 (Debian 13)",
    "manylinux_2_17_x86_64",
    "trixie",
    "amd64",
    ("ca-certificates", "openjdk-21-jre-headless", "openjdk-25-jre-headless", "python3"),
)
FORKY = System("x86-64, Debian testing", "manylinux_2_17_x86_64", "forky", "amd64", ("ca-certificates", "python3"))
ARM = System(
    "aarch64, glibc 2.36 (Debian 12, under qemu)",
    "manylinux_2_17_aarch64",
    "bookworm",
    "arm64",
    ("ca-certificates", "openjdk-17-jre-headless", "python3"),
)
