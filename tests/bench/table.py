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
