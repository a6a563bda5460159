"""Where a report speaks of its problems and of what it will do about them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from server.domain.reports.cues import Cue, later_years, turns
from server.domain.reports.enumerators import mark_at
from server.domain.reports.issues import ISSUE, ISSUES
from server.domain.reports.lines import lines
from server.domain.reports.polarity import complains, reproves
from server.domain.reports.sections import Heading, sub_headings
from server.domain.reports.topics import topic_of

_ROLES: dict[str, Cue | None] = {
    "both": None,
    "problem": "problem",
    "measure": "measure",
    "rectified": "past",
}
_SOON = r"(?:下一?年度?|下一?步|下一阶段|今后|明年|来年|往后|接下来|新的一年|YEAR)(?:里|中|起|,)?"
_STATES = (
    rf"(?:还|仍|尚|也|但|依然|着)[^。;\n]{{0,14}}存在[^。;\n]{{0,40}}{ISSUE}|存在(?:的"
    rf"|着)?(?:主要|一些|以下)?(?:的)?{ISSUES}(?:主要)?(?:是|有|:|,)"
    rf"|(?:^|[。\n;])[ \t]*{_SOON}(?:的)?(?:工作)?(?:的)?(?:打算|计划|思路|措施|安排)[:,]"
    rf"|(?:^|[。\n;、.)])[ \t]*(?:存在|主要)的?(?:主要)?的?{ISSUE}[^。;\n]{{0,12}}:"
    rf"|(?:^|[。\n;、.)])[^,。;:\n]{{0,10}}(?:工作|公开)(?:中|上)?(?:的)?(?:主要|突出)?(?:的)?{ISSUES}[^,。;:\n]{{0,6}}:"
    rf"|不足之处(?:是|在于|有|主要)|(?:不尽如人意|需要改进|有待改进|不到位)的地方|(?:查出"
    rf"|查摆出|发现)的{ISSUE}(?:主要)?(?:有|是|:)"
    rf"|存在(?:着)?(?:一些|以下|几个|不少|诸多)[^。;\n]{{0,12}}{ISSUE}"
    rf"|(?:也|还|仍|尚)[^。;\\n]{{0,10}}(?:有|遇到|碰到)[^。;\\n]{{0,8}}{ISSUE}"
    rf"|(?:看到|认识到|意识到|正视|暴露出?|面临)[^。;\n]{{0,14}}{ISSUE}"
    rf"|(?:与|离|距|同)[^。;\n]{{2,30}}(?:还|仍|尚|也)?(?:有|存在)[^。;\n]{{0,10}}(?:差距|距离)"
    rf"|(?:主要|最大|突出|明显)的?{ISSUE}(?:是|有|在于|表现|体现|集中)"
    rf"|结合[^。;\n]{{0,16}}{ISSUE}|(?:{_SOON}|(?:今后|下一?步)[^。;\n]{{0,8}})[^。;\n]{{0,16}}(?:将|要"
    rf"|打算|准备|拟|决定|计划|重点)[^。;\n]{{0,40}}(?:公开|改进|方面|工作|实事|努力|事|:)"
    rf"|针对(?:以上|上述|存在的?){ISSUE}"
)
_TAIL = re.compile(
    r"附[:件表]|特此报告|[\dl〇○零Oo一二三四五六七八九十元年月日号.\-/ ]{4,20}$"
    r"|[^,。;:]{2,30}(?:人民政府|办事处|委员会|局|厅|中心|办公室|站|所|院)$"
    r"|[^,。;:]{2,24}\s+\d{4}年\d{1,2}月(?:\d{1,2}日)?$|\(?(?:联系人|联系电话|填报|此件"
    r"|主动公开)"
)

_LONGEST_TAIL = 60


@dataclass(frozen=True, slots=True)
class Region:
    """A range of normalised text that holds problems or measures; `role` when its title says."""

    start: int
    end: int
    role: Cue | None
    heading: str | None = None


def regions(
    text: str, parts: Sequence[Heading], end: int, report_year: int | None = None
) -> list[Region]:
    """Return the problem parts: by heading, else by sub-heading, else by their first sentence."""
    found = _by_heading(text, parts, end)
    if not found:
        found = _by_sub_heading(text, parts, end)
    found = found or _by_sentence(text, parts, end, report_year)
    return found or _by_complaint(text, parts, end, report_year)


def body_end(text: str, start: int, end: int) -> int:
    """Return where the running text ends: before attachment line, signature and date."""
    found = list(lines(text, start, end))
    while found and _TAIL.match(text, *found[-1]) and found[-1][1] - found[-1][0] <= _LONGEST_TAIL:
        end = found.pop()[0]
    return next(
        (first for first, _ in found if re.match("附[:件表]", text[first : first + 2])), end
    )


def _by_heading(text: str, parts: Sequence[Heading], end: int) -> list[Region]:
    found = []
    for index, part in enumerate(parts):
        if part.topic in _ROLES:
            limit = parts[index + 1].start if index + 1 < len(parts) else end
            stop = body_end(text, part.body, _before_section(text, part, limit))
            found.append(Region(part.body, stop, _ROLES[part.topic], part.title))
    return found


def _before_section(text: str, part: Heading, limit: int) -> int:
    """Return where a 第三部分 begins that stands above the report's own numbering, else `limit`."""
    marks = ((start, mark_at(text, start)) for start, _ in lines(text, part.body, limit))
    above = (start for start, mark in marks if mark and mark.family == "section")
    return limit if part.family == "section" else next(above, limit)


