#!/usr/bin/env python3
"""Does what the READMEs say of installing, word for word, in empty folders beside dist/, and starts a recording.

Usage: install.py SIMULATOR [LANGUAGE…]    python, kotlin, swift, rust; all of them where none is named

Of a README, it is the section "Install": its blocks of shell are run as they stand, one after another; blocks of XML,
of Gradle and of Swift go where they say into a project that has nothing else. The kits' are installed, too. Run from
the repository's root, after `make package`.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path.cwd()
STARTED = re.compile(r"^(?:record id: |started )\w{8,}", re.MULTILINE)
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)

POM = """<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>empty</groupId>
  <artifactId>empty</artifactId>
  <version>0</version>
  <properties>
    <maven.compiler.source>17</maven.compiler.source>
    <maven.compiler.target>17</maven.compiler.target>
  </properties>
{repositories}
  <dependencies>
{dependency}
  </dependencies>
</project>
"""
GRADLE = """apply plugin: 'java'
{snippet}
task paths {{ doLast {{ println 'classpath: ' + sourceSets.main.runtimeClasspath.asPath }} }}
"""
PACKAGE = """// swift-tools-version: 6.0
import PackageDescription
let package = Package(
  name: "Empty",
{dependencies}
  targets: [
    .executableTarget(name: "Start",
{products})
  ]
)
"""
CONFIG = '{"mode": 3, "videoFormat": "mp4", "audioFormat": "aac", "sliceMin": 60}'
PYTHON_PROGRAMS = ("rongcloud-recording", "rongcloud-simulator")
# A program, so that the project needs no test runner.
KIT = """import rongcloud.recording.BlockingRecordingClient;
import rongcloud.recording.RecordingProfile;
import rongcloud.simulator.RongCloudSimulator;

class Kit {
    public static void main(String[] arguments) throws Exception {
        try (var simulator = new RongCloudSimulator();
                var client = BlockingRecordingClient.builder()
                        .credentials(simulator.getAppKey(), simulator.getAppSecret())
                        .apiUrl(simulator.getUrl())
                        .build()) {
            var profile = RecordingProfile.fromJson("CONFIG");
            System.out.println("record id: " + client.start("room1", "aaa", profile).getRecordId());
        }
    }
}
""".replace("CONFIG", CONFIG.replace('"', '\\"'))


def blocks(readme: str) -> list[tuple[str, str]]:
    """The blocks of a README's section "Install", with their languages."""
    text = (ROOT / readme).read_text(encoding="utf-8")
    found = BLOCK.findall(text.split("\n## Install\n", 1)[1].split("\n## ", 1)[0])
    if not found:
        sys.exit(f"{readme} has no block in its section Install")
    return found


def run(folder: Path, *command: str, **environment: str) -> str:
    """What a command prints in a folder, and then what it says beside.

    Nothing of this shell's environment that could help it is there.
    """
    kept = {name: os.environ[name] for name in ("HOME", "PATH") if name in os.environ}
    kept |= {
        name: value
        for name, value in os.environ.items()
        if name.startswith(("RONGCLOUD_SWIFT", "PIP_", "CARGO_HOME", "RUSTUP_HOME"))
    }
    print("$", " ".join(command), flush=True)
    done = subprocess.run(command, cwd=folder, env={**kept, **environment}, capture_output=True, text=True)
    # One after the other: what the simulator says would be amid a line of the program's.
    told = f"{done.stdout}\n{done.stderr}"
    if done.returncode:
        sys.exit(f"{told}\nfailed")
    return told


def started(simulator: str | Path, folder: Path, *command: str, **environment: str) -> None:
    """Fails unless a program starts a recording."""
    told = run(folder, str(ROOT / "scripts/with-simulator.sh"), str(simulator), *command, **environment)
    if not STARTED.search(told):
        sys.exit(f"no recording was started: {told}")


