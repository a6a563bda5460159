"""Problems and measures that stand in running text, one per sentence or one per listed thing."""

import re
from collections.abc import Sequence

from server.domain.reports.clauses import Clause
from server.domain.reports.cues import Cue, after_but, has_begun, inner_turn
from server.domain.reports.drafts import (
    ELABORATES,
    ELABORATES_MEASURE,
    Draft,
    Telling,
    append,
    extend,
    goes_on,
    instances,
)
from server.domain.reports.issues import ISSUE
from server.domain.reports.leads import leads_to_problems, problem_lead
from server.domain.reports.parsed import Role
from server.domain.reports.polarity import Polarity, complains, leaning, plans, praises, promises
from server.domain.reports.sentence_items import read_measure, read_problem
from server.domain.reports.sentences import joined, sentences_of, titled_paragraphs

_LAST_YEAR_OVER = re.compile(
    r"(?:但|然而|不过|目前|当前|同时|今年|本年度?|\d{4}年)?.{0,30}(?:(?:还|仍|也|主要)?存在"
    r"|(?:还|仍|也)(?:面临|有)|(?:今年|本年度?|新)的?(?:新|主要|突出)*的?(?:问题|不足|短板))"
)
_HINT = re.compile("没|不|未|少|无|空|才|只|仅")
_RESOLVED = re.compile(
    rf"{ISSUE}[^。;]{{0,24}}(?:已|均|全部|都)[^。;]{{0,8}}(?:整改|解决|落实|办结|完成)(?:到位|完毕)?。?$"
)
_COURTESY = re.compile(
    "^(?:以上|上述|本)(?:报告|做法|总结|汇报|意见)[^。]{0,12}(?:请|妥否|当否)|谨?(?:此|致)(?:致|表示)?谢|谢忱"
    "|(?:表示|说声)[^。]{0,4}谢|(?:批评|不吝|予以)指正|^(?:我们|我局|我镇)?(?:坚信|相信|深信)|有(?:信心|决心|能力)[^。]{2,30}$"
)
"""How a report takes its leave of its readers; no promise that could be checked."""
_ANSWERED = re.compile("针对|解决|围绕|对照|改变|克服")
_NOTHING_WRONG = re.compile(
    "(?:不存在|没有发现|没有|未发现|无)(?:存在|任何|明显|突出|重大)*(?:的)?问题"
)


def prose_items(
    text: str, clauses: Sequence[Clause], role: Cue | None, *, labelled: bool = False
) -> tuple[list[Draft], Cue | None]:
    """Return the items of running text, and the role that its last lead-in announces.

    `labelled` says that a label named the role, so that every paragraph counts.
    """
    reading = Telling(text, role, labelled, [], announced=role is not None)
    for paragraph in titled_paragraphs(list(sentences_of(clauses)), text):
        _read(paragraph, reading)
    return reading.drafts, reading.role


def _read(sentence: list[Clause], reading: Telling) -> None:
    first = sentence[0]
    if first.cue in {"measure", "problem", "past"}:
        reading.role = first.cue
    whole = joined(reading.text, sentence)
    if first.told and first.cue in {"problem", "measure"}:
        read = _read_problem_of if first.cue == "problem" else read_measure
        read(sentence, whole, reading)
        return
    if (
        _COURTESY.search(whole.text)
        or _NOTHING_WRONG.search(whole.text)
        or _RESOLVED.search(whole.text)
    ):
        return
    skip = after_but(whole.text)
    kind = _leaning(_before_turn(whole.text, skip), reading)
    if kind == "praise" or skip >= len(whole.text):
        return
    if reading.role == "past":
        if not _ends_last_year(whole, first):
            return
        reading.role = first.cue
    if first.cue == "measure" or (
        kind == "measure" and not (skip and complains(whole.text[skip:]))
    ):
        read_measure(sentence, whole, reading)
    elif kind == "problem" or leads_to_problems(whole.text[skip:]):
        read_problem(sentence, whole, skip, reading)
    else:
        _read_neutral(sentence, whole, reading)


def _leaning(text: str, reading: Telling) -> Polarity | None:
    """Return what the text does here: faint words change no role that was announced."""
    if complains(text) and lead_of_problems(text):
        return "problem"
    return leaning(text, reading.role if reading.announced or reading.role == "problem" else None)


def lead_of_problems(text: str) -> bool:
    """Say whether the text announces problems before it speaks of any plan, and answers none."""
    place = problem_lead(text)
    return place is not None and not plans(text[:place]) and not _ANSWERED.search(text, 0, place)


def _before_turn(text: str, skip: int) -> str:
    """Return what a sentence says before it turns to what will be done."""
    turn = inner_turn(text[skip:])
    before = text[skip : skip + turn] if turn else ""
    return before if complains(before) else text[skip:]


def _ends_last_year(whole: Clause, first: Clause) -> bool:
    return first.cue != "past" and bool(_LAST_YEAR_OVER.match(whole.text))


def _read_problem_of(sentence: list[Clause], whole: Clause, reading: Telling) -> None:
    read_problem(sentence, whole, after_but(whole.text), reading)


def _read_neutral(sentence: list[Clause], whole: Clause, reading: Telling) -> None:
    """A sentence without verdict goes on with the item before it, or is a quiet promise."""
    begun = bool(reading.drafts) and has_begun(whole.text)
    if begun or (reading.role == "measure" and (plans(whole.text) or _promises_later(whole))):
        append(reading, "measure", whole, whole, 0.6)
    elif reading.role in {"measure", "problem"} and not whole.opens and reading.drafts:
        _follow(whole, reading)
    elif (reading.labelled or reading.announced) and whole.stop != ":" and not praises(whole.text):
        _read_labelled(sentence, reading)


def _read_labelled(sentence: list[Clause], reading: Telling) -> None:
    """Under a label every paragraph counts, even one whose words tell nothing."""
    role: Role = "problem" if reading.role == "problem" else "measure"
    for part in sentence if reading.role in {"problem", "measure"} else []:
        append(reading, role, part, part, 0.5)


def _follow(whole: Clause, reading: Telling) -> None:
    """A sentence of its own, unless its first word says that it goes on about the one before."""
    last = reading.drafts[-1]
    grammar = ELABORATES if last.role == "problem" else ELABORATES_MEASURE
    more = goes_on(grammar, whole.text) or instances(whole.text, reading)
    if reading.role == last.role and not more:
        append(reading, last.role, whole, whole, 0.5)
    else:
        extend(reading, whole)


def _promises_later(whole: Clause) -> bool:
    """A new paragraph whose first words are a set phrase (开门纳谏，扩大参与)."""
    return whole.opens and any(promises(part) for part in re.split("[,。;]", whole.text)[1:3])
