"""The summary in the README, between two marks."""

from __future__ import annotations

from pathlib import Path

BEGIN = "<!-- benches: begin -->"
END = "<!-- benches: end -->"


def show(readme: Path, summary: str) -> None:
    """Puts the summary into the README in place of the one before."""
    text = readme.read_text()
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{readme} has no place for the figures: {BEGIN} and {END}")
    readme.write_text(f"{before}{BEGIN}\n{summary}\n{END}{after}")
