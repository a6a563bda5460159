"""The rules of the statistics tables, case by case as a clerk would read them."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.adapters.rulebook_reading import report_formats
from server.domain.formats import FormatTable, ReportFormat, format_named
from server.domain.reports.parsed import Figure, Finding
from server.domain.reports.statements import Statement
from server.domain.statistics import check_figures

CASES = tomllib.loads(
    (Path(__file__).parents[2] / "cases" / "figure_checks.toml").read_text(encoding="utf-8")
)["case"]


def form_named(key: str) -> ReportFormat:
    form = format_named(report_formats(), key)
    assert form is not None
    return form


def keys_of(table: FormatTable) -> list[str]:
    """Every key that a table prints."""
    keys = []
    for row in table.rows:
        if row.group:
            continue
        columns = table.columns or row.columns
        keys += [f"{row.key}.{column}" for column in columns] if columns else [row.key]
    return keys


def figure(key: str, value: Any) -> Figure:
    if isinstance(value, str):
        return Figure(key, key, None, value, start=1, end=2)  # type: ignore[arg-type]  # a state
    return Figure(key, key, value, "value" if value else "zero", start=1, end=2)


def table(form: ReportFormat, cells: dict[str, Any]) -> list[Figure]:
    """A table of zeros with these cells changed."""
    keys = [key for one in form.tables for key in keys_of(one)]
    assert set(cells) <= set(keys), set(cells) - set(keys)
    return [figure(key, cells.get(key, 0)) for key in keys]


def found(case: dict[str, Any]) -> list[Finding]:
    form = form_named(case["format"])
    stated = [Statement(fact, value, 7, 9) for fact, value in case.get("stated", {}).items()]
    return list(check_figures(form, table(form, case.get("cells", {})), stated))


@pytest.mark.parametrize("case", CASES, ids=[case["says"] for case in CASES])
def test_the_table_rule(case: dict[str, Any]) -> None:
    codes = {one.code for one in found(case) if one.severity != "information"}
    assert codes == set(case["broken"])


@pytest.mark.parametrize("case", CASES, ids=[case["says"] for case in CASES])
def test_a_finding_names_its_place_its_remedy_and_its_source(case: dict[str, Any]) -> None:
    for one in found(case):
        assert one.source
        assert one.message.endswith(("。", "！"))
        if one.severity != "information":
            assert one.start is not None


def test_sums_that_hold_are_told_once() -> None:
    proofs = [one for one in found({"format": "2021"}) if one.code == "SUM-00"]
    assert len(proofs) == 1
    assert proofs[0].params == {"proved": 42}


def test_a_sum_with_a_cell_that_is_not_printed_is_not_judged() -> None:
    form = form_named("old")
    assert not [one for one in check_figures(form, [figure("1", 5)], []) if one.code == "OLD-01"]


def test_many_blanks_are_named_in_one_finding() -> None:
    form = form_named("2021")
    blanks = dict.fromkeys(
        [f"T3.new.{c}" for c in ("np", "ent", "res", "soc", "law", "oth", "tot")], "blank"
    )
    own = [one for one in check_figures(form, table(form, blanks), []) if one.code == "T3-05"]
    assert len(own) == 1
    assert "等 7 格" in own[0].message


@given(st.lists(st.integers(0, 50), min_size=6, max_size=6))
def test_a_row_whose_total_is_its_sum_breaks_no_rule_of_totals(row: list[int]) -> None:
    form = form_named("2021")
    columns = ("np", "ent", "res", "soc", "law", "oth")
    cells = {
        f"T3.{name}.{c}": n
        for name in ("new", "open", "sum")
        for c, n in zip(columns, row, strict=True)
    }
    cells |= {f"T3.{name}.tot": sum(row) for name in ("new", "open", "sum")}
    assert {one.code for one in check_figures(form, table(form, cells), [])} == {"SUM-00"}


@given(st.lists(st.integers(0, 50), min_size=6, max_size=6), st.integers(1, 9))
def test_a_row_whose_total_is_not_its_sum_is_found(row: list[int], more: int) -> None:
    form = form_named("2021")
    columns = ("np", "ent", "res", "soc", "law", "oth")
    cells = {f"T3.d1.{c}": n for c, n in zip(columns, row, strict=True)}
    cells["T3.d1.tot"] = sum(row) + more
    assert "T3-03" in {one.code for one in check_figures(form, table(form, cells), [])}
