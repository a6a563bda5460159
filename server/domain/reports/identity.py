"""What a document is: its title, its unit, the year it reports on, and whether it is a report."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from server.domain.reports.lines import lines
from server.domain.reports.preamble import (
    covered_year,
    is_unit_line,
    mentioned_year,
    named_report,
    unit_elsewhere,
)
from server.domain.reports.titles import Title, title_in, unit_of, year_in

_ABOUT = re.compile(
    r"(?m:^[^\n,。:根按据]{0,40}年度?报告[^。\n,]{0,12}(?:指南|模板|范本|样[式本]|格式|提纲|说明"
    r"|要求|通知|方案|反馈意见|培训会?|点评|评估报告)$)"
)
"""Titles of papers that speak of annual reports without being one."""
_KNOWN = frozenset(
    {"overview", "disclosure", "requests", "fees", "review", "both", "problem", "organisation",
     "secrecy", "interpretation"}
)  # fmt: skip
_UNIFORM_TITLES = ("收到和处理", "复议", "主动公开", "其他需要")
_CAPTION = re.compile(
    r"(?P<unit>[\u4e00-\u9fff]{0,30}?)(?P<year>(?:19|20)\d{2})年度?[^\n。]{0,24}统计表"
)
_THEME = re.compile("(?:政府|政务)?信息公开|政务公开")
_YEAR_LINE = re.compile(r"\(?(?:(?:19|20)\d{2}|二[〇○零Oo0]\S{2})年?度?\)?")
_HEAD_LINES = 40
_LONGEST = 80
_LEAST_PARTS, _LEAST_ANNOUNCED = 4, 2


@dataclass(frozen=True, slots=True)
class Identity:
    """Title with its span in normalised text, unit and year; each None where not found.

    `covered` is the year whose 1 January opens the stated period.
    """

    title: str | None
    start: int
    end: int
    unit: str | None
    year: int | None
    covered: int | None
    announced: bool = False
    """Whether a sentence, and not a title, names the report."""


def identity(text: str) -> Identity:
    """Return what the head of a report says of itself, its end where the head is silent."""
    found = max(_titles(text), key=lambda one: one.told, default=None)
    if found is None:
        return _untitled(text)
    covered = covered_year(text)
    unit, year = found.unit, found.year
    if unit is None or (year is None and covered is None):
        named = named_report(text) or (0, 0, None, None)
        unit = unit or named[2] or unit_elsewhere(text)
        year = year or covered or named[3] or mentioned_year(text, found.end)
    return Identity(found.text, found.start, found.end, unit, year or covered, covered)


def _untitled(text: str) -> Identity:
    """Return what a report without title says: a sentence that names it, its table, its end."""
    covered = covered_year(text)
    named = named_report(text)
    if named is not None:
        start, end, unit, year = named
        title = text[start:end] if unit else None
        return Identity(
            title, start, end, unit or unit_elsewhere(text), year or covered, covered,
            announced=True,
        )  # fmt: skip
    caption = _CAPTION.search(text, 0, 2000)
    unit = unit_elsewhere(text) or (caption["unit"] if caption else None)
    year = int(caption["year"]) if caption else covered
    return Identity(None, 0, 0, unit or None, year, covered)


def _titles(text: str) -> Iterator[Title]:
    """Yield the titles in the first lines, each with what the lines beside it add."""
    found = [span for _, span in zip(range(_HEAD_LINES), lines(text, 0, len(text)), strict=False)]
    for place, (start, end) in enumerate(found):
        title = title_in(text[start : min(end, start + 200)])
        if title is not None:
            placed = replace(title, start=start + title.start, end=start + title.end)
            yield _with_neighbours(text, placed, found[:place], found[place + 1 :])
    for (start, end), after in pairwise(found):
        if end - start <= _LONGEST // 2 and after[1] - after[0] <= _LONGEST // 2:
            title = title_in(re.sub(r"\s*\n\s*", "", text[start : after[1]]))
            if title is not None:
                yield replace(title, start=start, end=after[1])


_Lines = list[tuple[int, int]]


def _with_neighbours(text: str, title: Title, above: _Lines, below: _Lines) -> Title:
    """Return the title with the unit and the year that stand alone above or below it."""
    for start, end in reversed(above[-2:]):
        title = _with_line(title, text[start:end], start)
    for start, end in below[:2]:
        if title.told < 2:  # noqa: PLR2004  # unit and year
            title = _with_line(title, text[start:end], None)
    return title


def _with_line(title: Title, line: str, start: int | None) -> Title:
    """Add what a line says; `start` is where it begins if it stands above the title."""
    bare = re.sub(r"\s+", "", line)
    rest = _YEAR_LINE.sub("", bare, count=1)
    year = year_in(bare) if title.year is None and rest != bare else None
    unit = unit_of(rest) if title.unit is None and is_unit_line(rest) else None
    if (rest and unit is None) or (unit is None and year is None):
        return title
    added = replace(title, unit=title.unit or unit, year=title.year or year)
    return added if start is None else replace(added, start=start, text=bare + title.text)


def is_annual_report(text: str, found: Identity, topics: frozenset[str], titles: str) -> bool:
    """Say whether the document is an annual report on disclosure: by title, else by its parts."""
    known = len(topics & _KNOWN)
    if found.title is not None:
        weak = found.title.endswith(("公开工作总结", "公开总结", "情况"))
        return not weak or known >= 2 or _reports(text)  # noqa: PLR2004  # two parts of a report
    if _ABOUT.search(text, 0, 300):
        return False
    if sum(word in titles for word in _UNIFORM_TITLES) >= 3:  # noqa: PLR2004  # the uniform form, title lost
        return True
    if "requests" not in topics or not _THEME.search(text, 0, 3000):
        return False
    return known >= (_LEAST_ANNOUNCED if found.announced else _LEAST_PARTS)


def _reports(text: str) -> bool:
    """A summary in one paragraph that tells what was published and asked for."""
    head = text[:3000]
    return "申请" in head and bool(re.search(r"公开[^。]{0,20}\d+条|\d+条[^。]{0,20}公开", head))
