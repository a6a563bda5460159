"""The cells of a document's tables as one stream, whether real tables or one cell per line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from server.domain.reports.numerals import plain_number
from server.domain.reports.parsed import State
from server.domain.reports.source import SourceText

_NUMBER = re.compile(
    r"[约共计]?([+-]?\d+(?:,\d{3})*(?:\.\d+)?)\s*(?:条|件|次|个|人次|人|元|万元|亿元|篇|份|项"
    r"|宗|场|期|起|%)?(?:\([^)]*\))?"
)
_SLASH = frozenset(
    {"/", "-", "--", "—", "——", "–", "─", "──", "\\", "╱", "∕", "空", "无", "———", "一一"}
)
UNITS = frozenset(
    {
        "条",
        "件",
        "次",
        "个",
        "人",
        "元",
        "万元",
        "亿元",
        "篇",
        "份",
        "项",
        "人次",
        "场",
        "期",
        "宗",
        "起",
        "条(件)",
        "件(条)",
        "处",
        "家",
    }
)
_MARK = re.compile(
    r"^(?:其中\s*[:,]?\s*)?(?:\(?[一二三四五六七八九十]{1,3}\)"
    r"|[一二三四五六七八九十]{1,3}[、.,]|\(?\d{1,2}\)|\d{1,2}\s*[、.,](?!\d)|[①-⑳]"
    r"|[a-zA-Z][.、])*\s*(?:其中\s*[:,]?\s*)?(?:\d{1,2}\s*[、.](?!\d))?\s*"
)
_HALF_WIDTH = str.maketrans("：．（），", ":.(),")
_PARENTHESES = re.compile(r"\([^)]*\)?")
_KEPT = re.compile(r"[^\u4e00-\u9fffA-Za-z0-9]")
_LONGEST_LINE = 120
_CUT = re.compile(r"[\t|]|(?<=\S) {2,}(?=\S)|(?<=\S)\u3000+(?=\S)")
_COLON = re.compile(
    r"(?<=[\u4e00-\u9fff)]):\s*(?=(?:[+-]?\d[\d,.]*\s*[\u4e00-\u9fff]{0,2}|[-—/─]+)\s*$)"
)
"""A colon that sets a label apart from its figure: 主动公开政府信息数：81条."""
_BORDER = re.compile(r"[\s|+=:—─-]*")


@dataclass(frozen=True, slots=True)
class Token:
    """A cell: its text trimmed, where it stands in the decoded text, and the row it is of."""

    text: str
    start: int
    end: int
    row: int

    @property
    def name(self) -> str:
        """The text as a label: without mark, 其中, brackets and punctuation."""
        return bare_label(self.text)

    @property
    def is_unit(self) -> bool:
        """Say whether the cell holds a unit of measure."""
        return self.text in UNITS


@dataclass(frozen=True, slots=True)
class Stream:
    """Cells in reading order. `gridded`: blank cells are present, so positions can be trusted."""

    tokens: tuple[Token, ...]
    gridded: bool


@cache
def bare_label(text: str) -> str:
    """Return a label's letters alone."""
    return _KEPT.sub("", _PARENTHESES.sub("", _MARK.sub("", text, count=1)))


def without_mark(text: str) -> str:
    """Return a label as printed, without 其中： and its number."""
    text = text.strip()
    return text[len(_MARK.match(text.translate(_HALF_WIDTH))[0]) :].strip()  # type: ignore[index]  # it matches the empty text


def cell_value(text: str) -> tuple[State, int | float | None] | None:
    """Return state and number of a cell; None when it holds words."""
    if not text:
        return "blank", None
    if text in _SLASH:
        return "slash", None
    found = _NUMBER.fullmatch(text)
    if not found:
        return None
    number = plain_number(found[1])
    return ("value", number) if number else ("zero", 0)


def streams(document: SourceText, flat: str) -> Iterator[Stream]:
    """Yield the tables' cells if there are tables, then the text's lines read as cells.

    `flat` is the decoded text with letters replaced one for one, so that offsets agree.
    """
    if document.tables:
        yield Stream(tuple(_table_tokens(document, flat)), gridded=True)
    lines = tuple(_line_tokens(flat))
    yield Stream(lines, gridded=False)


def _table_tokens(document: SourceText, flat: str) -> Iterator[Token]:
    row = 0
    for table in document.tables:
        last = -1
        for cell in table.cells:
            row += cell.row != last
            last = cell.row
            text = re.sub(r"\s+", "", flat[cell.start : cell.end])
            yield Token(text, cell.start, cell.end, row)
        row += 1


def _line_tokens(flat: str) -> Iterator[Token]:
    for row, found in enumerate(re.finditer(r"[^\n\r]+", flat)):
        line = found[0]
        if len(line) > _LONGEST_LINE * 4 or ("\t" not in line and line.isspace()):
            continue
        if "|" in line and _BORDER.fullmatch(line):
            continue
        for start, end in _parts(line):
            text = line[start:end].strip()
            if len(text) <= _LONGEST_LINE:
                yield Token(text, found.start() + start, found.start() + end, row)


def _parts(line: str) -> Iterator[tuple[int, int]]:
    """Cut a line at tabs, pipes and wide gaps; an indent or an outer pipe makes no cell."""
    cuts = list(_CUT.finditer(line)) or list(_COLON.finditer(line))
    bounds: list[tuple[int, int]] = []
    first = 0
    for cut in cuts:
        bounds.append((first, cut.start()))
        first = cut.end()
    bounds.append((first, len(line)))
    if len(bounds) > 1 and not line[slice(*bounds[0])].strip():
        bounds = bounds[1:]
    if "|" in line and len(bounds) > 1 and not line[slice(*bounds[-1])].strip():
        bounds = bounds[:-1]
    yield from bounds
