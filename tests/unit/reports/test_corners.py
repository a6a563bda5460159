"""Corners of the grammar that whole reports seldom reach."""

# ruff: noqa: E501 - the cases are a table

import pytest

from server.domain.reports.sections import headings
from tests.unit.reports.reading import found, read, uniform


def items(five: str) -> tuple[list[str], list[str]]:
    report = read(uniform(five))
    return [item.text for item in report.problems], [item.text for item in report.measures]


@pytest.mark.parametrize(
    ("five", "problems", "measures"),
    [
        ("下一步，我镇将扩大公开面。确保群众满意。", [], ["我镇将扩大公开面。确保群众满意。"]),
        ("公开面窄；要扩大宣传面。", ["公开面窄"], ["要扩大宣传面。"]),
        ("公开面偏窄；少；更新不及时。", ["公开面偏窄", "更新不及时。"], []),
        (
            "1.公开面窄。\n改进措施\n扩大公开面。\n2.更新慢。\n改进措施\n每周更新一次。",
            ["公开面窄。", "更新慢。"],
            ["扩大公开面。", "每周更新一次。"],
        ),
        (
            "1.公开面窄。\n改进措施：\n存在的问题：\n更新慢。\n2.人手少。",
            ["公开面窄。", "更新慢。", "人手少。"],
            [],
        ),
        ("1.公开面窄。\n原因分析\n人手少。\n2.更新慢。", ["公开面窄。\n原因分析\n人手少。", "更新慢。"], []),
        ("：\n公开面偏窄。", ["公开面偏窄。"], []),
        ("在信息更新的及时性方面还存在不足。", ["在信息更新的及时性方面还存在不足。"], []),
        ("本年度不存在突出问题。", [], []),
        ("公开面偏窄，今后将扩大公开面、增加公开栏、选送人员培训。", ["公开面偏窄"], ["扩大公开面", "增加公开栏", "选送人员培训。"]),
        ("以上措施，我镇将逐项落实。", [], []),
    ],
)  # fmt: skip
def test_items_at_the_corners(five: str, problems: list[str], measures: list[str]) -> None:
    assert items(five) == (problems, measures)


def test_a_marked_turn_inside_the_last_item_stays_with_it() -> None:
    problems, measures = items("一是公开面窄。二是更新慢。（1）下一步，每周更新一次。")
    assert problems == ["公开面窄。", "更新慢。"]
    assert len(measures) == 1


def test_a_sentence_without_end_lists_nothing() -> None:
    problems, _ = items("还存在" + "公开不够、" * 600 + "等问题。")
    assert len(problems) == 1


def test_a_table_of_problems_and_measures_is_read_row_by_row() -> None:
    table = (
        "序号\t存在的主要问题\t改进措施\n1\t公开面偏窄\t扩大公开面\n2\t更新慢\t\n说明：按月销号。\n"
    )
    assert items("对照检查如下：\n" + table) == (["公开面偏窄"], ["扩大公开面"])


def test_a_sub_part_goes_on_past_a_number_that_speaks_of_the_same() -> None:
    report = read(
        "柳河镇2010年度政府信息公开工作报告\n一、概述\n略\n二、需要说明的事项\n"
        "（一）存在的问题\n公开面偏窄。\n（二）下一步工作打算把公开面扩大，按月更新。\n"
    )
    assert [item.text for item in report.problems] == ["公开面偏窄。"]
    assert len(report.measures) == 1


def test_a_caption_is_no_part() -> None:
    assert headings("主动公开年报情况\n略") == []


def test_titles_that_restart_inside_the_problem_part_are_items() -> None:
    text = "二、存在的问题\n一、宣传工作情况\n略\n二、更新工作情况\n略\n三、其他需要说明的事项\n无"
    assert [heading.title for heading in headings(text)] == ["存在的问题", "其他需要说明的事项"]


def test_a_form_without_its_tables_is_still_a_report() -> None:
    report = read(uniform("公开面偏窄。"))
    assert not found(report, "DOC-01")
    assert found(report, "FIG-00")
