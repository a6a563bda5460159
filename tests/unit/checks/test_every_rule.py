"""Rule by rule: a report that raises it, one that does not, and what a person is told."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from server.adapters.rulebook_checks import check_rules
from server.domain.check_rules import rule_of
from tests.unit.checks.written import findings_of, text_of

CASES = tomllib.loads(
    (Path(__file__).parents[2] / "cases" / "rules.toml").read_text(encoding="utf-8")
)["rule"]
RAISING = [case for case in CASES if "raises" in case]
WHOLE = {"整份文件", "整份报告", "统计表"}
DOMAIN = Path(__file__).parents[3] / "server"


def told(case: dict[str, Any]) -> str:
    return f"{case['code']} {case.get('says', '')}".strip()


@pytest.mark.parametrize("case", RAISING, ids=[told(case) for case in RAISING])
def test_the_report_raises_the_rule_with_severity_place_remedy_and_source(
    case: dict[str, Any],
) -> None:
    rule = rule_of(check_rules(), case["code"])
    assert rule is not None
    raised = [one for one in findings_of(case["raises"]) if one.code == case["code"]]
    assert raised
    text = text_of(case["raises"])
    for one in raised:
        assert one.severity in rule.severities
        assert one.source
        assert one.message.endswith("。")
        assert one.severity == "information" or "请" in one.message
        assert (one.start is not None) or rule.place in WHOLE
        assert one.start is None or 0 <= one.start <= (one.end or 0) <= len(text)


@pytest.mark.parametrize("case", CASES, ids=[told(case) for case in CASES])
def test_the_other_report_does_not(case: dict[str, Any]) -> None:
    assert case["code"] not in {one.code for one in findings_of(case["silent"])}


def test_an_ordinary_report_is_told_only_that_its_sums_hold() -> None:
    assert [one.code for one in findings_of({})] == ["SUM-00"]


def test_every_rule_has_its_reports() -> None:
    codes = {rule.code for rule in check_rules()}
    assert {case["code"] for case in CASES} == codes
    assert {case["code"] for case in RAISING} == {
        rule.code for rule in check_rules() if rule.severities
    }


def test_every_code_that_the_program_raises_is_explained() -> None:
    files = [*DOMAIN.glob("domain/**/*.py"), *DOMAIN.glob("services/*.py"),
             *DOMAIN.glob("rulebook/formats/*.toml")]  # fmt: skip
    raised = {
        code
        for file in files
        for code in re.findall(r'"([A-Z][A-Z0-9]*-\d\d)"', file.read_text(encoding="utf-8"))
    }
    explained = {rule.code for rule in check_rules() if rule.severities}
    assert raised == explained
