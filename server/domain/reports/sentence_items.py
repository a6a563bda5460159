"""One sentence that complains or promises -> its items."""

import re
from dataclasses import replace

from server.domain.reports.clauses import Clause
from server.domain.reports.cues import (
    after_but,
    connective_length,
    inner_turn,
    turn_length,
)
from server.domain.reports.drafts import (
    ELABORATES,
    ELABORATES_MEASURE,
    SMALLEST,
    Draft,
    Telling,
    append,
    elaborates,
)
from server.domain.reports.leads import leads_to_measures, only_sums_up
from server.domain.reports.listed import lead_length, listed_measures, listed_parts
from server.domain.reports.polarity import complains, plans, promises

_LONGEST_LEAD = 50
_SHORT_LEAD = re.compile(
    "^.{0,14}(?:将|要|抓好|做好|做到|这样做|打算|考虑|包括|破解|实事)[^,。]{0,6}$"
)
_MAINLY = re.compile("(?:(?:主要|突出|集中)*(?:是|有|表现(?:在|为)|体现(?:在|为))[:,])?")
_SLOGAN = re.compile(r"(?:\d{4}年|今年|明年|新的一年|下一?步|今后)[^,。;、:]{2,14}[。!]")
"""A short sentence that only opens the measures (明年两头一起抓。)."""
_SUMS_UP_MEASURES = re.compile(
    "(?:通过|经过)?(?:以上|上述|这些)(?:各项)?(?:措施|工作|任务|努力|举措)"
)


def read_measure(sentence: list[Clause], whole: Clause, reading: Telling) -> None:
    role = reading.role
    reading.role = "measure"
    if whole.stop == ":" or (leads_to_measures(whole.text) and len(sentence) == 1):
        reading.announced = True
        return
    if _SUMS_UP_MEASURES.match(whole.text):
        return
    if role == "measure" and elaborates(ELABORATES_MEASURE, whole, reading, "measure"):
        return
    first = not any(draft.role == "measure" for draft in reading.drafts)
    if first and _SLOGAN.fullmatch(whole.text):
        reading.announced = True
        reading.drafts.append(
            Draft("measure", whole.start, whole.end, 0.4, "正文叙述中提出", sums_up=True)
        )
        return
    split = len(sentence) > 1 and not any("。" in part.stop for part in sentence[:-1])
    for part in map(_after_lead, sentence if split else [whole]):
        append(reading, "measure", part, part, 0.75 if promises(part.text) else 0.5)


def _after_lead(clause: Clause) -> Clause:
    """Return the clause without 「将从三方面改进：」 before its first measure."""
    colon = clause.text.find(":", 0, _LONGEST_LEAD)
    lead = clause.text[: max(colon, 0)]
    if not lead or not (leads_to_measures(lead) or _SHORT_LEAD.search(lead)):
        return clause
    return replace(clause, start=clause.start + colon + 1, text=clause.text[colon + 1 :])


def read_problem(sentence: list[Clause], whole: Clause, skip: int, reading: Telling) -> None:
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
            _read_clause(part, _opening(part.text) if not place else 0, reading, listed=place > 0)
    elif whole.stop != ":" and not (known and elaborates(ELABORATES, whole, reading, "problem")):
        _read_clause(whole, skip, reading)


def _opening(text: str) -> int:
    """Return where the first of several problems begins: after 但, 主要问题是, 需要改进的地方：."""
    but = max(after_but(text), _announced(text))
    return but + lead_length(text[but:])


def _announced(text: str) -> int:
    """Return where words end that only announce several problems (也有问题，比如，)."""
    cuts = (found.end() for found in re.finditer("[,:]", text[:_LONGEST_LEAD]))
    return max((cut for cut in cuts if only_sums_up(text[: cut - 1])), default=0)


def _read_clause(clause: Clause, skip: int, reading: Telling, *, listed: bool = False) -> None:
    """Read one clause of a problem sentence, cut where it turns to what will be done.

    One `listed` after others is a problem like them and sums nothing up.
    """
    turn = inner_turn(clause.text[skip:])
    text = clause.text[: skip + turn] if turn else clause.text
    if not turn and reading.drafts and plans(text) and not complains(text):
        append(reading, "measure", clause, clause, 0.6)
        return
    _single(clause, text, skip, reading, listed=listed)
    if turn:
        _after_turn(clause, skip + turn, reading)


def _single(whole: Clause, text: str, skip: int, reading: Telling, *, listed: bool = False) -> None:
    skip += connective_length(text[skip:])
    skip += len(_MAINLY.match(text[skip:])[0])  # type: ignore[index]  # it matches the empty text
    sums_up = not listed and only_sums_up(text[skip:])
    end = whole.start + len(text.rstrip(",; —-")) if len(text) < len(whole.text) else whole.end
    start = whole.start + skip
    if end - start >= SMALLEST:
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


def _after_turn(whole: Clause, start: int, reading: Telling) -> None:
    reading.role = "measure"
    start += turn_length(whole.text[start:])
    listed = list(listed_measures(whole.text, start))
    for first, end in listed:
        reading.drafts.append(
            Draft("measure", whole.start + first, whole.start + end, 0.7, "一句列举的多项措施之一")
        )
    if not listed and len(whole.text) - start >= SMALLEST:
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
