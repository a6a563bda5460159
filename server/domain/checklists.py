"""From confirmed problems and measures to concrete, checkable items: what, proof, by when, who."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Literal

from server.domain.actions import Action, label_of, split_actions
from server.domain.calendars import WorkCalendar
from server.domain.checklist_rules import (
    ChecklistRules,
    EntryTemplate,
    ItemTemplate,
    is_counted,
)
from server.domain.checklist_terms import Due, Term, done_by
from server.domain.reminders import Role


@dataclass(frozen=True, slots=True)
class ChecklistEntry:
    """A confirmed problem or measure; `answered` says that a measure answers this problem."""

    key: str
    kind: Literal["problem", "measure"]
    text: str
    classes: tuple[str, ...]
    answered: bool = False


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One item. `key` stays the same over regenerations while its commitment keeps its meaning."""

    key: str
    commitment_key: str
    ordinal: int
    what: str
    proof: str
    by_when: date
    owner: Role
    class_code: str


@dataclass(frozen=True, slots=True)
class _Draft:
    entry: ChecklistEntry
    part: str
    what: str
    proof: str
    by_when: date
    owner: Role
    class_code: str


def build_checklist(
    entries: Sequence[ChecklistEntry], rules: ChecklistRules, term: Term, calendar: WorkCalendar
) -> tuple[ChecklistItem, ...]:
    """Return the items of all entries, in their order, ordinals from 1.

    The same input gives the same items. Every entry gives at least one item. Two entries must
    not share a key.
    """
    drafts = (draft for entry in entries for draft in _drafts(entry, rules, term, calendar))
    return tuple(_item(draft, ordinal) for ordinal, draft in enumerate(drafts, start=1))


def _item(draft: _Draft, ordinal: int) -> ChecklistItem:
    return ChecklistItem(
        key=f"{draft.entry.key}:{draft.part}",
        commitment_key=draft.entry.key,
        ordinal=ordinal,
        what=draft.what,
        proof=draft.proof,
        by_when=draft.by_when,
        owner=draft.owner,
        class_code=draft.class_code,
    )


def _drafts(
    entry: ChecklistEntry, rules: ChecklistRules, term: Term, calendar: WorkCalendar
) -> Iterator[_Draft]:
    if entry.kind == "measure":
        yield from _of_measure(entry, rules, term, calendar)
    elif entry.answered:
        yield _as_whole(entry, "result", rules.answered, term, calendar)
    else:
        yield _as_whole(entry, "plan", rules.unanswered, term, calendar)
        template = rules.template_for(entry.text, entry.classes)
        text = f"针对“{label_of(entry.text)}”"
        by_when = Due(template.quarter, template.days).on(term, calendar)
        yield _to_do(entry, template.key, template, f"{text}：{template.target}", by_when)


def _of_measure(
    entry: ChecklistEntry, rules: ChecklistRules, term: Term, calendar: WorkCalendar
) -> Iterator[_Draft]:
    grouped = _grouped(entry, rules)
    if not grouped:
        yield _as_whole(entry, "plan", rules.vague, term, calendar)
    for part, (template, texts) in grouped.items():
        text = "；".join(texts)
        target = rules.counted_target if is_counted(text) else template.target
        by_when = done_by(text, Due(template.quarter, template.days), term, calendar)
        yield _to_do(entry, part, template, f"{text}：{target}", by_when)


def _as_whole(
    entry: ChecklistEntry, part: str, asked: EntryTemplate, term: Term, calendar: WorkCalendar
) -> _Draft:
    return _Draft(
        entry=entry,
        part=part,
        what=asked.what.replace("{entry}", label_of(entry.text)),
        proof=asked.proof,
        by_when=Due(asked.quarter, asked.days).on(term, calendar),
        owner=asked.owner,
        class_code=next(iter(entry.classes), ""),
    )


def _to_do(
    entry: ChecklistEntry, part: str, template: ItemTemplate, what: str, by_when: date
) -> _Draft:
    return _Draft(entry, part, what, template.proof, by_when, template.owner, template.class_code)


def _grouped(
    entry: ChecklistEntry, rules: ChecklistRules
) -> dict[str, tuple[ItemTemplate, list[str]]]:
    """Gather the actions that one target covers, under the part of the key that names them."""
    chosen = [
        (action, rules.template_for(action.text, entry.classes))
        for action in split_actions(entry.text, rules.words)
    ]
    most: dict[str, int] = {}
    for action, template in chosen:
        most[template.key] = max(most.get(template.key, 0), _detail(action, template))
    grouped: dict[str, tuple[ItemTemplate, list[str]]] = {}
    for action, template in chosen:
        if _detail(action, template) == most[template.key]:  # else told beside it, in detail
            _, texts = grouped.setdefault(_part(action, template), (template, []))
            texts += [] if action.text in texts else [action.text]
    return grouped


def _detail(action: Action, template: ItemTemplate) -> int:
    """Return how closely an action is told: 0 a title, 1 in the body, 2 with its own number."""
    counted = is_counted(action.text)
    if template.each:
        return int(counted or not action.heading)
    return 2 if counted else int(not action.heading)


def _part(action: Action, template: ItemTemplate) -> str:
    if not (template.each or is_counted(action.text)):
        return template.key
    plain = re.sub(r"\W", "", action.text)
    return f"{template.key}:{sha256(plain.encode()).hexdigest()[:10]}"
