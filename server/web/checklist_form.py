"""Reads the form of an office's checklist templates, row by row."""

from dataclasses import replace
from hashlib import sha256

from starlette.datastructures import FormData

from server.domain.checklist_rules import ChecklistRules, EntryTemplate, ItemTemplate
from server.domain.checklist_templates import template_faults
from server.domain.reminders import Role
from server.domain.reports.taxonomy import Taxonomy
from server.web.acts import word

SPARE_ROWS = 2
"""Empty rows for new templates."""
MOST_ROWS = 45
LARGEST = 100_000
NOT_A_NUMBER = -1


def typed_templates(
    form: FormData, shipped: ChecklistRules, taxonomy: Taxonomy
) -> tuple[ChecklistRules, dict[str, str]]:
    """Return the templates that were typed, and what is wrong with them by row of the form.

    A row whose standard and words are both empty is left out.
    """
    rows = [row for row in range(MOST_ROWS) if _is_filled(form, row)]
    templates = tuple(_template(form, row) for row in rows)
    rules = replace(
        shipped,
        templates=templates or shipped.templates[-1:],
        unanswered=_whole(form, "unanswered", shipped.unanswered),
        vague=_whole(form, "vague", shipped.vague),
        answered=_whole(form, "answered", shipped.answered),
        counted_target=word(form, "counted_target").strip(),
    )
    problems: dict[str, str] = {}
    for fault in template_faults(rules, {rule.key for rule in taxonomy.classes}):
        problems[fault.place] = "；".join(
            filter(None, [problems.get(fault.place), fault.complaint])
        )
    return rules, problems


def _is_filled(form: FormData, row: int) -> bool:
    return any(word(form, f"{name}-{row}").strip() for name in ("target", "words", "proof"))


def _template(form: FormData, row: int) -> ItemTemplate:
    return ItemTemplate(
        key=word(form, f"key-{row}")[:40] or _key(word(form, f"words-{row}")),
        class_code=word(form, f"class-{row}"),
        words=_words(word(form, f"words-{row}")),
        target=word(form, f"target-{row}").strip(),
        proof=word(form, f"proof-{row}").strip(),
        quarter=_number(word(form, f"quarter-{row}")) or NOT_A_NUMBER,
        owner=_owner(word(form, f"owner-{row}")),
        each=word(form, f"each-{row}") == "1",
        days=_number(word(form, f"days-{row}")),
    )


def _key(words: str) -> str:
    return f"own-{sha256(words.encode()).hexdigest()[:8]}"


def _whole(form: FormData, name: str, shipped: EntryTemplate) -> EntryTemplate:
    return replace(
        shipped,
        what=word(form, f"what-{name}").strip(),
        proof=word(form, f"proof-{name}").strip(),
        quarter=_number(word(form, f"quarter-{name}")) or NOT_A_NUMBER,
        owner=_owner(word(form, f"owner-{name}")),
        days=_number(word(form, f"days-{name}")),
    )


def _words(typed: str) -> tuple[str, ...]:
    plain = typed
    for mark in "，,；; \n\r\t\u3000":
        plain = plain.replace(mark, "、")
    return tuple(dict.fromkeys(one for one in plain.split("、") if one))


def _number(typed: str) -> int | None:
    """Return the number, None where nothing was typed, one that is refused for anything else."""
    plain = typed.strip()
    if not plain:
        return None
    fits = plain.isascii() and plain.isdecimal() and int(plain) < LARGEST
    return int(plain) if fits else NOT_A_NUMBER


def _owner(typed: str) -> Role:
    return next((role for role in Role if role.value == typed), Role.GROUP_LEADER)
