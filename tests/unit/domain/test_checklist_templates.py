"""An office's own checklist templates: kept, read back, judged."""

import json
from dataclasses import replace
from typing import Any

import pytest

from server.adapters.rulebook_checklists import load_checklist_rules
from server.adapters.rulebook_reading import taxonomy
from server.domain.checklist_rules import ChecklistRules
from server.domain.checklist_templates import (
    changed_templates,
    rules_from,
    rules_json,
    template_faults,
)
from server.domain.reminders import Role

SHIPPED = load_checklist_rules()
CLASSES = {rule.key for rule in taxonomy().classes}


def faults(rules: ChecklistRules) -> dict[str, str]:
    return {fault.place: fault.complaint for fault in template_faults(rules, CLASSES)}


def with_first(**fields: Any) -> ChecklistRules:
    first, *rest = SHIPPED.templates
    return replace(SHIPPED, templates=(replace(first, **fields), *rest))


def with_last(**fields: Any) -> ChecklistRules:
    *rest, last = SHIPPED.templates
    return replace(SHIPPED, templates=(*rest, replace(last, **fields)))


def test_templates_survive_being_kept() -> None:
    kept = json.loads(json.dumps(rules_json(with_first(days=20))))
    assert rules_from(SHIPPED, kept, SHIPPED.source) == with_first(days=20)


def test_the_shipped_templates_have_no_fault() -> None:
    assert faults(SHIPPED) == {}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"target": " "}, "请填写完成标准"),
        ({"proof": ""}, "请填写佐证"),
        ({"target": "长" * 121}, "完成标准不超过 120 字，现为 121 字"),
        ({"quarter": 5}, "季度只能是 1 至 4"),
        ({"days": 9}, "工作日数应在 10 至 250 之间"),
        ({"days": 251}, "工作日数应在 10 至 250 之间"),
        ({"owner": Role.GROUP_LEADER}, "责任人只能是信息员或分管领导"),
        ({"words": ()}, "请写对应的词"),
        ({"class_code": "X9"}, "请选择类别"),
    ],
)
def test_a_fault_of_a_template_is_told_in_chinese(fields: dict[str, Any], said: str) -> None:
    assert faults(with_first(**fields))["0"].startswith(said)


@pytest.mark.parametrize("days", [None, 10, 250])
def test_days_may_be_left_out(days: int | None) -> None:
    assert faults(with_first(days=days)) == {}


@pytest.mark.parametrize("fields", [{"words": ("培训",)}, {"class_code": "M1"}])
def test_the_last_template_takes_what_is_left(fields: dict[str, Any]) -> None:
    last = str(len(SHIPPED.templates) - 1)
    assert "最后一条收留其余事项，不写类别和对应的词" in [
        fault.complaint
        for fault in template_faults(with_last(**fields), CLASSES)
        if fault.place == last
    ]


def test_items_of_whole_entries_name_the_entry() -> None:
    asked = replace(SHIPPED.vague, what="写明做什么", quarter=0)
    told = [f.complaint for f in template_faults(replace(SHIPPED, vague=asked), CLASSES)]
    assert told == ["季度只能是 1 至 4", "事项须含 {entry}，系统在这里写问题或措施的名称"]


@pytest.mark.parametrize("target", ["", "长" * 121])
def test_the_standard_of_counted_measures_is_needed(target: str) -> None:
    assert "counted_target" in faults(replace(SHIPPED, counted_target=target))


def test_templates_are_neither_too_many_nor_twice_the_same() -> None:
    first, *rest = SHIPPED.templates
    twice = replace(SHIPPED, templates=(replace(first, words=("甲",)), first, *rest))
    assert faults(twice)["0"].startswith("模板有重复")
    many = [replace(first, key=f"k{n}", words=(f"词{n}",)) for n in range(41)]
    assert faults(replace(SHIPPED, templates=(*many, rest[-1])))["0"] == "模板不超过 40 条"


def test_what_an_office_changed_added_and_dropped_is_told_by_template() -> None:
    first, second, *rest = SHIPPED.templates
    changed, new = replace(first, target="另定"), replace(second, key="own-1")
    own = replace(SHIPPED, templates=(changed, new, *rest))
    assert changed_templates(SHIPPED, own) == [(first, changed), (second, None), (None, new)]
