"""One sentence that lists several problems: where each of them stands."""

import re
from collections.abc import Iterator
from functools import cache

from server.domain.reports.issues import ISSUE
from server.domain.reports.numerals import amount
from server.domain.reports.polarity import complains, promises

_ISSUE = rf"(?:{ISSUE}|现象|情况|情形|欠缺)"
_COUNT = r"(?:[一二三四五六七八九十两几多]|\d{1,2})(?:个|点|项|种)?"
_LEAD = (
    r"(?:存在|面临|尚存(?!在)|存有|暴露出?|反映出)(?:着|有|的|了)?(?:诸如|例如|比如|如|以下|下列|一些|一定|主要"
    rf"|突出|集中|的|{ISSUE}|和|与|、|是)*(?:[,:]?(?:(?:主要|突出"
    r"|集中)(?:是|有|表现(?:在|为)|体现(?:在|为))|表现(?:在|为)|体现(?:在|为)|如|例如|比如"
    r"|诸如|包括))?(?:“[^”]{2,10}”)?[:,]?"
    rf"|(?:{ISSUE}|矛盾|症结)[,:]?(?:主要|突出|集中)?(?:是|有|:|如下|在于|集中在(?![二两三四五几])"
    r"|如|例如|比如|包括|表现(?:在|为)|体现(?:在|为))+[:,]?"
    r"|(?:主要|突出|集中)?(?:表现|体现)(?:在|为)[:,]?|主要(?:是|有)[:,]?"
)
_LEAD_IN = (
    r"(?:[^,。;:]{0,10}(?:问题|不足之处|不足|困难|短板|差距|弱项|矛盾|症结)(?:主要)?(?:是|有"
    r"|在于|为|表现在|表现为|体现在)|主要(?:是|有|表现在|表现为))[:,]?"
)
_PREDICATE = (
    rf"(?:等(?:问题|不足|情况))?(?:仍然?|依然|都|均|还)(?:是|成为|不同程度)[^。]{{0,24}}{_ISSUE}"
    rf"[^。]{{0,6}}。?$|(?:等(?:问题|不足|情况))?(?:仍然?|依然|都|均|还|尚)*(?:没有|未)(?:能)?"
    rf"(?:得到)?[^。,]{{0,6}}(?:解决|改变|改善|根治|扭转|消除)。?$"
    rf"|(?:的|等)?(?:现象|情况|问题)(?:在[^,。;]{{1,10}})?(?:仍然?|还|依然|均|都)+(?:不同程度)?(?:地)?"
    rf"(?:存在|突出|明显|普遍)。?$|(?:的|等)(?:现象|情况|问题)(?:时有发生|普遍存在|较为突出)。?$"
    rf"|(?:等问题)?,?(?:这些)?都?是[^。,;]{{0,20}}(?:{_COUNT}|主要|突出|集中)[^。,;]{{0,6}}{ISSUE}。?$"
    r"|,(?:这些|凡此种种|以上)(?:问题|情况|现象)?(?:都|均|也|给|让|影响|制约)[^。;]{2,40}。?$"
    rf"|等(?:问题|不足)(?:尚未|仍未|还没有|依然|仍然?)[^。;]{{0,12}}。?$"
)
_CAUSE = r"(?:由于|因为?)[^,。;]{2,40},"
_EACH = r"(?:既|也|还|又)(?:有|存在)(?:着)?([^,。;、]{3,30}?)的(?:问题|现象|情况|不足)"
_OPENING = r"[^,。;、]{2,16}(?:表明|看|显示|发现|反映|中|上|里),"
_HAS = r"(?:还|仍|尚|也)有(?=[^,。;]{4,})"
_TAIL = (
    rf"(?:等(?:等)?(?:{_COUNT})?(?:方面)?(?:的)?(?:主要|突出)?(?:{_ISSUE}(?:(?:和|与|及"
    rf"|、)?{_ISSUE})*)?"
    r"(?:,?(?:均|都|仍|还|尚)?(?:有待|亟待|亟需|需要|应当)[^。]*"
    r"|,(?:这|该|此类|影响|制约|导致|造成|一定程度)[^。]*)?"
    rf"|之类的?{_ISSUE}|(?:这)?{_COUNT}(?:方面)?(?:的)?(?:主要|突出)?{_ISSUE}|的{_ISSUE}(?:(?:和|与|及"
    rf"|、)?{_ISSUE})*|)[。!]?$"
)
_ASPECTS = (
    rf"(?:在|对)([^。;]{{6,80}}?)(?:等(?:{_COUNT})?)?(?:{_COUNT})?方面[,]?(?:还|仍|尚|都"
    rf"|均)*(?:存在|有)(?:着|一定|一些|不少|较大)?(?:的)?{_ISSUE}"
)
_SHORTEST = 4
_CLAUSE = 14
"""Clauses set in a row by commas alone are a list only where each is as short as this."""
_PHRASE = 6
"""A part this long before 、 in 存在…等问题 is a problem of its own, whatever its words."""
_LONGEST = 2000
"""No sentence is longer; what is has lost its punctuation and lists nothing."""


