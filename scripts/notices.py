#!/usr/bin/env python3
"""Writes what is built into a library or a program that others get: its notices, and its bill of materials.

THIRD-PARTY-NOTICES.txt has the licences' own texts, each once, and where the source is of what must be offered as
source; PACKAGE.cdx.json is CycloneDX 1.5, the same bytes for the same Cargo.lock.

Usage: notices.py FOLDER CARGO…    CARGO: cargo build's arguments, of which package and features count
"""

import hashlib
import json
import re
import subprocess
import sys
import uuid
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# What is packed for differs by machine and C library in nothing but what these have.
PLATFORMS = [
    "x86_64-unknown-linux-gnu",
    "aarch64-unknown-linux-gnu",
    "x86_64-unknown-linux-musl",
    "aarch64-unknown-linux-musl",
]
LICENCE = re.compile(r"(?i)(licen[cs]e|copying|notice|unlicense)")
# Of a choice, what is taken; of these, the source must be offered.
SOURCE_TOO = "MPL-2.0"
# Beside crates: what the compiler and the linker add, and what a crate has inside.
STANDARD = {
    "name": "Rust's standard library",
    "licence": "Apache-2.0 OR MIT",
    "text": "Copyright (c) The Rust Project Contributors. With it come compiler-builtins, and as the unwinder\n"
    "libgcc's or LLVM's libunwind (Apache-2.0 WITH LLVM-exception).\n",
}


def cargo(*arguments):
    """What Cargo answers."""
    return subprocess.run(["cargo", *arguments], check=True, capture_output=True, text=True, cwd=ROOT).stdout


def components(given):
    """The crates that are linked, without the project's own, sorted: what `cargo metadata` tells of each."""
    chosen, rest = [], list(given)
    while rest:
        argument = rest.pop(0)
        if argument in ("--package", "--features"):
            chosen += [argument, rest.pop(0)]
        elif argument == "--no-default-features":
            chosen.append(argument)
    told = json.loads(cargo("metadata", "--locked", "--format-version", "1"))["packages"]
    known = {(package["name"], package["version"]): package for package in told}
    linked = set()
    for platform in PLATFORMS:
        tree = cargo(
            "tree",
            "--locked",
            *chosen,
            "--target",
            platform,
            "--edges",
            "normal,no-proc-macro",
            "--prefix",
            "none",
            "--format",
            "{p}",
        )
        linked |= set(re.findall(r"^(\S+) v(\S+)", tree, re.MULTILINE))
    own = chosen[chosen.index("--package") + 1]
    version = next(package["version"] for package in told if package["name"] == own)
    return own, version, [known[it] for it in sorted(linked) if known[it]["source"]]


def licence_of(package):
    """As SPDX has it; some crates still write a slash."""
    return (package["license"] or "").replace("/", " OR ")


def sqlite(package):
    """The version of the SQLite inside."""
    header = Path(package["manifest_path"]).parent / "sqlite3/sqlite3.h"
    return re.search(r'#define SQLITE_VERSION\s+"([\d.]+)"', header.read_text(encoding="utf-8"))[1]


def notices(own, version, packages):
    """The text."""
    texts, titles = defaultdict(list), {}
    for package in packages:
        folder = Path(package["manifest_path"]).parent
        title = f"{package['name']} {package['version']}"
        for file in sorted(it for it in folder.rglob("*") if it.is_file() and LICENCE.match(it.name)):
            if file.suffix in (".rs", ".toml", ".py", ".json"):
                continue
            text = file.read_text(encoding="utf-8", errors="replace").strip()
            key = re.sub(r"\W+", " ", text).lower()
            titles.setdefault(key, text)
            if title not in texts[key]:
                texts[key].append(title)
    told = [f"What is built into {own} {version}, and under which licences.", ""]
    for package in packages:
        told.append(f"{package['name']} {package['version']}: {licence_of(package)}")
        if package["name"] == "libsqlite3-sys":
            told.append(f"SQLite {sqlite(package)}, in libsqlite3-sys: public domain")
    told += [f"{STANDARD['name']}: {STANDARD['licence']}", "", STANDARD["text"]]
    weak = [package for package in packages if SOURCE_TOO in licence_of(package)]
    if weak:
        told += [f"Under {SOURCE_TOO}, unchanged; their source is Cargo's package of that name and version, kept here:"]
        told += [f"  {package['name']} {package['version']}: {package['repository']}" for package in weak]
        told += ["The licence's text: https://mozilla.org/MPL/2.0/", ""]
    for key, users in sorted(texts.items(), key=lambda it: it[1]):
        told += ["-" * 100, ", ".join(users), "", titles[key], ""]
    return "\n".join(told)


def bill(own, version, packages):
    """CycloneDX."""
    lock = (ROOT / "Cargo.lock").read_text(encoding="utf-8")
    sums = {
        (name, number): found
        for name, number, found in re.findall(
            r'name = "(.+)"\nversion = "(.+)"\nsource = ".+"\nchecksum = "(\w+)"', lock
        )
    }
    listed = []
    for package in packages:
        name, number = package["name"], package["version"]
        listed.append(
            {
                "type": "library",
                "bom-ref": f"pkg:cargo/{name}@{number}",
                "name": name,
                "version": number,
                "purl": f"pkg:cargo/{name}@{number}",
                "licenses": [{"expression": licence_of(package)}],
                "hashes": [{"alg": "SHA-256", "content": sums[name, number]}],
            }
        )
        if package["repository"]:
            listed[-1]["externalReferences"] = [{"type": "vcs", "url": package["repository"]}]
        if name == "libsqlite3-sys":
            listed.append(
                {
                    "type": "library",
                    "bom-ref": f"sqlite@{sqlite(package)}",
                    "name": "sqlite",
                    "version": sqlite(package),
                    "licenses": [{"license": {"name": "Public domain"}}],
                }
            )
    main = {"type": "library", "bom-ref": f"pkg:cargo/{own}@{version}", "name": own, "version": version}
    told = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {**main, "licenses": [{"expression": "Apache-2.0 OR MIT"}]}},
        "components": listed,
        "dependencies": [{"ref": main["bom-ref"], "dependsOn": [it["bom-ref"] for it in listed]}],
    }
    # Of the content, so that a release can be made again.
    serial = uuid.UUID(bytes=hashlib.sha256(json.dumps(told).encode()).digest()[:16], version=4)
    return {**told, "serialNumber": f"urn:uuid:{serial}"}


def main(folder, given):
    """Writes both files."""
    own, version, packages = components(given)
    silent = [package["name"] for package in packages if not licence_of(package)]
    if silent:
        sys.exit(f"no licence is named by {', '.join(silent)}")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "THIRD-PARTY-NOTICES.txt").write_text(notices(own, version, packages), encoding="utf-8")
    content = json.dumps(bill(own, version, packages), indent=1) + "\n"
    (folder / f"{own}.cdx.json").write_text(content, encoding="utf-8")


if len(sys.argv) < 3:
    sys.exit(__doc__)
main(Path(sys.argv[1]), sys.argv[2:])
