"""An item before it is numbered, and what a walk over running text knows so far."""

import re
from dataclasses import dataclass, replace
from functools import cache

from server.domain.reports.clauses import Clause
from server.domain.reports.cues import Cue, connective_length
from server.domain.reports.leads import residue
from server.domain.reports.pairing import words_of
from server.domain.reports.parsed import Role

ELABORATES = (
    r"(?:如|例如|比如|譬如|特别是|尤其是|主要是|主要表现|其中|这|导致|使得?|造成|致使|从而"
    r"|原因|究其|甚至|群众对|表现在|往往|以致|全年)"
)
_EXAMPLES = r"(?:部分|有的|有些|个别|一些|不少|许多|多数|大多)"
_HEADLINE = 24
_EVERYWHERE = frozenset({"信息", "公开", "工作", "政府", "政务", "存在"})
ELABORATES_MEASURE = (
    r"(?:以此|从而|使得?|确保|其中|这|这些|如|例如|真正|切实做到|力争|努力实现|最终|做到|让)"
)
SMALLEST = 4
"""Fewer letters are no item."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An item before it is numbered. Offsets count in normalised text.

    `group` is shared by what one list item or sentence says; `sums_up` marks a mere headline.
    """

    role: Role
    start: int
    end: int
    confidence: float
    reason: str
    sums_up: bool = False
    group: int | None = None


@dataclass(slots=True)
class Telling:
    """What a walk over prose knows: the role in force and the drafts so far.

    `announced` says that a title, a label or a lead-in named the role for all that follows.
    """

    text: str
    role: Cue | None
    labelled: bool
    drafts: list[Draft]
    announced: bool = False


def append(reading: Telling, role: Role, part: Clause, whole: Clause, sure: float) -> None:
    start = part.start + connective_length(part.text)
    if part.end - start >= SMALLEST:
        sums_up = role == "measure" and not residue(part.text)
        reading.drafts.append(
            Draft(role, start, part.end, sure, "正文叙述中提出", sums_up, group=whole.start)
        )


def elaborates(grammar: str, whole: Clause, reading: Telling, role: Role) -> bool:
    if whole.opens or not reading.drafts or reading.drafts[-1].role != role:
        return False
    if reading.drafts[-1].sums_up and role == "problem":
        return False
    if not (goes_on(grammar, whole.text) or instances(whole.text, reading)):
        return False
    return extend(reading, whole)


def instances(text: str, reading: Telling) -> bool:
    """Say whether 「有的…，个别…」 only tells whom the headline before it means."""
    last = reading.drafts[-1]
    headline = reading.text[last.start : last.end]
    short = len(headline) <= _HEADLINE and "," not in headline
    linked = short or (words_of(headline) & words_of(text)) - _EVERYWHERE
    return last.role == "problem" and bool(linked) and goes_on(_EXAMPLES, text)


def extend(reading: Telling, whole: Clause) -> bool:
    reading.drafts[-1] = replace(reading.drafts[-1], end=whole.end)
    return True


def goes_on(grammar: str, text: str) -> bool:
    """Say whether the first words tell that a sentence goes on about the one before."""
    return bool(_pattern(grammar).match(text))


@cache
def _pattern(grammar: str) -> re.Pattern[str]:
    return re.compile(grammar)