def listed_parts(text: str, skip: int) -> Iterator[tuple[int, int]]:
    """Yield the ranges of the problems that one sentence lists; nothing for a single one."""
    if len(text) > _LONGEST:
        return
    each = list(_compiled(_EACH).finditer(text, skip))
    if len(each) > 1:
        yield from (found.span(1) for found in each)
        return
    lead = _compiled(_LEAD).search(text, skip) or _has_listed(text, skip)
    if lead is None:
        yield from (
            _predicated(text, skip)
            or _and_so_on(text, skip)
            or list(_aspects(text, skip))
            or _row(text, skip)
        )
        return
    tail = _compiled(_TAIL).search(text, lead.end())
    end = tail.start() if tail else len(text)
    told = bool(tail and len(tail[0].rstrip("。!")))
    if tail and (counted := _counted(text, lead.end(), end, tail[0])):
        yield from counted
        return
    parts = _parts(text, lead.end(), end, told=told)
    open_end = text[lead.end() - 1] == ":" or (tail and "等" in tail[0])
    most = len(parts) if ";" in text[lead.end() :] else len(parts) // 2 + 1
    enough = 1 if open_end else most
    short = (
        told
        or re.search("[;、]", text[lead.end() :])
        or all(stop - start <= _CLAUSE for start, stop in parts)
    )
    if (
        len(parts) > 1
        and short
        and sum(_stands(text[start:stop]) for start, stop in parts) >= enough
    ):
        yield from parts
    elif not parts or len(parts) == 1:
        yield from _predicated(text, skip) or _aspects(text, skip)


def _counted(text: str, start: int, end: int, tail: str) -> list[tuple[int, int]]:
    """Return the parts of 「A和B两方面的不足」 where they are as many as it says."""
    found = _compiled(rf"(?:等|这)?({_COUNT})").match(tail)
    told = amount(found[1].replace("两", "二")) if found else None
    for grammar in ("、|以及|和(?=[^,、;。]{4})|与(?=[^,、;。]{4})", "、|,|以及"):
        parts = list(_ranges(text, start, end, grammar))
        if len(parts) == told and all(last - first >= _SHORTEST for first, last in parts):
            return parts
    return []


def _ranges(text: str, start: int, end: int, grammar: str) -> Iterator[tuple[int, int]]:
    cuts = list(_compiled(grammar).finditer(text, start, end))
    yield from zip(
        [start, *(cut.end() for cut in cuts)], [*(cut.start() for cut in cuts), end], strict=True
    )


def _has_listed(text: str, skip: int) -> re.Match[str] | None:
    """Return 还有 where a list closed by 等问题 follows."""
    found = _compiled(_HAS).search(text, skip)
    tail = _compiled(_TAIL).search(text, found.end()) if found else None
    closed = tail is not None and _compiled(rf"等|(?:这)?{_COUNT}").match(tail[0])
    return found if closed else None


def listed_measures(text: str, skip: int) -> Iterator[tuple[int, int]]:
    """Yield the ranges of three or more measures set in a row by 、 after 将; nothing otherwise."""
    will = _compiled(r"[^,。;、]{0,12}?(?:将|要|拟|计划)").match(text, skip)
    start = will.end() if will else skip
    end = len(text)
    cuts = list(_compiled("、").finditer(text, start, end))
    places = [start, *(cut.end() for cut in cuts)]
    parts = list(zip(places, [*(cut.start() for cut in cuts), end], strict=True))
    if len(parts) > 2 and _mostly_promises(text, parts):  # noqa: PLR2004  # two are one coordinated measure
        yield from parts


def _mostly_promises(text: str, parts: list[tuple[int, int]]) -> bool:
    own = sum(promises(text[first:last]) for first, last in parts)
    return own * 2 > len(parts) and all(last - first > _SHORTEST for first, last in parts)


def lead_length(text: str) -> int:
    """Return the length of a lead-in (主要问题是) that opens `text`."""
    found = _compiled(_LEAD_IN).match(text)
    return found.end() if found else 0


def lead_end(text: str) -> int | None:
    """Return where the words end that announce listed problems (存在, 主要表现在)."""
    found = _compiled(_LEAD).search(text)
    return found.end() if found else None


def tail_start(text: str) -> int | None:
    """Return where the words begin that close a list of problems (等问题), None without any."""
    found = _compiled(_TAIL).search(text)
    return found.start() if found and found[0].rstrip("。!") else None


def _predicated(text: str, skip: int) -> list[tuple[int, int]]:
    """Return 「A、B、C仍是制约我们的突出问题」 as A, B, C."""
    found = _compiled(_PREDICATE).search(text, skip)
    opening = _compiled(_OPENING).match(text, skip)
    if found is None:
        return []
    start = opening.end() if opening else skip
    parts = list(_split(text, start, found.start(), "、", told=True))
    return parts if len(parts) > 1 and any(_stands(text[a:b]) for a, b in parts) else []


