"""Problems and measures that stand in running text, one per sentence or one per listed thing."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from server.domain.reports.clauses import Clause
from server.domain.reports.cues import (
    Cue,
    after_but,
    connective_length,
    inner_turn,
    leads_to_measures,
    leads_to_problems,
    only_sums_up,
    turn_length,
)
from server.domain.reports.listed import lead_length, listed_measures, listed_parts
from server.domain.reports.parsed import Role
from server.domain.reports.polarity import complains, plans, polarity, praises, promises

_ELABORATES = (
    r"(?:如|例如|比如|譬如|特别是|尤其是|主要是|主要表现|其中|这|导致|使得?|造成|致使|从而|原因|究其|部分|有的|有些|个别|一些|甚至"
    r"|不少|许多|多数|大多|群众对|表现在|往往|以致|全年)"
)
_ELABORATES_MEASURE = (
    r"(?:以此|从而|使得?|确保|其中|这|这些|如|例如|真正做到|切实做到|力争|努力实现|最终|做到|让)"
)
_LAST_YEAR_OVER = re.compile(
    r"(?:但|然而|不过|目前|当前|同时|今年|本年度?|\d{4}年)?.{0,30}(?:(?:还|仍|也|主要)?存在|(?:还|仍|也)(?:面临|有))"
)
_SMALLEST = 4
_TITLE_LENGTH = 24
_HINT = re.compile("没|不|未|少|无|空|才|只|仅")
_LONGEST_LEAD = 50
_SHORT_LEAD = re.compile(
    "^.{0,14}(?:将|要|抓好|做好|做到|这样做|打算|考虑|包括|破解|实事)[^,。]{0,6}$"
)
_NOTHING_WRONG = re.compile("(?:不存在|没有发现|没有|未发现|无)(?:任何|明显|突出|重大)?(?:的)?问题")
_SUMS_UP_MEASURES = re.compile("(?:以上|上述)(?:各项)?(?:措施|工作|任务)")


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
class _Reading:
    """What a walk over prose knows: the role in force and the drafts so far."""

    text: str
    role: Cue | None
    labelled: bool
    drafts: list[Draft]


def prose_items(
    text: str, clauses: Sequence[Clause], role: Cue | None, *, labelled: bool = False
) -> tuple[list[Draft], Cue | None]:
    """Return the items of running text, and the role that its last lead-in announces.

    `labelled` says that a label named the role, so that every paragraph counts.
    """
    reading = _Reading(text, role, labelled, [])
    for paragraph in _titled_paragraphs(list(_sentences(clauses)), text):
        _read(paragraph, reading)
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


def _titled_paragraphs(sentences: list[list[Clause]], text: str) -> list[list[Clause]]:
    """Put paragraphs together whose first sentence is a title, where at least two are so."""
    paragraphs: list[list[list[Clause]]] = []
    for sentence in sentences:
        if paragraphs and not sentence[0].opens:
            paragraphs[-1].append(sentence)
        else:
            paragraphs.append([sentence])
    titled = [_is_titled(paragraph, text) for paragraph in paragraphs]
    if sum(titled) < 2:  # noqa: PLR2004  # one short sentence is no pattern
        return sentences
    joined: list[list[Clause]] = []
    for paragraph, whole in zip(paragraphs, titled, strict=True):
        joined.extend([sum(paragraph, [])] if whole else paragraph)
    return joined


def _is_titled(paragraph: Sequence[Sequence[Clause]], text: str) -> bool:
    first = paragraph[0][0]
    short = first.stop == "。" and first.end - first.start <= _TITLE_LENGTH
    return len(paragraph) > 1 and short and not first.cue


def _read(sentence: list[Clause], reading: _Reading) -> None:
    first = sentence[0]
    if first.cue in {"measure", "problem", "past"}:
        reading.role = first.cue
    whole = _joined(reading.text, sentence)
    if first.told and first.cue in {"problem", "measure"}:
        read = _read_problem_of if first.cue == "problem" else _read_measure
        read(sentence, whole, reading)
        return
    if _NOTHING_WRONG.search(whole.text):
        return
    skip = after_but(whole.text)
    kind = polarity(_before_turn(whole.text, skip))
    if kind == "praise" or skip >= len(whole.text):
        return
    if reading.role == "past":
        if not _ends_last_year(whole, first):
            return
        reading.role = first.cue
    if first.cue == "measure" or (
        kind == "measure" and not (skip and complains(whole.text[skip:]))
    ):
        _read_measure(sentence, whole, reading)
    elif kind == "problem" or leads_to_problems(whole.text[skip:]):
        _read_problem(sentence, whole, skip, reading)
    else:
        _read_neutral(sentence, whole, reading)


def _before_turn(text: str, skip: int) -> str:
    """Return what a sentence says before it turns to what will be done."""
    turn = inner_turn(text[skip:])
    before = text[skip : skip + turn] if turn else ""
    return before if complains(before) else text[skip:]


def _ends_last_year(whole: Clause, first: Clause) -> bool:
    return first.cue != "past" and bool(_LAST_YEAR_OVER.match(whole.text))


def _joined(text: str, sentence: Sequence[Clause]) -> Clause:
    """Return the sentence as one clause."""
    first, last = sentence[0], sentence[-1]
    whole = text[first.start : last.end]
    return replace(first, end=last.end, closes=last.closes, stop=last.stop, text=whole)


def _append(reading: _Reading, role: Role, part: Clause, whole: Clause, sure: float) -> None:
    start = part.start + connective_length(part.text)
    if part.end - start >= _SMALLEST:
        reading.drafts.append(
            Draft(role, start, part.end, sure, "正文叙述中提出", group=whole.start)
        )


def _read_measure(sentence: list[Clause], whole: Clause, reading: _Reading) -> None:
    role = reading.role
    reading.role = "measure"
    if whole.stop == ":" or (leads_to_measures(whole.text) and len(sentence) == 1):
        return
    if _SUMS_UP_MEASURES.match(whole.text):
        return
    if role == "measure" and _elaborates(_ELABORATES_MEASURE, whole, reading, "measure"):
        return
    split = len(sentence) > 1 and not any("。" in part.stop for part in sentence[:-1])
    for part in map(_after_lead, sentence if split else [whole]):
        _append(reading, "measure", part, part, 0.75 if promises(part.text) else 0.5)


def _after_lead(clause: Clause) -> Clause:
    """Return the clause without 「将从三方面改进：」 before its first measure."""
    colon = clause.text.find(":", 0, _LONGEST_LEAD)
    lead = clause.text[: max(colon, 0)]
    if not lead or not (leads_to_measures(lead) or _SHORT_LEAD.search(lead)):
        return clause
    return replace(clause, start=clause.start + colon + 1, text=clause.text[colon + 1 :])


def _read_problem_of(sentence: list[Clause], whole: Clause, reading: _Reading) -> None:
    _read_problem(sentence, whole, after_but(whole.text), reading)


def _read_problem(sentence: list[Clause], whole: Clause, skip: int, reading: _Reading) -> None:
    known = reading.role == "problem"
    reading.role = "problem"
    turn = inner_turn(whole.text[skip:])
    before = whole.text[: skip + turn].rstrip(",; ") if turn else whole.text
    parts = list(listed_parts(before, skip)) if not turn or len(sentence) == 1 else []
    if parts:
        for start, end in parts:
            reading.drafts.append(
                Draft(
                    "problem", whole.start + start, whole.start + end, 0.7, "一句列举的多个问题之一"
                )
            )
        if turn:
            _after_turn(whole, skip + turn, reading)
    elif len(sentence) > 1 and sentence[0].stop == "。":
        _single(whole, whole.text, skip, reading)
    elif len(sentence) > 1:
        for place, part in enumerate(sentence):
            _read_clause(part, _opening(part.text) if not place else 0, reading)
    elif whole.stop != ":" and not (known and _elaborates(_ELABORATES, whole, reading, "problem")):
        _read_clause(whole, skip, reading)


def _opening(text: str) -> int:
    """Return where the first of several problems begins: after 但, 主要问题是, 需要改进的地方：."""
    but = after_but(text)
    colon = text.find(":", but, but + _LONGEST_LEAD)
    if colon > 0 and leads_to_problems(text[but:colon]):
        return colon + 1
    return but + lead_length(text[but:])


def _read_clause(clause: Clause, skip: int, reading: _Reading) -> None:
    """Read one clause of a problem sentence, cut where it turns to what will be done."""
    turn = inner_turn(clause.text[skip:])
    text = clause.text[: skip + turn] if turn else clause.text
    if not turn and reading.drafts and plans(text) and not complains(text):
        _append(reading, "measure", clause, clause, 0.6)
        return
    _single(clause, text, skip, reading)
    if turn:
        _after_turn(clause, skip + turn, reading)


def _single(whole: Clause, text: str, skip: int, reading: _Reading) -> None:
    sums_up = only_sums_up(text[skip:])
    end = whole.start + len(text.rstrip(",; —-")) if len(text) < len(whole.text) else whole.end
    skip += connective_length(text[skip:])
    start = whole.start + skip
    if end - start >= _SMALLEST:
        reading.drafts.append(
            Draft(
                "problem",
                start,
                end,
                0.4 if sums_up else 0.75,
                "正文叙述中提出",
                sums_up,
                whole.start,
            )
        )


def _after_turn(whole: Clause, start: int, reading: _Reading) -> None:
    reading.role = "measure"
    start += turn_length(whole.text[start:])
    listed = list(listed_measures(whole.text, start))
    for first, end in listed:
        reading.drafts.append(
            Draft("measure", whole.start + first, whole.start + end, 0.7, "一句列举的多项措施之一")
        )
    if not listed and len(whole.text) - start >= _SMALLEST:
        reading.drafts.append(
            Draft(
                "measure",
                whole.start + start,
                whole.end,
                0.7,
                "同句转折后的承诺",
                group=whole.start,
            )
        )


def _read_neutral(sentence: list[Clause], whole: Clause, reading: _Reading) -> None:
    """A sentence without verdict goes on with the item before it, or is a quiet promise."""
    if reading.role == "measure" and (plans(whole.text) or _promises_later(whole)):
        _append(reading, "measure", whole, whole, 0.6)
    elif reading.role in {"measure", "problem"} and not whole.opens and reading.drafts:
        _follow(whole, reading)
    elif reading.labelled and whole.stop != ":" and not praises(whole.text):
        _read_labelled(sentence, reading)


def _read_labelled(sentence: list[Clause], reading: _Reading) -> None:
    """Under a label every paragraph counts, even one whose words tell nothing."""
    role: Role = "problem" if reading.role == "problem" else "measure"
    for part in sentence if reading.role in {"problem", "measure"} else []:
        _append(reading, role, part, part, 0.5)


def _follow(whole: Clause, reading: _Reading) -> None:
    """A sentence of its own, unless its first word says that it goes on about the one before."""
    last = reading.drafts[-1]
    grammar = _ELABORATES if last.role == "problem" else _ELABORATES_MEASURE
    stands = reading.role == last.role and (last.role == "measure" or _HINT.search(whole.text))
    if stands and not _pattern(grammar).match(whole.text):
        _append(reading, last.role, whole, whole, 0.5)
    else:
        _extend(reading, whole)


def _promises_later(whole: Clause) -> bool:
    """A new paragraph whose first words are a set phrase (开门纳谏，扩大参与)."""
    return whole.opens and any(promises(part) for part in re.split("[,。;]", whole.text)[1:3])


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
