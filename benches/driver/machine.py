"""What a run was made on and with."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from contenders import JAVA_RELEASES, Programs


def described(programs: Programs, languages: list[str]) -> dict[str, str]:
    """The machine and the versions."""
    cpu = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    memory = re.search(r"^MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text(), re.MULTILINE)
    assert memory
    system = platform.freedesktop_os_release()["PRETTY_NAME"]
    facts = {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "commit": _said("git", "-C", str(programs.repository), "describe", "--always", "--dirty"),
        "machine": f"{os.cpu_count()} cores of {cpu[1] if cpu else platform.machine()}, "
        f"{int(memory[1]) / 2**20:.0f} GiB; {system}, Linux {platform.release()}",
        "load before the run": f"{os.getloadavg()[0]:.2f}",
    }
    rust = programs.repository / "benches" / "rust" / "Cargo.lock"
    facts["rust"] = f"{_said('rustc', '--version')}; " + ", ".join(
        f"{name} {_locked(rust.read_text(), name)}" for name in ("reqwest", "hyper", "tokio", "rustls")
    )
    if "python" in languages:
        listed = dict(
            line.split("==") for line in _said(str(programs.python), "-m", "pip", "freeze").splitlines() if "==" in line
        )
        facts["python"] = f"{_said(str(programs.python), '--version')}; " + ", ".join(
            f"{name} {listed[name]}" for name in ("requests", "httpx", "aiohttp", "uvloop")
        )
    if "kotlin" in languages:
        jars = sorted(path.stem for path in (programs.build / "bench" / "kotlin" / "lib").glob("*.jar"))
        shown = ("okhttp-jvm", "ktor-client-okhttp-jvm", "kotlin-stdlib", "kotlinx-coroutines-core-jvm", "jna")
        java = subprocess.run(["java", "-version"], check=True, capture_output=True, text=True).stderr
        others = (_said(programs.java(release), "--version").splitlines()[0] for release in JAVA_RELEASES)
        facts["kotlin"] = "; ".join((java.splitlines()[0], *others, "")) + ", ".join(
            jar for jar in jars if re.sub(r"-\d.*", "", jar) in shown
        )
    if "swift" in languages:
        swift = _said(*programs.contender("swift")[:3], "swift", "--version").splitlines()[0]
        facts["swift"] = swift.strip()
    return facts


def _said(*command: str) -> str:
    return subprocess.run(
        command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ).stdout.strip()


def _locked(lock: str, name: str) -> str:
    found = re.search(rf'^name = "{name}"\nversion = "(.*)"', lock, re.MULTILINE)
    if not found:
        raise SystemExit(f"{name} is not in Cargo.lock")
    return found[1]
