"""One table as a workbook, ready to filter and print. What people typed is never a formula."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

import xlsxwriter

from server.rendering.phrases import shortened

LONGEST_CELL = 32_000
"""Excel holds 32,767 characters in a cell and refuses a file with more."""
LINE_HEIGHT = 15.5
HIGHEST_ROW = 409.0
LAST_NARROW = 0x2FF
_FORBIDDEN = str.maketrans({code: None for code in range(32) if chr(code) not in "\t\n\r"})

Cell = str | int | date | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its head and its width in characters; numbers and dates stand to the right."""

    head: str
    width: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table with its title; `note` stands under the title in small print."""

    name: str
    title: str
    note: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]


def workbook(sheet: Sheet) -> bytes:
    """Return a workbook of one sheet: title, note, frozen head with filter, wrapped rows."""
    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        page = book.add_worksheet(sheet.name)
        formats = _formats(book)
        last = len(sheet.columns) - 1
        page.merge_range(0, 0, 0, last, clean(sheet.title), formats["title"])
        page.set_row(0, 34)
        page.merge_range(1, 0, 1, last, clean(sheet.note), formats["note"])
        page.set_row(2, 22)
        for number, column in enumerate(sheet.columns):
            page.set_column(number, number, column.width)
            page.write_string(2, number, column.head, formats["head"])
        end = _write_rows(page, sheet, formats)
        page.freeze_panes(3, 0)
        page.autofilter(2, 0, end, last)
        _set_up_print(page, end, last)
    return out.getvalue()


def clean(value: str) -> str:
    """Return the text without the control characters that a workbook cannot hold, cut to fit."""
    printable = value.translate(_FORBIDDEN).encode("utf-8", "ignore").decode("utf-8")
    return shortened(printable, LONGEST_CELL)


def _write_rows(page: Any, sheet: Sheet, formats: dict[str, Any]) -> int:
    number = 2
    for number, row in enumerate(sheet.rows, start=3):
        page.set_row(number, _height(row, sheet.columns))
        for column, value in enumerate(row):
            _write(page, number, column, value, formats)
    return number


def _height(row: Sequence[Cell], columns: Sequence[Column]) -> float:
    """Return a row's height in points: not every program fits wrapped text by itself."""
    lines = max(
        1,
        *(
            _lines(str(value or ""), column.width - 3)
            for value, column in zip(row, columns, strict=True)
        ),
    )
    return min(LINE_HEIGHT * lines + 6, HIGHEST_ROW)


def _lines(words: str, width: float) -> int:
    return sum(1 + int(_width(line) // width) for line in words.splitlines())


def _width(line: str) -> int:
    """Return how many digits wide a line is; a Chinese character is as wide as two."""
    return sum(2 if ord(character) > LAST_NARROW else 1 for character in line)


def _write(page: Any, row: int, column: int, value: Cell, formats: dict[str, Any]) -> None:
    match value:
        case None | "":
            page.write_blank(row, column, None, formats["text"])
        case date():
            page.write_datetime(row, column, value, formats["date"])
        case int():
            page.write_number(row, column, value, formats["number"])
        case str():
            # write_string whatever the text begins with: "=", "+", "-" and "@" stay text
            page.write_string(row, column, clean(value), formats["text"])


def _formats(book: Any) -> dict[str, Any]:
    cell = {"font_name": "宋体", "font_size": 11, "border": 1, "valign": "vcenter"}
    head = {"bold": True, "bg_color": "#E9EFF7", "align": "center", "text_wrap": True}
    return {
        "title": book.add_format(
            {
                "font_name": "宋体",
                "font_size": 18,
                "bold": True,
                "align": "center",
                "valign": "vcenter",
            }
        ),
        "note": book.add_format({"font_name": "宋体", "font_size": 10, "align": "right"}),
        "head": book.add_format(cell | head),
        "text": book.add_format(cell | {"text_wrap": True, "align": "left", "indent": 1}),
        "number": book.add_format(cell | {"align": "right", "indent": 1, "num_format": "0"}),
        "date": book.add_format(
            cell | {"align": "right", "indent": 1, "num_format": 'yyyy"年"m"月"d"日"'}
        ),
    }


def _set_up_print(page: Any, last_row: int, last_column: int) -> None:
    page.set_landscape()
    page.set_paper(9)  # A4
    page.set_margins(left=0.6, right=0.6, top=0.7, bottom=0.7)
    page.fit_to_pages(1, 0)
    page.repeat_rows(2)
    page.print_area(0, 0, last_row, last_column)
    page.set_footer("&C第 &P 页，共 &N 页")
