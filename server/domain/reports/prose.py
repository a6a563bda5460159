"""Problems and measures that stand in running text, one per sentence or one per listed thing."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from server.domain.reports.clauses import Clause
from server.domain.reports.cues import (
    Cue,
    after_but,
    inner_turn,
    leads_to_measures,
    leads_to_problems,
    only_sums_up,
    turn_length,
)
from server.domain.reports.parsed import Role
from server.domain.reports.polarity import complains, plans, polarity, promises

_ISSUE = r"(?:问题|不足之处|不足|困难|差距|薄弱环节|短板|弱项|现象|情况|情形)"
_LIST_LEAD = (
    r"(?:存在|面临)(?:着|有|的|了)?(?:诸如|例如|比如|如|以下|下列|一些|一定|主要|的|问题|不足|差距|困难|和|与|是|:|,)*[:,]?"
    r"|(?:问题|不足|差距|困难|薄弱环节|短板)(?:主要)?(?:是|有|:|,|如下|,?如|,?例如|,?比如|,?主要(?:是|有|表现(?:在|为)?|体现(?:在|为)?))+[:,]?"
    r"|(?:主要)?(?:表现|体现)(?:在|为)[:,]?|主要(?:是|有)[:,]?"
)
_LIST_TAIL = rf"\s*(?:等等?)?(?:几个?|多个?|一些)?(?:方面)?的?(?:主要|突出)?(?:{_ISSUE}(?:(?:和|与|及|、){_ISSUE})*)?(?:,?(?:均|都|仍|还|尚)?(?:有待|亟待|需要?|应).*)?[。!]*$"
_ELABORATES = r"(?:如|例如|比如|譬如|特别是|尤其是|主要是|主要表现|其中|这|导致|使得?|造成|致使|从而|原因|究其|部分|有的|有些|个别|一些|甚至|对此类|群众对|表现在|与此同时造成)"
_ELABORATES_MEASURE = r"(?:通过上述|以此|从而|使得?|确保|其中|这|这些|如|例如|真正做到|切实做到|力争|努力实现|不断提高|最终)"
_SMALLEST = 4


@dataclass(frozen=True, slots=True)
class Draft:
    """An item before it is numbered. Offsets count in normalised text."""

    role: Role
    start: int
    end: int
    confidence: float
    reason: str
    sums_up: bool = False
    group: int | None = None


@dataclass(slots=True)
class _Reading:
    """What a walk over prose knows: the role in force and the drafts so far."""

    text: str
    role: Cue | None
    drafts: list[Draft]


def prose_items(
    text: str, clauses: Sequence[Clause], role: Cue | None
) -> tuple[list[Draft], Cue | None]:
    """Return the items of running text, and the role that its last lead-in announces."""
    reading = _Reading(text, role, [])
    for sentence in _sentences(clauses):
        _read(sentence, reading)
    return reading.drafts, reading.role


def _sentences(clauses: Sequence[Clause]) -> Iterator[list[Clause]]:
    sentence: list[Clause] = []
    for clause in clauses:
        if sentence and (clause.opens or clause.cue or sentence[-1].stop in {"。", "!", "?"}):
            yield sentence
            sentence = []
        sentence.append(clause)
    if sentence:
        yield sentence


def _read(sentence: list[Clause], reading: _Reading) -> None:
    first = sentence[0]
    if first.cue in {"measure", "problem", "past"}:
        reading.role = first.cue
    whole = _joined(reading.text, sentence)
    skip = after_but(whole.text)
    kind = polarity(whole.text[skip:]) if skip else polarity(whole.text)
    if kind == "praise" or (skip and skip >= len(whole.text)):
        return
    if reading.role == "past" and not _ends_last_year(whole, first):
        return
    if first.cue == "measure" or (kind == "measure" and first.cue != "problem"):
        _read_measure(sentence, whole, reading)
    elif kind == "problem" or leads_to_problems(whole.text[skip:]):
        _read_problem(whole, skip, reading)
    else:
        _read_neutral(whole, reading)


def _ends_last_year(whole: Clause, first: Clause) -> bool:
    return first.cue != "past" and bool(
        re.match(
            r"(?:但|然而|不过|目前|当前|同时|今年|本年度|\d{4}年)?.{0,30}(?:还|仍|也)?存在",
            whole.text,
        )
    )


def _joined(text: str, sentence: Sequence[Clause]) -> Clause:
    """Return the sentence as one clause."""
    first, last = sentence[0], sentence[-1]
    whole = text[first.start : last.end]
    return replace(first, end=last.end, closes=last.closes, stop=last.stop, text=whole)


def _read_measure(sentence: list[Clause], whole: Clause, reading: _Reading) -> None:
    role = reading.role
    reading.role = "measure"
    if whole.stop == ":" or (leads_to_measures(whole.text) and len(sentence) == 1):
        return
    if role == "measure" and _elaborates(_ELABORATES_MEASURE, whole, reading, "measure"):
        return
    for part in sentence if len(sentence) > 1 else [whole]:
        if len(part.text) >= _SMALLEST:
            reading.drafts.append(_measure(part, whole))


def _measure(part: Clause, whole: Clause) -> Draft:
    end = whole.end if part.end == whole.end else part.end
    sure = 0.75 if promises(part.text) else 0.5
    return Draft("measure", part.start, end, sure, "正文叙述中的承诺")


def _read_problem(whole: Clause, skip: int, reading: _Reading) -> None:
    known = reading.role == "problem"
    reading.role = "problem"
    turn = inner_turn(whole.text[skip:])
    text = whole.text[: skip + turn] if turn else whole.text
    listed = list(_listed(text, skip))
    if listed:
        reading.drafts.extend(
            Draft("problem", whole.start + start, whole.start + end, 0.7, "一句列举的多个问题之一")
            for start, end in listed
        )
    elif whole.stop != ":" and not (known and _elaborates(_ELABORATES, whole, reading, "problem")):
        _single(whole, text, skip, reading)
    if turn:
        _after_turn(whole, skip + turn, reading)


def _single(whole: Clause, text: str, skip: int, reading: _Reading) -> None:
    sums_up = only_sums_up(text[skip:])
    end = whole.start + len(text.rstrip(",; ")) if len(text) < len(whole.text) else whole.end
    draft = Draft(
        "problem",
        whole.start + skip,
        end,
        0.4 if sums_up else 0.75,
        "正文叙述中的问题",
        sums_up,
        group=whole.start,
    )
    if draft.end - draft.start >= _SMALLEST:
        reading.drafts.append(draft)


def _after_turn(whole: Clause, start: int, reading: _Reading) -> None:
    reading.role = "measure"
    start += turn_length(whole.text[start:])
    if len(whole.text) - start >= _SMALLEST:
        reading.drafts.append(
            Draft(
                "measure",
                whole.start + start,
                whole.end,
                0.7,
                "同句转折后的承诺",
                group=whole.start,
            )  # fmt: skip
        )


def _read_neutral(whole: Clause, reading: _Reading) -> None:
    """A sentence without verdict goes on with the item before it, or is a quiet promise."""
    if reading.role == "measure" and plans(whole.text):
        reading.drafts.append(_measure(whole, whole))
    elif reading.role in {"measure", "problem"} and not whole.opens and reading.drafts:
        _extend(reading, whole)


def _elaborates(grammar: str, whole: Clause, reading: _Reading, role: Role) -> bool:
    if whole.opens or not reading.drafts or reading.drafts[-1].role != role:
        return False
    if not _pattern(grammar).match(whole.text):
        return False
    return _extend(reading, whole)


def _extend(reading: _Reading, whole: Clause) -> bool:
    reading.drafts[-1] = replace(reading.drafts[-1], end=whole.end)
    return True


@cache
def _pattern(grammar: str) -> re.Pattern[str]:
    return re.compile(grammar)


def _listed(text: str, skip: int) -> Iterator[tuple[int, int]]:
    """Yield the ranges of several problems that one sentence lists; nothing for a single one."""
    lead = _pattern(_LIST_LEAD).search(text, skip)
    start = lead.end() if lead else skip
    tail = _pattern(_LIST_TAIL).search(text, start)
    end = tail.start() if tail else len(text)
    parts = list(_merged(text, start, end))
    enough = 2 if lead else 3
    if len(parts) >= enough and all(complains(text[first:last]) for first, last in parts):
        yield from parts


def _merged(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut at 、 ， ； 和; a part without complaint belongs to the next one."""
    first = start
    for found in _pattern(r"\s*(?:[、,;]|以及|(?<=[\u4e00-\u9fff])和(?=[^,、;。]{4}))\s*").finditer(
        text, start, end
    ):
        if complains(text[first : found.start()]) and complains(text[found.end() : end]):
            yield first, found.start()
            first = found.end()
    if first < end:
        yield first, end
