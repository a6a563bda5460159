"""`duban due` and `duban workdays` as people and scripts meet them."""

import json
import subprocess
import sys
from typing import Any

import pytest
from typer.testing import CliRunner

from server import cli
from server.commands.columns import width
from server.errors import InvalidInput

RUNNER = CliRunner()


def printed(*arguments: str) -> str:
    outcome = RUNNER.invoke(cli.app, arguments, catch_exceptions=False)
    assert outcome.exit_code == 0
    return outcome.stdout


def facts(*arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(printed(*arguments, "--json"))
    return found


@pytest.mark.parametrize("kind", ["town", "镇乡", "乡镇"])
def test_due_tells_the_dates_of_a_kind_as_facts(kind: str) -> None:
    answer = facts("due", "--year", "2025", "--kind", kind)
    assert list(answer) == ["report_year", "kind", "regime", "calendar", "milestones"]
    assert (answer["report_year"], answer["kind"], answer["regime"]) == (2025, "town", "2019")
    publication = answer["milestones"][-1]
    steps = publication.pop("steps")
    assert "第四十九条未列镇乡人民政府" in publication.pop("source")
    assert publication == {
        "milestone": "publication",
        "name": "公布",
        "due_on": "2026-01-31",
        "target_on": "2026-01-30",
        "weekday": "周六",
        "statutory": True,
        "basis": "analogy",
        "adjustable": False,
        "provisional": False,
    }
    assert [step["date"] for step in steps] == ["2026-01-31", "2026-01-30"]
    assert all(list(step) == ["rule", "date", "note", "source"] for step in steps)


def test_due_is_printed_as_an_aligned_table_with_its_sources() -> None:
    lines = printed("due", "--year", "2060", "--kind", "部门").splitlines()
    table = [line for line in lines if "不可调整" in line or "可调整" in line]
    assert len(table) == 5
    assert table[-1].split()[:3] == [
        "公布",
        "2061年1月31日（周一）",
        "2061年1月31日（周一）（暂定）",
    ]
    starts = {width(line[: line.index("年", line.index("年") + 1)]) for line in table}
    assert len(starts) == 1
    assert "适用条例：2019年修订的《条例》（国务院令第711号）" in lines
    assert any("出处：国务院令第711号第四十九条第一款" in line for line in lines)


def test_a_provisional_target_is_marked_while_the_statutory_date_is_not() -> None:
    table = printed("due", "--year", "2060", "--kind", "county").splitlines()
    last = next(line for line in table if line.startswith("公布"))
    assert last.count("（暂定）") == 1
    assert "2061年3月31日（周四）  " in last


def test_adding_workdays_lists_the_days_passed_over() -> None:
    answer = facts("workdays", "add", "2026年2月13日", "2")
    assert answer.pop("calendar")
    skipped = answer.pop("skipped")
    assert answer == {"from": "2026-02-13", "days": 2, "date": "2026-02-24", "provisional": False}
    assert skipped[0] == {"date": "2026-02-15", "reason": "春节"}
    assert len(skipped) == 9


@pytest.mark.parametrize(("days", "date"), [("-1", "2026-01-30"), ("-15", "2026-01-12")])
def test_a_negative_number_goes_back(days: str, date: str) -> None:
    assert facts("workdays", "add", "2026-02-01", days)["date"] == date
    assert "起向前第" in printed("workdays", "add", "2026-02-01", days)


def test_an_addition_is_printed_with_makeup_days() -> None:
    text = printed("workdays", "add", "2026-02-09", "20")
    assert text.startswith("2026年2月9日（周一）起第 20 个工作日：2026年3月13日（周五）\n")
    assert "2026年2月15日（周日）至2026年2月23日（周一）  春节，不计" in text
    assert "2026年2月28日（周六）  调休上班，计入" in text


def test_a_long_span_only_counts_its_days_off() -> None:
    text = printed("workdays", "between", "2011-01-01", "2026-01-01")
    assert "其间休息" in text
    assert "其间调休上班" in text


def test_workdays_between_are_facts_too() -> None:
    answer = facts("workdays", "between", "2026-02-24", "20260213")
    assert answer.pop("calendar")
    assert answer == {
        "from": "2026-02-24",
        "to": "2026-02-13",
        "workdays": -2,
        "provisional": False,
    }
    assert facts("workdays", "between", "2060-01-01", "2060-02-01")["provisional"] is True


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("due",), "报告年度（--year）“”不是整数"),
        (("due", "--year", "去年", "--kind", "town"), "“去年”不是整数"),
        (("due", "--year", "2007", "--kind", "town"), "2007 年度没有年度报告义务"),
        (("due", "--year", "2100", "--kind", "town"), "不含 2101 年"),
        (("due", "--year", "99999999", "--kind", "town"), "不含 100000000 年"),
        (("due", "--year", "2025", "--kind", "村"), "单位类型“村”无法识别"),
        (("workdays", "add", "2026-02-30", "1"), "日期“2026-02-30”不存在"),
        (("workdays", "add", "2026-02-03", "1.5"), "工作日数 N“1.5”不是整数"),
        (("workdays", "add", "2003-12-31", "1"), "不含 2003 年"),
        (("workdays", "add", "2026-02-03", "1000000000"), "不含 2101 年"),
        (("workdays", "between", "2026-02-03"), "日期“”无法识别"),
    ],
)
def test_bad_input_is_refused_with_a_chinese_sentence(
    arguments: tuple[str, ...], complaint: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        RUNNER.invoke(cli.app, arguments, catch_exceptions=False)
    assert complaint in str(caught.value)


def test_the_process_ends_with_two_and_one_line_on_stderr() -> None:
    command = [sys.executable, "-c", "from server.cli import main; main()"]
    outcome = subprocess.run(
        [*command, "due", "--year", "2025", "--kind", "x"],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (outcome.returncode, outcome.stdout) == (2, "")
    assert outcome.stderr.count("\n") == 1
    assert outcome.stderr.startswith("单位类型“x”无法识别")
