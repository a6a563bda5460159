"""The reader finds in every report of the invented town what a careful person finds there."""

from typing import Any

import pytest

from server.demo.build import DemoReport, demo_reports

documents = pytest.importorskip("server.adapters.documents", reason="the reader is not built")
rulebook = pytest.importorskip("server.adapters.rulebook_reading", reason="the reader is not built")
reading = pytest.importorskip("server.domain.reports.parse", reason="the reader is not built")

REPORTS = demo_reports(2025)
NAMES = [report.unit_code for report in REPORTS]


def parsed(report: DemoReport) -> Any:
    document = documents.read_document(report.content, report.file_name)
    return reading.parse(document, formats=rulebook.report_formats(), taxonomy=rulebook.taxonomy())


def begins(text: str, phrase: str) -> bool:
    """Whether the item begins with the phrase, a lead-in and an enumerator allowed."""
    return phrase in text[: len(phrase) + 14]


@pytest.mark.parametrize("report", REPORTS, ids=NAMES)
def test_the_reader_knows_whose_and_which_year_s_report_it_is(report: DemoReport) -> None:
    found = parsed(report)
    assert (found.report_year, found.format) == (2025, "2021")
    assert found.unit.startswith("云砚镇")


@pytest.mark.parametrize("report", REPORTS, ids=NAMES)
def test_the_reader_finds_the_problems(report: DemoReport) -> None:
    items = parsed(report).problems
    assert len(items) == len(report.expected.problems)
    assert all(map(begins, [item.text for item in items], report.expected.problems))


@pytest.mark.parametrize("report", REPORTS, ids=NAMES)
def test_the_reader_finds_the_measures(report: DemoReport) -> None:
    items = parsed(report).measures
    assert len(items) == len(report.expected.measures)
    assert all(map(begins, [item.text for item in items], report.expected.measures))


@pytest.mark.parametrize("report", REPORTS, ids=NAMES)
def test_the_reader_pairs_problems_with_their_measures(report: DemoReport) -> None:
    pairs = tuple((pair.problem, pair.measures) for pair in parsed(report).pairs)
    assert pairs == report.expected.pairs


@pytest.mark.parametrize("report", REPORTS, ids=NAMES)
def test_the_reader_reports_the_planted_faults(report: DemoReport) -> None:
    codes = {finding.code for finding in parsed(report).findings}
    assert set(report.expected.findings) <= codes


@pytest.mark.parametrize("report", REPORTS, ids=NAMES)
def test_the_reader_calls_nothing_wrong_that_is_right(report: DemoReport) -> None:
    findings = parsed(report).findings
    errors = {finding.code for finding in findings if finding.severity == "error"}
    assert errors <= set(report.expected.findings)
