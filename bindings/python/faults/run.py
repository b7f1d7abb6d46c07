"""Runs the grid of faults and the byte sweeps as a user of the package would, and writes down what each call came to.

What should have come of them is compared elsewhere, the same for every language. This fails only where it can't run.

Usage: run.py GRID OUTPUT
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from case import OPERATIONS, run_case
from support import Simulator
from sweep import sweep


def main() -> None:
    """Writes one JSON object a line: case by case and operation by operation, then byte by byte."""
    grid = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    output = Path(sys.argv[2])
    output.parent.mkdir(parents=True, exist_ok=True)
    simulator = Simulator()
    try:
        with output.open("w", encoding="utf-8") as lines:
            for case in grid["cases"]:
                client = grid["impatient_client" if case["times_out"] else "client"]
                for operation in OPERATIONS:
                    print(json.dumps(run_case(case, operation, client, simulator)), file=lines)
            for told in sweep(grid["client"], simulator):
                print(json.dumps(told), file=lines)
    finally:
        simulator.close()


if __name__ == "__main__":
    main()
