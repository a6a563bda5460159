"""An annual report is told from the papers that speak of one."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.unit.reports.reading import found, read

CASES = tomllib.loads(
    (Path(__file__).parents[2] / "cases" / "genres.toml").read_text(encoding="utf-8")
)["case"]


@pytest.mark.parametrize("case", CASES, ids=[case["text"].split("\n")[0] for case in CASES])
def test_only_an_annual_report_is_read_for_problems(case: dict[str, Any]) -> None:
    report = read(case["text"])
    assert bool(found(report, "DOC-01")) is not case["report"]
    assert bool(report.problems) is case["report"]