def put(folder: Path, files: dict[str, str]) -> None:
    """Files of a project that has nothing else."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def python(simulator: str, folder: Path) -> None:
    """In environments that have pip alone: one for each line, for they are ways to different things, or to the same."""
    tried = set()
    for language, line in [
        (it, line) for it, text in blocks("bindings/python/README.md") for line in text.splitlines()
    ]:
        if language != "sh":
            continue
        shutil.rmtree(folder / "venv", ignore_errors=True)
        venv.create(folder / "venv", with_pip=True)
        programs = folder / "venv/bin"
        run(folder, "bash", "-euc", line, PATH=f"{programs}:{os.environ['PATH']}")
        has = [it for it in PYTHON_PROGRAMS if (programs / it).exists()]
        beside = str(programs / "rongcloud-simulator") if "rongcloud-simulator" in has else simulator
        if "rongcloud-recording" in has:
            put(folder, {"config.json": CONFIG})
            started(beside, folder, str(programs / "rongcloud-recording"), "start", "room1", "--profile", "config.json")
        else:
            started(beside, folder, str(programs / "python"), str(ROOT / "reach/start.py"))
            has.append("sdist" if ".tar.gz" in line else "wheel")
        tried.update(has)
    if tried != {*PYTHON_PROGRAMS, "sdist", "wheel"}:
        sys.exit(f"bindings/python/README.md installs {sorted(tried)} only")


def kotlin(simulator: str, folder: Path) -> None:
    """As a project of Maven's, and as one of Gradle's, whose snippet is the same in both of its languages."""
    found = blocks("bindings/kotlin/README.md")
    repositories, dependency = [text for language, text in found if language == "xml"]
    (kit,) = [text for language, text in blocks("simulator/kits/kotlin/README.md") if language == "xml"]
    start = {"src/main/java/Start.java": (ROOT / "reach/Start.java").read_text(encoding="utf-8")}
    put(folder, {**start, "pom.xml": POM.format(repositories=repositories, dependency=dependency)})
    maven = ("mvn", "--batch-mode", "--quiet", f"-Dmaven.repo.local={folder / 'm2'}")
    run(folder, *maven, "compile", "dependency:build-classpath", "-Dmdep.outputFile=classpath")
    path = (folder / "classpath").read_text(encoding="utf-8")
    started(simulator, folder, "java", "-cp", f"target/classes:{path}", "Start")

    # The kit's, beside it. It is no test that is run here, but whatever the jar puts onto a test's class path.
    put(folder, {"pom.xml": POM.format(repositories=repositories, dependency=dependency + kit), "Kit.java": KIT})
    run(folder, *maven, "dependency:build-classpath", "-Dmdep.outputFile=classpath")
    path = (folder / "classpath").read_text(encoding="utf-8")
    told = run(folder, "java", "-cp", f"target/classes:{path}", "Kit.java")
    if not STARTED.search(told):
        sys.exit(f"no recording was started with the kit: {told}")

    (snippet,) = [text for language, text in found if language == "gradle"]
    put(folder, {"build.gradle": GRADLE.format(snippet=snippet)})
    # Debian's is of 2017; the snippet is the same for each since.
    run(ROOT, "scripts/require.sh", "gradle=gradle")
    told = run(
        folder, "gradle", "--no-daemon", "--quiet", "--gradle-user-home", str(folder / "gradle"), "classes", "paths"
    )
    started(simulator, folder, "java", "-cp", re.search("classpath: (.*)", told)[1], "Start")


def swift(simulator: str, folder: Path) -> None:
    """As a package beside which the archive is unpacked; and the kit's, as its README shows a package's tests."""
    found = blocks("bindings/swift/README.md")
    for language, text in found:
        if language == "sh":
            run(folder, "bash", "-euc", text)
    dependencies, products = [text for language, text in found if language == "swift"]
    put(folder, {"Package.swift": PACKAGE.format(dependencies=dependencies, products=products)})
    shutil.copytree(ROOT / "examples/swift/Sources/StartRecording", folder / "Sources/Start")
    swift = str(ROOT / "scripts/swift-toolchain.sh")
    run(ROOT, swift, "install")
    run(ROOT, swift, "run", str(folder), "swift", "build")
    started(simulator, ROOT, swift, "run", str(folder), ".build/debug/Start")

    package = folder / "kit/first"
    package.mkdir(parents=True)
    (package / "dist").symlink_to(ROOT / "dist")
    for language, text in blocks("simulator/kits/swift/README.md"):
        if language == "sh":
            run(package, "bash", "-euc", text)
        elif language == "swift":
            put(package, {"Package.swift": text})
    shutil.copytree(ROOT / "simulator/kits/swift/first-test/Tests", package / "Tests")
    told = run(ROOT, swift, "run", str(package), "swift", "test", "--disable-xctest")
    if not re.search(r"Test run with [1-9]\d* tests? .*passed", told):
        sys.exit(f"no test passed with the kit: {told}")


def rust(simulator: str, folder: Path) -> None:
    """As a program that was just begun, outside of every workspace, with whatever versions the registry has today."""
    run(folder, "cargo", "init", "--quiet", "--vcs", "none", "--name", "start")
    for language, text in blocks("README.md"):
        if language == "sh":
            run(folder, "bash", "-euc", text)
    shutil.copy(ROOT / "reach/start.rs", folder / "src/main.rs")
    # What it depends on isn't built anew each time.
    kept = {"CARGO_TARGET_DIR": str(ROOT / "build/reach/rust"), "CARGO_INCREMENTAL": "0"}
    run(folder, "cargo", "build", "--quiet", **kept)
    started(simulator, folder, "cargo", "run", "--quiet", "--offline", **kept)


WAYS = {"python": python, "kotlin": kotlin, "swift": swift, "rust": rust}
if len(sys.argv) < 2 or not set(sys.argv[2:]) <= set(WAYS):
    sys.exit(__doc__)
for language in sys.argv[2:] or WAYS:
    print(language, flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        (Path(temporary) / "dist").symlink_to(ROOT / "dist")
        WAYS[language](str(Path(sys.argv[1]).resolve()), Path(temporary))
