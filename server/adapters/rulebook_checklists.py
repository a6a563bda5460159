"""Reads checklists.toml into the rules of checklist generation."""

from functools import cache

from server.adapters.rulebook import Entry, entry_of, shipped
from server.domain.actions import ActionWords
from server.domain.checklist_rules import ChecklistRules, EntryTemplate, ItemTemplate
from server.domain.reminders import Role

FILE = "checklists.toml"
WHOLE = ("unanswered", "answered", "vague")


@cache
def load_checklist_rules() -> ChecklistRules:
    """Return the rules that come with the program.

    Raises: RulebookError naming the entry that is wrong.
    """
    return read_checklist_rules(shipped(FILE))


def read_checklist_rules(toml: str) -> ChecklistRules:
    """Return the rules written in `toml`.

    Raises: RulebookError naming the entry that is wrong.
    """
    whole = entry_of(FILE, toml)
    whole.only("valid_from", "source", "counted_target", "words", "template", *WHOLE)
    return ChecklistRules(
        words=_words(whole.table("words")),
        templates=_templates(whole),
        unanswered=_for_entry(whole.table("unanswered")),
        answered=_for_entry(whole.table("answered")),
        vague=_for_entry(whole.table("vague")),
        counted_target=whole.text("counted_target"),
        valid_from=whole.day("valid_from"),
        source=whole.text("source"),
    )


def _words(entry: Entry) -> ActionWords:
    names = ("verbs", "coordinating", "results", "fillers", "vacuous")
    entry.only(*names)
    return ActionWords(**{name: tuple(entry.items(name, str)) for name in names})


def _for_entry(entry: Entry) -> EntryTemplate:
    entry.only("what", "proof", "quarter", "owner", "days")
    if "{entry}" not in entry.text("what"):
        raise entry.fault("what 须含 {entry}")
    return EntryTemplate(
        what=entry.text("what"),
        proof=entry.text("proof"),
        quarter=_quarter(entry),
        owner=entry.one_of("owner", Role),
        days=entry.optional_number("days"),
    )


def _templates(whole: Entry) -> tuple[ItemTemplate, ...]:
    entries = whole.entries("template")
    templates = tuple(map(_template, entries))
    if templates[-1].words:
        raise entries[-1].fault("最后一个模板收留其余事项，words 须为空")
    if len({template.key for template in templates}) < len(templates):
        raise whole.fault("[[template]] 的 key 不得重复")
    return templates


def _template(entry: Entry) -> ItemTemplate:
    entry.only("key", "class", "words", "target", "proof", "quarter", "owner", "each", "days")
    return ItemTemplate(
        key=entry.text("key"),
        class_code=entry.text("class") if entry.values.get("class") else "",
        words=tuple(entry.items("words", str)),
        target=entry.text("target"),
        proof=entry.text("proof"),
        quarter=_quarter(entry),
        owner=entry.one_of("owner", Role),
        each=entry.flag("each") if "each" in entry.values else False,
        days=entry.optional_number("days"),
    )


def _quarter(entry: Entry) -> int:
    quarter = entry.number("quarter")
    if quarter not in range(1, 5):
        raise entry.fault("quarter 只能是 1 至 4")
    return quarter
