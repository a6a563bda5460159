"""A wrong rulebook is refused with its place and the remedy, and the shipped one is whole."""

import pytest

from server.adapters.rulebook import shipped
from server.adapters.rulebook_checklists import load_checklist_rules, read_checklist_rules
from server.adapters.rulebook_reminders import load_reminder_rules, read_reminder_rules
from server.errors import RulebookError

REMINDERS = shipped("reminders.toml")
CHECKLISTS = shipped("checklists.toml")
TWELVE = {"P1", "P2", "P3", "N1", "N2", "N3", "N4", "M1", "M2", "M3", "M4", "M5"}


def test_the_shipped_policies_are_dated_and_sourced() -> None:
    rules = load_reminder_rules()
    assert set(rules.policies) == {"milestone", "commitment"}
    assert rules.source
    assert rules.valid_from.year == 2026
    assert all(policy.source for policy in rules.policies.values())


def test_every_class_of_the_taxonomy_has_a_target() -> None:
    templates = load_checklist_rules().templates
    assert {template.class_code for template in templates} == TWELVE | {""}
    assert all(template.target and template.proof for template in templates)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("offset = 30,", "offset = 5,", "按先后排列"),
        ("offset = 30,", "offset = -30,", "天数须在"),
        ('"on", offset = 0', '"on", offset = 2', "应为 0"),
        ('when = "before", offset = 30', 'when = "earlier", offset = 30', "when 只能是"),
        ('catch_up = "always"', 'catch_up = "never"', "catch_up 只能是"),
        ("top_rung = 4", "top_rung = 9", "最高层级"),
        ("{ every = 5, times = 25, top_rung = 4 }", "5", "repeat 应为表"),
        ("every = 5,", 'every = "5",', "every 应为整数"),
        ("starts = 14:00:00", "starts = 11:00:00", "不得重叠"),
        ("ends = 12:00:00", "ends = 08:00:00", "先后两个时刻"),
        ("ends = 12:00:00", 'ends = "noon"', "先后两个时刻"),
        ('"unit_lead"', '"mayor"', "mayor"),
        ('title = "上午"', 'titel = "上午"', "titel"),
        ("[[slot]]", "[[slot", "不是有效的 TOML"),
    ],
)
def test_a_wrong_reminder_rule_is_refused_with_its_place(
    old: str, new: str, complaint: str
) -> None:
    assert old in REMINDERS
    with pytest.raises(RulebookError, match=r"reminders\.toml") as refusal:
        read_reminder_rules(REMINDERS.replace(old, new, 1))
    assert complaint in str(refusal.value)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("quarter = 1", "quarter = 5", "quarter 只能是"),
        ("{entry}", "{item}", "what 须含 {entry}"),
        ('key = "channel"', 'key = "platform"', "key 不得重复"),
        ('class = ""\nwords = []', 'class = ""\nwords = ["其他"]', "words 须为空"),
        ("[unanswered]", "[unanswred]", "unanswred"),
        ("verbs = [", "verb = [", "verb"),
        ("\neach = true\n", '\neach = "yes"\n', "each 应为"),
        ('owner = "unit_lead"', 'owner = "boss"', "boss"),
    ],
)
def test_a_wrong_checklist_rule_is_refused_with_its_place(
    old: str, new: str, complaint: str
) -> None:
    assert old in CHECKLISTS
    with pytest.raises(RulebookError, match=r"checklists\.toml") as refusal:
        read_checklist_rules(CHECKLISTS.replace(old, new, 1))
    assert complaint in str(refusal.value)


def test_a_missing_table_is_named() -> None:
    start, end = CHECKLISTS.index("[vague]"), CHECKLISTS.index("[answered]")
    with pytest.raises(RulebookError, match=r"checklists\.toml：缺少 vague"):
        read_checklist_rules(CHECKLISTS[:start] + CHECKLISTS[end:])
