"""The report that the project began from is read as its careful clerk would read it."""

import pytest

from server.adapters.documents import read_document
from server.adapters.rulebook_reading import report_formats, taxonomy
from server.domain.reports.parse import parse
from server.domain.reports.parsed import ParsedReport
from server.domain.reports.source import SourceText
from tests.seed import seed_path


@pytest.fixture(scope="module")
def document() -> SourceText:
    return read_document(seed_path())


@pytest.fixture(scope="module")
def report(document: SourceText) -> ParsedReport:
    return parse(document, formats=report_formats(), taxonomy=taxonomy())


def test_the_head_names_unit_year_and_form(report: ParsedReport) -> None:
    assert (report.unit, report.report_year, report.format) == ("张村镇", 2011, "old")
    assert report.title == "张村镇2011年度政府信息公开工作报告"


def test_nine_declared_parts_stand_against_eight_headings(report: ParsedReport) -> None:
    finding = next(finding for finding in report.findings if finding.code == "STR-01")
    assert finding.params == {"declared": 9, "headings": 8}
    assert [section.number for section in report.sections] == [1, 2, 3, 4, 5, 6, 7, 8]


def test_thirty_six_figures_are_seven_values_and_twenty_nine_blanks(report: ParsedReport) -> None:
    states = [figure.state for figure in report.figures]
    assert (len(states), states.count("value"), states.count("blank")) == (36, 7, 29)
    assert [report.figure(key).value for key in ("1", "1.1", "1.6")] == [264, 6, 39]  # type: ignore[union-attr]  # the keys exist


def test_the_sums_are_proved(report: ParsedReport) -> None:
    assert any(finding.code == "SUM-00" for finding in report.findings)
    assert not any(finding.code == "OLD-01" for finding in report.findings)


def test_blanks_are_held_against_what_the_prose_says(report: ParsedReport) -> None:
    stated = {
        finding.params["fact"]: finding.params["stated"]
        for finding in report.findings
        if finding.code == "OLD-03"
    }
    assert stated == {"requests": 0, "fees": 0, "review": 0, "litigation": 0, "staff": 18}


def test_three_problems_and_three_measures_have_exact_spans(
    report: ParsedReport, document: SourceText
) -> None:
    assert [item.text[:8] for item in report.problems] == [
        "政府信息公开工作",
        "主动向社会公开信",
        "公开意识有待进一",
    ]
    assert [item.text[:6] for item in report.measures] == [
        "进一步加大公",
        "进一步加大工",
        "进一步完善信",
    ]
    for item in (*report.problems, *report.measures):
        assert item.text == document.text[item.start : item.end]
        assert item.text.endswith("。")


def test_the_measures_fall_under_content_channels_and_mechanisms(report: ParsedReport) -> None:
    assert [item.heading for item in report.measures] == ["content", "channels", "mechanisms"]


def test_the_third_problem_has_no_measure(report: ParsedReport) -> None:
    assert [pair.measures for pair in report.pairs] == [(1, 3), (1, 2), ()]
    finding = next(finding for finding in report.findings if finding.code == "ITEM-01")
    assert finding.params == {"ordinal": 3}
