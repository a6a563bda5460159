"""Printing what a bench measured: a table for people, JSON for scripts."""

import json
import sys
from collections.abc import Callable, Sequence
from typing import Any

Rows = Sequence[dict[str, Any]]


def main(measure: Callable[[], Rows]) -> None:
    """Measure and print; `--json` prints the rows alone."""
    print_rows(measure())


def print_rows(rows: Rows) -> None:
    """Print rows as a table, with `--json` as JSON."""
    if "--json" in sys.argv[1:]:
        print(json.dumps(list(rows), ensure_ascii=False, indent=2))
        return
    names = list(rows[0])
    cells = [names, *([str(row.get(name, "")) for name in names] for row in rows)]
    widths = [max(len(line[at]) for line in cells) for at in range(len(names))]
    for line in cells:
        print("  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)))


def figure(
    what: str, n: int, value: float, unit: str, *, ratio: float | None = None, goal: str = ""
) -> dict[str, Any]:
    """Return one row: what was done `n` times, the figure, its ratio to the yardstick, the goal."""
    shown = "" if ratio is None else round(ratio, 2)
    return {
        "what": what,
        "n": n,
        "value": float(f"{value:.4g}"),
        "unit": unit,
        "ratio": shown,
        "goal": goal,
    }
