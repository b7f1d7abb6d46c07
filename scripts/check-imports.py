#!/usr/bin/env python3
"""Checks that the core's modules import only what stands before them in the order of the house.

Usage: check-imports.py [SOURCES]
"""

import re
import sys
from pathlib import Path

# Each may import what stands in the lines before its own. What shares a line knows nothing of each other.
ORDER = [
    ["error", "per_process"],
    ["time"],
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
]
RANK = {module: rank for rank, modules in enumerate(ORDER) for module in modules}
# The crate's own face names everything; the generator's program and what the fuzz targets need name it by that.
FACE = {"lib", "bin"}
# In a doc comment, a link may lead anywhere.
IMPORT = re.compile(r"^(?!\s*//).*?\bcrate::(?:\{([^}]*)\}|(\w+))", re.MULTILINE)


def module_of(path: Path, sources: Path) -> str:
    return path.relative_to(sources).parts[0].removesuffix(".rs")


def imported(text: str) -> set[str]:
    names = set()
    for group, single in IMPORT.findall(text):
        names.update(re.findall(r"(?:^|,)\s*(\w+)", group) if group else [single])
    return names


def main() -> int:
    sources = Path(sys.argv[1] if len(sys.argv) > 1 else "src")
    wrong, modules = [], set()
    for path in sorted(sources.rglob("*.rs")):
        module = module_of(path, sources)
        if module in FACE:
            continue
        modules.add(module)
        if module not in RANK:
            wrong.append(f"{path}: {module} has no place in the order: add it to {Path(__file__).name}")
            continue
        for other in sorted(imported(path.read_text()) - {module}):
            if other not in RANK:
                wrong.append(f"{path}: imports crate::{other} by the crate's face: name its module")
            elif RANK[other] >= RANK[module]:
                wrong.append(f"{path}: {module} imports {other}, which does not stand before it")
    wrong += [f"{module} stands in the order and nowhere in {sources}" for module in sorted(RANK.keys() - modules)]
    print("\n".join(wrong) or f"{len(modules)} modules import what stands before them")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
