#!/usr/bin/env python3
"""Packs wheels and the sdist out of a copy of a project, beside which stands what only a build can make.

Usage: pack.py wheel PROJECT BUILT OUTPUT        BUILT: a folder with the generated package, or with a program
       pack.py sdist PROJECT BUILT OUTPUT CARGO… CARGO: cargo build's arguments for the library

A file in BUILT that is neither is a notice, or a bill of materials (*.cdx.json). Run from the repository's root, with
hatchling in this Python.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HOOK = "bindings/python/hatch_build.py"
NOT_PACKED = shutil.ignore_patterns("tests", "driver", "__pycache__", "*.mk", "*.sh", "pack.py", "requirements-dev.txt")
# Of a crate, whatever Cargo needs to build its library.
OF_A_CRATE = ("src", "build.rs", "README.md")
ONLY_TESTED = re.compile(
    r"^\[(?:dev-dependencies[^\n]*|\[(?:test|bench|example|bin)\])\].*?(?=^\[|\Z)", re.DOTALL | re.MULTILINE
)


def staged(project: Path, built: Path, folder: Path, home: str) -> None:
    """A copy of the project that needs nothing above it; its version is read in `home`/Cargo.toml."""
    shutil.copytree(project, folder, dirs_exist_ok=True, ignore=NOT_PACKED)
    shutil.copy(ROOT / HOOK, folder / "hatch_build.py")
    settings = folder / "pyproject.toml"
    text = settings.read_text(encoding="utf-8")
    text = re.sub(r'"(\.\./)+Cargo\.toml"', f'"{home}/Cargo.toml"', text)
    settings.write_text(
        text.replace(f'path = "../../../{HOOK}"', "").replace(f'path = "../../{HOOK}"', ""), encoding="utf-8"
    )
    for notice in built.glob("*.txt"):
        shutil.copy(notice, folder)


def wheel(project: Path, built: Path, output: Path) -> None:
    """With what is built."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        staged(project, built, folder, str(ROOT))
        hatchling("wheel", folder, output, BUILT=str(built.resolve()))


def sdist(project: Path, built: Path, output: Path, cargo: list[str]) -> None:
    """With the sources of the library, and all that is generated from it: whoever builds it needs no generator."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        staged(project, built, folder, "rust")
        shutil.copytree(built, folder / "built")
        sources(folder / "rust", cargo)
        hatchling("sdist", folder, output)


def sources(rust: Path, cargo: list[str]) -> None:
    """A workspace of the crates that the library is built of."""
    library = cargo[cargo.index("--package") + 1]
    told = subprocess.run(
        ["cargo", "metadata", "--locked", "--format-version", "1"], check=True, capture_output=True, text=True, cwd=ROOT
    ).stdout
    packages = {package["name"]: package for package in json.loads(told)["packages"] if package["source"] is None}
    members = [library]
    for name in members:
        needed = (it["name"] for it in packages[name]["dependencies"] if it.get("path") and it["kind"] != "dev")
        members += [it for it in needed if it not in members]
    for manifest in {ROOT / "Cargo.toml", *(Path(packages[name]["manifest_path"]) for name in members)}:
        to = rust / manifest.parent.relative_to(ROOT)
        to.mkdir(parents=True, exist_ok=True)
        text = ONLY_TESTED.sub("", manifest.read_text(encoding="utf-8"))
        folders = (Path(packages[name]["manifest_path"]).parent.relative_to(ROOT) for name in members)
        kept = json.dumps(sorted(str(it) for it in folders if it != Path(".")))
        text = re.sub(r"^members = \[.*?\]", f"members = {kept}", text, flags=re.DOTALL | re.MULTILINE)
        (to / "Cargo.toml").write_text(text, encoding="utf-8")
        for part in OF_A_CRATE:
            if (manifest.parent / part).is_dir():
                shutil.copytree(manifest.parent / part, to / part)
            elif (manifest.parent / part).exists():
                shutil.copy(manifest.parent / part, to)
    shutil.copytree(ROOT / ".cargo", rust / ".cargo")
    shutil.copy(ROOT / "Cargo.lock", rust)
    # The same versions, without those that nothing here needs.
    subprocess.run(["cargo", "update", "--workspace", "--offline", "--quiet"], check=True, cwd=rust)
    (rust / "build-command").write_text(" ".join(["cargo", "build", "--release", *cargo]) + "\n", encoding="utf-8")


def hatchling(target: str, folder: Path, output: Path, **environment: str) -> None:
    """Builds in a folder."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(output.resolve())]
    subprocess.run(command, check=True, cwd=folder, env={**os.environ, **environment})


match sys.argv[1:]:
    case ["wheel", project, built, output]:
        wheel(Path(project), Path(built), Path(output))
    case ["sdist", project, built, output, *cargo]:
        sdist(Path(project), Path(built), Path(output), cargo)
    case _:
        sys.exit(__doc__)
