#!/usr/bin/env python3
"""Tries what is in dist/ on the platforms it is for, and writes down what was seen.

Usage: try.py SIMULATOR CLASSES HEADER OUTPUT [PART…]
  SIMULATOR   the program
  CLASSES     a folder with Start.class, and the jars that the client needs beside its own
  HEADER      the folder of RongCloudRecordingFFI.h, for musl
  OUTPUT      the page: docs/platforms.md
  PART        only tries that have one of these in their name; what others saw before is kept

Each try starts one recording against the simulator, with nothing of this repository but the package. Where one fails,
this fails, once all have been made. Run from the repository's root, as root; other systems are made by reach/root.sh.
"""

import datetime
import json
import re
import shutil
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

DIST = Path("dist").resolve()
TEMPORARY = Path("build/reach/try").resolve()
SEEN = Path("build/reach/seen.json")
STARTED = re.compile(r"^record id: \w{8,}$", re.MULTILINE)
WITH = re.compile(r"^with: (.+)$", re.MULTILINE)
MUSL = "musl-tools"


class System(NamedTuple):
    """Where something is tried: a root of reach/root.sh's, or this machine."""

    name: str
    suite: str = ""
    architecture: str = ""
    packages: tuple[str, ...] = ()

    def inside(self, *command: str) -> list[str]:
        """The command that runs a command there."""
        return (
            ["reach/root.sh", "run", self.suite, self.architecture, str(Path.cwd()), *command]
            if self.suite
            else [*command]
        )


HERE = System("this machine")
C = ("ca-certificates", "gcc", "libc6-dev", MUSL)
BULLSEYE = System("Debian 11, glibc 2.31", "bullseye", "amd64", (*C, "openjdk-17-jre-headless", "python3"))
TRIXIE = System(
    "Debian 13, glibc 2.41",
    "trixie",
    "amd64",
    ("ca-certificates", "openjdk-21-jre-headless", "openjdk-25-jre-headless", "python3"),
)
TESTING = System("Debian testing", "forky", "amd64", ("ca-certificates", "python3"))
ARM = System("Debian 12, glibc 2.36, under qemu", "bookworm", "arm64", (*C, "openjdk-17-jre-headless", "python3"))
# scripts/swift-toolchain.sh's, or this machine's own.
SWIFT = System("Debian 13, or this machine where it has a Swift")


def ran(*command: str | Path) -> str:
    """What a command prints, and after it what it says beside. Errors: with all of that, where it fails."""
    done = subprocess.run([str(it) for it in command], capture_output=True, text=True, errors="replace")
    told = f"{done.stdout}\n{done.stderr}"
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))}\n{told}")
    return told


def one(pattern: str) -> Path:
    """The package with a name like this."""
    found = sorted(DIST.glob(pattern))
    if len(found) != 1:
        raise RuntimeError(f"in dist/ there are {[it.name for it in found]} for {pattern}")
    return found[0]


