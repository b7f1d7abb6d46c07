#!/usr/bin/env python3
"""Whatever a page of documentation links to or names by its path is there.

A path is what stands in backticks, has a slash, and begins with a folder of the repository's. `*`, NAME and LANGUAGE
stand for anything.

Usage: check-docs.py
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = ["*.md", "docs/**/*.md", "bindings/*/README.md", "simulator/*.md", "benches/*.md"]
# They tell of what was.
HISTORY = {"CHANGELOG.md"}
# What `make` makes.
BUILT = ("build/", "dist/", "target/")


def anchors(page):
    """The anchors of a page's headings, as forges make them."""
    for heading in re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE):
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


problems = []
for page in sorted({path for pattern in PAGES for path in ROOT.glob(pattern)}):
    if page.name in HISTORY:
        continue
    # Examples are others' files.
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    for wrong in [*broken_links(page, text), *missing_paths(text)]:
        problems.append(f"{page.relative_to(ROOT)}: {wrong} is not there")
if problems:
    sys.exit("\n".join(problems))
