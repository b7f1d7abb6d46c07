"""What parts cost: Criterion's figures for the core, and each language's own for the parts of one start."""

from __future__ import annotations

import json
import os
import shutil
import subprocess

from contenders import Programs
from processes import CLIENT_CORE, Server


def criterion(programs: Programs) -> dict[str, float]:
    """Microseconds by benchmark."""
    manifest = programs.repository / "benches" / "rust" / "Cargo.toml"
    command = ["cargo", "bench", "--locked", "--quiet", "--manifest-path", str(manifest)]
    command += ["--target-dir", str(programs.target)]
    command = ["taskset", "--cpu-list", str(CLIENT_CORE), *command]
    # A new folder, so that nothing in it is of another run.
    folder = programs.target / "criterion"
    shutil.rmtree(folder, ignore_errors=True)
    environment = os.environ | {"CRITERION_HOME": str(folder)}
    subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    costs = {}
    for estimates in sorted(folder.glob("*/new/estimates.json")):
        benchmark = json.loads((estimates.parent / "benchmark.json").read_text())
        costs[benchmark["full_id"]] = json.loads(estimates.read_text())["median"]["point_estimate"] / 1e3
    if not costs:
        raise SystemExit(f"Criterion left nothing in {folder}")
    return costs


def layers(server: Server, programs: Programs, language: str) -> dict[str, float]:
    """Microseconds by part of one start."""
    with server.program(programs, [*programs.contender(language), "layers"], 1, False) as process:
        costs: dict[str, float] = json.loads(process.line())
    return costs
