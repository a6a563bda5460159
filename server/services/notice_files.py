"""A holiday notice as it is handed in: pasted, as a table, or in a file that the readers read."""

import csv
from dataclasses import dataclass

from server.adapters.documents.decoding import decode_text
from server.adapters.documents.sandbox import read_document_apart
from server.adapters.tables import read_table
from server.domain.notice_judging import ReadNotice
from server.domain.notice_reading import read_notice, year_told
from server.domain.notice_tables import table_notice
from server.errors import InvalidInput, Refused
from server.services.holiday_notices import LONGEST_TEXT, statutory

TABLE = "日期"
"""The head of the first column by which a table of days is told from a text."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a person handed in; a file counts before pasted words."""

    text: str = ""
    number: str = ""
    year: int | None = None
    file_name: str = ""
    content: bytes = b""


def read(given: Given) -> tuple[ReadNotice, str]:
    """Return what was handed in as a reading, and its words.

    Raises: InvalidInput, when nothing was handed in or the file is unusable.
    """
    rows = _rows(given) if given.content else []
    if rows:
        words = "\n".join(",".join(row) for row in rows)
        year = given.year or year_told(words)
        return table_notice(
            rows, year=year, number=given.number, statutory=statutory(year or _year_of(rows))
        ), words
    words = _words(given)
    year = given.year or year_told(words) or 0
    return read_notice(
        words, year=year or None, number=given.number, statutory=statutory(year)
    ), words


def _words(given: Given) -> str:
    words = _document(given) if given.content else given.text
    if not words.strip():
        raise InvalidInput("请粘贴通知全文，或选择一个文件。", {"text": "请粘贴通知全文"})
    if len(words) > LONGEST_TEXT:
        raise InvalidInput(
            f"内容有 {len(words)} 字，超过 {LONGEST_TEXT} 字。请只粘贴放假通知的正文。",
            {"text": "内容过长"},
        )
    return words


def _document(given: Given) -> str:
    try:
        return read_document_apart(given.content, given.file_name).text
    except Refused as refusal:
        raise InvalidInput(str(refusal), {"file": "这个文件不能读取"}) from refusal


def _rows(given: Given) -> list[list[str]]:
    """Return a table's rows from its head on; none where the file is no table of days."""
    name = given.file_name.lower()
    if name.endswith((".xlsx", ".xls")):
        rows = [[_cell(each) for each in row] for row in read_table(given.content, name)]
    elif name.endswith(".csv"):
        rows = list(csv.reader(decode_text(given.content, name).splitlines()))
    else:
        return []
    heads = (at for at, row in enumerate(rows) if TABLE in [each.strip() for each in row])
    first = next(heads, None)
    return [] if first is None else rows[first:]


def _cell(value: object) -> str:
    return "" if value is None else str(value)


def _year_of(rows: list[list[str]]) -> int:
    """Return the year that most rows name; statutory days are held against it."""
    found = [row[0].strip()[:4] for row in rows[1:] if row and row[0].strip()[:4].isdecimal()]
    return int(max(set(found), key=found.count)) if found else 0
