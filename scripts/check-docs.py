#!/usr/bin/env python3
"""Whatever a page of documentation links to or names by its path is there, and the code that it shows is tested.

A path is what stands in backticks, has a slash, and begins with a folder of the repository's. `*`, NAME and LANGUAGE
stand for anything. A block of code is a region of a tested file (scripts/shown.py), and a block for the shell consists of
commands that a target or a test runs; what an Install section shows is for packaging's checks. A block that is no code
says that it is text.

Usage: check-docs.py
"""

import re
import shlex
import sys

from book import DECISIONS, EXAMPLE, NOTE, PAGE, PICTURE, SECTION, SOURCE, section
from shown import NAMES, ROOT, TESTED, is_tested, regions

PAGES = [
    "*.md",
    "docs/**/*.md",
    "bindings/*/README.md",
    "simulator/*.md",
    "simulator/kits/*/README.md",
    "benches/*.md",
]
# They tell of what was.
HISTORY = {"CHANGELOG.md"}
# What `make` makes.
BUILT = ("build/", "dist/", "target/")
# Commands beside those of make, each with what runs it: a file, and how the command begins there.
RUN_BY = {
    "rongcloud-recording show ": ("cli/tests/cli/offline.rs", '"show"'),
    "rongcloud-recording check ": ("cli/tests/cli/offline.rs", '"check"'),
    "rongcloud-recording doctor ": ("cli/tests/cli/doctor.rs", '"doctor"'),
    "rongcloud-recording callback listen ": ("cli/tests/cli/callbacks.rs", '"listen"'),
    "rongcloud-recording explain ": ("cli/tests/cli/offline.rs", '"explain"'),
    "cargo run -p rongcloud-simulator -- --until-stdin-closes": (
        "scripts/with-simulator.sh",
        "--until-stdin-closes",
    ),
    # By hand: no machine that tests this has a container's engine. That it listens as it says, program.rs looks at.
    "podman build -f simulator/Containerfile ": ("simulator/Containerfile", "FROM "),
    "podman run --rm -p 127.0.0.1:8080:8080 ": ("simulator/Containerfile", "8080"),
}
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
INSTALL = re.compile(r"^## Install\n.*?(?=^## |\Z)", re.DOTALL | re.MULTILINE)


def whole(page):
    """A page with what its directives stand for."""
    text = page.read_text(encoding="utf-8")
    text = PAGE.sub(lambda mark: (ROOT / mark[1]).read_text(encoding="utf-8"), text)
    return SECTION.sub(lambda mark: section(mark[1], mark[2]), text)


def anchors(page):
    """The anchors of a page's headings, as forges and mdBook make them."""
    for heading in re.findall(r"^#+ (.+)$", whole(page), re.MULTILINE):
        yield re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def broken_links(page, text):
    """Links to nowhere."""
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"\w+:", target):
            continue
        path, _, anchor = target.partition("#")
        linked = page.parent / path if path else page
        if not linked.exists() or (anchor and linked.suffix == ".md" and anchor not in anchors(linked)):
            yield target


def missing_paths(text):
    """Paths of files that aren't there."""
    for name in re.findall(r"`([\w.*-]+/[\w.*/-]*)`", text):
        if (ROOT / name.partition("/")[0]).is_dir() and not name.startswith(BUILT):
            if not any(ROOT.glob(re.sub("NAME|LANGUAGE", "*", name).rstrip("/"))):
                yield name


def targets():
    """Every target of make's."""
    for file in [ROOT / "Makefile", *ROOT.glob("**/*.mk")]:
        if not any(part in BUILT_FOLDERS for part in file.relative_to(ROOT).parts):
            for line in re.findall(r"^([\w$(){}. -]+):(?!=)", file.read_text(encoding="utf-8"), re.MULTILINE):
                yield from line.split()


BUILT_FOLDERS = {folder.strip("/") for folder in BUILT}
TARGETS = set(targets())


def untested_commands(code):
    """Lines for the shell that nothing runs."""
    for line in code.splitlines():
        command = re.sub(r"\s*#.*", "", line).strip()
        if command.startswith("make "):
            named = [word for word in shlex.split(command)[1:] if "=" not in word]
            if any(name not in TARGETS for name in named):
                yield command
        elif command:
            run = next((run for start, run in RUN_BY.items() if command.startswith(start.strip())), None)
            if not run or run[1] not in (ROOT / run[0]).read_text(encoding="utf-8"):
                yield command


