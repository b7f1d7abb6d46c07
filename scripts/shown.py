"""Code that pages show: regions of files that are compiled and run.

A region lies between the comments `ANCHOR: NAME` and `ANCHOR_END: NAME`; a file of Python's `tests/shown` is one as
a whole, under its own name. A block of a page that is written out must stand in one of the files all the same.
"""

import re
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAMES = {"python": "Python", "kotlin": "Kotlin", "java": "Java", "swift": "Swift", "rust": "Rust"}
# The files by language, and by what they are tested.
TESTED = {
    "python": [
        "bindings/python/tests/shown/*.py",  # tests/test_docs.py
        "simulator/kits/python/tests/shown/*.py",  # test_simulator.py
        "examples/python/*.py",  # make demo-python demo-fleet-python
    ],
    "kotlin": [
        "bindings/kotlin/tests/src/test/kotlin/rongcloud/recording/tests/ReadmeExamples.kt",  # ReadmeTest.kt
        "simulator/kits/kotlin/first-test/src/test/kotlin/*.kt",  # make first-test-kotlin
        "examples/kotlin/src/main/kotlin/**/*.kt",  # make demo-kotlin demo-fleet-kotlin
    ],
    "java": [
        "bindings/kotlin/tests/src/test/java/rongcloud/recording/tests/JavaReadmeExamples.java",  # ReadmeTest.kt
        "bindings/kotlin/tests/boot/src/main/java/**/*.java",  # BootTest.kt
        "simulator/kits/kotlin/first-test/src/test/java/*.java",  # make first-test-kotlin
    ],
    "swift": [
        "bindings/swift/tests/Tests/RongCloudRecordingTests/Snippets.swift",  # compiled with the suite
        "simulator/kits/swift/first-test/**/*.swift",  # make first-test-swift
        "examples/swift/**/*.swift",  # make demo-swift demo-fleet-swift
    ],
    "rust": [
        "tests/shown.rs",  # cargo test --test shown
        "simulator/tests/shown.rs",  # cargo test --test shown
        "examples/*.rs",  # make demo-rust demo-fleet-rust
    ],
    "xml": ["simulator/kits/kotlin/first-test/pom.xml"],  # make first-test-kotlin
    "json": ["simulator/tests/shown_scenarios/*.json"],  # simulator/tests/shown.rs
}
WHOLE = ("bindings/python/tests/shown/", "simulator/kits/python/tests/shown/")
ANCHOR = re.compile(r"^[ \t]*(?://|#|<!--) ANCHOR(_END)?: (\w+)(?: -->)?[ \t]*\n", re.MULTILINE)


def files(language):
    """The tested files of a language."""
    return [path for pattern in TESTED.get(language, []) for path in sorted(ROOT.glob(pattern))]


def bare(text):
    """A text without its marks."""
    return ANCHOR.sub("", text)


def regions(language):
    """Every region of a language by its name."""
    found = {}
    for path in files(language):
        text = path.read_text(encoding="utf-8")
        if path.relative_to(ROOT).as_posix().startswith(WHOLE):
            found[path.stem] = text
        for mark in ANCHOR.finditer(text):
            end, name = mark.groups()
            if end:
                continue
            if name in found:
                raise SystemExit(f"{path}: {language} has two regions {name}")
            rest = text[mark.end() :]
            close = re.search(rf"^.* ANCHOR_END: {name}\b.*$", rest, re.MULTILINE)
            if not close:
                raise SystemExit(f"{path}: region {name} has no end")
            found[name] = textwrap.dedent(bare(rest[: close.start()])).strip("\n") + "\n"
    return found


def lines(code):
    """Lines as they are compared: indentation depends on where code stands."""
    return [line.strip() for line in bare(code).strip().split("\n")]


def is_tested(language, code):
    """Whether a block is a region of a tested file. Imports stand at the top of those files, in any order."""
    imports = re.compile(r"(import |from .* import .*|use .*;)")
    wanted = [line for line in lines(code) if not imports.match(line)]
    needed = {line for line in lines(code) if imports.match(line)}
    for path in files(language):
        there = lines(path.read_text(encoding="utf-8"))
        text = "\n" + "\n".join(line for line in there if not imports.match(line)) + "\n"
        if "\n" + "\n".join(wanted).strip("\n") + "\n" in text and needed <= set(there):
            return True
    return False
