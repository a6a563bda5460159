"""Parts are found by their titles, whatever numbers them; item marks are not parts."""

# ruff: noqa: E501 - the cases are a table, and a line of the document stays a line

import pytest

from server.domain.reports.sections import Zone, headings
from server.domain.reports.topics import topic_of
from tests.unit.reports.reading import read


def titles(text: str) -> list[str]:
    return [heading.title for heading in headings(text)]


@pytest.mark.parametrize(
    ("title", "topic"),
    [
        ("政府信息公开工作存在的主要问题及改进情况", "both"),
        ("存在的主要问题和改进措施", "both"),
        ("存在问题及工作打算", "both"),
        ("存在的困难和问题及改进办法", "both"),
        ("问题与建议", "both"),
        ("主要问题", "problem"),
        ("存在的不足", "problem"),
        ("下一步工作打算", "measure"),
        ("2013年工作重点", "measure"),
        ("今后改进措施", "measure"),
        ("改进情况", "measure"),
        ("上年度问题整改情况", "rectified"),
        ("整改情况", "rectified"),
        ("概述", "overview"),
        ("收到和处理政府信息公开申请情况", "requests"),
        ("其他需要报告的事项", "other"),
        ("天气", None),
    ],
)
def test_a_title_tells_its_topic(title: str, topic: str | None) -> None:
    assert topic_of(title) == topic


def test_marks_that_restart_inside_the_problem_part_are_items() -> None:
    text = "一、概述\n略\n二、存在的问题\n一、宣传少。\n二、更新慢。\n三、其他需要说明的事项\n无"
    assert titles(text) == ["概述", "存在的问题", "其他需要说明的事项"]


def test_a_wrong_or_doubled_number_still_heads_a_part() -> None:
    text = "一、概述\n略\n五、主动公开情况\n略\n五、存在的主要问题\n略\n六、其他需要报告的事项\n无"
    assert len(titles(text)) == 4


def test_brackets_number_the_parts_where_nothing_else_does() -> None:
    text = "(一)总体情况\n略\n(二)主动公开情况\n略\n(三)存在的主要问题及改进情况\n略"
    assert titles(text)[-1] == "存在的主要问题及改进情况"


def test_bare_titles_head_the_parts_of_a_report_without_numbers() -> None:
    text = "总体情况\n略\n主动公开情况\n略\n依申请公开情况\n略\n存在的主要问题\n公开面窄。\n改进措施\n扩大公开范围。"
    assert titles(text) == [
        "总体情况",
        "主动公开情况",
        "依申请公开情况",
        "存在的主要问题",
        "改进措施",
    ]


def test_headings_with_the_text_run_on_are_found_inside_a_line() -> None:
    text = "某镇2019年年报 一、总体情况 略。 二、存在的主要问题及改进情况 一是窄。"
    assert titles(text) == ["总体情况", "存在的主要问题及改进情况"]


def test_no_heading_is_sought_inside_a_table() -> None:
    text = "一、概述\n略\n二、依申请公开情况\n三、存在的问题\n略"
    zone = Zone(text.index("二、"), text.index("三、"))
    assert [heading.title for heading in headings(text, [zone])] == ["概述", "存在的问题"]


@pytest.mark.parametrize(
    "line", ["一、。", "一、更新不及时", "一、我们要做好工作,把它做好,办好,管好它们"]
)
def test_sentences_behind_a_mark_are_no_titles(line: str) -> None:
    assert "存在的问题" in titles(f"一、存在的问题\n{line}\n")
    assert len(titles(f"一、存在的问题\n{line}\n")) == 1


def test_sub_parts_inside_another_part_are_read_up_to_the_next_sub_part() -> None:
    report = read(
        "柳河镇2010年度政府信息公开工作报告\n一、概述\n略\n二、"
        "需要说明的事项\n（一）存在的问题\n公开面偏窄。\n（二）改进措施\n扩大公开面。"
        "\n（三）附件说明\n附表另报。\n"
    )
    assert [item.text for item in report.problems] == ["公开面偏窄。"]
    assert [item.text for item in report.measures] == ["扩大公开面。"]


def test_signature_attachment_and_contact_end_the_running_text() -> None:
    report = read(
        "柳河镇2010年度政府信息公开工作报告\n一、概述\n略\n二、存在的问题\n（一）公开面偏窄。"
        "\n附：统计表\n柳河镇人民政府\n二〇一一年一月八日\n"
    )
    assert [item.text for item in report.problems] == ["公开面偏窄。"]


def test_a_sentence_that_complains_and_says_what_next_year_brings_is_a_problem_part() -> None:
    report = read(
        "柳河镇2012年政府信息公开工作年度报告\n一、概述\n公开6条。信息员都是兼职，业务生疏，"
        "2013年将选定一名专人。\n二、收到申请情况\n无。\n三、复议情况\n无。\n"
    )
    assert [item.text for item in report.problems] == ["信息员都是兼职，业务生疏"]
    assert [item.text for item in report.measures] == ["2013年将选定一名专人。"]
