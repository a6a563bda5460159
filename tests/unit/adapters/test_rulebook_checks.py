"""The rules of checking as data: what is refused."""

import pytest

from server.adapters.rulebook import entry_of
from server.adapters.rulebook_checks import check_rules_of
from server.domain.check_rules import by_comparison, rule_of
from server.errors import RulebookError

HEAD = 'valid_from = 2008-05-01\nconfidence = "由表样推得"\n'
RULE = """
[[check]]
code = "T3-01"
name = "合计"
held_against = "itself"
severities = ["error"]
place = "新收一格"
says = "相等。"
remedy = "核对。"
source = "表三"
"""


def test_a_rule_is_found_by_its_code_and_by_what_it_compares() -> None:
    rules = check_rules_of(entry_of("checks.toml", HEAD + RULE))
    assert rule_of(rules, "T3-01") == rules[0]
    assert rule_of(rules, "T9-01") is None
    assert by_comparison(rules) == {"itself": [rules[0]]}


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        (HEAD + RULE * 2, "code 重复：T3-01"),
        (HEAD + RULE.replace("itself", "everybody"), "everybody 不在"),
        (HEAD + RULE.replace('"error"', '"fatal"'), "fatal 不在"),
        (HEAD + RULE + 'sourse = "表三"\n', "不认识的键 sourse"),
        (HEAD + RULE.replace('source = "表三"', ""), "缺少 source"),
    ],
)
def test_an_inconsistent_rule_is_refused_with_its_place(toml: str, said: str) -> None:
    with pytest.raises(RulebookError, match=said):
        check_rules_of(entry_of("checks.toml", toml))
