"""Measures this library beside what users would otherwise write. `make bench` builds what it runs."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

import core
import figures
import growth
import machine
import report
import sizes
import speak
import startup
from contenders import Programs, groups
from processes import Server
from results import Results
from rounds import compared

REPOSITORY = Path(__file__).resolve().parents[2]
LANGUAGES = ["rust", "python", "kotlin", "swift"]
TLS_CONCURRENCY = 64
# What a published run has at least.
ENOUGH_PAIRS = 5


def main() -> None:
    """Runs everything that was asked for."""
    asked = _arguments()
    began = time.monotonic()
    programs = Programs(REPOSITORY, asked.target, asked.build, asked.simulator)
    compared_groups = groups(asked.languages)
    results = Results(machine.described(programs, asked.languages), asked.pairs)
    folder = asked.build / "bench" / "results"
    folder.mkdir(parents=True, exist_ok=True)

    # What is missing ends it here, and not once everything has been measured.
    results.packages = sizes.packages(programs, asked.languages)
    speak.check(programs, compared_groups)
    with Server(programs, folder / "issuer.pem") as server:
        for group in compared_groups:
            plain = [(concurrency, False) for concurrency in group.concurrencies]
            for concurrency, is_tls in [*plain, *([(TLS_CONCURRENCY, True)] if group.is_main else [])]:
                _say(began, f"{group.title}, {concurrency} at once{', TLS' if is_tls else ''}")
                results.comparisons.append(
                    compared(server, programs, group, concurrency, is_tls, asked.pairs, asked.seconds)
                )
            if not group.is_main:
                continue
            _say(began, f"{group.title}, first call")
            results.first_calls_ms[group.title] = startup.first_calls(server, programs, group, asked.pairs)
        for language in asked.languages:
            _say(began, f"{language}, parts of one start")
            results.layers_us[language] = core.layers(server, programs, language)
        for group in compared_groups:
            if group.language not in results.growth:
                _say(began, f"{group.language}, {asked.calls:,} calls")
                results.growth[group.language] = growth.grown(server, programs, group, asked.calls)
    if "python" in asked.languages:
        results.imports_ms = startup.imports(programs, 2 * asked.pairs)
        results.installed = sizes.installed(programs)
    if "rust" in asked.languages:
        _say(began, "validation and signing in the core")
        results.core_us = core.criterion(programs)
    results.machine["took"] = f"{(time.monotonic() - began) / 60:.1f} minutes"

    # What isn't a whole run on a quiet machine never replaces the figures of one.
    is_whole = set(asked.languages) == set(LANGUAGES) and asked.pairs >= ENOUGH_PAIRS and results.is_quiet()
    if is_whole:
        folder = REPOSITORY / "benches" / "results"
        folder.mkdir(exist_ok=True)
    (folder / "latest.md").write_text(report.page(results))
    (folder / "latest.json").write_text(json.dumps(results.as_json(), indent=1) + "\n")
    if is_whole:
        figures.show(REPOSITORY / "docs/book/src/reference/figures.md", report.summary(results))
    print(report.summary(results))
    print(f"\nAll of it: {folder / 'latest.md'}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", type=Path, required=True, help="where Cargo has built the server")
    parser.add_argument("--build", type=Path, required=True, help="where the rest has been built")
    parser.add_argument("--simulator", type=Path, required=True)
    parser.add_argument("--languages", nargs="+", choices=LANGUAGES, required=True)
    parser.add_argument("--pairs", type=int, required=True, help="rounds of each comparison")
    parser.add_argument("--seconds", type=float, required=True, help="length of one window")
    parser.add_argument("--calls", type=int, required=True, help="length of the growth run")
    return parser.parse_args()


def _say(began: float, what: str) -> None:
    print(f"{time.monotonic() - began:5.0f} s  {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as failed:
        sys.exit(f"{failed}\n{failed.stderr or ''}")
