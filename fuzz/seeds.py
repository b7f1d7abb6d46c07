"""Writes the golden vectors' inputs as a fuzzer's first corpus. Usage: seeds.py VECTORS TARGET FOLDER."""

import json
import sys
from pathlib import Path

vectors, target, folder = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])


def entries(name: str) -> list:
    return json.loads((vectors / f"{name}.json").read_text(encoding="utf-8"))


SEEDS = {
    "config": lambda: [entry["input"] for name in ("configs", "violations") for entry in entries(name)],
    # Two bytes at the end become the status.
    "reply": lambda: [entry["body"] + "\xc8\x00" for name in ("replies", "rooms") for entry in entries(name)],
    "callback": lambda: [
        delivery["body"] for entry in entries("callbacks") for delivery in entry["deliveries"] if "body" in delivery
    ],
}

for number, seed in enumerate(SEEDS[target]()):
    (folder / f"seed-{number}").write_bytes(seed.encode("latin-1" if target == "reply" and seed.isascii() else "utf-8"))
