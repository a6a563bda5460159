"""Problem parts are read in whatever shape a unit gives them."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from server.domain.reports.normalise import normalise
from server.domain.reports.parsed import Item
from tests.unit.reports.reading import read, uniform

CASES = tomllib.loads(
    (Path(__file__).parents[2] / "cases" / "problem_parts.toml").read_text(encoding="utf-8")
)["case"]


def beginnings(items: tuple[Item, ...]) -> list[str]:
    """Return how each item begins, half-width and without white space."""
    return [normalise("".join(item.text.split())).text[:8] for item in items]


@pytest.mark.parametrize("case", CASES, ids=[case["text"][:12] for case in CASES])
def test_each_problem_and_measure_is_found_where_it_begins(case: dict[str, Any]) -> None:
    report = read(uniform(case["text"], year=case["year"]))
    assert beginnings(report.problems) == case["problems"]
    assert beginnings(report.measures) == case["measures"]
