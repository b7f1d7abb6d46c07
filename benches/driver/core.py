"""What parts cost: Criterion's figures for the core, and each language's own for the parts of one start."""

from __future__ import annotations

import json
import subprocess

from contenders import Programs
from processes import CLIENT_CORE, Server


def criterion(programs: Programs) -> dict[str, float]:
    """Microseconds by benchmark."""
    manifest = programs.repository / "benches" / "rust" / "Cargo.toml"
    command = ["cargo", "bench", "--locked", "--quiet", "--manifest-path", str(manifest)]
    command += ["--target-dir", str(programs.target)]
    subprocess.run(["taskset", "--cpu-list", str(CLIENT_CORE), *command], check=True, capture_output=True, text=True)
    costs = {}
    for estimates in sorted((programs.target / "criterion").glob("*/new/estimates.json")):
        benchmark = json.loads((estimates.parent / "benchmark.json").read_text())
        costs[benchmark["full_id"]] = json.loads(estimates.read_text())["median"]["point_estimate"] / 1e3
    return costs


def layers(server: Server, programs: Programs, language: str) -> dict[str, float]:
    """Microseconds by part of one start."""
    with server.contender(programs, language, "layers", 1, False) as process:
        costs: dict[str, float] = json.loads(process.line())
    return costs
