#!/usr/bin/env python3
"""Tries what is in dist/ on the platforms it is for, and writes down what was seen.

Usage: try.py SIMULATOR CONFORMANCE MADE OUTPUT [PART…]
  SIMULATOR     the program
  CONFORMANCE   the program that asks drivers for the golden vectors
  MADE          the folder of what reach/build.mk makes for this: what tries are compiled to, and environments
  OUTPUT        the page: docs/platforms.md
  PART          only tries that have one of these in their name; what others saw before is kept

Each try starts one recording against the simulator, with nothing of this repository but the package. Where "golden
vectors" stands beside it, the package has answered all that tests/vectors asks of a language, too: the part of its
suite that needs nothing but a driver. Where one fails, this fails, once all have been made. Run from the repository's
root, as root, within scripts/with-stores.sh; other systems are made by reach/root.sh.
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

from needs import natives

DIST = Path("dist").resolve()
TEMPORARY = Path("build/reach/try").resolve()
SEEN = Path("build/reach/seen.json")
STARTED = re.compile(r"^(?:record id: |started )\w{8,}", re.MULTILINE)
WITH = re.compile(r"^with: (.+)$", re.MULTILINE)
MUSL = "musl-tools"
CONFIG = '{"mode": 3, "videoFormat": "mp4", "audioFormat": "aac", "sliceMin": 60}'
SWIFT_USER = """// swift-tools-version: 6.0
import PackageDescription

