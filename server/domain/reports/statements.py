"""What the prose states in numbers: requests, fees, complaints, lawsuits, staff, items."""

# ruff: noqa: ISC004 - a grammar longer than a line goes on in the next; the comma ends it

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from server.domain.reports.numerals import amount

_NONE = r"(?:没有|未(?!经复议|审结|办结)|无|零|暂无|均无|不存在|从未)"
_NUM = r"(?P<number>\d+(?:,\d{3})*(?:\.\d+)?(?:万|亿)?|[一二三四五六七八九十百千万两〇零]+)"
_UNIT = r"(?:条|件|次|个|人次|人|元|万元|起|宗|项|份)"
_COUNTED = rf"(?:案件|申请)?(?:共|数量|为)?(?!0){_NUM.replace('?P<number>', '?:')}{_UNIT}"
_FACTS: dict[str, tuple[str, ...]] = {
    "requests": (
        rf"(?:共|新|全年|总)?(?:收到|收|受理|接到|接收)(?:到"
        rf"|了)?(?:[^,。;\n\t]{{0,22}}申请){{1,2}}[^,。;\n\t\d]{{0,8}}?{_NUM}{_UNIT}",
        rf"(?:共|新|全年|总)?(?:收到|新收|受理|接到)(?:到|了)?(?:各类"
        rf"|有效)?{_NUM}{_UNIT}[^,。;\n\t]{{0,10}}申请",
        rf"(?P<none>{_NONE}(?:有)?(?:收到|受理|接到|接收|发生)(?:任何|过"
        rf"|到)?[^,。;\n\t]{{0,34}}?(?<!被)申请(?!行政复议|复议|行政诉讼))",
        r"(?P<none>无(?:人|公民)?(?:提出)?(?:政府信息公开|信息公开"
        r"|依申请公开)?(?:的)?(?<!被)申请(?!行政复议|复议))",
    ),
    "fees": (
        r"(?P<none>(?:没有|未|无|均未|不)(?:发生|收取|产生|向)?[^,。;\n\t]{0,22}(?:收费|费用"
        r"|收取))",
        rf"收取[^,。;\n\t]{{0,16}}费用?(?:共|共计|为)?{_NUM}元",
    ),
    "review": (
        rf"(?P<none>{_NONE}(?:有)?(?:发生|出现|收到|产生|因|被|引发"
        rf"|涉及)?[^,。;\n\t]{{0,34}}复议(?!{_COUNTED}))",
        rf"(?:行政)?复议(?:案件|申请)?(?:共|数量|为)?{_NUM}{_UNIT}",
        rf"{_NUM}{_UNIT}[^,。;、\n\t]{{0,8}}(?:行政)?复议",
    ),
    "litigation": (
        rf"(?P<none>{_NONE}(?:有)?(?:发生|出现|收到|产生|因|被|引发"
        rf"|涉及)?[^,。;\n\t]{{0,40}}(?:诉讼|申诉)(?!{_COUNTED}))",
        rf"(?:行政)?诉讼(?:案件)?(?:共|数量|为)?{_NUM}{_UNIT}",
        rf"{_NUM}{_UNIT}[^,。;、\n\t]{{0,8}}(?:行政)?诉讼",
    ),
    "disclosed": (
        rf"主动公开(?:的)?(?:政府)?信息(?:数)?(?:共有|共计|共|总计|累计|数量|合计|达到|达|为"
        rf"|有|约)*{_NUM}(?:余)?条",
        rf"(?:共|累计|总计)?主动公开(?:各类)?(?:政府)?(?:信息)?{_NUM}(?:余)?条",
    ),
    "carried_in": (rf"(?:上年|上年度|上一年度?)结转[^,。;\n\t\d]{{0,20}}{_NUM}{_UNIT}",),
    "carried_out": (rf"结转(?:至)?(?:下年|下年度|下一年度?)[^,。;\n\t\d]{{0,14}}{_NUM}{_UNIT}",),
    "concluded": (
        rf"(?<![时期前率未])(?:办结|办理完毕)[^,。;\n\t\d]{{0,12}}申请(?:事项)?(?:共|共计)?{_NUM}{_UNIT}",
        rf"申请[^。;\n\t]{{0,24}}?(?<![时期前率未])办结(?:申请)?(?:共|共计)?{_NUM}{_UNIT}",
    ),
    "answered": (
        rf"(?<![时期前率未])答复[^,。;\n\t\d]{{0,12}}申请(?:事项)?(?:共|共计)?{_NUM}{_UNIT}",
        rf"申请[^。;\n\t]{{0,24}}?(?<![时期前率未])答复(?:申请)?(?:共|共计)?{_NUM}{_UNIT}",
    ),
    "complaints": (
        rf"(?P<none>{_NONE}(?:有)?(?:收到|接到|发生|出现|受理)[^,。;\n\t]{{0,10}}(?:信息公开"
        rf"|政务公开)[^,。;\n\t]{{0,12}}举报)",
        rf"(?:信息公开|政务公开)[^,。;\n\t\d]{{0,12}}举报(?:投诉)?(?:共|共计)?{_NUM}{_UNIT}",
    ),
    "trainings": (
        rf"(?:组织|举办|开展|召开)[^,。;\n\t\d]{{0,16}}培训(?:班|会|活动)?(?:共|共计)?{_NUM}(?:次|期|场)",
        rf"(?:组织|举办|开展|召开)[^,。;\n\t\d]{{0,8}}{_NUM}(?:次|期|场)[^,。;\n\t\d]{{0,10}}培训",
    ),
    "trainees": (rf"培训[^,。;\n\t\d次期场]{{0,10}}{_NUM}(?:人次|人|名)",),
    "staff": (
        rf"(?P<groups>\d{{1,3}}|[一二三四五六七八九十]+)个[^,。;\n\t]{{2,10}}(?:均|都"
        rf"|各)?(?:设立|设|配备|明确|确定|落实|配有"
        rf"|安排)了?{_NUM}名[^,。;\n\t]{{0,8}}(?:信息员|工作人员|联络员)",
    ),
}
_ZERO_SECTION = re.compile(
    r"(?:均)?(?:无|没有发生|未发生|为零|均为零|零|没有|未有)(?:此类|相关|该类)?(?:情况|情形)?。?"
)
_SECTION_FACTS = {"requests": ("requests",), "fees": ("fees",), "review": ("review", "litigation")}