class Tries:
    """What is tried, and how."""

    def __init__(self, simulator: str, classes: str, header: str) -> None:
        self._with_simulator = ["scripts/with-simulator.sh", simulator]
        self._classes, self._header = Path(classes).resolve(), Path(header).resolve()

    def started(self, system: System, *command: str | Path) -> str:
        """What a program says that it has started a recording with."""
        told = ran(*self._with_simulator, *system.inside(*map(str, command)))
        if not STARTED.search(told):
            raise RuntimeError(f"no recording was started: {told}")
        return WITH.search(told)[1]

    def unpacked(self, wheel: Path, platform: str, version: str) -> Path:
        """A wheel as pip installs it for a Python of a platform, which looks at its tags."""
        folder = TEMPORARY / f"{wheel.name}-{version}"
        shutil.rmtree(folder, ignore_errors=True)
        ran(
            *(
                sys.executable,
                "-m",
                "pip",
                "install",
                "--quiet",
                "--no-index",
                "--no-deps",
                "--only-binary=:all:",
                "--target",
                folder,
            ),
            *("--platform", platform, "--python-version", version, "--implementation", "cp", "--find-links", DIST),
            wheel.name.split("-")[0],
        )
        return folder

    def python(self, system: System, platform: str, python: str) -> str:
        """A recording, from a wheel."""
        command = system.inside(python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])")
        version = ran(*command).strip()
        folder = self.unpacked(one(f"rongcloud_recording-*{platform}.whl"), platform, version)
        return self.started(system, "env", f"PYTHONPATH={folder}", python, "reach/start.py")

    def java(self, system: System, java: str) -> str:
        """A recording, from the jar and what its POM names."""
        jars = [one("recording-*[0-9].jar"), *sorted(self._classes.glob("*.jar"))]
        path = ":".join(str(it) for it in [self._classes, *jars])
        return self.started(system, java, "-cp", path, "Start")

    def musl(self, system: System, machine: str) -> str:
        """A recording by the library's functions, which are told what Python's wheel has told them on this machine."""
        musl = self.unpacked(
            one(f"rongcloud_recording-*musllinux_1_2_{machine}.whl"), f"musllinux_1_2_{machine}", "3.12"
        )
        glibc = self.unpacked(one("rongcloud_recording-*manylinux_2_17_x86_64.whl"), "manylinux_2_17_x86_64", "3.11")
        library = musl / "rongcloud_recording/_native/librongcloud_recording.so"
        folder = TEMPORARY / f"musl-{machine}"
        folder.mkdir(exist_ok=True)
        ran(*system.inside("musl-gcc", "-O1", "-Wall", "-I", str(self._header), "-o", f"{folder}/musl", "reach/musl.c"))
        script = folder / "run.sh"
        inside = " ".join(system.inside(f"{folder}/musl", str(library), '"${told[@]}"'))
        script.write_text(
            "set -euo pipefail\n"
            f"mapfile -t told < <(PYTHONPATH={glibc} {sys.executable} reach/told.py)\n"
            f"id=$({inside} | grep -aoE '[0-9a-f]{{32}}' | head -n 1)\n"
            'echo "record id: $id"\n',
            encoding="utf-8",
        )
        told = ran(*self._with_simulator, "bash", script)
        # Python's own, and the one by which the library has started another.
        if not STARTED.search(told) or len(set(re.findall(r"recordId=(\w+)", told))) != 2:
            raise RuntimeError(told)
        version = ran(*system.inside("dpkg-query", "--show", "--showformat", "${Version}", "musl")).strip()
        return f"a C program, musl {version}, {machine}"

    def loaded(self, system: System, machine: str) -> str:
        """Where no Python is new enough: the wheel's library, loaded by the system's own Python, says what it is."""
        folder = self.unpacked(
            one(f"rongcloud_recording-*manylinux_2_17_{machine}.whl"), f"manylinux_2_17_{machine}", "3.10"
        )
        library = folder / "rongcloud_recording/_native/librongcloud_recording.so"
        script = (
            "import ctypes, platform, sys; "
            "print('contract', ctypes.CDLL(sys.argv[1]).ffi_rongcloud_recording_uniffi_contract_version()); "
            "print('with: Python', platform.python_version() + ',', *platform.libc_ver())"
        )
        told = ran(*system.inside("python3", "-c", script, str(library)))
        if not re.search(r"^contract \d+$", told, re.MULTILINE):
            raise RuntimeError(told)
        return WITH.search(told)[1]

    def program(self, system: System, wheel: str, machine: str, name: str) -> str:
        """The program in a wheel, which has all in itself."""
        folder = self.unpacked(one(f"{wheel}-*musllinux_1_2_{machine}.whl"), f"musllinux_1_2_{machine}", "3.12")
        (program,) = (it for it in folder.rglob(name) if it.is_file() and it.read_bytes().startswith(b"\x7fELF"))
        return ran(*system.inside(str(program), "--version")).strip()

    def installed(self, language: str, *version: str) -> str:
        """As its README says: reach/install.py."""
        ran("reach/install.py", self._with_simulator[-1], language)
        return ran(*version).strip().splitlines()[0]


STARTED_ONE, LOADED, RAN = "started a recording", "loaded", "ran --version"


def cells(tries: Tries) -> dict[str, tuple[str, str, System, str, Callable[[], str]]]:
    """By name: the package, its platform, where it is tried, what is shown, and how."""
    found = {}

    def cell(name: str, package: str, platform: str, system: System, shows: str, run: Callable[[], str]) -> None:
        found[name] = (package, platform, system, shows, run)

    for python in pythons():
        version = re.search(r"\d+\.\d+", python)[0]
        cell(
            f"python-{version}",
            "wheel",
            "glibc, x86-64",
            HERE,
            STARTED_ONE,
            lambda it=python: tries.python(HERE, "manylinux_2_17_x86_64", it),
        )
    for name, system in (("trixie", TRIXIE), ("testing", TESTING)):
        cell(
            f"python-{name}",
            "wheel",
            "glibc, x86-64",
            system,
            STARTED_ONE,
            lambda it=system: tries.python(it, "manylinux_2_17_x86_64", "python3"),
        )
    cell("python-bullseye", "wheel", "glibc, x86-64", BULLSEYE, LOADED, lambda: tries.loaded(BULLSEYE, "x86_64"))
    cell(
        "python-arm",
        "wheel",
        "glibc, aarch64",
        ARM,
        STARTED_ONE,
        lambda: tries.python(ARM, "manylinux_2_17_aarch64", "python3"),
    )
    cell("musl-x86", "wheel", "musl, x86-64", BULLSEYE, STARTED_ONE, lambda: tries.musl(BULLSEYE, "x86_64"))
    cell("musl-arm", "wheel", "musl, aarch64", ARM, STARTED_ONE, lambda: tries.musl(ARM, "aarch64"))
    cell("java-17", "jar", "glibc, x86-64", BULLSEYE, STARTED_ONE, lambda: tries.java(BULLSEYE, "java"))
    for version in ("21", "25"):
        java = f"/usr/lib/jvm/java-{version}-openjdk-amd64/bin/java"
        cell(f"java-{version}", "jar", "glibc, x86-64", TRIXIE, STARTED_ONE, lambda it=java: tries.java(TRIXIE, it))
    cell("java-arm", "jar", "glibc, aarch64", ARM, STARTED_ONE, lambda: tries.java(ARM, "java"))
    swift = ("scripts/swift-toolchain.sh", "run", ".", "swift", "--version")
    cell("swift", "Swift archive", "glibc, x86-64", SWIFT, STARTED_ONE, lambda: tries.installed("swift", *swift))
    for name, system, machine in (("bullseye", BULLSEYE, "x86_64"), ("arm", ARM, "aarch64")):
        for what, wheel, program in (
            ("command line", "rongcloud_recording_cli", "rongcloud-recording"),
            ("simulator", "rongcloud_simulator", "rongcloud-simulator"),
        ):
            cell(
                f"{program}-{name}",
                what,
                f"any C library, {machine.replace('_', '-')}",
                system,
                RAN,
                lambda it=(system, wheel, machine, program): tries.program(*it),
            )
    return found


