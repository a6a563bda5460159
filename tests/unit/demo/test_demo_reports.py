"""Last year's reports of the invented town: they build for any year and hold what they claim."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn

from server.demo.build import DemoReport, demo_reports
from server.demo.template import HERE, fill, year_values

COLUMNS = 7
RESULT_ROWS = (
    *("open", "part", "d1", "d2", "d3", "d4", "d5", "d6", "d7", "d8"),
    *("u1", "u2", "u3", "n1", "n2", "n3", "n4", "n5", "o1", "o2", "o3"),
)
SOURCES = {path.stem.upper(): path for path in sorted((HERE / "reports").glob("*.toml"))}
REPORTS = demo_reports(2025)


def source(code: str) -> dict[str, Any]:
    return tomllib.loads(fill(SOURCES[code].read_text(encoding="utf-8"), year_values(2025)))


def text_of(report: DemoReport) -> str:
    """The words of a report in any form."""
    if report.form == "docx":
        document = Document(BytesIO(report.content))
        return "\n".join("".join(p.itertext()) for p in document.element.body.iter(qn("w:p")))
    encoding = source(report.unit_code)["encoding"]
    return report.content.decode(encoding)


def named(report: DemoReport) -> str:
    return f"{report.unit_code}-{report.form}"


@pytest.mark.parametrize("year", range(2020, 2031))
def test_every_report_builds_for_its_year_with_no_other_year_in_it(year: int) -> None:
    reports = demo_reports(year)
    assert len(reports) == 10
    assert {report.form for report in reports} == {"docx", "html", "txt"}
    for report in reports:
        text = text_of(report)
        assert "{{" not in text + report.file_name
        assert "}}" not in text + report.file_name
        years = {int(found) for found in re.findall(r"(?<!\d)(20\d\d)(?=年)", text)}
        assert {year, year + 1} <= years <= {year - 1, year, year + 1}


def test_a_report_is_the_same_bytes_every_time() -> None:
    assert [report.content for report in demo_reports(2025)] == [r.content for r in REPORTS]


@pytest.mark.parametrize("report", REPORTS, ids=named)
def test_a_report_is_as_long_as_real_ones_are(report: DemoReport) -> None:
    prose = [line for line in source(report.unit_code)["body"].splitlines() if line[:2] != "[T"]
    assert 600 <= len("".join(prose)) <= 2000


def test_no_two_reports_are_written_in_the_same_style() -> None:
    assert len({report.style for report in REPORTS}) == len(REPORTS)


@pytest.mark.parametrize("report", REPORTS, ids=named)
def test_expected_words_stand_in_the_report_in_their_order(report: DemoReport) -> None:
    text = text_of(report)
    for phrases in (report.expected.problems, report.expected.measures):
        places = [text.index(phrase) for phrase in phrases]
        assert places == sorted(places)


@pytest.mark.parametrize("report", REPORTS, ids=named)
def test_pairs_name_existing_problems_and_measures(report: DemoReport) -> None:
    expected = report.expected
    problems = range(1, len(expected.problems) + 1)
    if expected.pairs:
        assert [problem for problem, _ in expected.pairs] == list(problems)
    answers = {measure for _, measures in expected.pairs for measure in measures}
    assert answers <= set(range(1, len(expected.measures) + 1))


def test_automatic_numbers_are_word_s_and_not_typed() -> None:
    report = next(r for r in REPORTS if r.unit_code == "YY01")
    document = Document(BytesIO(report.content))
    numbered = [p for p in document.paragraphs if p._p.pPr.numPr is not None]
    assert len(numbered) == 6 + 3 + 3
    assert not any(re.match(r"[（(]?[一二三四五六]", p.text) for p in numbered)
    lists = [p._p.pPr.numPr.numId.val for p in numbered]
    assert len(set(lists)) == 3


def test_the_gb18030_report_is_not_utf_8() -> None:
    report = next(r for r in REPORTS if r.unit_code == "YY04")
    with pytest.raises(UnicodeDecodeError):
        report.content.decode("utf-8")


def test_the_saved_pages_have_the_portals_furniture() -> None:
    pages = {r.unit_code: text_of(r) for r in REPORTS if r.form == "html"}
    assert "索 引 号" in pages["YY03"]
    assert "上一篇" in pages["YY03"]
    assert "charset=gbk" in pages["YY06"]


OF_THE_PROSE = {"T3-07"}
"""What no figure alone can break."""


def number(figure: Any) -> float:
    return 0 if figure == "" else figure


def broken_rules(data: Mapping[str, Any]) -> Iterator[str]:
    """The identities of the official form that a report's figures break."""
    rows: Mapping[str, Sequence[Any]] = data.get("t3", {})
    if any(figure == "" for row in rows.values() for figure in row):
        yield "T3-05"
    for row in rows.values():
        if "" not in row and sum(row[:6]) != row[6]:
            yield "T3-03"
    for column in range(COLUMNS):
        figure = {key: number(row[column]) for key, row in rows.items()}
        new, carried, total, left = (figure.get(key, 0) for key in ("new", "ci", "sum", "co"))
        if sum(figure.get(key, 0) for key in RESULT_ROWS) != total:
            yield "T3-02"
        if new + carried != total + left:
            yield "T3-01"
    for block in data.get("t4", {}).values():
        if sum(block[:4]) != block[4]:
            yield "T4-01"


@pytest.mark.parametrize("report", REPORTS, ids=named)
def test_figures_hold_the_official_identities_except_where_an_error_is_planted(
    report: DemoReport,
) -> None:
    planted = {code for code in report.expected.findings if code.startswith("T")} - OF_THE_PROSE
    assert set(broken_rules(source(report.unit_code))) == planted


@pytest.mark.parametrize("code", [c for c in SOURCES if c != "YY07"])
def test_every_row_of_figures_has_its_columns(code: str) -> None:
    data = source(code)
    assert set(data["t3"]) <= {"new", "ci", *RESULT_ROWS, "sum", "co"}
    assert all(len(row) == COLUMNS for row in data["t3"].values())
    assert set(data["t4"]) <= {"rev", "dir", "aft"}
    assert all(len(block) == 5 for block in data["t4"].values())


@pytest.mark.parametrize("report", [r for r in REPORTS if r.form == "docx"], ids=named)
def test_word_tables_have_the_official_shape(report: DemoReport) -> None:
    shapes = [
        (len(table.rows), len(table.columns)) for table in Document(BytesIO(report.content)).tables
    ]
    assert shapes == [(14, 4), (28, 10), (4, 15)]


@pytest.mark.parametrize("report", REPORTS, ids=named)
def test_requests_told_in_prose_are_those_of_the_table(report: DemoReport) -> None:
    data = source(report.unit_code)
    told = re.search(r"新收政府信息公开申请(\d+)件，上年结转(\d+)件", data["body"])
    rows = data.get("t3", {})
    in_table = [rows.get(key, (0,) * COLUMNS)[6] for key in ("new", "ci")]
    assert in_table == ([int(figure) for figure in told.groups()] if told else [0, 0])


@pytest.mark.parametrize("report", REPORTS, ids=named)
def test_parts_of_the_published_items_make_their_whole(report: DemoReport) -> None:
    found = re.search(
        r"公[开示][^，。]{0,24}?(\d+)条[，：](?:其中)?([^。]+)。", source(report.unit_code)["body"]
    )
    assert found
    parts = [int(part) for part in re.findall(r"(\d+)条", found[2])]
    assert len(parts) >= 3
    assert sum(parts) == int(found[1])
