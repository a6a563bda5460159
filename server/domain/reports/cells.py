"""The cells of a document's tables as one stream, whether real tables or one cell per line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

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
HEADERS = frozenset({"指标名称", "统计指标", "指标", "项目名称", "统计项目", "项目"})
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
_REMEMBERED = 10_000
"""Labels repeat from report to report; what strangers print besides must not pile up."""
_LINE = re.compile(r"[^\n\r]+")
_RULED = re.compile(r"[\t|]")
_GAP = re.compile(r"(?<=\S) {2,}(?=\S)|(?<=\S)\u3000+(?=\S)")
_ENDS = frozenset("条件次个人元篇%)")
_BLANKS = re.compile(r" +")
_LEAST_ALONE = 5
"""Values that fill a line: fewer are a page number with its dashes."""
_MOSTLY = 0.8
_COLON = re.compile(
    r"(?<=[\u4e00-\u9fff)]):\s*(?=(?:[+-]?\d[\d,.]*\s*[\u4e00-\u9fff]{0,2}|[-—/─]+)\s*$)"
)
"""A colon that sets a label apart from its figure: 主动公开政府信息数：81条."""
_BORDER = re.compile(r"[\s|+=:—─-]*")


@dataclass(frozen=True, slots=True)
class Token:
    """A cell: its text trimmed, its range in the decoded text, its row and its column."""

    text: str
    start: int
    end: int
    row: int
    column: int = 0

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


@lru_cache(_REMEMBERED)
def bare_label(text: str) -> str:
    """Return a label's letters alone."""
    return _KEPT.sub("", _PARENTHESES.sub("", _MARK.sub("", text, count=1)))


def without_mark(text: str) -> str:
    """Return a label as printed, without 其中： and its number."""
    text = text.strip()
    return text[len(_MARK.match(text.translate(_HALF_WIDTH))[0]) :].strip()  # type: ignore[index]  # it matches the empty text


@lru_cache(_REMEMBERED)
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
        yield Stream(_unfolded(list(_table_tokens(document, flat))), gridded=True)
    yield Stream(_unfolded(list(_line_tokens(flat))), gridded=False)


def _unfolded(tokens: list[Token]) -> tuple[Token, ...]:
    """Return the cells of a table printed in two halves side by side with the right one below."""
    found = _second_half(tokens)
    if found is None:
        return tuple(tokens)
    first, column = found
    rows = {token.row for token in tokens if token.row > first and token.column >= column}
    last = next((row for row in range(first + 1, tokens[-1].row + 2) if row not in rows), 0)
    right = [token for token in tokens if first <= token.row < last and token.column >= column]
    moved = {id(token) for token in right}
    rest = [token for token in tokens if id(token) not in moved]
    place = next((at for at, token in enumerate(rest) if token.row >= last), len(rest))
    return (*rest[:place], *right, *rest[place:])


def _second_half(tokens: list[Token]) -> tuple[int, int] | None:
    """Return row and column of a header that stands twice in its row."""
    seen: dict[int, str] = {}
    for token in tokens:
        if token.text in HEADERS:
            if seen.get(token.row) == token.text:
                return token.row, token.column
            seen[token.row] = token.text
    return None


def _table_tokens(document: SourceText, flat: str) -> Iterator[Token]:
    row = 0
    for table in document.tables:
        last = -1
        for cell in table.cells:
            row += cell.row != last
            last = cell.row
            text = re.sub(r"\s+", "", flat[cell.start : cell.end])
            yield Token(text, cell.start, cell.end, row, cell.column)
        row += 1


def _line_tokens(flat: str) -> Iterator[Token]:
    edges = _edges(flat)
    for row, found in enumerate(_LINE.finditer(flat)):
        line = found[0]
        if len(line) > _LONGEST_LINE * 4 or ("\t" not in line and line.isspace()):
            continue
        if "|" in line and _BORDER.fullmatch(line):
            continue
        for column, (start, end) in enumerate(_parts(line, *edges)):
            text = line[start:end].strip()
            if len(text) <= _LONGEST_LINE:
                yield Token(text, found.start() + start, found.start() + end, row, column)


def _edges(flat: str) -> tuple[bool, bool]:
    """Say whether pipes at the lines' beginnings and ends are the table's edges, not cells'."""
    lines = [line[0].strip(" ") for line in _LINE.finditer(flat) if "|" in line[0]]
    lines = [line for line in lines if not _BORDER.fullmatch(line)]
    left = sum(line.startswith("|") for line in lines)
    right = sum(line.endswith("|") for line in lines)
    return left >= len(lines) * _MOSTLY, right >= len(lines) * _MOSTLY


def _parts(line: str, left: bool, right: bool) -> Iterator[tuple[int, int]]:
    """Cut a line at tabs and pipes, else at wide gaps; an indent or an edge makes no cell."""
    cuts = _cuts(line)
    bounds = list(
        zip([0, *(end for _, end in cuts)], [*(at for at, _ in cuts), len(line)], strict=True)
    )
    blank = [not line[slice(*bound)].strip() for bound in bounds]
    if len(bounds) > 1 and blank[0] and (left if "|" in line else sum(blank) == len(blank) - 1):
        bounds = bounds[1:]
    if "|" in line and len(bounds) > 1 and blank[-1] and right:
        bounds = bounds[:-1]
    yield from bounds


def _cuts(line: str) -> list[tuple[int, int]]:
    """Return where a line is cut: at rules, else at wide gaps and before trailing values."""
    if cuts := [found.span() for found in _RULED.finditer(line)]:
        return cuts
    cuts = [found.span() for found in _GAP.finditer(line)]
    return sorted({*cuts, *_before_values(line)}) or [one.span() for one in _COLON.finditer(line)]


def _before_values(line: str) -> list[tuple[int, int]]:
    """Return the blanks before the values that go on to the line's end: 规章 0 0 0."""
    if " " not in line.strip() or (
        cell_value(line.rstrip()[-1]) is None and line.rstrip()[-1] not in _ENDS
    ):
        return []
    blanks = [found.span() for found in _BLANKS.finditer(line.rstrip()) if found.start()]
    cuts: list[tuple[int, int]] = []
    end = len(line.rstrip())
    for start, stop in reversed(blanks):
        word = line[stop:end]
        if cell_value(word) is None and word not in UNITS:
            break
        cuts.append((start, stop))
        end = start
    alone = len(cuts) == len(blanks) and cell_value(line[:end].strip()) is not None
    return [] if alone and len(cuts) < _LEAST_ALONE - 1 else cuts[::-1]
