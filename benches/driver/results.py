"""All that one run has found, and what of it was aimed at."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median
from typing import Any

import growth
from contenders import OURS, most_import, most_megabytes
from rounds import Comparison

MEGABYTE = 1e6
# The share of the two cores that others may use.
_QUIET = 0.05


@dataclass(frozen=True)
class Aim:
    """One figure that was aimed at."""

    what: str
    wanted: str
    found: str
    is_met: bool


@dataclass
class Results:
    """All that one run has found."""

    machine: dict[str, str]
    pairs: int
    comparisons: list[Comparison] = field(default_factory=list)
    first_calls_ms: dict[str, dict[str, float]] = field(default_factory=dict)
    imports_ms: dict[str, float] = field(default_factory=dict)
    packages: dict[str, int] = field(default_factory=dict)
    installed: dict[str, int] = field(default_factory=dict)
    core_us: dict[str, float] = field(default_factory=dict)
    layers_us: dict[str, dict[str, float]] = field(default_factory=dict)
    growth: dict[str, list[growth.Step]] = field(default_factory=dict)

    def aims(self) -> list[Aim]:
        """What was aimed at, as far as this run has measured it."""
        return [*self._throughputs(), *self._memory(), *self._imports(), *self._sizes()]

    def _throughputs(self) -> list[Aim]:
        aims = []
        for comparison in self.comparisons:
            for peer in comparison.group.peers:
                target = comparison.target(peer.name)
                if target is not None:
                    what = f"{comparison.group.title} / {peer.name}, throughput at {comparison.concurrency}"
                    pairs = comparison.ratios(peer.name)
                    found = f"{comparison.ratio(peer.name):.2f} ({min(pairs):.2f} to {max(pairs):.2f})"
                    aims.append(Aim(what, f"≥ {target}", found, comparison.ratio(peer.name) >= target))
        return aims

    def _memory(self) -> list[Aim]:
        aims = []
        for comparison in self.comparisons:
            for peer in comparison.group.peers:
                most = comparison.group.most_memory(peer.name)
                if most is not None and not comparison.is_tls and comparison.concurrency == 512:
                    ratio = comparison.ratio(peer.name, "resident_kb")
                    what = f"{comparison.group.title} / {peer.name}, resident memory at 512"
                    aims.append(Aim(what, f"≤ {most}", f"{ratio:.2f}", ratio <= most))
        return aims

    def _imports(self) -> list[Aim]:
        if not self.imports_ms:
            return []
        ratio = self.imports_ms[OURS] / self.imports_ms["requests"]
        most = most_import()
        return [Aim("Python import / requests", f"≤ {most}", f"{ratio:.2f}", ratio <= most)]

    def _sizes(self) -> list[Aim]:
        aims = []
        for what, most in most_megabytes().items():
            if what in self.packages:
                megabytes = self.packages[what] / MEGABYTE
                aims.append(Aim(what, f"≤ {most} MB", f"{megabytes:.2f} MB", megabytes <= most))
        return aims

    def server_busy(self) -> float:
        """The largest share of its core that the server used, as the median of a contender's windows."""
        return max(
            (median(window.server_busy for window in its) for one in self.comparisons for its in one.windows.values()),
            default=0.0,
        )

    def foreign(self) -> float:
        """The share of both cores that others used at most, in nine windows of ten."""
        shares = [window.foreign for one in self.comparisons for its in one.windows.values() for window in its]
        return sorted(shares)[int(0.9 * (len(shares) - 1))] if shares else 0.0

    def is_quiet(self) -> bool:
        """Whether the figures mean something."""
        return self.foreign() <= _QUIET

    def as_json(self) -> dict[str, Any]:
        """All of it."""
        return {
            "machine": self.machine,
            "pairs": self.pairs,
            "server_busy": self.server_busy(),
            "foreign": self.foreign(),
            "aims": [vars(aim) for aim in self.aims()],
            "comparisons": [comparison.as_json() for comparison in self.comparisons],
            "first_calls_ms": self.first_calls_ms,
            "imports_ms": self.imports_ms,
            "packages": self.packages,
            "installed": self.installed,
            "core_us": self.core_us,
            "layers_us": self.layers_us,
            "growth": {language: growth.as_json(steps) for language, steps in self.growth.items()},
        }
