"""`duban check` and `duban rules` as people and scripts meet them."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from server import cli
from server.adapters.rulebook_checks import check_rules
from tests.unit.checks.written import text_of

RUNNER = CliRunner()


def written(folder: Path, name: str, **case: Any) -> str:
    file = folder / f"{name}.txt"
    file.write_text(text_of(case), encoding="utf-8")
    return str(file)


def codes(*arguments: str) -> set[str]:
    outcome = RUNNER.invoke(cli.app, ["check", *arguments, "--json"], catch_exceptions=False)
    return {finding["code"] for finding in json.loads(outcome.stdout)["findings"]}


def test_each_finding_is_printed_with_its_line_its_words_and_its_source(tmp_path: Path) -> None:
    file = written(tmp_path, "town", one="我局落实工作考核和社会评议，没有责任追究情形。")
    outcome = RUNNER.invoke(cli.app, ["check", file], catch_exceptions=False)
    assert outcome.exit_code == 1
    assert "[须更正] S-07 " in outcome.stdout
    assert "第 4 行“我局”　依据：自称应与填报单位一致" in outcome.stdout


def test_a_report_in_order_is_told_so_and_ends_well(tmp_path: Path) -> None:
    outcome = RUNNER.invoke(cli.app, ["check", written(tmp_path, "town")], catch_exceptions=False)
    assert (outcome.exit_code, "SUM-00" in outcome.stdout) == (0, True)


@pytest.mark.parametrize(
    ("option", "other", "code"),
    [
        ("--previous", {"year": 2021}, "Y-02"),
        ("--filed", {"cells": {"T2.5.licence": 2}}, "S-09"),
        ("--unit", {"unit": "柳河镇水利站", "cells": {"T2.5.licence": 2}}, "AGG-01"),
        ("--peer", {"unit": "青石镇"}, "S-05"),
    ],
)
def test_a_report_is_held_against_others(
    tmp_path: Path, option: str, other: dict[str, Any], code: str
) -> None:
    file = written(tmp_path, "town")
    assert code not in codes(file)
    assert code in codes(file, option, written(tmp_path, "other", **other))


def test_another_text_is_no_copy(tmp_path: Path) -> None:
    five = "存在的问题：信息员流动频繁，业务交接不顺畅。\n改进措施：实行双岗制，先培训后上岗。"
    other = written(tmp_path, "other", unit="青石镇", five=five)
    assert "S-05" not in codes(written(tmp_path, "town"), "--peer", other)


def test_the_rules_are_listed_with_their_sources() -> None:
    outcome = RUNNER.invoke(cli.app, ["rules"], catch_exceptions=False)
    assert [line[:8].strip() for line in outcome.stdout.splitlines()] == [
        rule.code for rule in check_rules()
    ]
    assert all("依据：" in line for line in outcome.stdout.splitlines())
    facts = json.loads(RUNNER.invoke(cli.app, ["rules", "--json"]).stdout)
    assert len(facts["rules"]) == len(check_rules())
    page = RUNNER.invoke(cli.app, ["rules", "--markdown"]).stdout
    assert page.startswith("# 校验规则")
