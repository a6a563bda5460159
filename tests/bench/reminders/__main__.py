"""Runs every part, or those named by --only, and prints one table."""

import argparse
import sys
from collections.abc import Callable

from tests.bench.reminders import claiming, delivering, healthy, planning
from tests.bench.table import Rows, print_rows


def options(arguments: list[str]) -> argparse.Namespace:
    """Return the sizes; the defaults are small enough for every run of continuous integration."""
    parser = argparse.ArgumentParser(description="提醒的计划与发送：性能与基准之比")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--mails", type=int, default=400)
    parser.add_argument("--obligations", default="10000,40000", help="comma-separated sizes")
    parser.add_argument("--history", type=int, default=100_000, help="mails already in the ledger")
    parser.add_argument("--healthy", type=int, default=75, help="seconds of a healthy system")
    parser.add_argument("--only", default="delivering,planning,claiming,healthy")
    return parser.parse_args(arguments)


def measure(chosen: argparse.Namespace) -> Rows:
    """Return the rows of the chosen parts."""
    sizes = [int(size) for size in chosen.obligations.split(",")]
    parts: dict[str, Callable[[], Rows]] = {
        "delivering": lambda: delivering.measure(chosen.mails),
        "planning": lambda: planning.measure(sizes),
        "claiming": lambda: claiming.measure(chosen.history),
        "healthy": lambda: healthy.measure(chosen.healthy),
    }
    return [row for name in chosen.only.split(",") for row in parts[name]()]


if __name__ == "__main__":
    wanted = options(sys.argv[1:])
    print_rows(measure(wanted))
