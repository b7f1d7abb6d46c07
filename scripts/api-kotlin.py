#!/usr/bin/env python3
"""The public surface of Kotlin as one sorted text: every public declaration, with its defaults and without the prose.

Usage: api-kotlin.py FOLDER…, those with the sources. The text goes to standard output. The compiler sees to it that
whatever is public says so (explicit API mode).
"""

import re
import sys
from pathlib import Path

COMMENT = re.compile(r"/\*\*.*?\*/|^ *//.*?$", re.DOTALL | re.MULTILINE)
DECLARATION = re.compile(r"^( *)((?:@\S+ )*public .*|[A-Z][A-Z0-9_]*(?:\(.*\))?,)$", re.MULTILINE)
OWNER = re.compile(r"\b(?:class|interface|object) (\w+)|companion (object)")
# Where a declaration ends: at its body, its value, the constructor that it calls, or its line.
END = re.compile(r" \{| =|\n| :(?: this\(|$)", re.MULTILINE)


def signature(text, start):
    """What is declared from there on, up to its body or value."""
    if (line := text[start : text.index("\n", start)]).startswith("public const "):
        return line
    end = start
    while not (found := END.search(text, end)) or text.count("(", start, found.start()) > text.count(
        ")", start, found.start()
    ):
        end = found.end()
    return re.sub(r"\( | \)|,(?= \))|,$", lambda it: it.group().strip(" ,"), " ".join(text[start : found.start()].split()))


def declarations(text):
    """Every public declaration of a file, after the names of those that it stands in."""
    text = COMMENT.sub("", text)
    owners = []
    for found in DECLARATION.finditer(text):
        depth = len(found.group(1)) // 4
        said = signature(text, found.start(2))
        del owners[depth:]
        yield " ".join([".".join(filter(None, owners)), said]).strip()
        if name := OWNER.search(said.split("(")[0]):
            owners += [""] * (depth - len(owners)) + [name.group(1) or "Companion"]


def main():
    """Prints the surface."""
    files = [file for folder in sys.argv[1:] for file in Path(folder).rglob("*.kt") if file.parent.name != "internal"]
    found = {line for file in files for line in declarations(file.read_text(encoding="utf-8"))}
    print("\n".join(sorted(found)))


if __name__ == "__main__":
    main()
