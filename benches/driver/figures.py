"""The summary in the book, between two marks."""

from __future__ import annotations

from pathlib import Path

BEGIN = "<!-- benches: begin -->"
END = "<!-- benches: end -->"


def show(page: Path, summary: str) -> None:
    """Puts the summary into a page in place of the one before."""
    text = page.read_text()
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{page} has no place for the figures: {BEGIN} and {END}")
    page.write_text(f"{before}{BEGIN}\n{summary}\n{END}{after}")
