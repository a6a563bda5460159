"""Title, unit and year are read from the head; what is no report is said to be none."""

# ruff: noqa: E501, ISC004 - the cases are a table, and a line of the document stays a line

import tomllib
from pathlib import Path
from typing import Any

import pytest

from server.domain.reports.titles import title_in
from tests.unit.reports.reading import found, read, uniform

_BODY = "\n一、概述\n全年公开信息12条。\n二、依申请公开情况\n无。\n三、存在的问题\n公开面偏窄。\n"


@pytest.mark.parametrize(
    ("title", "unit", "year"),
    [
        ("柳河镇2011年度政府信息公开工作报告", "柳河镇", 2011),
        ("柳河镇二○○九年政府信息公开工作年度报告", "柳河镇", 2009),
        ("柳河镇二○一0年政府信息公开工作年度报告", "柳河镇", 2010),
        ("柳河县水利局关于2015年度政府信息公开工作情况的报告", "柳河县水利局", 2015),
        ("2016年柳河县财政局政府信息公开工作年度报告", "柳河县财政局", 2016),
        ("柳河镇政府信息公开工作年度报告（2013年度）", "柳河镇", None),
        ("柳河镇政府信息公开2013年度报告", "柳河镇", 2013),
        ("标题：柳河镇2018年政府信息公开工作年度报告", "柳河镇", 2018),
        ("柳河镇人民政府\n2019年政府信息公开工作年度报告", "柳河镇人民政府", 2019),
        ("柳河镇人民政府2019年政府信息\n公开工作年度报告", "柳河镇人民政府", 2019),
        ("柳河镇2013年政府信息公开工作总结", "柳河镇", 2013),
    ],
)
def test_the_title_names_unit_and_year(title: str, unit: str, year: int | None) -> None:
    report = read(title + _BODY)
    assert report.unit == unit
    assert year is None or report.report_year == year
    assert not found(report, "DOC-01")


_BEGINNINGS = tomllib.loads(
    (Path(__file__).parents[2] / "cases" / "beginnings.toml").read_text(encoding="utf-8")
)["case"]
_UNIFORM = "\n一、总体情况\n{}\n二、主动公开政府信息情况\n略\n三、收到和处理政府信息公开申请情况\n略\n四、政府信息公开行政复议、行政诉讼情况\n略\n五、存在的主要问题及改进情况\n公开面偏窄。\n六、其他需要报告的事项\n无。\n"


@pytest.mark.parametrize("case", _BEGINNINGS, ids=lambda case: case["before"][:24])
def test_reports_are_known_however_they_begin(case: dict[str, Any]) -> None:
    body = _UNIFORM.format(case.get("says", "工作平稳。")) if case["form"] == "uniform" else _BODY
    report = read(case["before"] + body + case.get("after", ""))
    assert (report.unit, report.report_year) == (case["unit"], case["year"])
    assert not found(report, "DOC-01")


@pytest.mark.timeout(20)
@pytest.mark.parametrize("words", ["2023 ", "2023年度", "年度 ", "的工作情况"])
def test_a_line_of_title_words_that_is_no_title_ends_at_once(words: str) -> None:
    assert title_in("柳河县政府信息公开" + words * 40 + "须知") is None


def test_the_stated_period_and_the_signature_stand_in_for_a_poor_title() -> None:
    text = (
        "政府信息公开工作年度报告\n统计期限为2014年1月1日至12月31日。"
        + _BODY
        + "柳河镇人民政府\n2015年1月5日"
    )
    report = read(text)
    assert (report.unit, report.report_year) == ("柳河镇人民政府", 2014)


@pytest.mark.parametrize(
    "text",
    [
        "关于做好2022年政府信息公开工作年度报告编制工作的通知\n一、"
        "编制要求\n存在的主要问题要写实。\n",
        "柳河县2021年部门预算说明\n一、基本情况\n存在的问题：资金不足。",
        "我县召开政务公开推进会\n会议指出，2019年政府信息公开工作年度报告仍存在内容空洞的问题。",
        "柳河县2019年信息公开工作总结\n今年公开工作稳步推进。",
        "",
    ],
)
def test_what_is_no_annual_report_yields_no_ledger(text: str) -> None:
    report = read(text)
    assert [finding.code for finding in report.findings] == ["DOC-01"]
    assert (report.problems, report.measures) == ((), ())


def test_a_report_without_title_is_known_by_its_parts() -> None:
    assert not found(read(uniform("公开面偏窄。").partition("\n")[2]), "DOC-01")
    old = "一、概述\n政府信息公开工作稳步推进。\n二、主动公开情况\n略\n三、依申请公开情况\n略\n四、收费情况\n略\n五、复议诉讼情况\n无\n"
    assert not found(read(old), "DOC-01")


def test_a_summary_with_two_parts_of_a_report_is_one() -> None:
    text = "柳河县2019年信息公开工作总结\n一、主动公开情况\n略\n二、依申请公开情况\n略\n"
    assert not found(read(text), "DOC-01")


def test_a_table_alone_names_its_unit_and_year() -> None:
    rows = "主动公开信息数量\t条\t5\n信函及传真申请\t条\t0\n网上填表及电子邮件申请\t条\t0\n当面申请\t条\t0\n同意公开\t条\t0\n"
    report = read("2012年度统计表\n填报单位：柳河镇\n指标名称\t单位\t本年累计\n" + rows)
    assert (report.unit, report.report_year) == ("柳河镇", 2012)
    captioned = read("柳河镇2012年度公开情况统计表\n指标名称\t单位\t本年累计\n" + rows)
    assert (captioned.unit, captioned.report_year) == ("柳河镇", 2012)


def test_the_year_given_by_hand_overrules_the_title() -> None:
    assert read(uniform("公开面偏窄。"), year=2020).report_year == 2020


@pytest.mark.parametrize(
    ("titles", "year", "form"),
    [
        ("一、概述\n略\n二、回应解读情况\n略\n", 2016, "2014"),
        ("一、概述\n略\n二、收费情况\n略\n", 2016, "old"),
        ("一、概述\n略\n二、主动公开情况\n略\n", 2016, "2014"),
        ("一、概述\n略\n二、主动公开情况\n略\n", 2020, "old"),
        ("一、总体情况\n略\n二、其他需要报告的事项\n略\n", 2020, "2019"),
    ],
)
def test_the_form_it_is_written_in_is_told_by_its_parts(titles: str, year: int, form: str) -> None:
    assert read(f"柳河镇{year}年政府信息公开工作年度报告\n{titles}").format == form


def test_without_any_year_the_form_stays_open() -> None:
    assert read("柳河镇政府信息公开工作年度报告\n一、概述\n略\n").format is None
