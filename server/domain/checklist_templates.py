"""An office's own checklist templates as data: kept as JSON, laid over the rulebook's, judged."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from server.domain.checklist_rules import ChecklistRules, EntryTemplate, ItemTemplate
from server.domain.checklist_terms import SHORTEST_TERM
from server.domain.reminders import Role

LONGEST = 120
MOST_TEMPLATES = 40
MOST_DAYS = 250
ENTRY = "{entry}"
OWNERS = (Role.INFORMATION_OFFICER, Role.UNIT_LEAD)
WHOLE = ("unanswered", "vague", "answered")
"""The items asked of an entry as a whole."""


@dataclass(frozen=True, slots=True)
class TemplateFault:
    """What is wrong with which row: a template's number from 0, or one of WHOLE."""

    place: str
    complaint: str


def rules_json(rules: ChecklistRules) -> dict[str, Any]:
    """Return what an office may change, as it is kept; `rules_from` reads it back."""
    templates = [asdict(each) | {"words": [*each.words]} for each in rules.templates]
    whole = {name: asdict(getattr(rules, name)) for name in WHOLE}
    return {"templates": templates, **whole, "counted_target": rules.counted_target}


def rules_from(shipped: ChecklistRules, body: Mapping[str, Any], source: str) -> ChecklistRules:
    """Return the rulebook's rules with an office's own templates in their place."""
    templates = tuple(
        ItemTemplate(**{**kept, "words": tuple(kept["words"]), "owner": Role(kept["owner"])})
        for kept in body["templates"]
    )
    return replace(
        shipped,
        templates=templates,
        unanswered=_entry(body["unanswered"]),
        vague=_entry(body["vague"]),
        answered=_entry(body["answered"]),
        counted_target=body["counted_target"],
        source=source,
    )


def _entry(kept: Mapping[str, Any]) -> EntryTemplate:
    return EntryTemplate(**{**kept, "owner": Role(kept["owner"])})


def template_faults(rules: ChecklistRules, classes: Collection[str]) -> Iterator[TemplateFault]:
    """Yield what is wrong, in Chinese; rules without faults can generate checklists."""
    for number, template in enumerate(rules.templates):
        for complaint in _template_complaints(template, rules, classes):
            yield TemplateFault(str(number), complaint)
    for name in WHOLE:
        for complaint in _whole_complaints(getattr(rules, name)):
            yield TemplateFault(name, complaint)
    if not rules.counted_target or len(rules.counted_target) > LONGEST:
        yield TemplateFault("counted_target", f"请填写，不超过 {LONGEST} 字")
    if len({each.key for each in rules.templates}) < len(rules.templates):
        yield TemplateFault("0", "模板有重复，请从清单模板页面重新进入")
    if len(rules.templates) > MOST_TEMPLATES:
        yield TemplateFault("0", f"模板不超过 {MOST_TEMPLATES} 条")


def _template_complaints(
    template: ItemTemplate, rules: ChecklistRules, classes: Collection[str]
) -> Iterator[str]:
    yield from _texts(("完成标准", template.target), ("佐证", template.proof))
    yield from _terms(template.quarter, template.days, template.owner)
    last = template == rules.templates[-1]
    if last and (template.words or template.class_code):
        yield "最后一条收留其余事项，不写类别和对应的词"
    if not last and not template.words:
        yield "请写对应的词（用顿号分开），或把这一条删去"
    if not last and template.class_code not in classes:
        yield "请选择类别"


def _whole_complaints(asked: EntryTemplate) -> Iterator[str]:
    yield from _texts(("事项", asked.what), ("佐证", asked.proof))
    yield from _terms(asked.quarter, asked.days, asked.owner)
    if ENTRY not in asked.what:
        yield f"事项须含 {ENTRY}，系统在这里写问题或措施的名称"


def _texts(*texts: tuple[str, str]) -> Iterator[str]:
    for name, text in texts:
        if not text.strip():
            yield f"请填写{name}"
        elif len(text) > LONGEST:
            yield f"{name}不超过 {LONGEST} 字，现为 {len(text)} 字"


def _terms(quarter: int, days: int | None, owner: Role) -> Iterator[str]:
    if quarter not in range(1, 5):
        yield "季度只能是 1 至 4"
    if days is not None and not SHORTEST_TERM <= days <= MOST_DAYS:
        yield f"工作日数应在 {SHORTEST_TERM} 至 {MOST_DAYS} 之间，不按天数的留空"
    if owner not in OWNERS:
        yield "责任人只能是信息员或分管领导"


def changed_templates(
    before: ChecklistRules, after: ChecklistRules
) -> list[tuple[ItemTemplate | None, ItemTemplate | None]]:
    """Return the templates that differ, by key: as they were and as they are now."""
    old = {each.key: each for each in before.templates}
    new = {each.key: each for each in after.templates}
    return [
        (old.get(name), new.get(name))
        for name in dict.fromkeys([*old, *new])
        if old.get(name) != new.get(name)
    ]
