#!/usr/bin/env python3
"""The version. It is Cargo.toml's; what can't read it there has a copy, and all copies must be the same.

Usage: version.py check          fails where a copy is another one, and says where
       version.py set VERSION    writes it everywhere
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / "Cargo.toml"
IN_HOME = r'(?<=\[workspace\.package\]\nversion = ")[^"]+'
# What Cargo, Maven, pip and SwiftPM all understand.
VERSION = r"\d+\.\d+\.\d+(?:-(?:alpha|beta|rc)\.\d+)?"

# In which files, and behind what, copies stand. Each pattern must be found in at least one of its files.
COPIES = {
    ("Cargo.lock", "*/Cargo.lock", "*/*/Cargo.lock"): [
        # Programs that are no part of a release have none of their own: 0.0.0.
        r'(name = "rongcloud-[\w-]+"\nversion = ")(?!0\.0\.0")',
    ],
    (
        "bindings/kotlin/**/pom.xml",
        "simulator/kits/kotlin/**/pom.xml",
        "*/kotlin/pom.xml",
        "bindings/kotlin/README.md",
        "simulator/kits/kotlin/README.md",
    ): [
        r"(<groupId>rongcloud</groupId>\s*<artifactId>[\w-]+</artifactId>\s*<version>)",
    ],
    ("bindings/kotlin/README.md",): [r"(rongcloud:recording:)"],
    ("simulator/kits/kotlin/README.md",): [r"(rongcloud:simulator:)"],
    ("bindings/kotlin/tests/src/**/*.kt",): [r"(/recording-)", r"(rongcloud-recording/)"],
    ("README.md",): [r"(rongcloud-recording-)"],
    ("bindings/swift/README.md", "simulator/kits/swift/README.md"): [r"(RongCloud(?:Recording|Simulator)-)"],
}


def copies():
    """Every file with copies, and the pattern that finds one, with what stands before it as its first group."""
    for globs, before in COPIES.items():
        paths = sorted({path for glob in globs for path in ROOT.glob(glob) if "target" not in path.parts})
        for pattern in (f"{text}({VERSION})" for text in before):
            found = [path for path in paths if re.search(pattern, path.read_text(encoding="utf-8"))]
            if not found:
                sys.exit(f"{globs}: nothing there is like {pattern}: change scripts/version.py with the file")
            yield from ((path, pattern) for path in found)


def version():
    """Cargo.toml's."""
    return re.search(IN_HOME, HOME.read_text(encoding="utf-8"))[0]


def check():
    """Says where a copy is another one."""
    wrong = []
    for path, pattern in copies():
        text = path.read_text(encoding="utf-8")
        for match in re.finditer(pattern, text):
            if match[2] != version():
                line = text.count("\n", 0, match.start(2)) + 1
                wrong.append(f"{path.relative_to(ROOT)}:{line}: {match[2]}, and Cargo.toml has {version()}")
    if wrong:
        sys.exit("\n".join([*wrong, "scripts/version.py set VERSION makes all of them one"]))


def set_to(new):
    """Writes a version everywhere."""
    if not re.fullmatch(VERSION, new):
        sys.exit(f"{new} is no version like 1.2.3 or 1.2.3-rc.1")
    for path, pattern in [*copies(), (HOME, f"(){IN_HOME}")]:
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(pattern, rf"\g<1>{new}", text), encoding="utf-8")
        print(path.relative_to(ROOT))


match sys.argv[1:]:
    case ["check"]:
        check()
    case ["set", new]:
        set_to(new)
    case _:
        sys.exit(__doc__)