let recording = Target.Dependency.product(name: "RongCloudRecording", package: "RongCloudRecording")
let package = Package(
  name: "User",
  dependencies: [.package(DEPENDENCY)],
  targets: [
    .executableTarget(name: "Start", dependencies: [recording]),
    .executableTarget(name: "Driver", dependencies: [recording]),
  ],
  swiftLanguageModes: [.v6]
)
"""
# Where reach/python.sh puts what it builds.
FREE_THREADED, WITH_MUSL = "/opt/python-free-threaded", "/opt/python-musl"


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
# The first with a Swift that links artifact bundles.
SID = System("Debian unstable", "sid", "amd64", ("ca-certificates", "g++", "git", "libc6-dev", "pkgconf", "swiftlang"))
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


class Seen(NamedTuple):
    """What something was tried with; and how many golden vectors it has answered, or tests passed with it."""

    told: str
    vectors: str = ""
    tests: str = ""

    def shows(self, shows: str) -> str:
        """All that it shows."""
        vectors = f"; golden vectors run: {self.vectors} passed" if self.vectors else ""
        return f"{shows}: {self.tests} tests passed" if self.tests else f"{shows}{vectors}"


class Tries:
    """What is tried, and how. Of each, what it was tried with."""

    def __init__(self, simulator: str, conformance: str, made: str) -> None:
        self._simulator, self._conformance, self._made = simulator, conformance, Path(made).resolve()

    def started(self, system: System, *command: str | Path, simulator: str | Path = "") -> str:
        """What a program says that it has started a recording with."""
        told = ran("scripts/with-simulator.sh", simulator or self._simulator, *system.inside(*map(str, command)))
        if not STARTED.search(told):
            raise RuntimeError(f"no recording was started: {told}")
        found = WITH.search(told)
        return found[1] if found else ""

    def asked(self, system: System, language: str, *driver: str | Path) -> str:
        """How many golden vectors a driver has answered, which is run there."""
        told = ran(self._conformance, "vectors", language, *system.inside(*map(str, driver)))
        return re.search(rf"^{language}: (\d+) passed, 0 failed$", told, re.MULTILINE)[1]

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

    def python(self, system: System, platform: str, python: str, vectors: bool = True) -> Seen:
        """A recording, from a wheel; and the vectors."""
        command = system.inside(python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])")
        version = ran(*command).strip()
        folder = self.unpacked(one(f"rongcloud_recording-*{platform}.whl"), platform, version)
        python = ("env", f"PYTHONPATH={folder}", python)
        told = self.started(system, *python, "reach/start.py")
        return Seen(told, self.asked(system, "python", *python, "bindings/python/driver/driver.py") if vectors else "")

    def made_python(self, kind: str, folder: str, platform: str) -> Seen:
        """The same, by a Python that was made for it; and, with many threads, what they see of each other."""
        ran(*TRIXIE.inside("reach/python.sh", kind, folder))
        seen = self.python(TRIXIE, platform, f"{folder}/bin/python3")
        if kind == "free-threaded":
            found = self.unpacked(one(f"rongcloud_recording-*{platform}.whl"), platform, "3.13")
            self.started(TRIXIE, "env", f"PYTHONPATH={found}", f"{folder}/bin/python3", "reach/threads.py")
        return seen

    def python_suite(self) -> Seen:
        """All of Python's tests, with the wheels as pip has installed them."""
        python = self._made / "python/bin/python"
        tests = ("tests", "../../simulator/kits/python/tests")
        told = ran("env", "--chdir=bindings/python", python, "-m", "pytest", "-p", "no:cacheprovider", *tests)
        # Nothing else: none skipped.
        passed = re.search(r"^(\d+) passed in ", told, re.MULTILINE)[1]
        version = ran(python, "--version").strip()
        return Seen(version, tests=passed)

    def java(self, system: System, java: str) -> Seen:
        """A recording, from the jar and what its POM names; and the vectors, by a driver that was built with it."""
        jar = one("recording-*[0-9].jar")
        classes = self._made / "java"
        path = ":".join(str(it) for it in [classes, jar, *sorted(classes.glob("*.jar"))])
        told = self.started(system, java, "-cp", path, "Start")
        driver = self._made / "kotlin/driver"
        # The jar as it is in dist/ before all that the driver's build has found.
        path = ":".join(str(it) for it in [jar, driver / "driver.jar", *sorted((driver / "lib").glob("*.jar"))])
        # As the manifest says of the driver: newer ones would warn.
        newer = ("--enable-native-access=ALL-UNNAMED",) if int(re.search(r"Java (\d+)", told)[1]) >= 24 else ()
        return Seen(told, self.asked(system, "kotlin", java, *newer, "-cp", path, "DriverKt"))

    def musl(self, system: System, machine: str) -> Seen:
        """A recording by the library's functions, which are told what Python's wheel has told them on this machine."""
        musl = self.unpacked(
            one(f"rongcloud_recording-*musllinux_1_2_{machine}.whl"), f"musllinux_1_2_{machine}", "3.12"
        )
        glibc = self.unpacked(one("rongcloud_recording-*manylinux_2_17_x86_64.whl"), "manylinux_2_17_x86_64", "3.11")
        library = musl / "rongcloud_recording/_native/librongcloud_recording.so"
        folder = TEMPORARY / f"musl-{machine}"
        folder.mkdir(exist_ok=True)
        ran(
            *system.inside(
                "musl-gcc",
                "-O1",
                "-Wall",
                "-I",
                str(self._made / "header/RongCloudRecordingFFI/include"),
                "-o",
                f"{folder}/musl",
                "reach/musl.c",
            )
        )
        script = folder / "run.sh"
        inside = " ".join(system.inside(f"{folder}/musl", str(library), '"${told[@]}"'))
        script.write_text(
            "set -euo pipefail\n"
            f"mapfile -t told < <(PYTHONPATH={glibc} {sys.executable} reach/told.py)\n"
            f"id=$({inside} | grep -aoE '[0-9a-f]{{32}}' | head -n 1)\n"
            'echo "record id: $id"\n',
            encoding="utf-8",
        )
        told = ran("scripts/with-simulator.sh", self._simulator, "bash", script)
        # Python's own, and the one by which the library has started another.
        if not STARTED.search(told) or len(set(re.findall(r"recordId=(\w+)", told))) != 2:
            raise RuntimeError(told)
        version = ran(*system.inside("dpkg-query", "--show", "--showformat", "${Version}", "musl")).strip()
        return Seen(f"a C program, musl {version}, {machine}")

    def java_on_musl(self, system: System, machine: str) -> Seen:
        """There is no JVM for musl here: the libraries that one would load, JNA's and the jar's, in the same way."""
        folder = TEMPORARY / f"java-musl-{machine}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        as_jna = machine.replace("_", "-")
        (jna,) = (self._made / "java").glob("jna-*.jar")
        libraries = {
            "jna": (jna, f"com/sun/jna/linux-{as_jna}/libjnidispatch.so", "Java_com_sun_jna_Native_open"),
            "own": (
                one("recording-*[0-9].jar"),
                f"linux-musl-{as_jna}/librongcloud_recording.so",
                "ffi_rongcloud_recording_uniffi_contract_version",
            ),
        }
        arguments = []
        for name, (jar, member, function) in libraries.items():
            (folder / name).write_bytes(dict(natives(jar))[member])
            arguments += [str(folder / name), function]
        ran(*system.inside("musl-gcc", "-O1", "-Wall", "-o", f"{folder}/load", "reach/load.c"))
        told = ran(*system.inside(f"{folder}/load", *arguments))
        if "loaded all" not in told:
            raise RuntimeError(told)
        version = ran(*system.inside("dpkg-query", "--show", "--showformat", "${Version}", "musl")).strip()
        return Seen(f"a C program: {jna.stem}'s library and this one, musl {version}, {machine}")

    def loaded(self, system: System, machine: str) -> Seen:
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
        return Seen(WITH.search(told)[1])

    def program(self, wheel: str, machine: str, name: str) -> Path:
        """The program in a wheel, which has all in itself."""
        folder = self.unpacked(one(f"{wheel}-*musllinux_1_2_{machine}.whl"), f"musllinux_1_2_{machine}", "3.12")
        (program,) = (it for it in folder.rglob(name) if it.is_file() and it.read_bytes().startswith(b"\x7fELF"))
        return program

    def command_line(self, system: System, machine: str) -> Seen:
        """A recording, by the command line's program."""
        program = self.program("rongcloud_recording_cli", machine, "rongcloud-recording")
        config = TEMPORARY / "config.json"
        config.write_text(CONFIG, encoding="utf-8")
        self.started(system, program, "start", "room1", "--profile", config)
        return Seen(ran(*system.inside(str(program), "--version")).strip())

    def simulator(self, system: System, machine: str) -> Seen:
        """A recording that the simulator's program has, started from here. It is one program in all of the kits."""
        program = self.program("rongcloud_simulator", machine, "rongcloud-simulator")
        content = program.read_bytes()
        for kit in (one("simulator-*[0-9].jar"), one("RongCloudSimulator-*-swift.tar.gz")):
            if not any(it == content for _, it in natives(kit)):
                raise RuntimeError(f"{kit.name} has another program for {machine} than {program}")
        inside = TEMPORARY / f"simulator-{machine}"
        inside.write_text(f'#!/bin/sh\nexec {" ".join(system.inside(str(program)))} "$@"\n', encoding="utf-8")
        inside.chmod(0o755)
        platform = "manylinux_2_17_x86_64"
        folder = self.unpacked(one(f"rongcloud_recording-*{platform}.whl"), platform, "3.11")
        self.started(HERE, "env", f"PYTHONPATH={folder}", sys.executable, "reach/start.py", simulator=inside)
        return Seen(ran(*system.inside(str(program), "--version")).strip())

    def swift(self) -> Seen:
        """As its README says: reach/install.py. And the vectors, by a package that depends on the same archive."""
        ran("reach/install.py", self._simulator, "swift")
        package = self._swift_user("swift", lambda folder: f'path: "{folder}"')
        swift = ("scripts/swift-toolchain.sh", "run")
        ran(*swift, package, "swift", "build", "--quiet")
        vectors = self.asked(HERE, "swift", *swift, ".", package / ".build/debug/Driver")
        return Seen(ran(*swift, ".", "swift", "--version").strip().splitlines()[0], vectors)

    def swift_bundle(self) -> Seen:
        """As a newer Swift takes it, out of the artifact bundle; from a git repository by version, and static."""
        version = re.search(r"RongCloudRecording-(.+)-swift", one("RongCloudRecording-*-swift.tar.gz").name)[1]

        def tagged(folder: Path) -> str:
            author = ("-c", "user.name=try", "-c", "user.email=try@localhost", "-c", "commit.gpgsign=false")
            for command in (("init", "-q"), ("add", "--all", "--force"), ("commit", "-qm", version), ("tag", version)):
                ran("git", "-C", folder, *author, *command)
            return f'url: "file://{folder}", exact: "{version}"'

        package = self._swift_user("swift-bundle", tagged)
        build = ("swift", "build", "--package-path", str(package))
        ran(*SID.inside(*build, "--configuration", "release", "--static-swift-stdlib"))
        self.started(SID, package / ".build/release/Start")
        vectors = self.asked(SID, "swift", package / ".build/release/Driver")
        return Seen(re.search(r"Swift version .*", ran(*SID.inside("swift", "--version")))[0], vectors)

    def _swift_user(self, name: str, dependency: Callable[[Path], str]) -> Path:
        """A package with a program that starts a recording and the driver, which depends on the unpacked archive."""
        folder = TEMPORARY / name
        shutil.rmtree(folder, ignore_errors=True)
        sources = folder / "user/Sources"
        shutil.copytree("bindings/swift/driver/Sources/Driver", sources / "Driver")
        shutil.copy(self._made / "header/Dispatch.swift", sources / "Driver")
        shutil.copytree("examples/swift/Sources/StartRecording", sources / "Start")
        ran("tar", "-xzf", one("RongCloudRecording-*-swift.tar.gz"), "-C", folder)
        depends = dependency(folder / "RongCloudRecording")
        manifest = SWIFT_USER.replace("DEPENDENCY", depends)
        (folder / "user/Package.swift").write_text(manifest, encoding="utf-8")
        return folder / "user"