def _by_sub_heading(text: str, parts: Sequence[Heading], end: int) -> list[Region]:
    """Return the sub-parts titled as problems or measures inside other parts (概述, 其他事项)."""
    bounds = [part.start for part in parts] + [end]
    spans = list(pairwise(bounds)) or [(0, end)]
    return [region for span in spans for region in _inside(text, *span)]


def _inside(text: str, start: int, end: int) -> list[Region]:
    found = sub_headings(text, start, end)
    limits = [heading.start for heading in found[1:]] + [end][: len(found)]
    return [
        Region(
            heading.body,
            body_end(text, heading.body, _sibling(text, heading, limit)),
            _ROLES[heading.topic or "both"],
            heading.title,
        )
        for heading, limit in zip(found, limits, strict=True)
    ]


def _sibling(text: str, heading: Heading, limit: int) -> int:
    """Return where the next sub-part of the same numbering with another topic begins."""
    for start, last in lines(text, heading.body, limit):
        mark = mark_at(text, start)
        if mark and mark.family == heading.family and mark.ordinal == (heading.ordinal or 0) + 1:
            title = re.split("[。:;\n]", text[mark.content : last], maxsplit=1)[0]
            if topic_of(title) not in _ROLES:
                return start
    return limit


def _by_sentence(
    text: str, parts: Sequence[Heading], end: int, report_year: int | None
) -> list[Region]:
    """Return the stretch from the first sentence that speaks of problems or plans."""
    bounds = [0, *(part.start for part in parts), end]
    for start, limit in pairwise(bounds):
        if found := _states(report_year).search(text, start, limit):
            first = _sentence_start(text, start, found.start())
            before = _sentence_start(text, start, max(first - 2, start))
            if complains(text[before:first]) and "但" in text[before:first]:
                first = before
            return [Region(max(first, start), body_end(text, first, limit), None)]
    return []


def _by_complaint(
    text: str, parts: Sequence[Heading], end: int, report_year: int | None
) -> list[Region]:
    """Return the stretch from a plain complaint that is answered later in its part (今后…)."""
    bounds = [0, *(part.start for part in parts), end]
    for start, limit in pairwise(bounds):
        told = [found.span() for found in re.finditer("[^。\n;]+[。;]?", text[start:limit])]
        both = next(
            (a for a, b in told if _answers(text[start + a : start + b], report_year)), None
        )
        if both is not None:
            return [Region(start + both, body_end(text, start + both, limit), None)]
        wrong = next((a for a, b in told if reproves(text[start + a : start + b])), None)
        if wrong is not None and any(
            a > wrong and turns(text[start + a : start + b].strip(), report_year) for a, b in told
        ):
            return [Region(start + wrong, body_end(text, start + wrong, limit), None)]
    return []


def _answers(sentence: str, report_year: int | None) -> bool:
    """Say whether a sentence complains and then says what the next year will bring."""
    later = re.search(
        rf",(?:{later_years(report_year)}|今后|下一?步)[,]?[^,。;]{{0,4}}将", sentence
    )
    return later is not None and report_year is not None and complains(sentence[: later.start()])


def _sentence_start(text: str, start: int, place: int) -> int:
    """Return where the sentence around `place` begins, not before `start`."""
    return max(*(text.rfind(stop, start, place) + 1 for stop in "。\n;"), start)


@cache
def _states(report_year: int | None) -> re.Pattern[str]:
    return re.compile(_STATES.replace("YEAR", later_years(report_year)))
