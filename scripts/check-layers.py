#!/usr/bin/env python3
"""The core's modules stand in one order, and each uses only those below it: no arrow runs back.

Usage: check-layers.py
"""

import re
import sys
from pathlib import Path

SOURCES = Path(__file__).resolve().parent.parent / "src"
# From the bottom; those on one line know nothing of each other. docs/architecture.md says what each is for.
ORDER = [
    ["constant", "time", "per_process"],
    ["error"],
    ["model"],
    ["credentials"],
    ["protocol"],
    ["delivery"],
    ["callback", "transport"],
    ["options", "runtime"],
    ["running"],
    ["client"],
    ["blocking"],
    ["ffi"],
    ["surface"],
]
RANK = {module: rank for rank, modules in enumerate(ORDER) for module in modules}
# They belong to no layer: the list of what is public, and the generator's program.
APART = {"lib", "bin"}


def without_comments(text):
    """The code, near enough: no text of ours has two slashes and a crate's path behind them."""
    return re.sub(r"//.*", "", text)


def public_names(library):
    """What lib.rs exports at the root, and of which module each is."""
    names = {}
    for module, rest in re.findall(r"pub use (\w+)::([^;]+);", library):
        for path in re.sub(r"[{}]", "", rest).split(","):
            names[path.split("::")[-1].strip()] = module
    return names


def used(code):
    """The first part of every path that begins at the crate's root."""
    for path in re.findall(r"\bcrate::(\{[^;]*\}|\w+)", code):
        yield from re.findall(r"[{,]\s*(\w+)", path) if path.startswith("{") else [path]


def wrong_arrows():
    """What uses something that it must not."""
    exported = public_names(without_comments((SOURCES / "lib.rs").read_text(encoding="utf-8")))
    seen = set()
    for path in sorted(SOURCES.rglob("*.rs")):
        place = path.relative_to(SOURCES)
        module = place.parts[0].removesuffix(".rs")
        if module in APART:
            continue
        seen.add(module)
        if module not in RANK:
            yield f"src/{place}: scripts/check-layers.py doesn't say where {module} stands"
            continue
        for name in sorted(set(used(without_comments(path.read_text(encoding="utf-8"))))):
            target = exported.get(name, name)
            if target != module and RANK.get(target, len(ORDER)) >= RANK[module]:
                yield f"src/{place}: {module} uses {target}, which doesn't stand below it"
    yield from (f"scripts/check-layers.py has a {module}, and src hasn't" for module in sorted(RANK.keys() - seen))


problems = list(wrong_arrows())
if problems:
    sys.exit("\n".join(problems))
