"""The comparison itself: contenders take turns, round after round, on the same server."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, fields
from statistics import median
from typing import Any

from contenders import OURS, WARMING_SECONDS, Group, Programs
from processes import Server, Window, measured, run

# A window is made of as many parts, in each of which all contenders take their turns: on a machine that has
# neighbours, one second is not like the next.
_PARTS = 4
# Before each part that counts: what another's turn has pushed out of caches comes back, and connections that were
# closed meanwhile are made again. Every worker makes one call at least.
_LEAD_SECONDS = 0.05


def rounded(number: float) -> float:
    """Four digits: more than the machine's noise leaves."""
    return float(f"{number:.4g}")


@dataclass(frozen=True)
class Comparison:
    """A group's windows at one concurrency, in the order of the rounds."""

    group: Group
    concurrency: int
    is_tls: bool
    windows: dict[str, list[Window]]

    def median(self, name: str, measure: str) -> float:
        """A contender's median of one measure."""
        return median(getattr(window, measure) for window in self.windows[name])

    def spread(self, name: str, measure: str) -> tuple[float, float]:
        """The smallest and the largest of a contender's windows."""
        found = [getattr(window, measure) for window in self.windows[name]]
        return min(found), max(found)

    def ratio(self, peer: str, measure: str = "per_second") -> float:
        """Ours to a peer's, of their medians."""
        return self.median(OURS, measure) / self.median(peer, measure)

    def ratios(self, peer: str, measure: str = "per_second") -> list[float]:
        """Ours to a peer's, round by round."""
        pairs = zip(self.windows[OURS], self.windows[peer], strict=True)
        return [getattr(ours, measure) / getattr(its, measure) for ours, its in pairs]

    def target(self, peer: str) -> float | None:
        """The smallest ratio that is aimed at."""
        return None if self.is_tls else self.group.target(peer, self.concurrency)

    def as_json(self) -> dict[str, Any]:
        """Medians by contender, and the ratio of each pair."""
        measures = [field.name for field in fields(Window)]
        return {
            "language": self.group.language,
            "style": self.group.style,
            "operation": self.group.operation,
            "concurrency": self.concurrency,
            "tls": self.is_tls,
            "medians": {
                name: {measure: rounded(self.median(name, measure)) for measure in measures} for name in self.windows
            },
            "throughput_ratios": {
                peer.name: {
                    "of_medians": rounded(self.ratio(peer.name)),
                    "median_of_pairs": rounded(median(self.ratios(peer.name))),
                    "pairs": [rounded(ratio) for ratio in self.ratios(peer.name)],
                    "target": self.target(peer.name),
                }
                for peer in self.group.peers
            },
        }


def compared(
    server: Server, programs: Programs, group: Group, concurrency: int, is_tls: bool, pairs: int, seconds: float
) -> Comparison:
    """Runs a group's contenders in turn.

    Whoever's turn it isn't is paused: what it still does by itself, such as compiling, would take the others' time.
    """
    windows: dict[str, list[Window]] = {contender.name: [] for contender in group.all}
    with ExitStack() as ending:
        running = []
        for contender in group.all:
            process = server.contender(programs, group, contender, concurrency, is_tls)
            running.append((contender.name, ending.enter_context(process)))
            process.pause()
        for _name, process in running:
            with process.awake():
                run(server, process, min(WARMING_SECONDS[group.language], 20 * seconds))
        for _ in range(pairs):
            parts: dict[str, list[Window]] = {name: [] for name in windows}
            for number in range(_PARTS):
                # Back and forth, so that a slow change of the machine favours nobody.
                for name, process in running if number % 2 == 0 else reversed(running):
                    with process.awake():
                        run(server, process, min(_LEAD_SECONDS, seconds))
                        parts[name].append(measured(server, process, seconds / _PARTS))
            for name, its in parts.items():
                windows[name].append(Window.of(its))
    return Comparison(group, concurrency, is_tls, windows)