LOADED, STARTED_ONE, GAVE_ONE, SUITE = "loaded", "started a recording", "was asked to start a recording", "suite run"


Cell = tuple[str, str, System, str, Callable[[], Seen]]


def cells(tries: Tries) -> dict[str, Cell]:
    """By name: the package, its platform, where it is tried, what is shown, and how."""
    found: dict[str, Cell] = {}
    glibc = {"x86-64": "manylinux_2_17_x86_64", "aarch64": "manylinux_2_17_aarch64"}
    here = ("wheel", "glibc, x86-64")
    for python in pythons():
        version = re.search(r"\d+\.\d+", python)[0]
        found[f"python-{version}"] = (
            *here,
            HERE,
            STARTED_ONE,
            lambda it=python: tries.python(HERE, glibc["x86-64"], it),
        )
    found["python-trixie"] = (
        *here,
        TRIXIE,
        STARTED_ONE,
        lambda: tries.python(TRIXIE, glibc["x86-64"], "python3", vectors=False),
    )
    found["python-testing"] = (*here, TESTING, STARTED_ONE, lambda: tries.python(TESTING, glibc["x86-64"], "python3"))
    found["python-free-threaded"] = (
        *here,
        TRIXIE,
        STARTED_ONE,
        lambda: tries.made_python("free-threaded", FREE_THREADED, glibc["x86-64"]),
    )
    found["python-suite"] = ("wheels of library and simulator", here[1], HERE, SUITE, tries.python_suite)
    found["python-bullseye"] = (*here, BULLSEYE, LOADED, lambda: tries.loaded(BULLSEYE, "x86_64"))
    found["python-arm"] = (
        "wheel",
        "glibc, aarch64",
        ARM,
        STARTED_ONE,
        lambda: tries.python(ARM, glibc["aarch64"], "python3"),
    )
    found["python-musl"] = (
        "wheel",
        "musl, x86-64",
        TRIXIE,
        STARTED_ONE,
        lambda: tries.made_python("musl", WITH_MUSL, "musllinux_1_2_x86_64"),
    )
    found["musl-x86"] = ("wheel", "musl, x86-64", BULLSEYE, STARTED_ONE, lambda: tries.musl(BULLSEYE, "x86_64"))
    found["musl-arm"] = ("wheel", "musl, aarch64", ARM, STARTED_ONE, lambda: tries.musl(ARM, "aarch64"))
    found["java-musl-x86"] = ("jar", "musl, x86-64", BULLSEYE, LOADED, lambda: tries.java_on_musl(BULLSEYE, "x86_64"))
    found["java-musl-arm"] = ("jar", "musl, aarch64", ARM, LOADED, lambda: tries.java_on_musl(ARM, "aarch64"))
    found["java-17"] = ("jar", "glibc, x86-64", BULLSEYE, STARTED_ONE, lambda: tries.java(BULLSEYE, "java"))
    for version in ("21", "25"):
        java = f"/usr/lib/jvm/java-{version}-openjdk-amd64/bin/java"
        found[f"java-{version}"] = (
            "jar",
            "glibc, x86-64",
            TRIXIE,
            STARTED_ONE,
            lambda it=java: tries.java(TRIXIE, it),
        )
    found["java-arm"] = ("jar", "glibc, aarch64", ARM, STARTED_ONE, lambda: tries.java(ARM, "java"))
    found["swift"] = ("Swift archive", "glibc, x86-64", SWIFT, STARTED_ONE, tries.swift)
    found["swift-bundle"] = (
        "Swift archive, as artifact bundle",
        "glibc, x86-64",
        SID,
        STARTED_ONE,
        tries.swift_bundle,
    )
    for name, system, machine in (("bullseye", BULLSEYE, "x86_64"), ("arm", ARM, "aarch64")):
        platform = f"any C library, {machine.replace('_', '-')}"
        found[f"command-line-{name}"] = (
            "command line",
            platform,
            system,
            STARTED_ONE,
            lambda it=(system, machine): tries.command_line(*it),
        )
        found[f"simulator-{name}"] = (
            "simulator: wheel, jar, Swift archive",
            platform,
            system,
            GAVE_ONE,
            lambda it=(system, machine): tries.simulator(*it),
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
        "",
        "- *loaded*: its functions answered",
        "- *started a recording*: with the simulator, which takes name, socket, threads and the end of a process",
        "- *golden vectors run*: it has answered all that every language is asked (`tests/vectors`), on every engine",
        "- *suite run*: the language's own tests, with the packages as pip has installed them",
        "",
        "The other suites run against what is built for the machine that they run on (`make test`).",
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


def main(simulator: str, conformance: str, made: str, output: str, parts: list[str]) -> None:
    """Tries all of it."""
    TEMPORARY.mkdir(parents=True, exist_ok=True)
    seen = json.loads(SEEN.read_text(encoding="utf-8")) if parts and SEEN.exists() else {}
    failed = []
    ready = set()
    for name, (package, platform, system, shows, run) in cells(Tries(simulator, conformance, made)).items():
        if parts and not any(part in name for part in parts):
            continue
        print(name, flush=True)
        try:
            if system.suite and system not in ready:
                ran("reach/root.sh", "make", system.suite, system.architecture, *system.packages)
                ready.add(system)
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
            "with": told.told,
            "shows": told.shows(shows),
            "when": today,
        }
        SEEN.write_text(json.dumps(seen, indent=1), encoding="utf-8")
        print(f"  {told.told}: {told.shows(shows)}", flush=True)
    packages = [it for pattern in ("*.whl", "*[0-9].jar", "*-swift.tar.gz") for it in sorted(DIST.glob(pattern))]
    needs = [json.loads(line) for line in ran("reach/needs.py", *packages).split("\n\n")[0].splitlines()]
    Path(output).write_text(page(seen, needs), encoding="utf-8")
    if failed:
        sys.exit(f"these tries failed: {', '.join(failed)}")


if len(sys.argv) < 5:
    sys.exit(__doc__)
main(*sys.argv[1:5], sys.argv[5:])
