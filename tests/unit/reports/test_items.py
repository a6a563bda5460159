"""Problems and measures are found in every structure that a clerk meets."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.unit.reports.reading import read

_FILE = Path(__file__).parents[2] / "cases" / "reading" / "items.toml"
_CASES = tomllib.loads(_FILE.read_text(encoding="utf-8"))["case"]


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case["name"])
def test_items_start_and_end_where_the_clerk_marks_them(case: dict[str, Any]) -> None:
    report = read(case["text"])
    assert [item.text for item in report.problems] == case["problems"]
    assert [item.text for item in report.measures] == case["measures"]


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case["name"])
def test_every_item_is_a_span_of_the_decoded_text(case: dict[str, Any]) -> None:
    report = read(case["text"])
    for items in (report.problems, report.measures):
        assert [item.ordinal for item in items] == list(range(1, len(items) + 1))
        assert all(item.text == case["text"][item.start : item.end] for item in items)