def untested_code(text):
    """Blocks that are no region of a tested file, by their first lines."""
    for language, code in BLOCK.findall(INSTALL.sub("", text)):
        first = code.partition("\n")[0]
        if language == "sh":
            yield from (f"nothing runs: {command}" for command in untested_commands(code))
        elif language in TESTED:
            if not is_tested(language, code):
                yield f"the block of {language} that begins with {first!r} is no region of a tested file"
        elif language != "text":
            yield f"the block that begins with {first!r} is {language or 'nothing'}, and neither tested code nor text"


def unknown_directives(text):
    """Directives of the book that lead to nothing."""
    for name, language in EXAMPLE.findall(text):
        if not any(name in KNOWN[it] for it in ([language] if language else KNOWN)):
            yield f"no region {name}"
    for path, heading in SECTION.findall(text):
        if f"\n## {heading}\n" not in (ROOT / path).read_text(encoding="utf-8"):
            yield f"{path} has no section {heading}"
    for path, _ in PICTURE.findall(text):
        if not (ROOT / path).exists():
            yield f"{path} is not there"
    known = [EXAMPLE, PAGE, SECTION, PICTURE]
    for line in re.findall(r"^\{\{#.*$", text, re.MULTILINE):
        if not any(directive.match(line) for directive in known):
            yield f"{line} is no directive"


def unexplained_chapters():
    """Chapters that don't say to readers of the repository what their directives stand for."""
    for file in SOURCE.glob("**/*.md"):
        text = file.read_text(encoding="utf-8")
        if re.search(r"^\{\{#", text, re.MULTILINE) and not NOTE.search(text):
            yield file.relative_to(ROOT)


KNOWN = {language: regions(language) for language in NAMES}


def unlisted_chapters():
    """Chapters that the book's table of contents has not."""
    listed = set(re.findall(r"\]\(([^)]+)\)", (SOURCE / "SUMMARY.md").read_text(encoding="utf-8")))
    for file in SOURCE.glob("**/*.md"):
        name = file.relative_to(SOURCE).as_posix()
        if name != "SUMMARY.md" and name not in listed:
            yield name


# The landing pages of Swift's references, and what is public there.
LANDING = {
    "bindings/swift/RongCloudRecording.docc/RongCloudRecording.md": "api/swift.txt",
    "simulator/kits/swift/RongCloudSimulator.docc/RongCloudSimulator.md": "api/swift-simulator.txt",
}


def unlisted_types():
    """Types that no group of a landing page has."""
    for page, surface in LANDING.items():
        text = (ROOT / page).read_text(encoding="utf-8")
        public = re.findall(
            r"^(?:Class|Structure|Enumeration|Protocol): .*?(?:class|struct|enum|protocol) (\w+)",
            (ROOT / surface).read_text(encoding="utf-8"),
            re.MULTILINE,
        )
        if not public:
            yield f"{surface} has no types"
        for name in public:
            if f"- ``{name}``\n" not in text:
                yield f"{page}: {name} is in no group"


def problems():
    """Everything that is wrong."""
    yield from unlisted_types()
    for page in sorted({path for pattern in PAGES for path in ROOT.glob(pattern)}):
        if page.name in HISTORY:
            continue
        where, text = page.relative_to(ROOT), page.read_text(encoding="utf-8")
        # Examples are others' files.
        prose = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
        for wrong in [*broken_links(page, prose), *missing_paths(prose)]:
            yield f"{where}: {wrong} is not there"
        for wrong in [*untested_code(text), *unknown_directives(text)]:
            yield f"{where}: {wrong}"
    for name in unlisted_chapters():
        yield f"{SOURCE.relative_to(ROOT)}/SUMMARY.md: {name} is not listed"
    for name in unexplained_chapters():
        yield f"{name}: it has directives, and no note of where to read what they stand for (docs/book/README.md)"
    used = "\n".join(path.read_text(encoding="utf-8") for path in SOURCE.glob("**/*.md"))
    if f"({DECISIONS})" not in used:
        yield f"the book has no {DECISIONS}"
    if len(KNOWN["python"]) < 2:
        yield "there are no regions at all"


if __name__ == "__main__":
    found = list(problems())
    if found:
        sys.exit("\n".join(found))
