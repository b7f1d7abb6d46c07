#!/usr/bin/env python3
"""The modules of the core and of the simulator stand in one order each, and use only those below: no arrow runs back.

In the simulator no two files of a folder use each other in a circle, either.

Usage: check-layers.py
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# From the bottom; those on one line know nothing of each other. docs/architecture.md says what each is for.
CORE = [
    ["constant", "documented", "log", "measurement", "per_process", "time"],
    ["entry"],
    ["error"],
    ["model"],
    ["credentials"],
    ["protocol"],
    ["delivery"],
    ["callback", "transport"],
    ["options", "runtime"],
    ["running"],
    ["client", "reach"],
    ["ledger"],
    ["ffi"],
    ["catalogue", "surface"],
]
SIMULATOR = [
    ["history", "invalid", "ports", "random", "reply", "revision", "shared"],
    ["counts", "settings", "script"],
    ["request"],
    ["world"],
    ["operations"],
    ["record"],
    ["callbacks", "door"],
    ["scenario"],
    ["simulation"],
    ["server"],
    ["control"],
    ["simulator"],
    ["builder"],
    ["program"],
]
# They belong to no layer: the list of what is public, and programs.
APART = {"lib", "bin", "main"}
# What UniFFI's macros put at the crate's root.
OF_MACROS = {"UniFfiTag"}


def code(path):
    """A file without its comments, near enough: no text of ours has two slashes and a crate's path behind them."""
    return re.sub(r"//.*", "", path.read_text(encoding="utf-8"))


def public_names(library):
    """What lib.rs exports at the root, and of which module each is."""
    names = {}
    for module, rest in re.findall(r"pub use (\w+)::([^;]+);", library):
        for path in re.sub(r"[{}]", "", rest).split(","):
            names[path.split("::")[-1].strip()] = module
    return names


def used(text, root="crate"):
    """The first part of every path that begins at the root."""
    for path in re.findall(rf"\b{root}::(\{{[^;]*\}}|\w+)", text):
        yield from re.findall(r"[{,]\s*(\w+)", path) if path.startswith("{") else [path]


def wrong_arrows(sources, order):
    """What uses something that it must not."""
    folder = sources.relative_to(ROOT)
    rank = {module: number for number, modules in enumerate(order) for module in modules}
    exported = public_names(code(sources / "lib.rs"))
    seen = set()
    for path in sorted(sources.rglob("*.rs")):
        place = path.relative_to(sources)
        module = place.parts[0].removesuffix(".rs")
        if module in APART:
            continue
        seen.add(module)
        if module not in rank:
            yield f"{folder}/{place}: scripts/check-layers.py doesn't say where {module} stands"
            continue
        for name in sorted(set(used(code(path))) - OF_MACROS):
            target = exported.get(name, name)
            if target != module and rank.get(target, len(order)) >= rank[module]:
                yield f"{folder}/{place}: {module} uses {target}, which doesn't stand below it"
    yield from (f"scripts/check-layers.py has a {module}, and {folder} hasn't" for module in sorted(rank.keys() - seen))


def neighbours(path):
    """The files of its folder that a file uses; what mod.rs just exports, it doesn't use."""
    text = code(path)
    if path.stem == "mod":
        text = re.sub(r"pub(\(\w+\))? use [^;]*;", "", text)
        return {name for name in re.findall(r"\bmod (\w+);", text) if re.search(rf"\b{name}::", text)}
    names = set(used(text, "super")) | set(used(text, f"crate::{path.parent.name}"))
    files = {name if path.with_name(f"{name}.rs").exists() else "mod" for name in names}
    return files - {path.stem}


def circles(folder):
    """The files of a folder that are used by what they use."""
    uses = {path.stem: neighbours(path) for path in folder.glob("*.rs")}
    for file in sorted(uses):
        reached, ahead = set(), {file}
        while ahead:
            ahead = set().union(*(uses.get(name, set()) for name in ahead)) - reached
            reached |= ahead
        if file in reached:
            yield f"{folder.relative_to(ROOT)}/{file}.rs is used by what it uses"


def problems():
    """All there is to say."""
    yield from wrong_arrows(ROOT / "src", CORE)
    yield from wrong_arrows(ROOT / "simulator/src", SIMULATOR)
    for folder in sorted(path for path in (ROOT / "simulator/src").rglob("*") if path.is_dir()):
        yield from circles(folder)


found = list(problems())
if found:
    sys.exit("\n".join(found))
