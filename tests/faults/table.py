#!/usr/bin/env python3
"""Compares what every language saw in the grid of faults, and writes the table of outcomes.

Whether each has seen what the grid expects was looked at before, by tests/conformance.

Usage: table.py TABLE.md LANGUAGE=RESULTS.jsonl...
"""

import json
import sys
from collections import Counter
from pathlib import Path

OPERATIONS = ["start", "update_layout", "stop", "query_room"]
COMPARED = ["outcome", "cause", "status", "code", "is_retryable", "maybe_sent", "attempts"]
SWEEPS = {"cut request at byte": "of the request", "cut reply at byte": "of the reply"}


def cell(lines, expected, is_certain):
    """The outcome that all languages saw, or those that the grid leaves to chance."""
    if not is_certain:
        return " or ".join(outcome.replace("_", " ") for outcome in expected["outcome"])
    texts = []
    for line in lines:
        details = [line["cause"], f"HTTP {line['status']}" if line["status"] else None]
        details += [f"code {line['code']}" if line["code"] is not None else None]
        inside = ", ".join(detail.replace("_", " ") for detail in details if detail)
        text = line["outcome"].replace("_", " ") + (f" ({inside})" if inside else "")
        if text not in texts:
            texts.append(text)
    return " or ".join(sorted(texts))


def counted(cells):
    """How many attempts a start made, and how many each of the others: a range where chance decides."""

    def told(lines):
        numbers = sorted({len(line["attempts"]) for line in lines})
        return str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]} to {numbers[-1]}"

    start, *others = cells
    return f"{told(start)} / {told([line for lines in others for line in lines])}"


def sweeps(results):
    """The cuts at every byte: rows, and whatever is wrong with them."""
    rows, wrong = [], []
    for language, lines in results.items():
        for name, part in SWEEPS.items():
            cuts = [line for line in lines if line["case"] == name]
            if [line["byte"] for line in cuts] != list(range(len(cuts))) or not cuts:
                wrong.append(f"{language}: {name}: not every byte, once and in order")
            outcomes = Counter(line["outcome"].replace("_", " ") for line in cuts)
            most = max((line["executions"] for line in cuts), default=0)
            rows.append(f"| {language} | {part} | {len(cuts)} | {', '.join(sorted(outcomes))} | {most} |")
    return rows, wrong


def main():
    table, *given = sys.argv[1:]
    grid = json.loads((Path(__file__).parent / "grid.json").read_text())
    results = {}
    for argument in given:
        language, _, path = argument.partition("=")
        results[language] = [json.loads(line) for line in Path(path).read_text().splitlines()]
    wrong, rows = [], []
    for case in grid["cases"]:
        cells, seen = [], []
        for operation in OPERATIONS:
            of_case = {
                language: [line for line in lines if (line["case"], line["operation"]) == (case["name"], operation)]
                for language, lines in results.items()
            }
            for language, lines in of_case.items():
                if len(lines) != 1:
                    wrong.append(f"{language}: {case['name']}, {operation}: {len(lines)} results")
            lines = [line for lines in of_case.values() for line in lines]
            expected = case.get(operation, case["repeatable"])
            is_certain = len(expected["outcome"]) == 1 and len(expected.get("cause", "?")) == 1
            if is_certain and len({json.dumps([line[key] for key in COMPARED]) for line in lines}) > 1:
                wrong.append(f"{case['name']}, {operation}: the languages differ: {lines}")
            cells.append(cell(lines, expected, is_certain))
            seen.append(lines)
        rows.append(f"| {case['name']} | {' | '.join(cells)} | {counted(seen)} |")
    cut_rows, cuts_wrong = sweeps(results)
    wrong += cuts_wrong
    if wrong:
        sys.exit(f"{len(wrong)} wrong:\n" + "\n".join(wrong))
    patient, impatient = grid["client"], grid["impatient_client"]
    Path(table).write_text(
        "# What becomes of a call when something goes wrong\n\n"
        f"Written by `make faults`, which causes every fault for every operation in {', '.join(results)}; where the\n"
        "languages differ, it fails. *Not sent* is provably so; *outcome unknown* means that the service may have\n"
        "acted. Nothing took longer than its deadline, and no call made more than one start.\n\n"
        f"The clients had {patient['timeout_ms']} ms for a call and {patient['retry']['max_attempts']} attempts; those "
        "whose fault ends in a timeout had\n"
        f"{impatient['timeout_ms']} ms and {impatient['retry']['max_attempts']} attempts of "
        f"{impatient['retry']['attempt_timeout_ms']} ms. The simulator refuses the repetition of a stop that was "
        "carried out.\n\n"
        "The last column is the number of attempts that each call tells of: a start's, and the others'.\n\n"
        f"| Fault | {' | '.join(OPERATIONS)} | attempts |\n|---|{'---|' * len(OPERATIONS)}---|\n" + "\n".join(rows) + "\n\n"
        "## A start whose connection is cut at every byte\n\n"
        "| Language | Cut at each byte | Cuts | Outcomes | Recordings made by one call, at most |\n|---|---|---|---|---|\n"
        + "\n".join(cut_rows)
        + "\n"
    )
    print(f"{sum(map(len, results.values()))} calls in {len(results)} languages ended as they should: {table}")


if __name__ == "__main__":
    main()