def pythons() -> list[str]:
    """Each version of Python on this machine, of those that are served."""
    found = {}
    folders = [*Path.home().glob(".pyenv/versions/*/bin"), Path("/usr/local/bin"), Path("/usr/bin")]
    for minor in range(10, 15):
        for folder in folders:
            if (folder / f"python3.{minor}").exists():
                found.setdefault(minor, str(folder / f"python3.{minor}"))
    return [found[minor] for minor in sorted(found)]


def page(seen: dict[str, dict[str, str]], needs: list[dict[str, object]]) -> str:
    """What was seen, and nothing else."""
    lines = [
        "# Platforms",
        "",
        "Written by `make reach`, of what it built and saw. What isn't here was not tried: macOS, Windows, others.",
        "The suites run against what is built for the machine they run on (`make test`), not against these packages.",
        "",
        "## Built",
        "",
        "What each library and program asks of a system. No other library is needed, and none but the C library's own.",
        "",
        "| Package | Library or program | Machine | C library | Stripped |",
        "|---|---|---|---|---|",
    ]
    for it in needs:
        library = {
            "glibc": f"glibc {it['version']} or newer",
            "musl": "musl",
            "none": "any: has its own inside",
            "static": "that of the program it is linked into",
        }[it["library"]]
        lines.append(
            f"| `{it['package']}` | `{it['file']}` | {it['machine']} | {library} | {it['bytes'] / 1e6:.1f} MB |"
        )
    lines += ["", "## Tried", "", "| Package | Platform | On | With | Seen | When |", "|---|---|---|---|---|---|"]
    for name in sorted(seen, key=lambda it: (seen[it]["package"], seen[it]["platform"], it)):
        it = seen[name]
        lines.append(
            f"| {it['package']} | {it['platform']} | {it['on']} | {it['with']} | {it['shows']} | {it['when']} |"
        )
    return "\n".join([*lines, ""])


def main(simulator: str, classes: str, header: str, output: str, parts: list[str]) -> None:
    """Tries all of it."""
    TEMPORARY.mkdir(parents=True, exist_ok=True)
    seen = json.loads(SEEN.read_text(encoding="utf-8")) if parts and SEEN.exists() else {}
    failed = []
    made = set()
    for name, (package, platform, system, shows, run) in cells(Tries(simulator, classes, header)).items():
        if parts and not any(part in name for part in parts):
            continue
        print(name, flush=True)
        try:
            if system.suite and system not in made:
                ran("reach/root.sh", "make", system.suite, system.architecture, *system.packages)
                made.add(system)
            told = run()
        except (RuntimeError, TypeError, ValueError):
            traceback.print_exc()
            failed.append(name)
            seen.pop(name, None)
            continue
        today = datetime.date.today().isoformat()
        seen[name] = {
            "package": package,
            "platform": platform,
            "on": system.name,
            "with": told,
            "shows": shows,
            "when": today,
        }
        SEEN.write_text(json.dumps(seen, indent=1), encoding="utf-8")
        print(f"  {told}", flush=True)
    packages = [it for pattern in ("*.whl", "*[0-9].jar", "*-swift.tar.gz") for it in sorted(DIST.glob(pattern))]
    needs = [json.loads(line) for line in ran("reach/needs.py", *packages).split("\n\n")[0].splitlines()]
    Path(output).write_text(page(seen, needs), encoding="utf-8")
    if failed:
        sys.exit(f"these tries failed: {', '.join(failed)}")


if len(sys.argv) < 5:
    sys.exit(__doc__)
main(*sys.argv[1:5], sys.argv[5:])
