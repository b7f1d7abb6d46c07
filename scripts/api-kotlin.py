#!/usr/bin/env python3
"""The public surface of Kotlin as one sorted text: every public declaration, with its defaults and without the prose.

Usage: api-kotlin.py FOLDER…, those with the sources. The text goes to standard output. The compiler sees to it that
whatever is public says so (explicit API mode).
"""

import re
import sys
from pathlib import Path

COMMENT = re.compile(r"/\*\*.*?\*/|^ *//.*?$", re.DOTALL | re.MULTILINE)
PUBLIC = re.compile(r"^( *)((?:@\S+ )*public .*|[A-Z][A-Z0-9_]*(?:\(.*\))?,)$", re.MULTILINE)
NAME = re.compile(r"(?:class|object|interface) (\w+)|(companion object)")
OPENING, CLOSING = "([{<", ")]}>"


def declaration(text, start):
    """What is declared from there on, up to its body or value."""
    depth, end = 0, start
    while end < len(text):
        rest = text[end:]
        depth += (text[end] in "(") - (text[end] in ")")
        if depth == 0 and (re.match(r" \{| =|\n(?! +get)", rest)) or depth < 0:
            break
        end += 1
    return re.sub(r"\( | \)|,(?= \))", lambda it: it.group().strip().strip(","), " ".join(text[start:end].split()))


def declarations(text):
    """Every public declaration of a file, after the names of those that it stands in."""
    text = COMMENT.sub("", text)
    owners = []
    for found in PUBLIC.finditer(text):
        depth = len(found.group(1)) // 4
        said = declaration(text, found.start(2))
        name = NAME.search(said) if "class " in said or "object" in said or "interface " in said else None
        del owners[depth:]
        yield " ".join([".".join(it for it in owners if it), said]).strip()
        owners += [""] * (depth - len(owners)) + ([name.group(1) or "Companion"] if name else [])


def main():
    """Prints the surface."""
    files = [file for folder in sys.argv[1:] for file in Path(folder).rglob("*.kt") if file.parent.name != "internal"]
    found = {line for file in files for line in declarations(file.read_text(encoding="utf-8"))}
    print("\n".join(sorted(found)))


if __name__ == "__main__":
    main()
