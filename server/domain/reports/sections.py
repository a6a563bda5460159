"""The top-level parts of a report: where they begin, what they are about."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from server.domain.reports.enumerators import Mark, inline_marks, mark_at
from server.domain.reports.lines import lines, trim
from server.domain.reports.polarity import complains
from server.domain.reports.topics import is_title, topic_of

_REGION = ("both", "problem", "measure", "rectified")
_TITLE = re.compile(r"[^\n。;!?]{1,60}")
_RUN_ON = re.compile(
    r"[^\n。;:!?\t ]{0,40}?(?:情况|概述|问题|措施|事项|打算|计划|不足|方向|办法|思路|安排|建议"
    r"|设想|附[表件])"
    r"(?=[ \t。:]|\d{1,2}、|(?:19|20)\d\d年|\([一1]\)|[一二]、|一是|我[局镇乡县区市院校街]"
    r"|本[局镇乡年])"
)
_TOP = ("cn", "section", "cn_paren", "num", "di")
_MOST_TITLE = 40
_LONGEST_BARE = 30
_LEAST_PARTS = 3


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading in normalised text; its body begins at `body`."""

    family: str
    ordinal: int | None
    start: int
    title: str
    body: int
    topic: str | None


@dataclass(frozen=True, slots=True)
class Zone:
    """A range of normalised text in which no heading is sought (a table, the attachment)."""

    start: int
    end: int


def headings(text: str, zones: Sequence[Zone] = ()) -> list[Heading]:
    """Return the top-level headings of a report in order."""
    found = list(_candidates(text, zones))
    family = _top_family(found)
    parts = _accepted([heading for heading in found if heading.family == family])
    if any(part.topic in _REGION for part in parts):
        return parts
    if len(parts) == 1 and family == "num":
        return []
    plain = [heading for heading in found if heading.family in {family, "bare", "plain"}]
    if len(parts) < _LEAST_PARTS and len(plain) >= _LEAST_PARTS:
        return _accepted(plain)
    return _accepted([heading for heading in plain if heading.family != "plain"])


def sub_headings(text: str, start: int, end: int) -> list[Heading]:
    """Return the lines inside a part that carry only a title about problems or measures."""
    found = (_line_heading(text, first, last) for first, last in lines(text, start, end))
    return [heading for heading in found if heading and heading.topic in _REGION]


def _candidates(text: str, zones: Sequence[Zone]) -> Iterator[Heading]:
    blocked = iter([*sorted(zones, key=lambda zone: zone.start), Zone(len(text) + 1, 0)])
    zone = next(blocked)
    for start, end in lines(text, 0, len(text)):
        while start >= max(zone.end, zone.start):
            zone = next(blocked)
        if start >= zone.start:
            continue
        if heading := _line_heading(text, start, end):
            yield heading
        yield from _inline_headings(text, heading.body if heading else start, end)


def _line_heading(text: str, start: int, end: int) -> Heading | None:
    mark = mark_at(text, start)
    if mark is None:
        return _bare(text, start, end)
    if mark.family not in _TOP or mark.content >= end:
        return None
    return _titled(text, mark, end)


def _titled(text: str, mark: Mark, end: int) -> Heading | None:
    """Return the heading if what follows the mark is a title, alone or with text run on."""
    run_on = _RUN_ON.match(text, mark.content, end)
    found = run_on if run_on and topic_of(run_on[0]) else _TITLE.match(text, mark.content, end)
    if not found:
        return None
    first, last = trim(text, *found.span(), " \t:,")
    title = text[first:last]
    alone = found.end() >= end or text[found.end()] == ":" or text[found.end() : end] in {"?", "!"}
    if len(title) > _MOST_TITLE or ("," in title and not is_title(title)):
        return None
    if not alone and not is_title(title):
        return None
    body = found.end() + (1 if found.end() < end and text[found.end()] in "。:;?!" else 0)
    return Heading(mark.family, mark.ordinal, mark.start, title, body, topic_of(title))


def _bare(text: str, start: int, end: int) -> Heading | None:
    """Return the heading of a line without mark that is a title and nothing else.

    Its family is `bare` for problems or measures, `plain` for other parts.
    """
    first, last = trim(text, start, end, " \t:【】《》[]")
    title = text[first:last]
    if (
        len(title) > _LONGEST_BARE
        or not is_title(title)
        or re.search("[,。;:]|以下|如下|针对|按照", title)
    ):
        return None
    topic = topic_of(title)
    if re.search("年度?(?:工作)?报告|年报|统计表", title):
        return None
    return Heading("bare" if topic in _REGION else "plain", None, start, title, end, topic)


def _inline_headings(text: str, start: int, end: int) -> Iterator[Heading]:
    """Yield headings inside a line, where a whole report stands in one."""
    for mark in inline_marks(text, start, end):
        found = _RUN_ON.match(text, mark.content, end) if mark.family == "cn" else None
        if found and is_title(found[0]) and _sound(found[0]):
            yield Heading("cn", mark.ordinal, mark.start, found[0], found.end(), topic_of(found[0]))


def _sound(title: str) -> bool:
    return topic_of(title) in _REGION or not complains(title)


def _top_family(found: Sequence[Heading]) -> str:
    """Return the family that numbers the parts: the one with most known titles."""
    counts = dict.fromkeys(_TOP, 0)
    for heading in found:
        if heading.family in counts and heading.topic and is_title(heading.title):
            counts[heading.family] += 1
    best = max(counts.values())
    if counts["cn"] * 2 >= best and (counts["cn"] or not best):
        return "cn"
    return next(family for family in _TOP if counts[family] == best)


def _accepted(found: Sequence[Heading]) -> list[Heading]:
    """Keep the parts; drop item marks that look like part marks (ordinals restart there)."""
    kept: list[Heading] = []
    last = inner = 0
    for heading in found:
        inside = bool(kept) and kept[-1].topic in _REGION
        if _is_part(heading, last, inner, inside=inside):
            kept.append(heading)
            last, inner = heading.ordinal or last, 0
        else:
            inner = heading.ordinal or inner
    return kept


def _is_part(heading: Heading, last: int, inner: int, *, inside: bool) -> bool:
    if complains(heading.title) and heading.topic not in _REGION:
        return not inside and heading.family == "cn" and heading.ordinal == last + 1
    known = heading.topic is not None and is_title(heading.title)
    if heading.family in {"bare", "plain"}:
        return not inside or heading.topic in {"measure", "problem", "other"}
    if inside and (heading.ordinal == 1 or inner):
        return (known and heading.ordinal == last + 1 and heading.ordinal != inner + 1) or (
            known and heading.topic in {"other", *_REGION} and (heading.ordinal or 0) > last
        )
    return known or heading.ordinal == last + 1
