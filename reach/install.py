#!/usr/bin/env python3
"""Does what the READMEs say of installing, word for word, in empty folders beside dist/, and starts a recording.

Usage: install.py SIMULATOR [LANGUAGE…]    python, kotlin, swift; all of them where none is named

Of a README, it is the section "Install": its blocks of shell are run as they stand, one after another; blocks of XML,
of Gradle and of Swift go where they say into a project that has nothing else. Run from the repository's root, after
`make package`.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path.cwd()
STARTED = re.compile(r"^record id: \w{8,}$", re.MULTILINE)
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


def blocks(readme: str) -> list[tuple[str, str]]:
    """The blocks of a README's section "Install", with their languages."""
    text = (ROOT / readme).read_text(encoding="utf-8")
    found = BLOCK.findall(text.split("\n## Install\n", 1)[1].split("\n## ", 1)[0])
    if not found:
        sys.exit(f"{readme} has no block in its section Install")
    return found


def run(folder: Path, *command: str, **environment: str) -> str:
    """What a command prints in a folder. Nothing of this shell's environment that could help it is there."""
    import os

    kept = {name: os.environ[name] for name in ("HOME", "PATH") if name in os.environ}
    kept |= {
        name: value
        for name, value in os.environ.items()
        if name.startswith(("RONGCLOUD_SWIFT", "PIP_", "CARGO_HOME", "RUSTUP_HOME"))
    }
    print("$", " ".join(command), flush=True)
    done = subprocess.run(
        command, cwd=folder, env={**kept, **environment}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode:
        sys.exit(f"{done.stdout}\nfailed")
    return done.stdout


def started(simulator: str, folder: Path, *command: str) -> None:
    """Fails unless a program starts a recording."""
    told = run(folder, str(ROOT / "scripts/with-simulator.sh"), simulator, *command)
    if not STARTED.search(told):
        sys.exit(f"no recording was started: {told}")


def python(simulator: str, folder: Path) -> None:
    """In environments that have pip alone: one for each line, for they are ways to the same."""
    lines = [
        line for language, text in blocks("bindings/python/README.md") if language == "sh" for line in text.splitlines()
    ]
    for line in lines:
        shutil.rmtree(folder / "venv", ignore_errors=True)
        venv.create(folder / "venv", with_pip=True)
        import os

        path = f"{folder / 'venv/bin'}:{os.environ['PATH']}"
        run(folder, "bash", "-euc", line, PATH=path)
        if "rongcloud-recording-cli" in line or "rongcloud-simulator" in line:
            program = "rongcloud-simulator" if "rongcloud-simulator" in line else "rongcloud-recording"
            run(folder, str(folder / "venv/bin" / program), "--version")
        else:
            started(simulator, folder, str(folder / "venv/bin/python"), str(ROOT / "reach/start.py"))


def kotlin(simulator: str, folder: Path) -> None:
    """As a project of Maven's, and as one of Gradle's, whose snippet is the same in both of its languages."""
    found = blocks("bindings/kotlin/README.md")
    repositories, dependency = [text for language, text in found if language == "xml"]
    sources = folder / "src/main/java"
    sources.mkdir(parents=True)
    shutil.copy(ROOT / "reach/Start.java", sources)
    (folder / "pom.xml").write_text(POM.format(repositories=repositories, dependency=dependency), encoding="utf-8")
    kept = f"-Dmaven.repo.local={folder / 'm2'}"
    run(
        folder,
        "mvn",
        "--batch-mode",
        "--quiet",
        kept,
        "compile",
        "dependency:build-classpath",
        "-Dmdep.outputFile=classpath",
    )
    path = (folder / "classpath").read_text(encoding="utf-8")
    started(simulator, folder, "java", "-cp", f"target/classes:{path}", "Start")
    (snippet,) = [text for language, text in found if language == "gradle"]
    (folder / "build.gradle").write_text(GRADLE.format(snippet=snippet), encoding="utf-8")
    # Debian's is of 2017; the snippet is the same for each since.
    run(ROOT, "scripts/require.sh", "gradle=gradle")
    told = run(
        folder, "gradle", "--no-daemon", "--quiet", "--gradle-user-home", str(folder / "gradle"), "classes", "paths"
    )
    started(simulator, folder, "java", "-cp", re.search("classpath: (.*)", told)[1], "Start")


def swift(simulator: str, folder: Path) -> None:
    """As a package beside which the archive is unpacked."""
    found = blocks("bindings/swift/README.md")
    for language, text in found:
        if language == "sh":
            run(folder, "bash", "-euc", text)
    dependencies, products = [text for language, text in found if language == "swift"]
    (folder / "Package.swift").write_text(
        PACKAGE.format(dependencies=dependencies, products=products), encoding="utf-8"
    )
    shutil.copytree(ROOT / "examples/swift/Sources/StartRecording", folder / "Sources/Start")
    swift = str(ROOT / "scripts/swift-toolchain.sh")
    run(ROOT, swift, "install")
    run(ROOT, swift, "run", str(folder), "swift", "build")
    started(simulator, ROOT, swift, "run", str(folder), ".build/debug/Start")


WAYS = {"python": python, "kotlin": kotlin, "swift": swift}
if len(sys.argv) < 2 or not set(sys.argv[2:]) <= set(WAYS):
    sys.exit(__doc__)
for language in sys.argv[2:] or WAYS:
    print(language, flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        (Path(temporary) / "dist").symlink_to(ROOT / "dist")
        WAYS[language](str(Path(sys.argv[1]).resolve()), Path(temporary))
