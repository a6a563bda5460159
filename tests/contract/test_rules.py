"""Statements about the rules of checking as people read them.

What to do when one fails: `duban rules --markdown > docs/rules.md`.
"""

from pathlib import Path

from server.adapters.rulebook_checks import check_rules
from server.rendering.pages import WORDS
from server.rendering.rules_markdown import rules_markdown

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"


def test_the_guide_lists_the_rules_as_they_are() -> None:
    assert PAGE.read_text(encoding="utf-8") == rules_markdown(check_rules())


def test_every_comparison_and_severity_has_its_word() -> None:
    assert {rule.held_against for rule in check_rules()} <= WORDS["held_against"].keys()
    assert {each for rule in check_rules() for each in rule.severities} <= WORDS["severity"].keys()
