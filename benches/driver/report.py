"""The results as a page of Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from statistics import median

from contenders import OURS
from results import MEGABYTE, Results
from rounds import Comparison


def page(results: Results) -> str:
    """The whole page."""
    parts = [
        "# This library beside what users would otherwise write",
        _introduction(results),
        summary(results),
        *(_comparisons("Plain HTTP", [one for one in results.comparisons if not one.is_tls])),
        *(_comparisons("TLS", [one for one in results.comparisons if one.is_tls])),
        *_java(results),
        *_startup(results),
        *_sizes(results),
        *_costs(results),
        *_growth(results),
    ]
    return "\n\n".join(parts) + "\n"


def summary(results: Results) -> str:
    """What was aimed at, as one table."""
    rows = ((aim.what, aim.wanted, aim.found, "yes" if aim.is_met else "**no**") for aim in results.aims())
    return table(("ours / theirs", "aim", f"ratio of medians (range of {results.pairs} pairs)", "met"), rows)


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table whose first column is text and whose others are figures."""
    columns = list(head)
    lines = [columns, ["---", *["---:"] * (len(columns) - 1)], *map(list, rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _introduction(results: Results) -> str:
    warning = (
        "" if results.is_quiet() else "**The machine was busy with something else: these figures say little.**\n\n"
    )
    facts = "\n".join(f"- {name}: {value}" for name, value in results.machine.items())
    return (
        f"{warning}Made by `make bench`; [what is measured and how](../README.md). Calls per second are medians of "
        f"{results.pairs} rounds in which the contenders take turns; one core for the client, another for the server.\n"
        f"\n{facts}\n"
        f"- the server was at most {results.server_busy():.0%} busy (median of a contender's windows)\n"
        f"- other programs used at most {results.foreign():.1%} of the two cores, in nine windows of ten"
    )


def _comparisons(title: str, comparisons: list[Comparison]) -> Iterator[str]:
    if not comparisons:
        return
    yield f"## {title}"
    head = (
        "",
        "at once",
        "calls/s",
        "range",
        "ours / theirs",
        "pairs: median (range)",
        "p50 ms",
        "p99 ms",
        "CPU µs/call",
    )
    rows = []
    for comparison in comparisons:
        for contender in comparison.group.all:
            name = contender.name
            if name == OURS:
                ratio = pairs = ""
            else:
                ratios = comparison.ratios(name)
                ratio = f"{comparison.ratio(name):.2f}"
                pairs = f"{median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
            per_connection = comparison.median(name, "requests_per_connection")
            rows.append(
                (
                    f"{comparison.group.title}: {f'**{name}**' if name == OURS else name}",
                    str(comparison.concurrency),
                    f"{comparison.median(name, 'per_second'):,.0f}",
                    "{:,.0f} to {:,.0f}".format(*comparison.spread(name, "per_second")),
                    ratio,
                    pairs,
                    f"{comparison.median(name, 'p50_us') / 1e3:.2f}",
                    f"{comparison.median(name, 'p99_us') / 1e3:.2f}",
                    f"{comparison.median(name, 'cpu_us'):.0f}",
                    f"{comparison.median(name, 'resident_kb') * 1024 / MEGABYTE:.0f}",
                    f"{per_connection:,.0f}",
                )
            )
    yield table((*head, "resident MB", "calls per connection"), rows)


def _java(results: Results) -> Iterator[str]:
    comparisons = [one for one in results.comparisons if one.group.language == "kotlin" and not one.is_tls]
    # Threads that have ended take their count with them: a virtual one is none of the machine's.
    comparisons = [one for one in comparisons if one.group.java is None]
    if not comparisons:
        return
    yield "## In the virtual machine\n\nWhat one call allocates, and how many threads it starts or attaches."
    rows = (
        (
            f"{one.group.title}: {f'**{peer.name}**' if peer.name == OURS else peer.name}",
            str(one.concurrency),
            f"{one.median(peer.name, 'allocated_per_call'):,.0f}",
            f"{one.median(peer.name, 'threads_per_call'):.3f}",
        )
        for one in comparisons
        for peer in one.group.all
    )
    yield table(("", "at once", "bytes per call", "threads per call"), rows)


def _startup(results: Results) -> Iterator[str]:
    if not results.first_calls_ms:
        return
    yield "## Start-up\n\nFrom the beginning of the program to its first completed call, in milliseconds."
    rows = [
        (f"{title}: {name}", f"{taken:.0f}", "" if name == OURS else f"{its[OURS] / taken:.2f}")
        for title, its in results.first_calls_ms.items()
        for name, taken in its.items()
    ]
    yield table(("", "ms", "ours / theirs"), rows)
    if results.imports_ms:
        yield "Python's import alone:"
        ours = results.imports_ms[OURS]
        rows = [
            (module, f"{taken:.0f}", "" if module == OURS else f"{ours / taken:.2f}")
            for module, taken in results.imports_ms.items()
        ]
        yield table(("", "ms", "ours / theirs"), rows)


def _sizes(results: Results) -> Iterator[str]:
    if not results.packages:
        return
    yield "## Size"
    rows = [(what, f"{size / MEGABYTE:.2f}") for what, size in results.packages.items()]
    rows += [
        (f"{name} and all it needs, installed", f"{size / MEGABYTE:.2f}") for name, size in results.installed.items()
    ]
    yield table(("", "MB"), rows)


def _costs(results: Results) -> Iterator[str]:
    if results.core_us:
        yield "## In the core\n\nMicroseconds, by Criterion."
        yield table(("", "µs"), ((what, f"{cost:.2f}") for what, cost in results.core_us.items()))
    if results.layers_us:
        yield (
            "## The parts of one start\n\nMicroseconds at concurrency 1. A signature crosses the boundary with four "
            "texts and does next to nothing. A refused start gets as far as the core's checks. On a closed client, a "
            "start crosses to the core's threads and back, with an error. What a whole start takes beyond that is HTTP."
        )
        languages = list(results.layers_us)
        parts = dict.fromkeys(part for costs in results.layers_us.values() for part in sorted(costs))
        cost = lambda language, part: results.layers_us[language].get(part)  # noqa: E731
        rows = (
            (part, *("" if (found := cost(language, part)) is None else f"{found:.1f}" for language in languages))
            for part in parts
        )
        yield table(("", *(language.capitalize() for language in languages)), rows)


def _growth(results: Results) -> Iterator[str]:
    if not results.growth:
        return
    yield "## Growth\n\nOne client from its first call on, 64 calls at once after the first."
    rows = (
        (
            language.capitalize(),
            f"{step.calls:,}",
            f"{step.per_second:,.0f}",
            f"{step.resident_kb * 1024 / MEGABYTE:.0f}",
        )
        for language, steps in results.growth.items()
        for step in steps
    )
    yield table(("", "calls", "calls/s", "resident MB"), rows)