def _and_so_on(text: str, skip: int) -> list[tuple[int, int]]:
    """Return 「由于人手紧，A，B，C等。」 as A, B, C where each of them complains."""
    tail = _compiled(_TAIL).search(text, skip)
    if tail is None or not tail[0].startswith("等"):
        return []
    cause = _compiled(_CAUSE).match(text, skip)
    start = cause.end() if cause else skip
    parts = list(_split(text, start, tail.start(), "[、,]", told=True))
    return parts if len(parts) > 1 and all(_stands(text[a:b]) for a, b in parts) else []


def _aspects(text: str, skip: int) -> Iterator[tuple[int, int]]:
    """Yield 「在A、B以及C方面还存在不足」 as A, B, C."""
    found = _compiled(_ASPECTS).search(text, skip)
    if found is None:
        return
    places = [found.start(1), *_cuts(found[1], r"、|以及", found.start(1))]
    stops = [
        *(cut.start() + found.start(1) for cut in re.finditer(r"、|以及", found[1])),
        found.end(1),
    ]
    if len(places) > 1:
        yield from zip(places, stops, strict=True)


def _row(text: str, skip: int) -> list[tuple[int, int]]:
    """Return 「A不及时、B不全面、C不规范。」 as A, B, C: three or more with nothing between."""
    parts = list(_ranges(text, skip, len(text), "、"))
    whole = [text[first:last].rstrip("。") for first, last in parts]
    return parts if len(parts) > 2 and all(map(_stands_alone, whole)) else []  # noqa: PLR2004  # two may be one coordinated complaint


def _stands_alone(part: str) -> bool:
    return _stands(part) and len(part) >= _PHRASE and "," not in part


def _cuts(text: str, grammar: str, offset: int) -> Iterator[int]:
    return (cut.end() + offset for cut in re.finditer(grammar, text))


def _parts(text: str, start: int, end: int, *, told: bool) -> list[tuple[int, int]]:
    """Cut at ； where there is one, else at 、 and ，; a part without complaint joins the next."""
    whole = end if told else len(text)
    if ";" in text[start:end]:
        cuts = list(re.compile(";").finditer(text, start, whole))
        places = [start, *(cut.end() for cut in cuts)]
        return list(zip(places, [*(cut.start() for cut in cuts), whole], strict=True))
    if not told and (row := _row_of_clauses(text, start, whole)):
        return row
    return list(
        _split(
            text,
            start,
            whole,
            r",\s*以及|、|,|以及|(?<=[\u4e00-\u9fff])和(?=[^,、;。]{4})",
            told=told,
        )
    )


def _split(
    text: str, start: int, end: int, grammar: str, *, told: bool
) -> Iterator[tuple[int, int]]:
    first = start
    clear = told and _all_stand(text, start, end)
    for cut in _compiled(grammar).finditer(text, start, end):
        part = text[first : cut.start()]
        long = (
            told
            and not clear
            and cut[0] in {"、", "以及"}
            and len(part) >= _PHRASE
            and _has_subject(text[cut.end() : end])
        )
        if (_stands(part) or long) and (_stands(text[cut.end() : end]) or long):
            yield first, cut.start()
            first = cut.end()
    if first < end:
        yield first, end


def _row_of_clauses(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the clauses set in a row by one sign where each is short and most complain."""
    for sign in ("、", ","):
        cuts = [start, *_cuts(text[start:end], sign, start)]
        parts = list(zip(cuts, [*(cut - 1 for cut in cuts[1:]), end], strict=True))
        own = [text[first:last] for first, last in parts]
        if (
            len(own) > 2  # noqa: PLR2004  # two may be one coordinated complaint
            and all(_PHRASE <= len(part.rstrip("。")) <= _CLAUSE for part in own)
            and sum(map(_stands, own)) * 2 > len(own)
            and all(map(_has_subject, own))
        ):
            return parts
    return []


def _all_stand(text: str, start: int, end: int) -> bool:
    """Say whether commas alone cut the list into complaints."""
    parts = text[start:end].split(",")
    return len(parts) > 1 and all(_stands(part) for part in parts)


def _has_subject(part: str) -> bool:
    return not re.match("[不没未缺无]", part)


def _stands(part: str) -> bool:
    """Say whether a part is a complaint of its own (「不及时」 alone has no subject)."""
    subject = not re.match(r"(?:和|与|及)?(?:[不未没偏较]|缺[失位陷]|缺.{0,2}$)", part)
    subject = subject or len(part) > 8  # noqa: PLR2004  # a long one has its subject behind
    return len(part.rstrip("。")) >= _SHORTEST and subject and complains(part)


@cache
def _compiled(grammar: str) -> re.Pattern[str]:
    return re.compile(grammar)
