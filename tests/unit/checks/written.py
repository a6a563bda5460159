"""A whole report written from a case: its text with tables, read and held against others."""

from collections.abc import Iterator, Mapping
from typing import Any

from server.domain.aggregate_checks import check_aggregate, check_published
from server.domain.reports.checks import check_reading
from server.domain.reports.copied import PEERS_ALIKE, check_peer, problem_part
from server.domain.reports.parsed import Finding, ParsedReport
from server.domain.reports.yearly import Years, check_years
from server.domain.similarity import likeness
from tests.layouts import form_of, grids_of, keys_of, lined
from tests.unit.reports.reading import SUPERVISED, read

FIVE = (
    "存在的问题：一是部分栏目更新不够及时，群众反映看到的信息偏旧；"
    "二是政策解读形式单一，群众看不懂的情况仍然存在。\n"
    "改进措施：一是建立信息更新提醒制度，每月检查一次；"
    "二是丰富政策解读形式，多用图解和短视频。\n"
    "上年度报告指出的公开目录不全问题已经整改。"
)
_YEARS = {"old": 2012, "2014": 2016, "2019": 2019, "2021": 2022}
_PRINTED = {"blank": "", "slash": "/"}
_TITLES = (
    "总体情况", "主动公开政府信息情况", "收到和处理政府信息公开申请情况",
    "政府信息公开行政复议、行政诉讼情况", "存在的主要问题及改进情况", "其他需要报告的事项",
)  # fmt: skip
_MARKS = "一二三四五六"
Case = Mapping[str, Any]


def text_of(case: Case) -> str:
    """Return the report's text; `text` in the case is it already."""
    if "text" in case:
        return str(case["text"])
    form = form_of(case.get("format", "2021"))
    year = case.get("year", _YEARS[form.key])
    head = (
        f"{case.get('unit', '柳河镇')}{year}年政府信息公开工作年度报告\n{case.get('before', '')}\n"
    )
    written = head + (_uniform(case) if form.uniform else _old(case))
    old, new = case.get("change", ("", ""))
    assert old in written, old
    return written.replace(old, new, 1) if old else written


def _uniform(case: Case) -> str:
    bodies = [
        case.get("one", SUPERVISED),
        "",
        "",
        "",
        case.get("five", FIVE),
        case.get("six", "无。"),
    ]
    if case.get("tables", True):
        for number, drawn in enumerate(_tables(case), start=1):
            bodies[number] = drawn
    return "".join(
        f"{mark}、{title}\n{body}\n"
        for mark, title, body in zip(_MARKS, _TITLES, bodies, strict=True)
    )


def _old(case: Case) -> str:
    parts = (
        f"一、概述\n{case.get('one', '按要求开展工作。')}\n"
        f"二、存在的主要问题及改进情况\n{case.get('five', FIVE)}\n"
    )
    return parts + "附件：政府信息公开情况统计表\n" + "".join(_tables(case))


def _tables(case: Case) -> Iterator[str]:
    form = form_of(case.get("format", "2021"))
    cells = case.get("cells", {})
    unknown = set(cells) - set(keys_of(form))
    assert not unknown, unknown
    printed = {key: _PRINTED.get(cells.get(key), str(cells.get(key, 0))) for key in keys_of(form)}
    for _, grids in grids_of(form, printed):
        yield "".join(lined(grid, "\t", covered=True) for grid in grids)


def findings_of(case: Case) -> list[Finding]:
    """Return what the report is told by itself and by what the case holds it against."""
    text = text_of(case)
    report = read(text)
    return [*report.findings, *check_reading(case.get("doubts", ())), *_held(case, report, text)]


def _held(case: Case, report: ParsedReport, text: str) -> Iterator[Finding]:
    if previous := case.get("previous"):
        before = text_of(previous)
        yield from check_years(Years(report, text, read(before), before))
    if (filed := case.get("filed")) is not None:
        yield from check_published(read(text_of(filed)).figures, report.figures)
    units = {one["unit"]: read(text_of(one)).figures for one in case.get("units", ())}
    yield from check_aggregate(report.figures, units)
    if peer := case.get("peer"):
        other = text_of(peer)
        parts = problem_part(report, text), problem_part(read(other), other)
        if likeness(parts[0].text, parts[1].text) >= PEERS_ALIKE:
            yield from check_peer(*parts, "QS01")
