"""Builds last year's reports of the demonstration town as the files that units really send."""

import tomllib
from dataclasses import dataclass
from typing import Any

from server.demo.docx_form import docx_file
from server.demo.html_form import html_page
from server.demo.script import Block, blocks
from server.demo.template import HERE, fill, year_values
from server.demo.text_form import text_file


@dataclass(frozen=True, slots=True)
class Expected:
    """What a careful person reads in a report.

    `problems` and `measures` are the words with which each begins, after its enumerator and its
    lead-in; `pairs` maps a problem's ordinal to its measures' ordinals; `findings` are the codes
    of the faults planted in it.
    """

    problems: tuple[str, ...]
    measures: tuple[str, ...]
    pairs: tuple[tuple[int, tuple[int, ...]], ...]
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DemoReport:
    """One unit's report about `year` as a file; `form` is docx, html or txt."""

    unit_code: str
    year: int
    form: str
    file_name: str
    content: bytes
    style: str
    expected: Expected


def demo_reports(year: int) -> tuple[DemoReport, ...]:
    """The reports of all units about `year`, in order of unit code; the same bytes every time."""
    paths = sorted((HERE / "reports").glob("*.toml"))
    return tuple(_report(path.read_text(encoding="utf-8"), year) for path in paths)


def _report(template: str, year: int) -> DemoReport:
    years = year_values(year)
    row = tomllib.loads(fill(template, years))
    return DemoReport(
        unit_code=row["unit"],
        year=year,
        form=row["form"],
        file_name=row["file_name"],
        content=_content(row, blocks(row["body"], row), years),
        style=row["style"],
        expected=_expected(row["expected"]),
    )


def _content(row: dict[str, Any], script: tuple[Block, ...], years: dict[str, str]) -> bytes:
    if row["form"] == "docx":
        return docx_file(script)
    if row["form"] == "html":
        return html_page(script, row["page"], row["encoding"], years)
    return text_file(script, row["encoding"])


def _expected(row: dict[str, Any]) -> Expected:
    return Expected(
        problems=tuple(row["problems"]),
        measures=tuple(row["measures"]),
        pairs=tuple((problem, tuple(measures)) for problem, measures in row["pairs"]),
        findings=tuple(row["findings"]),
    )