@dataclass(frozen=True, slots=True)
class Statement:
    """A number that the prose states for a fact, with its span in normalised text."""

    fact: str
    value: int | float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Part:
    """A part's title, topic and body range in normalised text."""

    title: str
    topic: str | None
    start: int
    end: int


def statements(text: str, parts: Sequence[Part]) -> tuple[Statement, ...]:
    """Return the first statement of each fact in the parts that speak of it."""
    found: dict[str, Statement] = {}
    for part in parts:
        for statement in _in_part(text, part):
            found.setdefault(statement.fact, statement)
    return tuple(found.values())


def _in_part(text: str, part: Part) -> Iterator[Statement]:
    if part.topic in {"both", "problem", "measure", "rectified"}:
        return
    for fact, grammars in _patterns().items():
        if statement := _first(text, part, fact, grammars):
            yield statement
    yield from _whole_part(text, part)


def _first(
    text: str, part: Part, fact: str, grammars: Sequence[re.Pattern[str]]
) -> Statement | None:
    for grammar in grammars:
        if found := grammar.search(text, part.start, part.end):
            return Statement(fact, _value(found), *found.span())
    return None


def _value(found: re.Match[str]) -> int | float:
    """Return the number; the grammars let through only what is one."""
    groups = found.groupdict()
    if groups.get("none"):
        return 0
    return (amount(groups["number"]) or 0) * (amount(groups.get("groups") or "1") or 1)


def _whole_part(text: str, part: Part) -> Iterator[Statement]:
    """A part that says nothing but 无 states none for everything in its title."""
    body = text[part.start : min(part.end, part.start + 60)].strip()
    if part.topic not in _SECTION_FACTS or not _ZERO_SECTION.fullmatch(body):
        return
    for fact in _SECTION_FACTS[part.topic or ""]:
        if fact != "litigation" or "诉讼" in part.title:
            yield Statement(fact, 0, part.start, part.end)


@cache
def _patterns() -> dict[str, tuple[re.Pattern[str], ...]]:
    return {fact: tuple(re.compile(one) for one in grammars) for fact, grammars in _FACTS.items()}
