"""Problems and measures set side by side in a table: 序号, 存在的主要问题, 改进措施."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from server.domain.reports.drafts import Draft
from server.domain.reports.enumerators import mark_at
from server.domain.reports.lines import trim
from server.domain.reports.parsed import Role
from server.domain.reports.topics import topic_of

_LINE = re.compile(r"[^\n]+")
_CELL = re.compile(r"[^\t|]+")
_ROLES: dict[str, Role] = {"problem": "problem", "measure": "measure", "both": "measure"}
_KIND = re.compile("(?:类别|类型|分类|编号|序号|来源)$")
_WRONG = re.compile("问题|不足|短板|表现|情形|差距")
_SHORTEST = 4
_LONGEST_HEADER = 20


@dataclass(frozen=True, slots=True)
class Ruled:
    """The items of such a table and the range that it occupies."""

    start: int
    end: int
    drafts: tuple[Draft, ...]


def ruled_items(text: str, start: int, end: int) -> Ruled | None:
    """Return the items of the first table of problems and measures; None without one."""
    rows = [(found, _cells(text, found)) for found in _LINE.finditer(text, start, end)]
    for place, (line, cells) in enumerate(rows):
        columns = _columns(text, cells)
        if set(columns.values()) == {"problem", "measure"}:
            body = list(_body(rows[place + 1 :]))
            drafts = [draft for _, one in body for draft in _row(text, one, columns)]
            return Ruled(line.start(), body[-1][0].end() if body else line.end(), tuple(drafts))
    return None


def _cells(text: str, line: re.Match[str]) -> list[tuple[int, int]]:
    if "\t" not in line[0] and "|" not in line[0]:
        return []
    return [trim(text, *cell.span(), " ") for cell in _CELL.finditer(text, *line.span())]


def _columns(text: str, cells: Sequence[tuple[int, int]]) -> dict[int, Role]:
    found: dict[int, Role] = {}
    for column, (start, end) in enumerate(cells):
        title = text[start:end]
        topic = topic_of(title) if len(title) <= _LONGEST_HEADER else None
        if _KIND.search(title):
            continue
        if _WRONG.search(title) and topic != "measure":
            found[column] = "problem"
        elif topic in _ROLES or "措施" in title:
            found[column] = "measure"
    return found


def _body(
    rows: Sequence[tuple[re.Match[str], list[tuple[int, int]]]],
) -> Iterator[tuple[re.Match[str], list[tuple[int, int]]]]:
    for row in rows:
        if len(row[1]) < 2:  # noqa: PLR2004  # prose again
            return
        yield row


def _row(text: str, cells: Sequence[tuple[int, int]], columns: dict[int, Role]) -> Iterator[Draft]:
    for column, (start, end) in enumerate(cells):
        mark = mark_at(text, start) if start < end else None
        first = mark.content if mark and mark.content < end else start
        if column in columns and end - first >= _SHORTEST:
            yield Draft(columns[column], first, end, 0.9, "表格中逐行列出", group=cells[0][0])
