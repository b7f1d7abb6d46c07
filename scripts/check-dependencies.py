#!/usr/bin/env python3
"""Checks the licences and duplicates of everything that is built into the library, from Cargo's own records, offline.

Usage: cargo metadata --locked --format-version 1 | check-dependencies.py
"""

import json
import re
import sys
from collections import defaultdict

ALLOWED_LICENCES = {
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-3-Clause",
    "BSL-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
}

# Two versions of one crate, each with the reason why they are accepted.
ALLOWED_DUPLICATES = {
    "core-foundation": "system-configuration and security-framework, on macOS only",
    "getrandom": "ring still takes 0.2",
    "syn": "procedural macros, not in the library",
    "synstructure": "procedural macros, not in the library",
    "windows-sys": "ring and tokio, on Windows only",
}


def is_allowed(licence: str) -> bool:
    """Evaluates an SPDX expression; the old slash means OR."""
    expression = licence.replace("/", " OR ")
    tokens = re.findall(r"\(|\)|AND|OR|[\w.+-]+(?: WITH [\w.+-]+)?", expression)
    python = {"AND": "and", "OR": "or", "(": "(", ")": ")"}
    words = [python.get(token, str(token in ALLOWED_LICENCES)) for token in tokens]
    return bool(eval(" ".join(words), {"__builtins__": {}}))  # only True, False, and, or, brackets


def main() -> int:
    packages = json.load(sys.stdin)["packages"]
    problems = []
    versions = defaultdict(set)
    for package in packages:
        name, licence = package["name"], package["license"] or "none"
        versions[name].add(package["version"])
        if not is_allowed(licence):
            problems.append(f"{name} {package['version']}: licence {licence} is not on the list")
    for name, found in sorted(versions.items()):
        if len(found) > 1 and name not in ALLOWED_DUPLICATES:
            problems.append(f"{name}: two versions, {', '.join(sorted(found))}")
    for name in ALLOWED_DUPLICATES:
        if len(versions[name]) < 2:
            problems.append(f"{name}: is no longer a duplicate, take it off the list")
    print("\n".join(problems) or f"{len(packages)} packages: licences and duplicates as expected")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
