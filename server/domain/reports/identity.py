"""What a document says it is: its title, its unit, the year it reports on."""

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

_CAPTION = re.compile(
    r"(?P<unit>[\u4e00-\u9fff]{0,30}?)(?P<year>(?:19|20)\d{2})年度?[^\n。]{0,24}统计表"
)
_YEAR_LINE = re.compile(r"\(?(?:(?:19|20)\d{2}|二[〇○零Oo0]\S{2})年?度?\)?")
_HEAD_LINES = 40
_LONGEST = 80


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
    found = max(_titles(text), key=lambda one: (one.told, _opens_line(text, one)), default=None)
    if found is None:
        return _untitled(text)
    covered = covered_year(text)
    unit, year = found.unit, found.year
    if unit is None or (year is None and covered is None):
        named = named_report(text) or (0, 0, None, None)
        unit = unit or named[2] or unit_elsewhere(text)
        year = year or covered or named[3] or mentioned_year(text, found.end)
    return Identity(found.text, found.start, found.end, unit, year or covered, covered)


def _opens_line(text: str, title: Title) -> bool:
    """Say whether nothing stands before the title on its line: it is not named in passing."""
    return not text[text.rfind("\n", 0, title.start) + 1 : title.start].strip()


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
